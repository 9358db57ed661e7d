"""Acts that give power away ask for the password again after five minutes, and nothing typed is lost (AC-H12)."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape

import pytest
import sqlalchemy as sa
from flask import session

from core.domain.permissions import Role
from core.http import logins
from core.http.guards import policy_of
from core.models import AuditLine, RoleGrant, User, db
from core.services import passwords

GOOD = "một câu dài khó đoán"


@pytest.fixture
def guarded(app):
    app.config["WTF_CSRF_ENABLED"] = True
    yield app
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def place(make):
    unit = make.unit("Xã Thử")
    make.user("Trần Quản Trị", (Role.UNIT_ADMIN, unit), login="quantri", password=passwords.hashed(GOOD))
    lan = make.user("Nguyễn Thị Lan", (Role.NOMINATOR, unit), login="lan")
    return unit, lan


def token(page):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text).group(1)


def enter(browser):
    form = {"login": "quantri", "password": GOOD, "csrf_token": token(browser.get("/sign-in"))}
    assert browser.post("/sign-in", data=form).status_code == 302
    return browser


def wait(app, minutes):
    app.config["FROZEN_CLOCK"] += dt.timedelta(minutes=minutes)


def fields_of(page):
    found = re.search(r'<form class="vd-form" method="post" action="([^"]+)" novalidate>(.*?)</form>', page.text, re.S)
    pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', found.group(2))
    return unescape(found.group(1)), {unescape(name): unescape(value) for name, value in pairs}


def roles_of(user):
    query = sa.select(RoleGrant.role).where(RoleGrant.user_id == user.id, RoleGrant.ended_at.is_(None))
    return sorted(db.session.scalars(query.order_by(RoleGrant.id)))


def give(browser, unit, lan, **more):
    path = f"/u/{unit.key}/accounts/{lan.key}"
    form = {"unit": unit.key, "role": "head", "csrf_token": token(browser.get(path)), "request_id": "r1", **more}
    return browser.post(f"{path}/roles", data=form)


def test_a_fresh_sign_in_is_not_asked(guarded, client, place):
    unit, lan = place
    enter(client)
    wait(guarded, 5)
    assert give(client, unit, lan).status_code == 302
    assert roles_of(lan) == ["head", "nominator"]


def test_an_older_one_is_asked_and_nothing_is_lost(guarded, client, place):
    unit, lan = place
    enter(client)
    wait(guarded, 6)
    asked = give(client, unit, lan)
    assert (asked.status_code, roles_of(lan)) == (401, ["nominator"])
    action, fields = fields_of(asked)
    assert action == f"/u/{unit.key}/accounts/{lan.key}/roles"
    assert {k: v for k, v in fields.items() if k != "csrf_token"} == {
        "unit": unit.key,
        "role": "head",
        "request_id": "r1",
    }
    again = client.post(action, data={**fields, "own_password": ""})
    assert (again.status_code, "Hãy gõ mật khẩu." in again.text, roles_of(lan)) == (401, True, ["nominator"])
    wrong = client.post(action, data={**fields, "own_password": "sai rồi"})
    assert (wrong.status_code, roles_of(lan), "sai rồi" in wrong.text) == (401, ["nominator"], False)
    assert fields_of(wrong)[0] == action
    done = client.post(action, data={**fields, "own_password": GOOD})
    assert (done.status_code, roles_of(lan)) == (302, ["head", "nominator"])
    # the same press once more: the first answer, also without the password
    repeated = client.post(action, data=fields)
    assert (repeated.status_code, repeated.headers["Idempotency-Replayed"]) == (302, "true")
    # and within five minutes nobody asks again
    grant = db.session.scalar(sa.select(RoleGrant.id).where(RoleGrant.role == "head"))
    ended = client.post(
        f"/u/{unit.key}/accounts/{lan.key}/roles/{grant}/end", data={"csrf_token": fields["csrf_token"]}
    )
    assert (ended.status_code, roles_of(lan)) == (302, ["nominator"])


def test_wrong_tries_are_counted(guarded, client, place):
    unit, lan = place
    enter(client)
    wait(guarded, 6)
    action, fields = fields_of(give(client, unit, lan))
    answers = [client.post(action, data={**fields, "own_password": f"sai {n}"}).status_code for n in range(20)]
    assert set(answers) == {401, 429}
    stopped = client.post(action, data={**fields, "own_password": GOOD})
    assert (stopped.status_code, int(stopped.headers["Retry-After"]) > 0) == (429, True)
    assert roles_of(lan) == ["nominator"]
    failed = db.session.scalar(
        sa.select(sa.func.count()).select_from(AuditLine).where(AuditLine.action == "login.failed")
    )
    assert failed == answers.count(401)


def test_without_the_token_no_password_is_tried(guarded, client, place):
    unit, lan = place
    enter(client)
    wait(guarded, 6)
    form = {"unit": unit.key, "role": "head", "own_password": "sai"}
    assert client.post(f"/u/{unit.key}/accounts/{lan.key}/roles", data=form).status_code == 400
    assert db.session.scalars(sa.select(AuditLine.action).where(AuditLine.action == "login.failed")).all() == []


def test_a_renewed_login_proves_nothing(guarded, client, place):
    """A change of one's own account renews the login; that the new one began just now is no password given."""
    assert place
    enter(client)
    wait(guarded, 6)
    with guarded.test_request_context("/", headers={"Cookie": _cookie(client, guarded)}):
        assert not logins.is_fresh()
        logins.renew()
        guarded.session_interface.save_session(guarded, session, found := guarded.response_class())
    fresh_cookie = found.headers["Set-Cookie"].partition(";")[0]
    assert fresh_cookie != _cookie(client, guarded)
    with guarded.test_request_context("/", headers={"Cookie": fresh_cookie}):
        assert (session["_user_id"] != "", logins.is_fresh()) == (True, False)


