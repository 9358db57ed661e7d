"""What the plugin says when it is asked."""

from __future__ import annotations

import dataclasses

import pytest
import sqlalchemy as sa

from core.models import PluginSetting, TallySheet, db
from core.sdk import NavItem, NomineeView, Viewer, Window
from core.sdk.models import new_key
from core.services import plugin_sets
from plugins.vneid_guidance import domain, evidence
from plugins.vneid_guidance.models import Slip
from tests.plugins.vneid_guidance.conftest import PLUGIN, new_id


@pytest.fixture
def window(village):
    today = village.commune.clock.now.date()
    return Window(today, today)


@pytest.fixture
def counted(village):
    """Seven turns of Lan, three of Minh, approved by the head."""
    minh = village.hamlet.user("volunteer", name="Trần Văn Minh")
    for user, code, number in (
        (village.lan, "VN03", 5),
        (village.lan, "VN04", 2),
        (minh, "VN03", 3),
        (minh, "VN10.sim", 1),
    ):
        with village.hamlet.desk(PLUGIN, user=user) as desk:
            desk.tallies.record(indicator=code, day=desk.today, client_id=new_id(), quantity=number)
    with village.hamlet.desk(PLUGIN, user=village.lan) as desk:
        key = desk.tallies.submit(desk.today)
    with village.hamlet.desk(PLUGIN, user=village.head) as desk:
        desk.tallies.approve(key)
    return key


def person(village, account=None):
    return NomineeView("individual", "k", "Nguyễn Thị Lan", village.hamlet.id, account_id=account)


def team(village, unit=None):
    return NomineeView("collective", "k", "Tổ", village.hamlet.id, as_unit_id=unit)


def facts(village, nominee, window):
    heard = village.commune.hear("nominee_facts", user=village.officer, nominee=nominee, window=window)
    return {one.code: one.value for one in heard}


def test_hook_nomination_fields(village):
    event = village.commune.event()
    for kind, keys in (
        ("individual", ["approach", "households", "is_remote"]),
        ("collective", ["approach", "households", "is_remote"]),
        ("household", []),
    ):
        heard = village.commune.hear("nomination_fields", event=event, award_code="GIAY_KHEN", nominee_kind=kind)
        assert [one.key for one in heard] == keys


def test_hook_nominee_facts(village, counted, window):
    found = village.commune.hear(
        "nominee_facts", user=village.officer, nominee=team(village, village.hamlet.id), window=window
    )
    values = {one.code: one.value for one in found if one.value}
    assert values == {"VN01": 10, "VN03": 8, "VN04": 2, "VN10": 1, "days": 1}
    notes = {one.code: one.note for one in found if one.note}
    assert (notes["VN10"], notes["days"]) == ("trên 11 lượt đã thử làm", "trong 1 ngày của đợt")
    first = found[0]
    assert (first.label, first.measure, first.first, first.last) == (
        "Lượt hướng dẫn",
        "lượt",
        window.first,
        window.last,
    )
    assert (first.counted_by, first.approved_by) == ("Nguyễn Thị Lan, Trần Văn Minh", "Phạm Văn Trưởng")
    # the commune's own unit has its hamlets in it
    assert facts(village, team(village, village.commune.id), window)["VN01"] == 10
    mine = facts(village, person(village, village.lan.id), window)
    assert (mine["VN01"], mine["VN03"], mine["VN10"]) == (7, 5, 0)


def test_hook_nominee_facts_says_nothing_of_who_is_unknown_or_did_not_count(village, counted, window):
    house = dataclasses.replace(team(village, village.hamlet.id), kind="household")
    for nominee in (person(village), team(village), house, person(village, village.head.id)):
        assert facts(village, nominee, window) == {}
    early = Window(window.first.replace(day=1), window.first.replace(day=2))
    assert facts(village, team(village, village.hamlet.id), early) == {}


def test_facts_take_two_queries(village, counted, window):
    with village.commune.desk(PLUGIN, user=village.officer) as desk:
        for nominee in (team(village, village.hamlet.id), person(village, village.lan.id)):
            asked = []

            def count(*_, asked=asked):
                asked.append(1)

            desk.settings  # noqa: B018 - the transaction has begun
            sa.event.listen(db.engine, "before_cursor_execute", count)
            assert evidence.facts(desk, nominee, window)
            sa.event.remove(db.engine, "before_cursor_execute", count)
            assert len(asked) == 2


def test_unapproved_figures_are_no_facts(village, counted, window):
    db.session.scalars(sa.select(TallySheet)).one().state = "submitted"
    db.session.commit()
    assert facts(village, team(village, village.hamlet.id), window) == {}


def test_hook_nomination_objections(village, counted):
    event = village.commune.event()
    nomination = village.hamlet.nomination(event)

    def said(nominee, step="submit", *, brief=True):
        asked = dataclasses.replace(nomination, nominee=nominee)
        heard = village.commune.hear(
            "nomination_objections", user=village.officer, nomination=asked, sections={PLUGIN: {}}, step=step
        )
        return [one.text[:8] if brief else one.text for one in heard]

    unknown, known = team(village), team(village, village.hamlet.id)
    assert said(unknown) == []
    db.session.add(
        PluginSetting(
            unit_id=village.commune.id,
            plugin=PLUGIN,
            data={"facts_required": True},
            locked=[],
            at=village.commune.clock.now,
        )
    )
    db.session.commit()
    assert said(unknown) == ["Đợt này "]
    assert said(known) == []
    assert said(dataclasses.replace(unknown, kind="household")) == []
    # who is linked to nobody is mended by the name, who is linked by figures
    assert ["tìm theo tên" in text for text in said(unknown, brief=False)] == [True]
    assert ["tìm theo họ và tên" in text for text in said(person(village), brief=False)] == [True]
    for linked in (person(village, village.head.id), team(village, village.commune.house.commune("Thôn Im").id)):
        (text,) = said(linked, brief=False)
        assert ("tìm theo" in text, "gửi số liệu các ngày còn thiếu" in text) == (False, True)


