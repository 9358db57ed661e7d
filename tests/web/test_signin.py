"""The way in: names and passwords, the second factor, the brakes, and where one lands."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from core.app import create_app
from core.domain.permissions import Role
from core.models import AuditLine, AuditPayload, Login, SignInAttempt, db
from core.services import attempts, passwords
from tests.conftest import NOW

GOOD = "một câu dài khó đoán"


@pytest.fixture
def lan(app, make):
    unit = make.unit("Xã Hà Long")
    return make.user("Nguyễn Thị Lan", (Role.NOMINATOR, unit), login="lan", password=passwords.hashed(GOOD))


def enter(client, login="lan", password=GOOD, **more):
    return client.post("/sign-in", data={"login": login, "password": password, **more})


def test_the_right_password_opens_a_login(client, lan):
    answer = enter(client, login=" LAN ")
    assert (answer.status_code, answer.location) == (302, "/home")
    assert client.get("/home").status_code == 200
    row = db.session.scalars(sa.select(Login)).one()
    assert (row.user_id, row.ended_at) == (lan.id, None)
    assert list(db.session.scalars(sa.select(AuditLine.action))) == ["login.succeeded"]


def test_wrong_unknown_closed_and_unset_are_one_answer(client, lan, make):
    unit = make.unit()
    make.user("Người Đã Nghỉ", (Role.NOMINATOR, unit), login="nghi", password=passwords.hashed(GOOD), active=False)
    make.user("Chưa Đặt", (Role.NOMINATOR, unit), login="moi")
    answers = [
        enter(client, "lan", "sai mật khẩu rồi"),
        enter(client, "khong-co", GOOD),
        enter(client, "nghi", GOOD),
        enter(client, "moi", GOOD),
    ]
    assert [one.status_code for one in answers] == [422] * 4
    texts = {
        one.text.replace(login, "x") for one, login in zip(answers, ("lan", "khong-co", "nghi", "moi"), strict=True)
    }
    said = [text.count("Tên đăng nhập hoặc mật khẩu chưa đúng.") for text in texts]
    assert said == [1] * len(said)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Login)) == 0


def test_ten_failures_lock_the_account_and_say_how_long(client, lan):
    for _n in range(10):
        assert enter(client, "lan", "sai").status_code == 422
    locked = enter(client)
    assert (locked.status_code, locked.headers["Retry-After"]) == (429, "900")
    assert "Hãy thử lại sau 15 phút." in locked.text


def test_the_lock_is_over_after_a_quarter_of_an_hour(app, client, lan):
    for _n in range(10):
        enter(client, "lan", "sai")
    app.config["FROZEN_CLOCK"] += dt.timedelta(minutes=15, seconds=1)
    assert enter(client).status_code == 302


def test_a_device_known_to_the_account_is_not_locked_by_a_stranger(app, lan):
    own, stranger = app.test_client(), app.test_client()
    enter(own)
    own.post("/sign-out")
    for _n in range(11):
        last = enter(stranger, "lan", "sai")
    assert (last.status_code, enter(own).status_code) == (429, 302)


def test_an_address_is_slowed_down_after_a_hundred_failures(app, lan):
    fail_often(99)
    assert enter(app.test_client(), "khong-co", "sai").status_code == 422
    assert enter(app.test_client()).status_code == 429
    other = app.test_client().post(
        "/sign-in", data={"login": "lan", "password": GOOD}, environ_base={"REMOTE_ADDR": "203.0.113.9"}
    )
    assert other.status_code == 302


def test_a_header_does_not_change_the_address(app, lan):
    fail_often(100)
    form = {"login": "lan", "password": GOOD}
    answer = app.test_client().post("/sign-in", data=form, headers={"X-Forwarded-For": "198.51.100.7"})
    assert answer.status_code == 429


def fail_often(times):
    """Failures of other accounts from the address of the test's browsers."""
    for n in range(times):
        db.session.add(SignInAttempt(login=attempts.name_of(f"ten{n}"), address="127.0.0.1", at=NOW))
    db.session.commit()


def test_success_forgives_earlier_slips(client, lan):
    for _n in range(9):
        enter(client, "lan", "sai")
    enter(client)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SignInAttempt)) == 0


def test_a_failure_is_audited_without_what_was_typed(client, lan):
    enter(client, "lan", "mật khẩu gõ nhầm")
    enter(client, "mat-khau-go-nham-cho", "x")
    lines = db.session.execute(sa.select(AuditLine.action, AuditLine.object)).all()
    assert [tuple(one) for one in lines] == [("login.failed", f"user:{lan.key}"), ("login.failed", "user:-")]
    kept = " ".join(db.session.scalars(sa.select(AuditPayload.json)))
    kept += " ".join(db.session.scalars(sa.select(SignInAttempt.login)))
    assert ("nhầm" in kept, "mat-khau" in kept) == (False, False)


