"""My account: roles, devices, password, notices, language; and the link that sets a first password."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from core.domain.errors import NotFound
from core.domain.permissions import Role
from core.models import AdminLink, AuditLine, Login, User, db
from core.services import links, passwords
from core.services.context import CLOCK, Context
from tests.conftest import NOW

GOOD = "một câu dài khó đoán"
NEW = "ba cây gạo đầu đình"


@pytest.fixture
def lan(app, make):
    unit, upper = make.unit("Xã Hà Long"), make.unit("Tỉnh Thanh Hóa")
    roles = ((Role.NOMINATOR, unit), (Role.HEAD, unit), (Role.INSPECTOR, upper))
    return make.user("Nguyễn Thị Lan", *roles, login="lan", password=passwords.hashed(GOOD))


def enter(browser, password=GOOD):
    return browser.post("/sign-in", data={"login": "lan", "password": password}).status_code


def change(browser, **form):
    return browser.post("/account/password", data={"current": GOOD, "password": NEW, "again": NEW, **form})


def test_the_page_names_roles_by_unit(lan, sign_in):
    page = sign_in(lan).get("/account").text
    rows = ("Xã Hà Long", "Người lập hồ sơ, thủ trưởng đơn vị", "Tỉnh Thanh Hóa", "Kiểm tra, chỉ xem")
    assert [row in page for row in rows] == [True] * 4


def test_a_new_password_ends_other_devices_and_renews_this_one(app, client, lan):
    other = app.test_client()
    enter(client), enter(other)
    before = client.get_cookie("vinhdanh").value
    assert change(client).status_code == 302
    assert [client.get("/home").status_code, other.get("/home").status_code] == [200, 302]
    assert client.get_cookie("vinhdanh").value != before
    fresh = app.test_client()
    assert [enter(fresh), enter(fresh, NEW)] == [422, 302]


def test_renewing_does_not_prolong_the_twelve_hours(app, client, lan):
    enter(client)
    app.config["FROZEN_CLOCK"] += dt.timedelta(minutes=20)
    change(client)
    living = db.session.scalars(sa.select(Login).where(Login.ended_at.is_(None))).one()
    assert living.expires_at == NOW + dt.timedelta(hours=12)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"current": "sai"}, "Mật khẩu hiện nay chưa đúng."),
        ({"again": "khác hẳn nhau"}, "Hai lần gõ chưa giống nhau."),
        ({"password": "ngắn", "again": "ngắn"}, "Mật khẩu cần ít nhất 8 ký tự."),
        ({"password": "matkhau123", "again": "matkhau123"}, "quá dễ đoán"),
        ({"password": "halong2026", "again": "halong2026"}, "tên đơn vị"),
        ({"password": "nguyenthilan", "again": "nguyenthilan"}, "tên đơn vị"),
    ],
)
def test_a_password_that_will_not_do_changes_nothing(app, client, lan, form, said):
    enter(client)
    answer = change(client, **form)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert enter(app.test_client()) == 302


def test_one_device_is_ended_from_another(app, client, lan):
    other = app.test_client()
    enter(client), enter(other)
    rows = db.session.scalars(sa.select(Login.id_hash)).all()
    mine = [one for one in rows if one[:16] not in client.get("/account").text]
    (target,) = [one for one in rows if one not in mine]
    assert client.post("/account/logins/end", data={"login": target[:16]}).status_code == 302
    assert [client.get("/home").status_code, other.get("/home").status_code] == [200, 302]


def test_another_person_s_device_is_not_found(app, client, lan, make):
    stranger = make.user("Người Lạ", (Role.HEAD, make.unit()), login="la", password=passwords.hashed(GOOD))
    enter(client)
    app.test_client().post("/sign-in", data={"login": "la", "password": GOOD})
    theirs = db.session.scalars(sa.select(Login.id_hash).where(Login.user_id == stranger.id)).one()
    statuses = [client.post("/account/logins/end", data={"login": one}).status_code for one in (theirs[:16], "", "%")]
    assert statuses == [404, 404, 404]
    assert db.session.scalars(sa.select(Login.ended_at).where(Login.id_hash == theirs)).one() is None


def test_all_devices_are_ended_at_once(app, client, lan):
    other = app.test_client()
    enter(client), enter(other)
    assert client.post("/account/logins/end", data={"login": "all"}).location == "/sign-in"
    assert [client.get("/home").status_code, other.get("/home").status_code] == [302, 302]


@pytest.mark.parametrize("email", ["khong-phai", "a@b", "a b@c.vn", "a@c.vn, b@c.vn", "a@c..vn", "é@c.vn"])
def test_a_bad_address_is_said_beside_its_field(lan, sign_in, email):
    answer = sign_in(lan).post("/account/mail", data={"email": email, "wants_mail": "y"})
    assert (answer.status_code, "Địa chỉ thư điện tử chưa đúng" in answer.text, email in answer.text) == (
        422,
        True,
        True,
    )


def test_mail_is_switched_on_and_off(lan, sign_in):
    browser = sign_in(lan)
    browser.post("/account/mail", data={"email": "lan@halong.gov.vn", "wants_mail": "y"})
    assert tuple(db.session.execute(sa.select(User.email, User.wants_mail)).one()) == ("lan@halong.gov.vn", True)
    browser.post("/account/mail", data={"email": "lan@halong.gov.vn"})
    assert db.session.scalar(sa.select(User.wants_mail)) is False
    assert browser.post("/account/mail", data={"email": "", "wants_mail": "y"}).status_code == 422


# ---------------------------------------------------------------- one-time links


@pytest.fixture
def token(lan):
    made = links.make_link(Context(db.session(), CLOCK, NOW), "LAN ")
    db.session.commit()
    return made


def use(browser, token, password=NEW):
    return browser.post(f"/link/{token}", data={"password": password, "again": password})


def test_a_link_sets_a_password_once(app, client, token):
    assert client.get(f"/link/{token}").status_code == 200
    assert client.get(f"/link/{token}").status_code == 200
    assert use(client, token).location == "/sign-in"
    assert [use(client, token, GOOD).status_code, client.get(f"/link/{token}").status_code] == [404, 404]
    assert enter(client, NEW) == 302


def test_a_link_ends_every_login(app, client, token):
    enter(client)
    use(app.test_client(), token)
    assert client.get("/home").status_code == 302


def test_a_link_lives_a_day(app, client, token):
    app.config["FROZEN_CLOCK"] += dt.timedelta(hours=24)
    assert [client.get(f"/link/{token}").status_code, use(client, token).status_code] == [404, 404]


def test_a_newer_link_voids_the_older(client, token):
    newer = links.make_link(Context(db.session(), CLOCK, NOW), "lan")
    db.session.commit()
    assert [client.get(f"/link/{one}").status_code for one in (token, newer)] == [404, 200]


def test_a_closed_account_has_no_link(client, token):
    db.session.execute(sa.update(User).values(active=False))
    db.session.commit()
    assert client.get(f"/link/{token}").status_code == 404


def test_a_refused_password_does_not_use_the_link_up(client, token):
    assert use(client, token, "12345678").status_code == 422
    assert use(client, token).status_code == 302


def test_only_the_hash_is_kept(lan, token):
    kept = db.session.scalars(sa.select(AdminLink.token_hash)).one()
    assert (token in kept, len(kept)) == (False, 64)


def test_an_unknown_login_has_no_link(app):
    with pytest.raises(NotFound):
        links.make_link(Context(db.session(), CLOCK, NOW), "khong-co")


def test_links_and_passwords_are_audited(client, token):
    use(client, token)
    actions = list(db.session.scalars(sa.select(AuditLine.action).order_by(AuditLine.seq)))
    assert actions == ["link.made", "password.changed"]


def test_a_found_telephone_does_not_guess_the_password(app, client, lan):
    enter(client)
    answers = [change(client, current=f"đoán {n}").status_code for n in range(11)]
    assert answers == [422] * 11
    assert "Đã nhập sai nhiều lần" in change(client).text
    app.config["FROZEN_CLOCK"] += dt.timedelta(minutes=16)
    assert change(client).status_code == 302


def test_a_weak_new_password_is_no_wrong_try(client, lan):
    enter(client)
    for _n in range(11):
        change(client, password="ngắn", again="ngắn")
    assert change(client).status_code == 302
