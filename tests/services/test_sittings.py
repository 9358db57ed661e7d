"""Sittings: the fixed roll, the agenda, attendance and its sum, the end."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from core.domain.errors import Forbidden, NotFound, Refused, Stale
from core.models import Nomination, Notice, SittingItem, db
from core.services import agendas, committees, moves, sitting_minutes, sittings, written_opinions
from core.services.committees import CommitteeData, SeatData
from core.services.context import new_key
from core.services.sittings import SittingData
from tests.council import FIRST, TODAY, Council, codes


@pytest.fixture
def council(make, context_of):
    return Council(make, context_of)


def test_members_with_an_account_are_told(council):
    council.sitting([])
    told = db.session.scalars(sa.select(Notice).where(Notice.code == "news_sitting_planned").order_by(Notice.user_id))
    assert [one.user_id for one in told] == sorted([council.chair.id, council.member.id, council.neighbour.id])


def test_a_sitting_needs_a_committee_in_force_on_its_day(council):
    committee = council.committee(seats=1)
    early = SittingData("Quá sớm", council.make.now - dt.timedelta(days=30))
    with pytest.raises(Refused) as refused:
        sittings.plan(council.ctx, committee.key, early, event_key=None)
    assert codes(refused) == ["committee_not_in_force"]


def test_another_unit_s_event_is_not_found(council, make):
    committee = council.committee(seats=1)
    foreign = make.event(council.province)
    with pytest.raises(NotFound):
        sittings.plan(council.ctx, committee.key, SittingData("X", council.make.now), event_key=foreign.key)


def test_the_agenda_takes_what_is_appraised_here_and_takes_a_vote(council):
    voted, thanked = council.nomination(), council.nomination(award="BIEU_DUONG")
    council.nomination(state="received")
    handed = council.nomination(upper_unit_id=council.province.id)
    handed.handling_unit_id = council.province.id
    db.session.commit()
    row = council.sitting([])
    page = agendas.candidates(council.ctx, row, cursor=None)
    assert [one.key for one in page.rows] == [voted.key]
    with pytest.raises(Refused) as refused:
        agendas.put_on(council.ctx, row.key, [thanked.key])
    assert codes(refused) == ["no_vote_rule"]
    with pytest.raises(Refused) as refused:
        agendas.put_on(council.ctx, row.key, [handed.key])
    assert codes(refused) == ["not_handling"]


def test_an_event_s_sitting_takes_its_own_dossiers_only(council, make):
    other = make.event(council.commune, awards=("CSTDCS",))
    make.nomination(other, council.other_village, award="CSTDCS", state="appraised")
    row = council.sitting([])
    assert agendas.candidates(council.ctx, row, cursor=None).rows == []


def test_the_rule_on_the_agenda_is_the_frozen_one(council):
    nomination = council.nomination()
    nomination.rules = {**nomination.rules, "vote": {**nomination.rules["vote"], "num": 90}}
    db.session.commit()
    item = council.item(council.sitting([nomination]))
    assert (item.rule["num"], item.rule["den"], item.rule["article"]) == (90, 100, "NĐ 98/2023 Điều 30.7")
    assert db.session.scalars(sa.select(Nomination.state)).one() == "on_ballot"


def test_a_nomination_waits_in_one_sitting_only(council):
    nomination = council.nomination()
    committee = council.committee()
    first, second = council.sitting([nomination], committee=committee), council.sitting([], committee=committee)
    with pytest.raises(Refused) as refused:
        agendas.put_on(council.ctx, second.key, [nomination.key])
    assert codes(refused) == ["no_road"]
    db.session.rollback()
    db.session.add(SittingItem(key=new_key(), sitting_id=second.id, nomination_id=nomination.id, rule={}))
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()
    assert council.item(first).nomination_id == nomination.id


def test_all_or_none_go_on_the_agenda(council):
    good, bad = council.nomination(), council.nomination(state="received")
    row = council.sitting([])
    with pytest.raises(Refused):
        agendas.put_on(council.ctx, row.key, [good.key, bad.key])
    db.session.rollback()
    assert council.item(row) is None


def test_taking_off_gives_the_dossier_back(council):
    nomination = council.nomination(due_on=TODAY)
    row = council.sitting([nomination])
    agendas.take_off(council.ctx, council.item(row).key)
    assert (nomination.state, nomination.due_on) == ("appraised", TODAY)
    assert council.item(row) is None


def test_a_cancelled_sitting_lets_everybody_go(council):
    nomination = council.nomination()
    row = council.sitting([nomination])
    agendas.cancel(council.ctx, row.key)
    assert (row.state, nomination.state) == ("cancelled", "appraised")
    with pytest.raises(Refused) as refused:
        sittings.open_sitting(council.ctx, row.key)
    assert codes(refused) == ["sitting_not_planned"]


def test_opening_says_everything_that_is_missing(council):
    committee = council.committee(seats=2)
    committees.end_seat(council.ctx, committee.key, committee.members[0].key, to_on=TODAY - dt.timedelta(days=1))
    row = council.sitting([], committee=committee)
    paper = CommitteeData("Cũ", "1/QĐ", FIRST, FIRST, TODAY - dt.timedelta(days=1))
    committees.edit(council.ctx, committee.key, paper, expected_version=committee.version)
    with pytest.raises(Refused) as refused:
        sittings.open_sitting(council.ctx, row.key)
    assert codes(refused) == ["chair_missing", "committee_not_in_force", "agenda_empty"]


def test_the_roll_is_fixed_when_the_sitting_opens(council):
    row = council.opened(council.nomination())
    committees.end_seat(council.ctx, row.committee.key, council.seat("Ủy viên 4").key, to_on=TODAY)
    committees.add_seat(council.ctx, row.committee.key, SeatData("member", "Người đến sau", TODAY))
    names = [seat.member.full_name for seat in sittings.roll_of(council.ctx, row)]
    assert (len(names), names[0], "Người đến sau" in names) == (9, "Trần Chủ Tịch", False)


@pytest.mark.parametrize(("away", "is_met"), [(3, True), (4, False)])
def test_quorum_is_two_thirds_of_all(council, away, is_met):
    row = council.opened(council.nomination(), absent=tuple(f"Ủy viên {n}" for n in range(4, 4 + away)))
    quorum = sittings.quorum_of(council.ctx, row)
    assert (quorum.present, quorum.members, quorum.needed, quorum.is_met) == (9 - away, 9, 6, is_met)


def test_two_secretaries_do_not_overwrite_each_other_s_attendance(council):
    row = council.opened(council.nomination())
    marks = {council.seat("Ủy viên 4").key: ("absent", "ốm")}
    old = row.version
    sittings.record_attendance(council.ctx, row.key, marks, expected_version=old)
    with pytest.raises(Stale):
        sittings.record_attendance(council.as_(council.second), row.key, {}, expected_version=old)


def test_who_wrote_an_opinion_is_not_present(council):
    row = council.opened(council.nomination(), absent=("Ủy viên 4",))
    written_opinions.record(council.ctx, council.item(row).key, council.seat("Ủy viên 4").key, mark="yes", note="")
    with pytest.raises(Refused) as refused:
        council.attend(row)
    assert codes(refused) == ["present_with_opinion"]


def test_a_sitting_ends_when_everybody_has_an_outcome(council):
    row = council.opened(council.nomination())
    with pytest.raises(Refused) as refused:
        sittings.close(council.ctx, row.key, minutes="")
    assert codes(refused) == ["items_without_outcome"]
    council.count(council.item(row))
    sittings.close(council.ctx, row.key, minutes="Xong.")
    db.session.commit()
    with pytest.raises(Refused) as refused:
        council.attend(row)
    assert codes(refused) == ["sitting_not_open"]


def test_minutes_carry_the_arithmetic_and_a_lasting_anchor(council):
    row = council.opened(council.nomination())
    council.count(council.item(row))
    draft = sitting_minutes.minutes_of(council.ctx, row.key)
    assert draft.is_final is False
    sittings.close(council.ctx, row.key, minutes="Xong.")
    db.session.commit()
    final = sitting_minutes.minutes_of(council.ctx, row.key)
    outcome = final.entries[0].outcome
    assert (outcome.needed, outcome.got, outcome.members, outcome.has_passed) == (8, 8, 9, True)
    assert final.is_final is True
    # whatever is noted later, the printed anchor stays
    moves.audit.note(council.ctx, "committee.edit", "committee:x")
    db.session.commit()
    assert sitting_minutes.minutes_of(council.ctx, row.key).anchor == final.anchor
    assert moves.audit.verify(db.session, expect=final.anchor).faults == ()


def test_only_the_secretary_runs_a_sitting(council):
    row = council.sitting([council.nomination()])
    member = council.as_(council.member)
    for act in (
        lambda: sittings.open_sitting(member, row.key),
        lambda: agendas.cancel(member, row.key),
        lambda: sittings.close(member, row.key, minutes=""),
        lambda: agendas.put_on(member, row.key, []),
        lambda: sittings.record_attendance(member, row.key, {}, expected_version=row.version),
    ):
        with pytest.raises(Forbidden):
            act()


def test_my_sittings_are_those_of_my_seats(council, make):
    row = council.sitting([council.nomination()])
    assert [one.key for one in sittings.mine(council.as_(council.member))] == [row.key]
    assert sittings.mine(council.ctx) == []