def test_sign_in_gives_a_new_id_and_the_old_one_is_dead(app, client, lan):
    enter(client)
    first = client.get_cookie("vinhdanh").value
    enter(client)
    second = client.get_cookie("vinhdanh").value
    assert first != second
    assert replay(app, first).status_code == 302


def test_sign_out_kills_the_cookie(app, client, lan):
    enter(client)
    cookie = client.get_cookie("vinhdanh").value
    assert replay(app, cookie).status_code == 200
    client.post("/sign-out")
    assert [replay(app, cookie).status_code for _n in range(50)] == [302] * 50


def replay(app, cookie):
    browser = app.test_client()
    browser.set_cookie("vinhdanh", cookie)
    return browser.get("/home")


def test_idle_half_an_hour_ends_the_login(app, client, lan):
    enter(client)
    app.config["FROZEN_CLOCK"] += dt.timedelta(minutes=29)
    assert client.get("/home").status_code == 200
    app.config["FROZEN_CLOCK"] += dt.timedelta(minutes=29)
    assert client.get("/home").status_code == 200
    app.config["FROZEN_CLOCK"] += dt.timedelta(minutes=30)
    assert client.get("/home").status_code == 302


def test_twelve_hours_end_the_login_however_busy(app, client, lan):
    enter(client)
    for _n in range(35):
        app.config["FROZEN_CLOCK"] += dt.timedelta(minutes=20)
        assert client.get("/home").status_code == 200
    app.config["FROZEN_CLOCK"] += dt.timedelta(minutes=20)
    assert client.get("/home").status_code == 302


@pytest.mark.parametrize(
    "target",
    [
        "/\\evil.example",
        "//evil.example",
        "\\\\evil.example",
        "https://evil.example/",
        "http:///evil.example",
        "////evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        " //evil.example",
        "javascript:alert(1)",
        "evil.example",
        "/%0d%0aSet-Cookie:x=1\r\nX: y",
    ],
)
def test_next_never_leaves_the_site(client, lan, target):
    assert enter(client, next=target).location == "/home"
    client.post("/sign-out")
    assert client.get("/sign-in", query_string={"next": target}).status_code == 200


def test_next_brings_back_to_one_s_own_page(client, lan):
    assert enter(client, next="/u/xa/nominations?q=a%20b").location == "/u/xa/nominations?q=a%20b"


def test_a_demo_account_enters_by_one_press(app, make):
    browser = demo_browser(app)
    unit, upper = make.unit("Xã Hà Long"), make.unit("Tỉnh Thanh Hóa")
    one = make.user("Lê Thị Mẫu", (Role.NOMINATOR, unit), (Role.SIGNER, upper), is_demo=True, title="Văn thư")
    make.user("Người Thật", (Role.HEAD, unit))
    make.user("Đã Đóng", (Role.HEAD, unit), is_demo=True, active=False)
    page = browser.get("/sign-in").text
    shown = [page.count(word) for word in ("Lê Thị Mẫu", "Người Thật", "Đã Đóng", "Người lập hồ sơ", "Văn thư")]
    assert shown == [2, 0, 0, 1, 1]
    answer = browser.post("/sign-in/demo", data={"user": one.key})
    assert (answer.status_code, answer.location) == (302, "/home")
    assert browser.get("/home").status_code == 200


def test_the_demo_lets_nobody_real_in(app, make):
    browser = demo_browser(app)
    real = make.user("Người Thật", (Role.HEAD, make.unit()))
    closed = make.user("Đã Đóng", (Role.HEAD, make.unit()), is_demo=True, active=False)
    statuses = [
        browser.post("/sign-in/demo", data={"user": key}).status_code for key in (real.key, closed.key, "", "x")
    ]
    assert statuses == [404] * 4


def test_outside_the_demo_there_is_no_such_door(client, make):
    one = make.user("Lê Thị Mẫu", (Role.NOMINATOR, make.unit()), is_demo=True)
    page = client.get("/sign-in").text
    assert [page.count(word) for word in ("Lê Thị Mẫu", "dùng thử", "/sign-in/demo")] == [0, 0, 0]
    assert client.post("/sign-in/demo", data={"user": one.key}).status_code == 404


def demo_browser(app):
    """A browser of a demo installation on the same database."""
    demo = create_app(
        {
            "VINHDANH_ENV": "demo",
            "INSTANCE_DIR": app.instance_path,
            "SECRET_KEY": app.config["SECRET_KEY"],
            "SQLALCHEMY_DATABASE_URI": app.config["SQLALCHEMY_DATABASE_URI"],
            "WTF_CSRF_ENABLED": False,
        }
    )
    return demo.test_client()
