"""Tries at the same moment all count; a code of the second factor is spent by one of them."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa
from passlib.totp import TOTP

from core.domain.permissions import Role
from core.models import Login, User, db
from core.services import passwords, second_factor
from tests.conftest import NOW

GOOD = "một câu dài khó đoán"


def at_once(app, act, times):
    def run(n):
        with app.app_context():
            return act(app.test_client(), n)

    db.session.rollback()
    with ThreadPoolExecutor(6) as pool:
        return Counter(pool.map(run, range(times)))


def test_guesses_at_the_same_moment_all_count(app, make):
    make.user("Nguyễn Thị Lan", (Role.HEAD, make.unit()), login="lan", password=passwords.hashed(GOOD))

    def guess(browser, n):
        return browser.post("/sign-in", data={"login": "lan", "password": f"đoán {n}"}).status_code

    assert at_once(app, guess, 30) == {422: 10, 429: 20}


def test_one_code_opens_one_login(app, make):
    secret = second_factor.new_secret(app.config["SECRET_KEY"])
    lan = make.user("Nguyễn Thị Lan", (Role.HEAD, make.unit()), login="lan", password=passwords.hashed(GOOD))
    lan.tf_primary_method, lan.tf_totp_secret = "authenticator", secret
    db.session.commit()
    shown, _address = second_factor.describe(secret, login="lan", secret_key=app.config["SECRET_KEY"])
    code = TOTP(key=shown.replace("-", ""), format="base32").generate(time=int(NOW.timestamp())).token

    def enter(browser, _n):
        browser.post("/sign-in", data={"login": "lan", "password": GOOD})
        return browser.post("/sign-in/code", data={"code": code}).status_code

    answers = at_once(app, enter, 6)
    assert answers == {302: 1, 422: 5}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Login)) == 1
    assert db.session.scalar(sa.select(User.tf_last_step)) == int(NOW.timestamp()) // 30
