"""The pages of units: the tree, search, forms that keep what was typed, conflicts said aloud."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from core.domain.permissions import Role
from core.models import Unit, UnitAlias, db


@pytest.fixture
def commune(make):
    return make.unit("Xã Hà Long", key="ha-long")


@pytest.fixture
def browser(make, commune, sign_in):
    return sign_in(make.user("Quản Trị Xã", (Role.UNIT_ADMIN, commune), login="quantri"))


@contextmanager
def counted() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_conn, _cursor, statement, *_more):
        seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(db.engine, "before_cursor_execute", note)


def queries(browser, path):
    browser.get(path)  # caches of the process, not of the page
    with counted() as seen:
        assert browser.get(path).status_code == 200
    return len(seen)


@pytest.mark.parametrize("path", ["/u/ha-long/units", "/u/ha-long/units?q=thon", "/u/ha-long/units?state=closed"])
def test_fifty_units_cost_what_one_costs(browser, make, commune, path):
    import datetime as dt

    closed = {"closed_on": dt.date(2026, 1, 1)} if "closed" in path else {}
    make.unit("Thôn 0", parent=commune, kind="thon", **closed)
    one = queries(browser, path)
    for n in range(1, 50):
        make.unit(f"Thôn {n}", parent=commune, kind="thon", **closed)
    assert queries(browser, path) == one


def test_search_pages_go_on_and_back(browser, make, commune):
    for n in range(60):
        make.unit(f"Thôn {n}", parent=commune, kind="thon")
    first = browser.get("/u/ha-long/units?q=thon").text
    assert [f">Thôn {n}<" in first for n in (0, 49, 50)] == [True, True, False]
    import re
    from html import unescape

    second = browser.get(unescape(re.search(r'rel="next" href="([^"]+)"', first).group(1))).text
    assert [f">Thôn {n}<" in second for n in (49, 50, 59)] == [False, True, True]
    back = browser.get(unescape(re.search(r'rel="prev" href="([^"]+)"', second).group(1))).text
    assert [f">Thôn {n}<" in back for n in (0, 49, 50)] == [True, True, False]


@pytest.mark.parametrize("query", ["kind=king", "state=gone", "q=x&after=rubbish", "q=x&after=WyI+Il0", "kind=%00"])
def test_wrong_parameters_are_a_page_and_no_crash(browser, query):
    assert browser.get(f"/u/ha-long/units?{query}").status_code == 400


@pytest.mark.parametrize("q", ["%", "_", "\x00", "\ud7ff", "'; DROP TABLE unit; --", "a" * 5000, "đ" * 300])
def test_any_search_is_answered(browser, q):
    assert browser.get("/u/ha-long/units", query_string={"q": q}).status_code == 200


def test_a_unit_is_added_by_the_form_once(browser, commune):
    form = {"name": "Thôn Đông", "kind": "thon", "request_id": "abc123"}
    answers = [browser.post("/u/ha-long/units/new", data=form) for _n in range(2)]
    assert [one.location for one in answers] == ["/u/ha-long/units/thon-dong"] * 2
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Unit)) == 2
    assert "Đã thêm Thôn Đông." in browser.get("/u/ha-long/units/thon-dong").text


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"name": "", "kind": "thon"}, "Mục này bắt buộc."),
        ({"name": "x" * 201, "kind": "thon"}, "x" * 201),
        ({"name": "Thôn\x00Đông", "kind": "thon"}, "Tên đơn vị"),
        ({"name": "Thôn Đông", "kind": "hanh_tinh"}, "Hãy chọn một mục trong danh sách."),
        ({"name": "Thôn Đông"}, "Mục này bắt buộc."),
        ({"name": "!!!", "kind": ""}, "!!!"),
        ({"name": "Thôn <b>Đông</b>", "kind": ""}, "Thôn &lt;b&gt;Đông&lt;/b&gt;"),
    ],
)
def test_a_form_with_errors_keeps_what_was_typed(browser, commune, form, said):
    answer = browser.post("/u/ha-long/units/new", data=form)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Unit)) == 1


def test_a_conflict_shows_both_and_the_second_save_is_deliberate(browser, make, commune):
    village = make.unit("Thôn Đông", parent=commune, kind="thon", key="dong")
    seen = village.version
    form = {"kind": "thon", "version": str(seen)}
    assert browser.post("/u/ha-long/units/dong/edit", data={**form, "short_name": "Của người kia"}).status_code == 302
    late = browser.post("/u/ha-long/units/dong/edit", data={**form, "short_name": "Của tôi"})
    assert late.status_code == 409
    assert ["Của người kia" in late.text, 'value="Của tôi"' in late.text] == [True, True]
    db.session.expire_all()
    assert f'name="version" type="hidden" value="{village.version}"' in late.text
    again = browser.post(
        "/u/ha-long/units/dong/edit", data={**form, "version": str(village.version), "short_name": "Của tôi"}
    )
    assert again.status_code == 302
    assert db.session.scalar(sa.select(Unit.short_name).where(Unit.key == "dong")) == "Của tôi"


@pytest.mark.parametrize("version", ["", "0", "99999999999999999999", "abc", "-1", "１"])
def test_no_version_is_a_conflict(browser, make, commune, version):
    make.unit("Thôn Đông", parent=commune, kind="thon", key="dong")
    form = {"kind": "thon", "short_name": "X", "version": version}
    assert browser.post("/u/ha-long/units/dong/edit", data=form).status_code == 409


def test_a_renaming_from_the_page(browser, make, commune):
    village = make.unit("Thôn Đông", parent=commune, kind="thon", key="dong")
    form = {"name": "Thôn Bình Minh", "until_on": "12/05/2026", "ground": "NQ 12", "version": str(village.version)}
    assert browser.post("/u/ha-long/units/dong/rename", data=form).location == "/u/ha-long/units/dong"
    page = browser.get("/u/ha-long/units/dong").text
    assert ["Thôn Bình Minh" in page, "Thôn Đông" in page, "12/05/2026" in page] == [True, True, True]


def test_a_merger_from_the_page(browser, make, commune):
    east, north = (make.unit(name, parent=commune, kind="thon") for name in ("Thôn Đông", "Thôn Bắc"))
    page = browser.get(f"/u/ha-long/units/{north.key}/merge").text
    assert [f'value="{one.key}"' in page for one in (east, north, commune)] == [True, False, True]
    form = {"into": east.key, "on": "01/05/2026", "ground": "NQ 5", "people": "carry", "version": str(north.version)}
    assert browser.post(f"/u/ha-long/units/{north.key}/merge", data=form).location == f"/u/ha-long/units/{east.key}"
    assert "Đã sáp nhập vào Thôn Đông từ 01/05/2026" in browser.get(f"/u/ha-long/units/{north.key}").text
    assert f'href="/u/ha-long/units/{north.key}"' not in browser.get("/u/ha-long/units").text


def test_reasons_against_closing_are_shown(browser, make, commune):
    north = make.unit("Thôn Bắc", parent=commune, kind="thon")
    make.unit("Tổ 1", parent=north, kind="to_cong_nghe_so")
    form = {"on": "01/05/2026", "ground": "NQ 5", "version": str(north.version)}
    answer = browser.post(f"/u/ha-long/units/{north.key}/close", data=form)
    assert (answer.status_code, "Còn 1 đơn vị bên dưới" in answer.text) == (422, True)


def test_an_alias_by_the_page(browser, make, commune):
    make.unit("Thôn Đông", parent=commune, kind="thon", key="dong")
    assert browser.post("/u/ha-long/units/dong/aliases", data={"name": "Xóm Đình"}).status_code == 302
    alias = db.session.scalar(sa.select(UnitAlias.id))
    assert browser.post(f"/u/ha-long/units/dong/aliases/{alias}/drop").status_code == 302
    assert browser.post(f"/u/ha-long/units/dong/aliases/{alias}/drop").status_code == 404
    assert browser.post("/u/ha-long/units/dong/aliases/99999999999/drop").status_code == 404


def test_foreign_units_are_not_found(browser, make):
    make.unit("Xã Bên", key="ben")
    paths = ["", "/edit", "/rename", "/merge", "/close"]
    assert [browser.get(f"/u/ha-long/units/ben{path}").status_code for path in paths] == [404] * 5
    assert browser.post("/u/ha-long/units/ben/reopen").status_code == 404
    assert browser.get("/u/ha-long/units/new?below=ben").status_code == 404


def test_other_roles_have_no_such_pages(make, commune, sign_in):
    roles = [(role, commune) for role in Role if role not in (Role.UNIT_ADMIN, Role.SYSTEM_ADMIN)]
    browser = sign_in(make.user("Mọi Vai Trò Khác", *roles))
    paths = ["units", "units/new", "units/ha-long", "accounts", "accounts/new", "offices", "offices/new"]
    assert [browser.get(f"/u/ha-long/{path}").status_code for path in paths] == [403] * 7
