"""Each row of the failure table, through the doors: what fails is left out, refused or put off, never a silent yes."""

from __future__ import annotations

import io
import re

import pytest
import sqlalchemy as sa

from core.app import ready
from core.domain.permissions import Role
from core.models import AuditLine, AuditPayload, Nomination, NominationSection, PluginFailure, PluginState, db
from tests.conftest import browser_of
from tests.plugins_world import move_clock, opened, switch
from tests.web.test_nominations import begin, world, write

__all__ = ["world"]

HIDDEN = "Phần mở rộng “Mẫu {name}” tạm thời không hiển thị."
CANNOT = "Không kiểm tra được phần “Mẫu {name}”"


def _failures(plugin: str) -> list[str]:
    db.session.rollback()
    f = PluginFailure
    return list(db.session.scalars(sa.select(f.hook).where(f.plugin == plugin).order_by(f.id)))


def _ready_to_send(browser) -> str:
    """A draft with nothing in the way but what plugins say; returns its address."""
    address = begin(browser)
    file = (io.BytesIO(b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"), "Tờ trình.pdf")
    answer = write(browser, address, act="check", **{"file.TO_TRINH": file})
    assert answer.status_code == 303, answer.text
    return address.removesuffix("/edit")


def _send(browser, address: str):
    version = db.session.scalar(sa.select(Nomination.version).order_by(Nomination.id.desc()))
    db.session.rollback()
    return browser.post(f"{address}/submit", data={"version": version}, follow_redirects=True)


def _states() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Nomination.state).order_by(Nomination.id)))


# ---------------------------------------------------------------------------------------- gather


@pytest.mark.parametrize("names", [("raises_in_gather", "exits", "wrong_type", "poisons_session", "well_behaved")])
@pytest.mark.parametrize("name", ["raises_in_gather", "exits", "wrong_type", "poisons_session"])
def test_gather_that_fails_is_left_out_and_the_page_says_so(app, world, sign_in, name):
    switch(world.commune, name, "well_behaved")
    browser = sign_in(world.secretary)
    for address in ("/u/xa-ha-long", "/u/xa-ha-long/e/dot/"):
        answer = browser.get(address, follow_redirects=True)
        assert answer.status_code == 200
        assert HIDDEN.format(name=name) in answer.text
        assert "Thẻ mẫu" in answer.text  # the others were heard
    assert "panels" in _failures(name)
    assert _failures("well_behaved") == []


@pytest.mark.parametrize("names", [("raises_in_gather", "exits", "wrong_type", "poisons_session", "well_behaved")])
@pytest.mark.parametrize("name", ["raises_in_gather", "exits", "wrong_type", "poisons_session"])
def test_gather_that_fails_keeps_the_form_and_what_is_saved(app, world, sign_in, name):
    switch(world.commune, name, "well_behaved")
    browser = sign_in(world.nominator)
    address = begin(browser)
    page = browser.get(address)
    assert (page.status_code, "Một từ" in page.text) == (200, True)
    assert write(browser, address, result="Đã lưu được").status_code in (200, 303)
    assert "Đã lưu được" in browser.get(address).text


@pytest.mark.parametrize("names", [("raises_in_gather",)])
def test_fields_that_cannot_be_asked_refuse_the_sending(app, world, sign_in):
    """A section that might be obligatory is never skipped in silence."""
    switch(world.commune, "raises_in_gather")
    browser = sign_in(world.head)
    address = _ready_to_send(browser)
    answer = _send(browser, address)
    assert CANNOT.format(name="raises_in_gather") in answer.text
    assert _states() == ["draft"]


# ---------------------------------------------------------------------------------------- ask


ASKED = ("raises_in_ask", "exits", "slow", "poisons_session", "wrong_type")


@pytest.mark.parametrize("names", [ASKED])
@pytest.mark.parametrize("name", ASKED)
def test_ask_that_fails_or_is_slow_refuses_with_words_and_keeps_the_draft(app, world, sign_in, name):
    switch(world.commune, name)
    browser = sign_in(world.head)
    address = _ready_to_send(browser)
    answer = _send(browser, address)
    assert CANNOT.format(name=name) in answer.text
    assert _states() == ["draft"]
    assert "nomination_objections" in _failures(name)


