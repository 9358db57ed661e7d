"""What plugins know about members of a council: proposed to the secretary, never recorded by itself."""

from __future__ import annotations

import textwrap

import pytest
import sqlalchemy as sa

from core.models import PluginSwitch, Recusal, db
from core.services import plugin_conflicts, reach
from core.services.agendas import roll_of
from core.services.context import Context
from tests.awards import counting
from tests.council import Council
from tests.web.test_event_report import PLUGIN

HOOKS = """
from core.sdk import Conflict, hookimpl

@hookimpl
def member_conflicts(nomination, member):
    {body}
"""
KNOWS = "return [Conflict(f'{member.name} đã duyệt số liệu.')] if member.name == 'Đỗ Thành Viên' else None"
FAILS = "raise RuntimeError('x')"


@pytest.fixture
def council_with(house_with, tmp_path):
    """``council_with(name=body)``: a council of a commune where plugins with these hooks are on."""

    def build(**bodies):
        for name, body in bodies.items():
            (tmp_path / name).mkdir()
            (tmp_path / name / "__init__.py").write_text(PLUGIN.format(name=name, title=f"Phần {name}"))
            (tmp_path / name / "hooks.py").write_text(textwrap.dedent(HOOKS).format(body=body))
        house = house_with(*bodies, folders=(str(tmp_path),))

        def context_of(user, unit, *, event=None, now=None):
            ref = reach.event_ref(event) if event else None
            actor = reach.actor_of(db.session(), user)
            return Context(
                db.session(), actor, now or house.clock.now, reach.unit_ref(unit), ref, registry=house.registry
            )

        council = Council(house.make, context_of)
        for name in bodies:
            house.make.keep(
                PluginSwitch(unit_id=council.commune.id, plugin=name, is_on=True, by_id=None, at=house.clock.now)
            )
        council.house = house
        return council

    return build


def page_of(council, row, tail="", user=None):
    item = council.item(row)
    address = f"/u/{council.commune.key}/sittings/{row.key}/items/{item.key}{tail}"
    return council.house.client(user or council.secretary).get(address)


SAID = "Đỗ Thành Viên đã duyệt số liệu."


def test_the_secretary_reads_it_while_the_sitting_is_prepared(council_with):
    council = council_with(con_knows=KNOWS)
    row = council.sitting([council.nomination()])
    page = page_of(council, row).text
    assert (SAID in page, "Phần con_knows" in page, "Đây là đề nghị" in page) == (True, True, True)
    # nothing is recorded by itself
    assert db.session.scalar(sa.select(sa.func.count(Recusal.id))) == 0


def test_a_member_does_not_read_it(council_with):
    council = council_with(con_knows=KNOWS)
    row = council.sitting([council.nomination()])
    answer = page_of(council, row, user=council.chair)
    assert (answer.status_code, SAID in answer.text) == (200, False)


def test_once_it_is_open_only_the_page_for_recording_asks(council_with):
    council = council_with(con_knows=KNOWS)
    row = council.opened(council.nomination())
    assert SAID not in page_of(council, row).text
    assert SAID in page_of(council, row, "/recusals").text


def test_who_is_barred_already_is_not_asked_about(council_with):
    council = council_with(con_knows=KNOWS)
    row = council.sitting([council.nomination()])
    item = council.item(row)
    member = next(one for one in roll_of(council.ctx, row) if one.full_name == "Đỗ Thành Viên")
    data = {"member": member.key, "reason": "direct_work"}
    address = f"/u/{council.commune.key}/sittings/{row.key}/items/{item.key}/recusals"
    assert council.house.client(council.secretary).post(address, data=data).status_code == 303
    assert SAID not in page_of(council, row).text


def test_a_plugin_that_fails_is_no_silent_yes(council_with):
    council = council_with(con_fails=FAILS, con_knows=KNOWS)
    row = council.sitting([council.nomination()])
    answer = page_of(council, row)
    assert answer.status_code == 200
    assert answer.text.count("Không kiểm tra được phần “Phần con_fails”. Hãy hỏi từng thành viên.") == 1
    assert SAID in answer.text


def test_off_nothing_is_asked(council_with):
    council = council_with(con_knows=KNOWS)
    row = council.sitting([council.nomination()])
    db.session.execute(sa.update(PluginSwitch).values(is_on=False))
    db.session.commit()
    assert "Phần mở rộng đề nghị xem lại" not in page_of(council, row).text


def test_after_the_count_has_begun_nothing_is_asked(council_with):
    council = council_with(con_knows=KNOWS)
    row = council.opened(council.nomination())
    item = council.item(row)
    item.entered_by_id = council.secretary.id
    found = plugin_conflicts.of_item(council.ctx, item, roll_of(council.ctx, row))
    assert found == plugin_conflicts.Proposals()
    db.session.rollback()


def test_one_candidate_or_many_cost_the_same(council_with):
    council = council_with(con_knows=KNOWS)
    committee = council.committee()
    one = council.sitting([council.nomination()], committee=committee)
    many = council.sitting([council.nomination() for _ in range(6)], committee=committee)
    assert page_of(council, one).status_code == 200
    counts = []
    for row in (one, many):
        item = council.item(row)
        browser = council.house.client(council.secretary)
        address = f"/u/{council.commune.key}/sittings/{row.key}/items/{item.key}"
        browser.get(address)
        with counting() as seen:
            assert SAID in browser.get(address).text
        counts.append(seen.count)
    assert counts[0] == counts[1]
