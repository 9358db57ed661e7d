"""The way in: names and passwords, the second factor, the brakes, and where one lands."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from core.domain.permissions import Role
from core.models import AuditLine, Login, SignInAttempt, db
from core.services import passwords

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
    texts = {one.text.replace(login, "x") for one, login in zip(answers, ("lan", "khong-co", "nghi", "moi"))}
    said = [text.count("Tên đăng nhập hoặc mật khẩu chưa đúng.") for text in texts]
    assert said == [1] * len(said)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Login)) == 0