@pytest.mark.parametrize("names", [("well_behaved",)])
@pytest.mark.parametrize("how", ["unwell", "suspended"])
def test_a_silent_guard_refuses(app, world, sign_in, make, how):
    switch(world.commune, "well_behaved")
    browser = sign_in(world.head)
    address = _ready_to_send(browser)
    if how == "unwell":
        app.extensions["plugins"].mark_unwell("well_behaved", "migration", "waits")
    else:
        make.keep(PluginState(plugin="well_behaved", is_allowed=True, suspended_at=make.now))
    answer = _send(browser, address)
    assert "Không kiểm tra được phần “Mẫu ngoan”" in answer.text
    assert _states() == ["draft"]


def test_a_guard_that_says_yes_lets_it_through(app, world, sign_in):
    switch(world.commune, "well_behaved")
    browser = sign_in(world.head)
    assert _send(browser, _ready_to_send(browser)).status_code == 200
    assert _states() == ["submitted"]


@pytest.mark.parametrize("names", [("raises_in_ask", "exits", "slow", "wrong_type", "poisons_session")])
@pytest.mark.parametrize("name", ["raises_in_ask", "exits", "slow", "wrong_type", "poisons_session"])
def test_what_cannot_be_asked_is_not_switched_on(app, world, context_of, make, name):
    from core.domain.errors import Refused
    from core.services import plugin_sets, plugin_switches

    admin = make.user("Quản Trị", (Role.UNIT_ADMIN, world.commune))
    ctx = context_of(admin, world.commune)
    with pytest.raises(Refused) as refused:
        plugin_switches.switch(ctx, name, is_on=True)
    assert [one.code for one in refused.value.objections] == ["plugin_cannot_check"]
    db.session.rollback()
    assert not plugin_sets.of_unit(context_of(admin, world.commune)).is_on(name)


# ---------------------------------------------------------------------------------------- pages


@pytest.mark.parametrize("names", [("page_raises", "well_behaved")])
@pytest.mark.parametrize("tail", ["", "leave"])
def test_a_page_that_fails_names_the_plugin_and_an_error_id(app, world, sign_in, caplog, tail):
    switch(world.commune, "page_raises", "well_behaved")
    browser = sign_in(world.secretary)
    answer = browser.get(f"/u/xa-ha-long/x/page_raises/{tail}")
    assert (answer.status_code, "Mẫu page_raises" in answer.text) == (500, True)
    db.session.rollback()
    failure = db.session.scalars(sa.select(PluginFailure)).one()
    assert failure.error_id in answer.text
    assert failure.error_id in caplog.text
    assert "broken on purpose" not in answer.text
    assert browser.get("/u/xa-ha-long/x/well_behaved/").status_code == 200
    assert browser.get("/u/xa-ha-long", follow_redirects=True).status_code == 200


@pytest.mark.parametrize("names", [("page_raises",)])
def test_an_act_that_fails_on_a_page_keeps_nothing(app, world, sign_in):
    switch(world.commune, "page_raises")
    assert sign_in(world.secretary).post("/u/xa-ha-long/x/page_raises/").status_code == 500
    assert _failures("page_raises") == ["page act"]


# ---------------------------------------------------------------------------------------- suspended


@pytest.mark.parametrize("names", [("page_raises", "raises_in_gather", "well_behaved")])
def test_five_failures_in_ten_minutes_suspend_until_an_administrator_resumes(app, world, sign_in, make):
    switch(world.commune, "page_raises", "well_behaved")
    browser, page = sign_in(world.secretary), "/u/xa-ha-long/x/page_raises/"
    assert [browser.get(page).status_code for _try in range(7)] == [500] * 5 + [503] * 2
    assert browser.get("/u/xa-ha-long/x/well_behaved/").status_code == 200
    assert "tạm ngừng" in browser.get(page).text
    lines = list(db.session.scalars(sa.select(AuditLine.action).where(AuditLine.action.startswith("plugin."))))
    assert lines == ["plugin.suspend"]
    db.session.rollback()
    move_clock(app, minutes=20)  # time alone heals nothing
    assert browser.get(page).status_code == 503
    admin = sign_in(make.user("Quản Trị", (Role.SYSTEM_ADMIN, world.commune)))
    assert admin.post("/system/plugins/page_raises/resume").location == "/system/plugins"
    move_clock(app, minutes=1)
    assert [browser.get(page).status_code for _try in range(6)] == [500] * 5 + [503]