def _cookie(browser, app):
    name = app.config["SESSION_COOKIE_NAME"]
    return f"{name}={browser.get_cookie(name).value}"


@pytest.mark.parametrize("tail", ["roles", "roles/1/end"])
def test_every_role_act_is_asked(guarded, client, place, tail):
    unit, lan = place
    enter(client)
    wait(guarded, 6)
    form = {"csrf_token": token(client.get(f"/u/{unit.key}/accounts/{lan.key}"))}
    assert client.post(f"/u/{unit.key}/accounts/{lan.key}/{tail}", data=form).status_code == 401
    new = client.post(f"/u/{unit.key}/accounts/new", data=form)
    assert (new.status_code, roles_of(lan)) == (401, ["nominator"])
    assert client.get(f"/u/{unit.key}/accounts/new").status_code == 200


def test_a_long_form_is_sent_whole(guarded, client, place):
    unit, _lan = place
    enter(client)
    wait(guarded, 6)
    path = f"/u/{unit.key}/accounts/new"
    form = {"full_name": 'Trần "Văn" <Bình>', "title": "Cán bộ & công chức", "login": "binh", "email": ""}
    data = [*form.items(), ("unit", unit.key), ("roles", "nominator"), ("roles", "head")]
    asked = client.post(path, data=_multi([*data, ("csrf_token", token(client.get(path)))]))
    assert asked.status_code == 401
    pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', asked.text.partition("<main")[2])
    sent = [(unescape(name), unescape(value)) for name, value in pairs]
    assert [one for one in sent if one[0] != "csrf_token"] == data
    done = client.post(path, data=_multi([*sent, ("own_password", GOOD)]))
    assert done.status_code == 302
    made = db.session.scalar(sa.select(User).where(User.login == "binh"))
    assert (made.full_name, made.title, roles_of(made)) == (
        form["full_name"],
        form["title"],
        ["head", "nominator"],
    )


def _multi(pairs):
    found = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def test_which_acts_ask(app):
    asked = {rule.endpoint for rule in app.url_map.iter_rules() if policy_of(app, rule.endpoint).is_fresh}
    assert asked == {
        "plugins.policy",
        "plugins.resume",
        "plugins.serve",
        "plugins.switch",
        "units.create_account",
        "units.end_role",
        "units.give_role",
    }
