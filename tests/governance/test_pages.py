"""The screens of governance: who sees and does what, what off means, and what each page costs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlalchemy as sa

import core.web
from core.domain.activation import Policy
from core.models import AuditLine, PluginPolicy, PluginSwitch, db
from core.services import plugin_targets, plugins
from tests.governance.test_switches import lay_down, turn

STYLES = Path(core.web.__file__).parent / "static/core/vinhdanh.css"


@pytest.fixture
def browsers(tree, sign_in):
    """One browser for each person of the tree, made when asked for."""
    made = {}

    def of(name):
        if name not in made:
            made[name] = sign_in(getattr(tree, name))
        return made[name]

    return of


@pytest.fixture
def on(tree, context_of):
    """``on("lamp", tree.xa)``: switched on there by its administrator."""

    def act(plugin, unit):
        turn(context_of(tree.tinh_admin, unit), plugin, True)

    return act


def switches():
    rows = db.session.execute(sa.select(PluginSwitch.plugin, PluginSwitch.is_on).order_by(PluginSwitch.id))
    return [tuple(one) for one in rows]


#: page -> who gets 200 (of tinh_admin, xa_admin, thon_admin, system, secretary, nominator, volunteer)
ADMINS = {"tinh_admin", "xa_admin", "system"}
PEOPLE = ("tinh_admin", "xa_admin", "thon_admin", "system", "secretary", "nominator", "volunteer")
PAGES = {
    "/u/{xa}/plugins": ADMINS,
    "/u/{xa}/plugins/lamp": ADMINS,
    "/u/{xa}/plugins/lamp/below": ADMINS,
    "/u/{xa}/plugins/lamp/settings": ADMINS,
    "/u/{xa}/plugins/lamp/targets": ADMINS,
    "/u/{xa}/plugins/lamp/data": ADMINS,
    "/u/{xa}/plugins/lamp/why": ADMINS | {"secretary", "nominator", "volunteer"},
    "/system/plugins": {"system"},
}


@pytest.mark.parametrize("path", PAGES)
def test_who_sees_which_page(tree, browsers, path):
    answers = {name: browsers(name).get(path.format(xa=tree.xa.key)).status_code for name in PEOPLE}
    # who holds nothing in the commune does not learn that it is there
    others = {"thon_admin": 404 if "/u/" in path else 403}
    assert answers == {name: 200 if name in PAGES[path] else others.get(name, 403) for name in PEOPLE}


ACTS = {
    "/u/{xa}/plugins/lamp/switch": ({"value": "1"}, ADMINS),
    "/u/{xa}/plugins/lamp/policy": ({"policy": "required"}, ADMINS),
    "/u/{xa}/plugins/lamp/data": ({}, ADMINS),
    "/system/plugins/lamp/serve": ({"value": "0"}, {"system"}),
}


@pytest.mark.parametrize("path", ACTS)
def test_who_may_act(tree, browsers, path):
    form, allowed = ACTS[path]
    for name in PEOPLE:
        answer = browsers(name).post(path.format(xa=tree.xa.key), data=form).status_code
        if name in allowed:
            assert answer in (200, 302), name
        else:
            assert answer == (404 if name == "thon_admin" and "/u/" in path else 403), name
    done = db.session.scalars(sa.select(AuditLine.actor).where(AuditLine.action.startswith("plugin."))).all()
    logins = {getattr(tree, name).login for name in allowed}
    assert set(done) <= logins


def test_switch_and_back_on_the_page(tree, browsers):
    admin, at = browsers("xa_admin"), f"/u/{tree.xa.key}/plugins/lamp"
    before = admin.get(at).text
    for words in ("Trang ghi số bóng đèn", "không lưu dữ liệu cá nhân", "Xem số bóng đèn", "Bật phần này"):
        assert words in before
    assert "Tắt phần này" not in before
    answer = admin.post(f"{at}/switch", data={"value": "1"})
    assert (answer.status_code, answer.location) == (302, at)
    after = admin.get(at).text
    assert ("Đã bật “Đèn đường”." in after, "Tắt phần này" in after, "Bật vì Xã Sáng đã bật." in after) == (True,) * 3
    admin.post(f"{at}/switch", data={"value": "0"})
    assert switches() == [("lamp", False)]


@pytest.mark.parametrize("value", ["", "2", "yes", "1\x00"])
def test_nonsense_switches_nothing(tree, browsers, value):
    at = f"/u/{tree.xa.key}/plugins/lamp"
    assert browsers("xa_admin").post(f"{at}/switch", data={"value": value}).status_code == 400
    assert browsers("xa_admin").post(f"{at}/policy", data={"policy": value or "x"}).status_code == 400
    assert browsers("system").post("/system/plugins/lamp/serve", data={"value": value}).status_code == 400
    assert (switches(), db.session.scalars(sa.select(PluginPolicy.id)).all()) == ([], [])


@pytest.mark.parametrize("plugin", ["nothing", "lamp%00", "l" * 300, "đèn", "unit"])
def test_an_unknown_plugin_is_not_found(tree, browsers, plugin):
    admin = browsers("xa_admin")
    for tail in ("", "/why", "/settings", "/targets", "/below", "/data"):
        assert admin.get(f"/u/{tree.xa.key}/plugins/{plugin}{tail}").status_code == 404, tail
    for tail, form in (("/switch", {"value": "1"}), ("/policy", {"policy": "forbidden"}), ("/data", {})):
        assert admin.post(f"/u/{tree.xa.key}/plugins/{plugin}{tail}", data=form).status_code == 404, tail


def test_forbidden_stays_forbidden_by_post(tree, browsers, context_of):
    lay_down(context_of(tree.tinh_admin, tree.tinh), "lamp", Policy.FORBIDDEN)
    admin, at = browsers("xa_admin"), f"/u/{tree.xa.key}/plugins/lamp"
    shown = admin.get(at).text
    assert ("Bật phần này" in shown, "Tắt vì Tỉnh Thử không cho phép dùng." in shown) == (False, True)
    answer = admin.post(f"{at}/switch", data={"value": "1"})
    assert (answer.status_code, "Tỉnh Thử không cho phép dùng phần “Đèn đường”." in answer.text) == (422, True)
    answer = admin.post(f"{at}/policy", data={"policy": "default_on"})
    assert answer.status_code == 422
    assert switches() == []
    assert admin.get(f"/u/{tree.xa.key}/x/lamp/").status_code == 404


def test_objections_of_the_plugin_are_read_together(make, tree, browsers):
    dark = make.unit("Xã Tối", parent=tree.tinh)
    answer = browsers("tinh_admin").post(f"/u/{dark.key}/plugins/lamp/switch", data={"value": "1"})
    assert answer.status_code == 422
    assert re.findall(r"Chưa có [^.]+\.", answer.text) == ["Chưa có điện ở đây.", "Chưa có cột đèn."]
    dim = make.unit("Xã Mờ", parent=tree.tinh)
    browsers("tinh_admin").post(f"/u/{dim.key}/plugins/lamp/switch", data={"value": "1"})
    assert "Điện yếu, đèn sẽ mờ." in browsers("tinh_admin").get(f"/u/{dim.key}/plugins/lamp").text


def test_off_is_off(tree, browsers, on):
    """404 before, 200 while on, 403 without the permission, 404 after; no line in the menu."""
    secretary, page = browsers("secretary"), f"/u/{tree.xa.key}/x/lamp/"

    def seen():
        home = secretary.get(f"/u/{tree.xa.key}/")
        return secretary.get(page).status_code, page in home.text

    assert seen() == (404, False)
    on("lamp", tree.xa)
    assert seen() == (200, True)
    assert browsers("volunteer").get(page).status_code == 403
    assert browsers("volunteer").get(f"{page}count").status_code == 200
    browsers("xa_admin").post(f"/u/{tree.xa.key}/plugins/lamp/switch", data={"value": "0"})
    assert seen() == (404, False)


def test_the_menu_has_what_one_may_open(tree, browsers, on):
    on("lamp", tree.xa)

    def lines(name):
        text = browsers(name).get(f"/u/{tree.xa.key}/").text
        return sorted(set(re.findall(r'href="/u/[^/"]+/x/lamp/([^"]*)"', text)))

    assert lines("secretary") == [""]
    assert lines("volunteer") == ["count"]
    assert lines("nominator") == []
    text = browsers("secretary").get(f"/u/{tree.xa.key}/").text
    for never in ("Không có trang", "Trang của người khác", "Thiếu địa chỉ"):
        assert never not in text


def test_a_plugin_that_breaks_leaves_the_menu_standing(app, make, tree, browsers, context_of):
    loud = make.unit("Xã Nổ", parent=tree.tinh)
    make.keep(PluginSwitch(unit_id=loud.id, plugin="lamp", is_on=True, at=make.now))
    for path in (f"/u/{loud.key}/plugins", f"/u/{loud.key}/units"):
        page = browsers("tinh_admin").get(path)
        assert (page.status_code, f"/u/{loud.key}/units" in page.text) == (200, True)
    found = plugins.overview(context_of(tree.system, tree.tinh)).plugins[0]
    assert (found.name, found.failures > 0, found.last[0].hook) == ("lamp", True, "nav_items")


def test_policy_on_the_page(tree, browsers):
    admin, at = browsers("tinh_admin"), f"/u/{tree.tinh.key}/plugins/lamp"
    page = admin.get(at).text
    assert page.count("Bật ở 2/2 đơn vị, bật thêm 2.") == 2
    assert admin.post(f"{at}/policy", data={"policy": "required"}).status_code == 302
    assert "Bật vì Tỉnh Thử quy định bắt buộc." in browsers("xa_admin").get(f"/u/{tree.xa.key}/plugins/lamp/why").text
    below = admin.get(f"{at}/below").text
    assert below.count("Bật vì Tỉnh Thử quy định bắt buộc.") == 2
    assert admin.post(f"{at}/policy", data={"policy": ""}).status_code == 302
    assert db.session.scalars(sa.select(PluginPolicy.id)).all() == []
    # a unit with none below is not asked
    assert "Quy định cho cấp dưới" not in browsers("thon_admin").get(f"/u/{tree.thon.key}/plugins/lamp").text


def test_why_in_an_event(make, tree, browsers, on, context_of):
    event = make.event(tree.xa, invited=[tree.thon])
    on("lamp", tree.xa)
    at = f"/u/{tree.thon.key}/plugins/lamp/why"
    asked = browsers("thon_admin").get(f"{at}?event={event.key}").text
    assert ("Bật vì Xã Sáng đã bật." in asked, f"Đợt “{event.title}”: có dùng" in asked) == (True, True)
    assert "Tắt vì chưa ai bật." in browsers("thon_admin").get(at).text
    hidden = make.event(make.unit("Xã Xa"))
    for wrong in (hidden.key, "x\x00", "đợt", "x" * 500):
        assert browsers("thon_admin").get(at, query_string={"event": wrong}).status_code == 404


def test_an_event_is_narrowed_on_its_page(make, tree, browsers, on):
    event = make.event(tree.xa)
    make.keep(PluginSwitch(unit_id=tree.xa.id, plugin="lamp", is_on=True, at=make.now))
    at = f"/u/{tree.xa.key}/e/{event.key}/plugins"
    assert at in browsers("secretary").get(f"/u/{tree.xa.key}/e/{event.key}/").text
    assert "Không dùng trong đợt" in browsers("secretary").get(at).text
    assert browsers("secretary").post(f"{at}/lamp", data={"value": "0"}).status_code == 302
    assert "Dùng lại" in browsers("secretary").get(at).text
    for value in ("", "7"):
        assert browsers("secretary").post(f"{at}/lamp", data={"value": value}).status_code == 400
    assert browsers("nominator").post(f"{at}/lamp", data={"value": "1"}).status_code == 403


def test_the_server_page_tells_how_each_fares(app, make, tree, browsers, context_of):
    app.extensions["plugins"].mark_unwell("shade", "tables", "shade__x lies outside")
    make.keep(PluginSwitch(unit_id=tree.xa.id, plugin="removed_one", is_on=True, at=make.now))
    system = browsers("system")
    page = system.get("/system/plugins").text
    for words in ("Đèn đường", "hỏng", "bảng dữ liệu", "shade__x lies outside", "removed_one", "đã gỡ, đơn vị còn bật"):
        assert words in page
    assert "Tên người thay chao đèn, giữ một năm." in page
    assert "VINHDANH_PLUGINS_OFF=lamp" in page
    assert system.post("/system/plugins/lamp/resume").status_code == 422
    assert system.post("/system/plugins/nothing/resume").status_code == 404
    assert system.post("/system/plugins/lamp/serve", data={"value": "0"}).status_code == 302
    assert browsers("xa_admin").post(f"/u/{tree.xa.key}/plugins/lamp/switch", data={"value": "1"}).status_code == 422


@pytest.mark.browser
def test_the_button_keeps_off_the_recent_failures(make, tree, browsers, chromium):
    loud = make.unit("Xã Nổ", parent=tree.tinh)
    make.keep(PluginSwitch(unit_id=loud.id, plugin="lamp", is_on=True, at=make.now))
    browsers("tinh_admin").get(f"/u/{loud.key}/plugins")
    page = chromium.new_page()
    page.set_content(browsers("system").get("/system/plugins").text)
    page.add_style_tag(path=STYLES)
    fold = page.locator("details", has_text="Lỗi gần đây").first
    button = fold.locator("xpath=following-sibling::*").first.locator("button")
    above, below = fold.bounding_box(), button.bounding_box()
    page.close()
    assert below["y"] - (above["y"] + above["height"]) >= 12


def test_five_failures_suspend_and_the_administrator_resumes(make, tree, browsers, context_of):
    loud = make.unit("Xã Nổ", parent=tree.tinh)
    make.keep(PluginSwitch(unit_id=loud.id, plugin="lamp", is_on=True, at=make.now))
    for _n in range(5):
        browsers("tinh_admin").get(f"/u/{loud.key}/plugins")
    page = browsers("system").get("/system/plugins").text
    assert ("tạm ngừng" in page, "no menu" in page) == (True, True)
    assert browsers("system").post("/system/plugins/lamp/resume").status_code == 302
    assert "Cho chạy lại" not in browsers("system").get("/system/plugins").text


# ------------------------------------------------------------------------------------------------ what pages cost


@pytest.fixture
def count_queries(app):
    """``count_queries(browser, path)``: SELECTs of one GET."""
    seen = []

    def note(_conn, _cursor, statement, *_rest):
        if statement.lstrip().upper().startswith("SELECT"):
            seen.append(statement)

    def run(browser, path):
        browser.get(path)
        seen.clear()
        answer = browser.get(path)
        assert answer.status_code == 200, path
        return len(seen)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    yield run
    sa.event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("path", ["plugins", "plugins/lamp", "plugins/lamp/below", "plugins/lamp/targets"])
def test_pages_cost_the_same_with_many_units(make, tree, browsers, count_queries, context_of, path):
    where = f"/u/{tree.xa.key}/{path}"
    make.keep(PluginSwitch(unit_id=tree.thon.id, plugin="lamp", is_on=True, at=make.now))
    few = count_queries(browsers("xa_admin"), where)
    for n in range(12):
        unit = make.unit(f"Thôn {n}", parent=tree.xa, kind="thon")
        make.keep(PluginSwitch(unit_id=unit.id, plugin="lamp", is_on=True, at=make.now))
        plugin_targets.set_target(
            context_of(tree.xa_admin, tree.xa),
            "lamp",
            unit=unit.key,
            indicator="lit",
            first=make.now.date(),
            last=make.now.date(),
            quantity=5,
        )
        db.session.commit()
    assert count_queries(browsers("xa_admin"), where) == few


def test_the_menu_costs_one_query(app, tree, browsers, count_queries, on):
    """With plugins installed the whole menu asks one question more than with none, on or off."""
    path = f"/u/{tree.xa.key}/units"
    off = count_queries(browsers("xa_admin"), path)
    on("lamp", tree.xa)
    assert count_queries(browsers("xa_admin"), path) == off
    registry = app.extensions["plugins"]
    kept, registry.installed = registry.installed, {}
    try:
        assert count_queries(browsers("xa_admin"), path) == off - 1
    finally:
        registry.installed = kept
