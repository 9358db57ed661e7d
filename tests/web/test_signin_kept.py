"""A login that ran out during a long edit: what was typed comes back and is sent by one press."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape

import pytest
import sqlalchemy as sa

from core.domain.permissions import Role
from core.models import User, db
from core.services import passwords

GOOD = "một câu dài khó đoán"
TYPED = {"email": "lan@halong.gov.vn", "wants_mail": "y", "note": "Dòng một\r\nDòng hai: <b>“ừ”</b>"}


@pytest.fixture
def guarded(app):
    app.config["WTF_CSRF_ENABLED"] = True
    yield app
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def lan(guarded, make):
    return make.user("Nguyễn Thị Lan", (Role.NOMINATOR, make.unit()), login="lan", password=passwords.hashed(GOOD))


def token(page):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text).group(1)


def enter(browser, login="lan"):
    form = {"login": login, "password": GOOD, "csrf_token": token(browser.get("/sign-in"))}
    answer = browser.post("/sign-in", data=form)
    assert answer.status_code == 302
    return browser


def fields_of(page):
    """The form of a page of ours that carries hidden fields: (action, fields)."""
    found = re.search(
        r'<form method="post" enctype="multipart/form-data" action="([^"]+)">(.*?)</form>', page.text, re.S
    )
    pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', found.group(2))
    return unescape(found.group(1)), [(unescape(name), unescape(value)) for name, value in pairs]


def late_post(app, browser, **more):
    page = browser.get("/account")
    app.config["FROZEN_CLOCK"] += dt.timedelta(hours=1)
    return browser.post("/account/mail", data={**TYPED, "csrf_token": token(page), **more})


def test_nothing_typed_is_lost(guarded, client, lan):
    enter(client)
    expired = late_post(guarded, client)
    assert expired.status_code == 401
    assert [unescape(expired.text).count(TYPED[name]) >= 1 for name in ("email", "note")] == [True, True]
    action, sealed = fields_of(expired)
    assert action == "/resume"
    # still signed out: the same page again, nothing lost
    again = client.post(action, data=dict(sealed))
    assert (again.status_code, fields_of(again)) == (401, (action, sealed))
    enter(client)
    shown = client.post(action, data=dict(sealed))
    assert shown.status_code == 200
    target, fields = fields_of(shown)
    assert (target, {k: v for k, v in fields if k != "csrf_token"}) == ("/account/mail", TYPED)
    done = client.post(target, data=dict(fields))
    assert (done.status_code, done.location) == (302, "/account")
    assert db.session.scalar(sa.select(User.email)) == "lan@halong.gov.vn"


def test_passwords_are_not_kept(guarded, client, lan):
    enter(client)
    page = client.get("/account/password")
    guarded.config["FROZEN_CLOCK"] += dt.timedelta(hours=1)
    typed = {"current": "bí mật số một", "password": "bí mật số hai", "again": "bí mật số ba"}
    expired = client.post("/account/password", data={**typed, "csrf_token": token(page)})
    assert expired.status_code == 401
    assert [value in unescape(expired.text) for value in typed.values()] == [False] * 3


def test_another_person_at_the_same_browser_does_not_get_it(guarded, client, lan, make):
    make.user("Trần Văn Khác", (Role.NOMINATOR, make.unit()), login="khac", password=passwords.hashed(GOOD))
    enter(client)
    _action, sealed = fields_of(late_post(guarded, client))
    enter(client, "khac")
    answer = client.post("/resume", data=dict(sealed))
    assert (answer.status_code, TYPED["email"] in answer.text) == (400, False)


def test_a_form_sealed_in_another_browser_opens_nowhere(guarded, client, lan):
    stranger = guarded.test_client()
    _action, sealed = fields_of(stranger.post("/account/mail", data={"email": "ke-xau@evil.example"}))
    enter(client)
    answer = client.post("/resume", data=dict(sealed))
    assert (answer.status_code, "ke-xau" in answer.text) == (400, False)


@pytest.mark.parametrize("sealed", ["", "x", "eyJ.a.b", "é" * 50])
def test_what_we_did_not_seal_is_refused(guarded, client, lan, sealed):
    enter(client)
    assert client.post("/resume", data={"kept": sealed}).status_code == 400


def test_signed_in_again_in_another_tab_the_old_page_still_sends(guarded, client, lan):
    enter(client)
    old = token(client.get("/account"))
    guarded.config["FROZEN_CLOCK"] += dt.timedelta(hours=1)
    enter(client)
    shown = client.post("/account/mail", data={**TYPED, "csrf_token": old})
    assert shown.status_code == 400
    target, fields = fields_of(shown)
    assert client.post(target, data=dict(fields)).location == "/account"
    assert db.session.scalar(sa.select(User.email)) == "lan@halong.gov.vn"


@pytest.mark.parametrize("forged", ["", "abc", "IjEyMyI.aaaa.bbbb"])
def test_a_foreign_token_sends_nothing(guarded, client, lan, forged):
    enter(client)
    answer = client.post("/account/mail", data={**TYPED, "csrf_token": forged})
    assert (answer.status_code, "multipart/form-data" in answer.text) == (400, False)
    assert db.session.scalar(sa.select(User.email)) is None


def test_a_sign_in_page_that_was_open_too_long_says_so(guarded, client, lan):
    answer = client.post("/sign-in", data={"login": "lan", "password": GOOD, "csrf_token": "cũ"})
    assert (answer.status_code, "Mở lại trang" in answer.text) == (400, True)
    assert client.get("/home").status_code == 302


def test_a_draft_saved_by_script_is_told_in_few_words(guarded, client, lan):
    answer = client.post("/account/mail", data=TYPED, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json) == (401, {"error": "sign_in"})
