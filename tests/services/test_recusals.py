"""Conflicts: found ones and declared ones shut the dossier for that person everywhere on the handling side."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from core.domain.errors import NotFound, Refused
from core.domain.permissions import Role
from core.models import NominationStep, Recusal, db
from core.services import (
    agendas,
    appraisal_queue,
    committees,
    paper_counts,
    rankings,
    reach,
    reach_council,
    recusals,
    sitting_minutes,
    sittings,
)
from core.services.committees import SeatData
from tests.council import EIGHT_OF_NINE, FIRST, Council, codes


@pytest.fixture
def council(make, context_of):
    return Council(make, context_of)


def found(nomination) -> list[tuple[str, str]]:
    query = sa.select(Recusal).where(Recusal.nomination_id == nomination.id).order_by(Recusal.id)
    return [(one.member.full_name, one.reason) for one in db.session.scalars(query)]


def test_conflicts_are_found_when_somebody_comes_on_the_agenda(council, make):
    own = council.nomination(unit=council.village)
    person = make.nominee(council.other_village, "Đỗ Thành Viên", user_id=council.member.id)
    himself = council.nomination(nominee=person)
    namesake = council.nomination(nominee=make.nominee(council.other_village, "Ủy Viên 4"))
    written = council.nomination(created_by_id=council.chair.id)
    make.keep(
        NominationStep(
            nomination_id=written.id, step="submit", old="ready", new="submitted", at=make.now,
            user_id=council.member.id, unit_id=council.other_village.id,
        )
    )  # fmt: skip
    free = council.nomination()
    council.sitting([own, himself, namesake, written, free])
    assert found(own) == [("Vũ Láng Giềng", "own_unit")]
    assert found(himself) == [("Đỗ Thành Viên", "is_nominee")]
    # no account on either side, home unit unknown: the name alone bars
    assert found(namesake) == [("Ủy viên 4", "is_nominee")]
    assert found(written) == [("Trần Chủ Tịch", "put_forward"), ("Đỗ Thành Viên", "put_forward")]
    assert found(free) == []


def test_a_corrected_seat_takes_a_found_conflict_back(council):
    nomination = council.nomination(unit=council.village)
    row = council.sitting([nomination])
    seat = council.seat("Vũ Láng Giềng")
    committees.edit_seat(
        council.ctx, row.committee.key, seat.key, SeatData("member", seat.full_name, FIRST, login="lang")
    )
    sittings.open_sitting(council.ctx, row.key)
    assert found(nomination) == []


def test_a_declared_conflict_is_never_taken_back(council):
    nomination = council.nomination(unit=council.village)
    row = council.sitting([nomination])
    seat = council.seat("Vũ Láng Giềng")
    recusals.record(council.ctx, council.item(row).key, seat.key, reason="relative", note="em ruột")
    sittings.open_sitting(council.ctx, row.key)
    assert found(nomination) == [("Vũ Láng Giềng", "relative")]


def test_declaring_shuts_everything_of_that_dossier(council):
    shut, other = council.nomination(), council.nomination()
    row = council.opened(shut, other)
    item, ctx = council.item(row, shut), council.as_(council.member)
    assert reach.nomination(ctx, shut.key).id == shut.id
    recusals.declare(ctx, item.key, reason="interest", note="cùng góp vốn")
    db.session.commit()
    for act in (
        lambda: reach.nomination(ctx, shut.key),
        lambda: reach_council.sitting_item(ctx, item.key),
        lambda: paper_counts.confirm(ctx, item.key, EIGHT_OF_NINE),
        lambda: recusals.declare(ctx, item.key, reason="interest", note=""),
    ):
        with pytest.raises(NotFound):
            act()
    council.count(council.item(row, other))
    assert [one.nomination_id for one in sittings.items_of(ctx, row)] == [other.id]
    assert [one.item.nomination_id for one in sitting_minutes.minutes_of(ctx, row.key).entries] == [other.id]
    names = [place.item.nomination_id for one in rankings.rankings(ctx, row) for place in one.places]
    assert names == [other.id]
    # everybody else goes on, over the same nine
    eight = council.count(item, EIGHT_OF_NINE.__class__(8, 8, 8, 0, 8, 0, 0))
    assert (eight.members, eight.needed, eight.has_passed) == (9, 8, True)


def test_a_secretary_with_a_seat_and_a_conflict_loses_the_dossier_too(council, make):
    """A conflict binds whoever else the person is: queue, list and council alike."""
    both = make.user("Mai Kiêm Nhiệm", (Role.SECRETARY, council.commune), login="kiem")
    committee = council.committee()
    committees.add_seat(council.ctx, committee.key, SeatData("secretary", "Mai Kiêm Nhiệm", FIRST, login="kiem"))
    nomination = council.nomination(state="appraised")
    row = council.sitting([nomination], committee=committee)
    ctx = council.as_(both)
    assert appraisal_queue.counts(ctx)["appraised"] == 0  # on the ballot by now
    seat = council.seat("Mai Kiêm Nhiệm")
    recusals.record(council.ctx, council.item(row).key, seat.key, reason="direct_work", note="")
    agendas.take_off(council.ctx, council.item(row).key)
    db.session.commit()
    assert appraisal_queue.counts(council.ctx)["appraised"] == 1
    assert appraisal_queue.counts(ctx)["appraised"] == 0
    assert appraisal_queue.page_of(ctx, "appraised", cursor=None).rows == []
    with pytest.raises(NotFound):
        reach.nomination(ctx, nomination.key)


def test_who_is_barred_does_not_put_the_dossier_on_the_agenda(council, make):
    both = make.user("Mai Kiêm Nhiệm", (Role.SECRETARY, council.commune), login="kiem")
    committee = council.committee()
    seat = SeatData("secretary", "Mai Kiêm Nhiệm", FIRST, login="kiem", home_unit=council.village.key)
    committees.add_seat(council.ctx, committee.key, seat)
    nomination = council.nomination(unit=council.village)
    row = council.sitting([], committee=committee)
    with pytest.raises(Refused) as refused:
        agendas.put_on(council.as_(both), row.key, [nomination.key])
    assert codes(refused) == ["you_are_barred"]


def test_who_put_somebody_forward_still_reads_it_as_the_nominating_unit(council, make):
    """The commune nominates its own clerk, and the clerk who wrote it sits on the council."""
    writer = make.user("Cao Cán Bộ", (Role.NOMINATOR, council.commune), (Role.MEMBER, council.commune), login="can-bo")
    committee = council.committee()
    committees.add_seat(council.ctx, committee.key, SeatData("member", "Cao Cán Bộ", FIRST, login="can-bo"))
    nomination = council.nomination(unit=council.commune, created_by_id=writer.id)
    row = council.sitting([nomination], committee=committee)
    ctx = council.as_(writer)
    assert reach.nomination(ctx, nomination.key).id == nomination.id
    assert reach.is_handling_side(ctx, nomination) is False
    with pytest.raises(NotFound):
        reach_council.sitting_item(ctx, council.item(row).key)


def test_a_conflict_needs_a_seat_a_reason_and_a_vote_to_come(council):
    row = council.opened(council.nomination())
    item = council.item(row)
    with pytest.raises(NotFound):
        recusals.declare(council.ctx, item.key, reason="relative", note="")
    for reason, code in (("other", "conflict_needs_words"), ("khong-co", "no_choice")):
        with pytest.raises(Refused) as refused:
            recusals.declare(council.as_(council.member), item.key, reason=reason, note="")
        assert codes(refused) == [code]
    council.count(item)
    with pytest.raises(Refused) as refused:
        recusals.declare(council.as_(council.member), item.key, reason="relative", note="")
    assert codes(refused) == ["already_counted"]


def test_one_member_is_recused_once(council):
    row = council.opened(council.nomination())
    seat = council.seat("Ủy viên 4")
    recusals.record(council.ctx, council.item(row).key, seat.key, reason="relative", note="")
    with pytest.raises(Refused) as refused:
        recusals.record(council.ctx, council.item(row).key, seat.key, reason="relative", note="")
    assert codes(refused) == ["already_declared"]


def test_over_quota_the_votes_rank_and_a_tie_on_the_line_is_told(council):
    award = next(one for one in council.event.awards if one.award_code == "CSTDCS")
    award.quota_total = 2
    names = ("An", "Bình", "Cúc")
    nominations = [
        council.nomination(nominee=council.make.nominee(council.other_village, f"Lê {name}")) for name in names
    ]
    row = council.opened(*nominations)
    for nomination, yes in zip(nominations, (8, 9, 8), strict=True):
        count = EIGHT_OF_NINE.__class__(9, 9, 9, 0, yes, 9 - yes, 0)
        council.count(council.item(row, nomination), count)
    (ranking,) = rankings.rankings(council.ctx, row)
    assert (ranking.award_code, ranking.quota, ranking.over) == ("CSTDCS", 2, 1)
    told = [(one.item.nomination.nominee_name, one.rank, one.is_over, one.is_tied) for one in ranking.places]
    assert told == [("Lê Bình", 1, False, False), ("Lê An", 2, False, True), ("Lê Cúc", 2, True, True)]
