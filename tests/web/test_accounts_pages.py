"""The pages of accounts and signing offices, through the administrator's browser."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from core.domain.permissions import Role
from core.models import Delegation, Office, RoleGrant, User, db
from tests.web.test_units_pages import queries


@pytest.fixture
def commune(make):
    return make.unit("Xã Hà Long", key="ha-long", kind="xa")


@pytest.fixture
def admin(make, commune):
    return make.user("Quản Trị Xã", (Role.UNIT_ADMIN, commune), login="quantri")


@pytest.fixture
def browser(admin, sign_in):
    return sign_in(admin)


def test_fifty_accounts_cost_what_one_costs(browser, make, commune):
    village = make.unit("Thôn Đông", parent=commune, kind="thon")
    make.user("Người 0", (Role.HEAD, village))
    one = queries(browser, "/u/ha-long/accounts")
    for n in range(1, 50):
        make.user(f"Người {n}", (Role.HEAD, village), (Role.NOMINATOR, commune))
    assert queries(browser, "/u/ha-long/accounts") == one


@pytest.mark.parametrize("query", ["role=king", "state=x", "after=rubbish"])
def test_wrong_parameters_are_a_page_and_no_crash(browser, query):
    assert browser.get(f"/u/ha-long/accounts?{query}").status_code == 400


def test_from_a_new_account_to_its_first_sign_in(app, browser, commune):
    form = {"full_name": "Lê Thị Bình", "unit": "ha-long", "roles": ["nominator", "head"], "request_id": "r1"}
    made = browser.post("/u/ha-long/accounts/new", data=form)
    assert made.status_code == 302
    page = browser.get(made.location).text
    assert ["binh.lt" in page, "chưa đặt mật khẩu" in page] == [True, True]
    link = browser.post(f"{made.location}/link")
    address = re.search(r"http://localhost(/link/[\w-]+)</textarea>", link.text).group(1)
    person = app.test_client()
    person.post(address, data={"password": "ba cây gạo đầu đình", "again": "ba cây gạo đầu đình"})
    assert person.post("/sign-in", data={"login": "binh.lt", "password": "ba cây gạo đầu đình"}).location == "/home"
    roles = re.findall(r"Người lập hồ sơ, thủ trưởng đơn vị", person.get("/account").text)
    assert len(roles) == 1


def test_a_repeated_form_makes_one_account(browser, commune):
    form = {"full_name": "Lê Thị Bình", "unit": "ha-long", "roles": "head", "request_id": "r1"}
    first, second = (browser.post("/u/ha-long/accounts/new", data=form) for _n in range(2))
    assert (first.location, second.headers["Idempotency-Replayed"]) == (second.location, "true")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 2


def test_a_form_with_errors_keeps_what_was_typed(browser, admin):
    form = {"full_name": "Lê Thị Bình", "login": "quantri", "email": "x", "unit": "ha-long", "roles": "head"}
    answer = browser.post("/u/ha-long/accounts/new", data=form)
    said = ["đã có người dùng", "Tên đăng nhập", "thư điện tử chưa đúng", 'value="Lê Thị Bình"', 'value="x"']
    assert (answer.status_code, [one in answer.text for one in said]) == (422, [True] * 5)


def test_the_highest_role_is_not_even_offered(browser, make, commune, sign_in):
    assert 'value="system_admin"' not in browser.get("/u/ha-long/accounts/new").text
    system = sign_in(make.user("Hệ Thống", (Role.SYSTEM_ADMIN, commune)))
    assert 'value="system_admin"' in system.get("/u/ha-long/accounts/new").text
    forged = {"full_name": "Kẻ Xấu", "unit": "ha-long", "roles": "system_admin"}
    assert browser.post("/u/ha-long/accounts/new", data=forged).status_code == 422


def test_one_s_own_new_role_does_not_throw_one_out(browser, admin, commune):
    form = {"unit": "ha-long", "role": "secretary"}
    assert browser.post(f"/u/ha-long/accounts/{admin.key}/roles", data=form).status_code == 302
    assert browser.get("/u/ha-long/accounts").status_code == 200


def test_ending_a_role_by_the_page(browser, make, commune, admin):
    person = make.user("Lê Thị Bình", (Role.HEAD, commune))
    grant = db.session.scalar(sa.select(RoleGrant.id).where(RoleGrant.user_id == person.id))
    own = db.session.scalar(sa.select(RoleGrant.id).where(RoleGrant.user_id == admin.id))
    path = f"/u/ha-long/accounts/{person.key}/roles"
    assert browser.post(f"{path}/{own}/end").status_code == 404
    assert browser.post(f"{path}/{grant}/end").status_code == 302
    assert "Chưa có vai trò nào." not in browser.get(f"/u/ha-long/accounts/{person.key}").text
    refused = browser.post(f"/u/ha-long/accounts/{admin.key}/roles/{own}/end")
    assert (refused.status_code, "vai trò quản trị cuối cùng" in refused.text) == (422, True)


def test_closing_and_opening_by_the_page(browser, make, commune):
    person = make.user("Lê Thị Bình", (Role.HEAD, commune))
    path = f"/u/ha-long/accounts/{person.key}"
    assert browser.post(f"{path}/close").status_code == 302
    assert ["Lê Thị Bình" in browser.get(f"/u/ha-long/accounts{q}").text for q in ("", "?state=closed")] == [
        False,
        True,
    ]
    assert browser.post(f"{path}/link").status_code == 422
    assert browser.post(f"{path}/reopen").status_code == 302
    assert browser.post(f"{path}/link").status_code == 200


def test_an_edit_conflict_is_a_409(browser, make, commune):
    person = make.user("Lê Thị Bình", (Role.HEAD, commune))
    form = {"full_name": "Lê Thị Thanh Bình", "version": str(person.version)}
    path = f"/u/ha-long/accounts/{person.key}/edit"
    assert [browser.post(path, data=form).status_code for _n in range(2)] == [302, 409]


def test_foreign_accounts_are_not_found(browser, make):
    person = make.user("Người Xã Bên", (Role.HEAD, make.unit("Xã Bên")))
    path = f"/u/ha-long/accounts/{person.key}"
    assert [browser.get(path).status_code, browser.get(f"{path}/edit").status_code] == [404, 404]
    acts = ("link", "close", "reopen", "second-factor/off")
    assert [browser.post(f"{path}/{act}").status_code for act in acts] == [404] * 4


# ---------------------------------------------------------------- signing offices


@pytest.fixture
def chair(make, commune):
    return make.user("Trần Văn Chủ", (Role.SIGNER, commune))


def appoint(browser, chair, **more):
    form = {"authority": "CT_UBND_XA", "person": chair.key, "from_on": "01/01/2026", **more}
    return browser.post("/u/ha-long/offices/new", data=form)


def test_from_an_office_to_a_delegation_to_their_end(browser, make, commune, chair):
    deputy = make.user("Phạm Thị Phó", (Role.SIGNER, commune))
    assert appoint(browser, chair).location == "/u/ha-long/offices"
    office = db.session.scalar(sa.select(Office.key))
    form = {"kind": "KT", "person": deputy.key, "title": "PHÓ CHỦ TỊCH", "number": "1/QĐ", "from_on": "02/01/2026"}
    assert browser.post(f"/u/ha-long/offices/{office}/delegations/new", data=form).status_code == 302
    page = browser.get("/u/ha-long/offices").text
    said = ["Chủ tịch Ủy ban nhân dân cấp xã", "Trần Văn Chủ", "Phạm Thị Phó", "1/QĐ", "từ 02/01/2026 đến nay"]
    assert [one in page for one in said] == [True] * 5
    paper = db.session.scalar(sa.select(Delegation.key))
    assert browser.post(f"/u/ha-long/delegations/{paper}/end", data={"on": "01/05/2026"}).status_code == 302
    assert browser.post(f"/u/ha-long/offices/{office}/end", data={"on": "02/05/2026"}).status_code == 302
    assert "đã kết thúc" in browser.get("/u/ha-long/offices").text


def test_fifty_offices_cost_what_one_costs(browser, make, chair):
    appoint(browser, chair, to_on="01/01/2026")
    one = queries(browser, "/u/ha-long/offices")
    for n in range(2, 29):
        appoint(browser, chair, from_on=f"{n:02}/01/2026", to_on=f"{n:02}/01/2026")
    assert queries(browser, "/u/ha-long/offices") == one


@pytest.mark.parametrize("day", ["31/02/2026", "2026", "x", "", "01/01/99999", "０１/01/2026"])
def test_a_bad_day_is_said_beside_its_field(browser, chair, day):
    answer = appoint(browser, chair, from_on=day)
    assert (answer.status_code, 'id="from_on-error"' in answer.text) == (422, True)


def test_without_a_signer_the_page_says_what_to_do(browser):
    assert "Hãy giao vai trò đó trước" in browser.get("/u/ha-long/offices/new").text
