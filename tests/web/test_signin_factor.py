"""The second factor: turned on with proof, asked for at sign-in, each code good once."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import sqlalchemy as sa
from passlib.totp import TOTP

from core.domain.permissions import Role
from core.models import AuditLine, Login, User, db
from core.services import passwords, second_factor

GOOD = "một câu dài khó đoán"


@pytest.fixture
def lan(app, make):
    return make.user("Nguyễn Thị Lan", (Role.NOMINATOR, make.unit()), login="lan", password=passwords.hashed(GOOD))


def enter(client, password=GOOD):
    return client.post("/sign-in", data={"login": "lan", "password": password})


def app_code(app, shown, *, seconds=0):
    """What the telephone shows, ``seconds`` from now."""
    at = int((app.config["FROZEN_CLOCK"] + dt.timedelta(seconds=seconds)).timestamp())
    return TOTP(key=shown.replace("-", "").replace(" ", ""), format="base32").generate(time=at).token


@pytest.fixture
def phone(app, client, lan):
    """A browser signed in with the factor on, its secret and its printed codes."""
    enter(client)
    shown = re.search(r"<code>([A-Z2-7 -]+)</code>", client.get("/account/second-factor").text).group(1)
    page = client.post("/account/second-factor", data={"code": app_code(app, shown)})
    assert page.status_code == 200
    codes = re.findall(r"<code>([a-z0-9]{4}(?:-[a-z0-9]{4}){3})</code>", page.text)
    app.config["FROZEN_CLOCK"] += dt.timedelta(seconds=60)
    return shown, codes


def test_turning_on_keeps_this_login_and_ends_others(app, client, lan, phone):
    assert client.get("/home").status_code == 200
    living = db.session.scalars(sa.select(Login).where(Login.ended_at.is_(None))).all()
    assert len(living) == 1


def test_the_secret_is_not_in_the_database(lan, phone):
    shown, codes = phone
    kept = db.session.execute(sa.select(User.tf_totp_secret, User.mf_recovery_codes)).one()
    text = kept[0] + " ".join(kept[1])
    assert shown.replace("-", "") not in text
    assert [code for code in codes if code in text or code.replace("-", "") in text] == []
    assert len(set(codes)) == second_factor.RECOVERY_CODES


def test_a_wrong_code_does_not_turn_it_on(app, client, lan):
    enter(client)
    client.get("/account/second-factor")
    assert client.post("/account/second-factor", data={"code": "000000"}).status_code == 422
    assert db.session.scalar(sa.select(User.tf_totp_secret)) is None


def test_sign_in_needs_the_code(app, lan, phone):
    browser = app.test_client()
    assert enter(browser).location == "/sign-in/code"
    assert browser.get("/home").status_code == 302
    answer = browser.post("/sign-in/code", data={"code": app_code(app, phone[0])})
    assert (answer.status_code, answer.location) == (302, "/home")
    assert browser.get("/home").status_code == 200


def test_a_code_works_once(app, lan, phone):
    code = app_code(app, phone[0])
    answers = []
    for _n in range(2):
        browser = app.test_client()
        enter(browser)
        answers.append(browser.post("/sign-in/code", data={"code": code}).status_code)
    assert answers == [302, 422]


@pytest.mark.parametrize("seconds", [-60, -30, 30, 60])
def test_only_the_present_half_minute_counts(app, lan, phone, seconds):
    browser = app.test_client()
    enter(browser)
    assert browser.post("/sign-in/code", data={"code": app_code(app, phone[0], seconds=seconds)}).status_code == 422


def test_a_printed_code_works_once(app, lan, phone):
    answers = []
    for typed in (phone[1][3], phone[1][3], phone[1][4].replace("-", " ").upper()):
        browser = app.test_client()
        enter(browser)
        answers.append(browser.post("/sign-in/code", data={"code": typed}).status_code)
    assert answers == [302, 422, 302]
    assert len(db.session.scalar(sa.select(User.mf_recovery_codes))) == second_factor.RECOVERY_CODES - 2


def test_codes_cannot_be_guessed_for_ever(app, lan, phone):
    browser = app.test_client()
    enter(browser)
    answers = [browser.post("/sign-in/code", data={"code": f"{n:06}"}).status_code for n in range(12)]
    assert answers == [422] * 10 + [429] * 2
    # the password does not open a new round of guessing
    assert enter(browser).status_code == 429


def test_the_second_half_is_closed_without_the_first(app, lan, phone):
    assert app.test_client().post("/sign-in/code", data={"code": app_code(app, phone[0])}).location == "/sign-in"


def test_the_second_half_waits_ten_minutes_only(app, lan, phone):
    browser = app.test_client()
    enter(browser)
    app.config["FROZEN_CLOCK"] += dt.timedelta(minutes=10)
    assert browser.post("/sign-in/code", data={"code": app_code(app, phone[0])}).location == "/sign-in"


def test_turning_off_asks_for_the_password(app, client, lan, phone):
    refused = client.post("/account/second-factor/change", data={"act": "off", "current": "sai"})
    assert (refused.status_code, db.session.scalar(sa.select(User.tf_totp_secret)) is None) == (422, False)
    assert client.post("/account/second-factor/change", data={"act": "off", "current": GOOD}).status_code == 302
    db.session.expire_all()
    kept = db.session.execute(sa.select(User.tf_totp_secret, User.mf_recovery_codes, User.tf_last_step)).one()
    assert tuple(kept) == (None, None, None)
    assert enter(app.test_client()).location == "/home"


def test_new_printed_codes_void_the_old(app, client, lan, phone):
    page = client.post("/account/second-factor/change", data={"act": "codes", "current": GOOD})
    assert page.status_code == 200
    browser = app.test_client()
    enter(browser)
    assert browser.post("/sign-in/code", data={"code": phone[1][0]}).status_code == 422


def test_every_step_is_audited(app, client, lan, phone):
    client.post("/account/second-factor/change", data={"act": "codes", "current": GOOD})
    browser = app.test_client()
    enter(browser)
    browser.post("/sign-in/code", data={"code": "000000"})
    client.post("/account/second-factor/change", data={"act": "off", "current": GOOD})
    actions = list(db.session.scalars(sa.select(AuditLine.action).order_by(AuditLine.seq)))
    assert actions == [
        "login.succeeded",
        "second_factor.on",
        "second_factor.codes_renewed",
        "login.failed",
        "second_factor.off",
    ]
