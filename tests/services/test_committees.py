"""Committees: one chair, one seat for one account, the roll of a day."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from core.domain.errors import Forbidden, NotFound, Refused, Stale
from core.domain.permissions import Role
from core.models import Committee, CommitteeMember, db
from core.services import committees, sittings
from core.services.committees import CommitteeData, SeatData
from core.services.context import new_key
from tests.council import FIRST, TODAY, Council, codes

PAPER = CommitteeData("Hội đồng xã", "45/QĐ-UBND", FIRST, FIRST)


@pytest.fixture
def council(make, context_of):
    return Council(make, context_of)


def test_a_committee_begins_with_its_chair(council):
    row = council.committee(seats=1)
    assert [(one.part, one.full_name, one.from_on) for one in row.members] == [("chair", "Trần Chủ Tịch", FIRST)]


def test_only_the_secretary_manages(council):
    with pytest.raises(Forbidden):
        committees.create(council.as_(council.member), PAPER, chair=SeatData("chair", "Ai đó", FIRST))


def test_every_problem_of_the_paper_is_said_at_once(council):
    paper = CommitteeData("Hội đồng xã", "45/QĐ", TODAY, FIRST, FIRST - dt.timedelta(days=1))
    with pytest.raises(Refused) as refused:
        committees.create(council.ctx, paper, chair=SeatData("chair", "Ai đó", FIRST, login="khong-co", home_unit="x"))
    assert codes(refused) == [
        "ends_before_it_begins",
        "in_force_before_decision",
        "account_has_no_part",
        "no_choice",
        "seat_outside_committee",
    ]
    assert db.session.scalar(sa.select(sa.func.count(Committee.id))) == 0


def test_a_second_chair_is_refused(council):
    row = council.committee(seats=2)
    with pytest.raises(Refused) as refused:
        committees.add_seat(council.ctx, row.key, SeatData("chair", "Người khác", TODAY))
    assert codes(refused) == ["chair_taken"]


def test_a_second_chair_is_refused_by_the_database_too(council):
    row = council.committee(seats=2)
    db.session.add(
        CommitteeMember(key=new_key(), committee_id=row.id, part="chair", full_name="Người khác", from_on=TODAY)
    )
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_one_account_has_one_seat(council):
    row = council.committee(seats=2)
    with pytest.raises(Refused) as refused:
        committees.add_seat(council.ctx, row.key, SeatData("member", "Người khác", TODAY, login="vien"))
    assert codes(refused) == ["account_seated"]


def test_an_account_needs_a_part_in_this_unit_s_council(council, make):
    make.user("Người lạ", (Role.MEMBER, council.province), login="la")
    row = council.committee(seats=1)
    with pytest.raises(Refused) as refused:
        committees.add_seat(council.ctx, row.key, SeatData("member", "Người lạ", TODAY, login="la"))
    assert codes(refused) == ["account_has_no_part"]


def test_the_roll_is_that_of_the_day(council):
    row = council.committee(seats=3)
    committees.end_seat(council.ctx, row.key, council.seat("Đỗ Thành Viên").key, to_on=TODAY)
    committees.add_seat(council.ctx, row.key, SeatData("vice_chair", "Người Mới", TODAY + dt.timedelta(days=1)))
    days = (FIRST - dt.timedelta(days=1), FIRST, TODAY, TODAY + dt.timedelta(days=1))
    assert [[one.full_name for one in committees.roll(db.session, row.id, day)] for day in days] == [
        [],
        ["Trần Chủ Tịch", "Đỗ Thành Viên", "Vũ Láng Giềng"],
        ["Trần Chủ Tịch", "Đỗ Thành Viên", "Vũ Láng Giềng"],
        ["Trần Chủ Tịch", "Người Mới", "Vũ Láng Giềng"],
    ]


def test_a_new_chair_follows_one_who_left(council):
    row = council.committee(seats=1)
    committees.end_seat(council.ctx, row.key, row.members[0].key, to_on=TODAY)
    committees.add_seat(council.ctx, row.key, SeatData("chair", "Chủ tịch mới", TODAY + dt.timedelta(days=1)))
    tomorrow = committees.roll(db.session, row.id, TODAY + dt.timedelta(days=1))
    assert [one.full_name for one in committees.chairs(tomorrow)] == ["Chủ tịch mới"]


def test_a_seat_ends_once_and_not_before_it_began(council):
    row = council.committee(seats=2)
    key = council.seat("Đỗ Thành Viên").key
    with pytest.raises(Refused) as refused:
        committees.end_seat(council.ctx, row.key, key, to_on=FIRST - dt.timedelta(days=1))
    assert codes(refused) == ["seat_ends_before_it_began"]
    committees.end_seat(council.ctx, row.key, key, to_on=TODAY)
    with pytest.raises(Refused) as refused:
        committees.end_seat(council.ctx, row.key, key, to_on=TODAY)
    assert codes(refused) == ["seat_ended"]


def test_a_seat_is_corrected_until_somebody_sat_on_it(council):
    nomination = council.nomination()
    row = council.committee(seats=3)
    key = council.seat("Đỗ Thành Viên").key
    committees.edit_seat(council.ctx, row.key, key, SeatData("member", "Đỗ Văn Đúng", FIRST, "Trưởng phòng", "vien"))
    seat = council.seat("Đỗ Văn Đúng")
    assert (seat.title, seat.user.login) == ("Trưởng phòng", "vien")
    sitting = council.sitting([nomination], committee=row)
    sittings.open_sitting(council.ctx, sitting.key)
    with pytest.raises(Refused) as refused:
        committees.edit_seat(council.ctx, row.key, key, SeatData("member", "Tên khác", FIRST))
    assert codes(refused) == ["seat_has_sat"]


def test_who_saved_first_is_not_overwritten(council):
    row = council.committee(seats=1)
    stale = row.version
    committees.edit(council.ctx, row.key, PAPER, expected_version=stale)
    changed = CommitteeData("Hội đồng khác", "46/QĐ-UBND", FIRST, FIRST)
    committees.edit(council.ctx, row.key, changed, expected_version=row.version)
    with pytest.raises(Stale) as refused:
        committees.edit(council.ctx, row.key, PAPER, expected_version=stale)
    assert refused.value.theirs["name"] == "Hội đồng khác"


def test_in_force_knows_days_and_units(council):
    old = council.committee(seats=1)
    committees.edit(
        council.ctx,
        old.key,
        CommitteeData("Cũ", "1/QĐ", FIRST, FIRST, TODAY),
        expected_version=old.version,
    )
    db.session.commit()
    assert [one.name for one in committees.in_force(db.session, council.commune.id, TODAY)] == ["Cũ"]
    assert committees.in_force(db.session, council.commune.id, TODAY + dt.timedelta(days=1)) == ()
    assert committees.in_force(db.session, council.province.id, TODAY) == ()


def test_a_foreign_committee_is_not_found(council):
    row = council.committee(seats=1)
    with pytest.raises(NotFound):
        committees.end_seat(council.as_(council.upper, council.province), row.key, row.members[0].key, to_on=TODAY)