def test_hook_member_conflicts(village, counted):
    from core.sdk import MemberView

    event = village.commune.event()
    nomination = village.hamlet.nomination(event)

    def said(nominee, member):
        asked = dataclasses.replace(nomination, nominee=nominee)
        view = MemberView(account_id=member.id, name=member.full_name)
        heard = village.commune.hear("member_conflicts", user=village.officer, nomination=asked, member=view)
        return [one.reason.partition(" đã ")[0] for one in heard]

    known = team(village, village.hamlet.id)
    assert said(known, village.lan) == ["Nguyễn Thị Lan"]
    assert said(known, village.head) == ["Phạm Văn Trưởng"]
    assert said(known, village.officer) == []
    assert said(team(village), village.lan) == []


def test_hook_nav_items(village):
    def menu(*roles):
        viewer = Viewer(1, "Ai đó", frozenset(roles))
        heard = village.commune.hear("nav_items", unit=village.commune.view, viewer=viewer)
        assert all(isinstance(one, NavItem) for one in heard)
        return [
            one.endpoint.partition(".")[2] for one in heard if one.endpoint.partition(".")[2] in ("counter", "sheets")
        ]

    assert menu("volunteer") == ["counter"]
    assert menu("head") == menu("secretary") == ["sheets"]
    assert menu("volunteer", "head") == ["counter", "sheets"]
    assert menu("nominator") == []


def test_hook_switch_on_objections(unit_with):
    unit = unit_with(PLUGIN)
    heard = unit.hear("switch_on_objections", unit=unit.view)
    assert [one.is_warning for one in heard] == [True]
    unit.user("volunteer")
    assert unit.hear("switch_on_objections", unit=unit.view) == []


def test_hook_unit_switched_off(village):
    today = village.commune.clock.now.date()
    for unit, state in ((village.hamlet, "referred"), (village.hamlet, "done"), (village.commune, "referred")):
        db.session.add(Slip(unit_id=unit.id, code=new_key(5), state=state, given_on=today))
    db.session.commit()
    for _ in range(2):
        village.hamlet.tell(
            PLUGIN, "unit_switched_off", unit_id=village.hamlet.id, actor_id=None, at=village.commune.clock.now
        )
    states = db.session.execute(sa.select(Slip.unit_id, Slip.state).order_by(Slip.id)).all()
    assert states == [
        (village.hamlet.id, "lapsed"),
        (village.hamlet.id, "done"),
        (village.commune.id, "referred"),
    ]


def test_labels_and_lines_fit_together():
    codes = {one.code for one in domain.COUNTED}
    shown = {*domain.BUTTONS, *domain.OTHERS, *domain.PAPER_CODES, *domain.BLOCKER_CODES, *domain.DAY_LINES}
    assert codes - shown == set()
    assert shown - codes == set()
    assert {one.measure for one in domain.COUNTED} == {"lượt"}


def test_no_text_of_ours_takes_an_identity_number_and_no_column_names_a_citizen():
    from core.domain.fields import clean
    from core.sdk import FieldProblem, Kind
    from plugins.vneid_guidance import manifest, models

    texts = [one for one in (*evidence.FIELDS, *manifest.settings) if one.kind in (Kind.TEXT, Kind.LONGTEXT)]
    assert [one.key for one in texts] == ["approach"]
    for number in ("038201001234", "038 201 001 234", "0912345678", "+84 912 345 678", "123456789"):
        with pytest.raises(FieldProblem, match="identity_in_text"):
            clean(texts[0], f"Giúp bà A, số {number}")
    assert clean(texts[0], "Giúp 214 lượt ở 3 chợ") == "Giúp 214 lượt ở 3 chợ"
    columns = {
        table.name: sorted(table.columns.keys()) for table in (models.GuidancePoint.__table__, models.Slip.__table__)
    }
    assert columns == {
        "vneid_guidance__point": ["id", "is_closed", "key", "kind", "name", "unit_id"],
        "vneid_guidance__slip": ["code", "given_on", "id", "state", "unit_id"],
    }


def test_every_reader_of_a_dossier_sees_the_same_figures(village, counted, window):
    """A unit beside the hamlet puts its volunteer forward; the desk stands in the organiser's unit for all."""
    union = village.commune.house.commune("Đoàn Thanh niên", kind="doan_the", under=village.commune)
    nominee = dataclasses.replace(person(village, village.lan.id), unit_id=union.id)
    seen = []
    for unit, user in ((union, union.user("head")), (village.commune, village.officer)):
        desks = plugin_sets.desks(unit.context(user), village.commune.view)
        with desks(PLUGIN) as desk:
            seen.append({one.code: one.value for one in evidence.facts(desk, nominee, window) or ()})
    assert seen[0] == seen[1]
    assert seen[0]["VN01"] == 7