@pytest.mark.parametrize("names", [("page_raises",)])
def test_four_failures_or_five_over_a_longer_time_do_not_suspend(app, world, sign_in):
    switch(world.commune, "page_raises")
    browser, page = sign_in(world.secretary), "/u/xa-ha-long/x/page_raises/"
    for _try in range(8):
        assert browser.get(page).status_code == 500
        move_clock(app, minutes=3)


@pytest.mark.parametrize("names", [("raises_in_gather",)])
def test_a_suspended_plugin_is_not_asked_for_what_is_gathered(app, world, sign_in, make):
    switch(world.commune, "raises_in_gather")
    make.keep(PluginState(plugin="raises_in_gather", is_allowed=True, suspended_at=make.now))
    answer = sign_in(world.secretary).get("/u/xa-ha-long", follow_redirects=True)
    assert (answer.status_code, _failures("raises_in_gather")) == (200, [])
    assert HIDDEN.format(name="raises_in_gather") in answer.text


# ---------------------------------------------------------------------------------------- off, removed, emergency


def test_off_is_gone_and_what_was_sent_stays_readable(app, world, sign_in, starter):
    """Pages 404, static files too; the section is read from its frozen fields, also where the package is gone."""
    switch(world.commune, "well_behaved")
    browser = sign_in(world.head)
    address = begin(browser)
    names = re.findall(r'name="(ext_well_behaved[^"]*)"', browser.get(address).text)
    typed = {name: "TỪ ĐÃ NỘP" if name.endswith("word") else "1" for name in names}
    file = (io.BytesIO(b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"), "Tờ trình.pdf")
    assert write(browser, address, act="check", **{"file.TO_TRINH": file, **typed}).status_code == 303
    address = address.removesuffix("/edit")
    _send(browser, address)
    assert _states() == ["submitted"]
    before = db.session.execute(sa.select(NominationSection.data, NominationSection.specs)).all()
    db.session.rollback()
    secretary = sign_in(world.secretary)
    pages = ("/u/xa-ha-long/x/well_behaved/", "/u/xa-ha-long/x/well_behaved/static/mark.css")
    assert [secretary.get(page).status_code for page in pages] == [200, 200]
    switch(world.commune, "well_behaved", is_on=False)
    assert [secretary.get(page).status_code for page in pages] == [404, 404]
    assert secretary.post(pages[0], data={"word": "x"}).status_code == 404
    assert "TỪ ĐÃ NỘP" in browser.get(address).text
    switch(world.commune, "well_behaved")
    gone = starter.start(migrate=False)
    with opened(gone):
        reader = browser_of(gone, world.head)
        assert "TỪ ĐÃ NỘP" in reader.get(address).text
        assert [browser_of(gone, world.secretary).get(page).status_code for page in pages] == [404, 404]
        near = gone.test_client().get("/readyz")
        assert (near.status_code, near.json["removed_plugins"]) == (200, ["well_behaved"])
    db.session.rollback()
    assert db.session.execute(sa.select(NominationSection.data, NominationSection.specs)).all() == before


def test_an_emergency_switch_is_written_down_once_at_each_change(app, world, sign_in, starter):
    switch(world.commune, "well_behaved")

    def start(*off: str) -> None:
        made = starter.start("well_behaved", migrate=False, PLUGINS_OFF=off)
        ready(made)
        with opened(made):
            page = f"/u/{world.commune.key}/x/well_behaved/"
            assert browser_of(made, world.secretary).get(page).status_code == (404 if off else 200)
            assert made.test_client().get("/readyz").json["removed_plugins"] == []

    for off in ((), ("well_behaved",), ("well_behaved",), ("well_behaved", "other"), (), ()):
        start(*off)
    query = (
        sa.select(AuditPayload.json)
        .join(AuditLine, AuditLine.seq == AuditPayload.seq)
        .where(AuditLine.action == "plugin.emergency")
        .order_by(AuditLine.seq)
    )
    assert db.session.scalars(query).all() == [
        '{"off":"well_behaved"}',
        '{"off":"other,well_behaved"}',
        '{"off":""}',
    ]


# ---------------------------------------------------------------------------------------- three tests of every plugin


def test_off_404_stranger_403_staff_200(app, world, sign_in):
    page = "/u/xa-ha-long/x/well_behaved/"
    assert sign_in(world.secretary).get(page).status_code == 404
    switch(world.commune, "well_behaved")
    assert [sign_in(who).get(page).status_code for who in (world.nominator, world.secretary)] == [404, 200]
    assert app.test_client().get(page).status_code == 302
