"""Paper counts: impossible figures, two persons, the dated threshold, and a result that stays."""

from __future__ import annotations

import dataclasses

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from core.domain.errors import Refused, Stale
from core.domain.voting import PaperCount
from core.models import AuditLine, Nomination, Recusal, SittingItem, db
from core.services import agendas, committees, outcomes, paper_counts, recusals, written_opinions
from core.services.committees import SeatData
from tests.council import EIGHT_OF_NINE, TODAY, Council, codes


@pytest.fixture
def council(make, context_of):
    return Council(make, context_of)


def enter(council, item, **changes):
    count = dataclasses.replace(EIGHT_OF_NINE, **changes)
    return paper_counts.enter(council.ctx, item.key, count, expected_version=item.version)


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"issued": 10}, [("issued_above_entitled", "issued")]),
        ({"returned": 8}, [("returned_not_valid_plus_invalid", "returned")]),
        ({"invalid": 1}, [("returned_not_valid_plus_invalid", "returned")]),
        ({"no": 2}, [("marks_not_valid", "valid")]),
        ({"issued": 8}, [("returned_above_issued", "returned")]),
        ({"issued": -1}, [("count_out_of_range", "issued")]),
        ({"issued": 0}, [("returned_above_issued", "returned")]),
    ],
)
def test_impossible_figures_are_refused_beside_their_field(council, changes, wanted):
    item = council.item(council.opened(council.nomination()))
    with pytest.raises(Refused) as refused:
        enter(council, item, **changes)
    assert [(one.code, one.field) for one in refused.value.objections] == wanted
    db.session.rollback()
    assert item.entered_by_id is None


def test_no_vote_without_quorum(council):
    row = council.opened(council.nomination(), absent=tuple(f"Ủy viên {n}" for n in range(4, 8)))
    with pytest.raises(Refused) as refused:
        enter(council, council.item(row), issued=5, returned=5, valid=5, yes=5, no=0)
    assert codes(refused) == ["no_quorum"]


@pytest.mark.parametrize(("yes", "state", "outcome"), [(8, "passed", "passed"), (7, "failed", "failed")])
def test_eighty_percent_of_nine_takes_eight(council, yes, state, outcome):
    nomination = council.nomination()
    item = council.item(council.opened(nomination))
    result = council.count(item, dataclasses.replace(EIGHT_OF_NINE, yes=yes, no=9 - yes))
    assert (result.needed, result.got, result.members) == (8, yes, 9)
    db.session.expire_all()
    stored = (item.outcome, item.got, item.needed, item.members, item.present)
    assert (nomination.state, *stored) == (state, outcome, yes, 8, 9, 9)


def test_ninety_percent_of_nine_takes_everybody(council):
    nomination = council.nomination(award="CSTD_TINH")
    result = council.count(council.item(council.opened(nomination)))
    assert (result.needed, result.got, result.has_passed, nomination.state) == (9, 8, False, "failed")


def test_written_opinions_count_and_are_shown_apart(council):
    row = council.opened(council.nomination(), absent=("Ủy viên 4", "Ủy viên 5"))
    item = council.item(row)
    written_opinions.record(council.ctx, item.key, council.seat("Ủy viên 4").key, mark="yes", note="CV 12")
    written_opinions.record(council.ctx, item.key, council.seat("Ủy viên 5").key, mark="no", note="")
    result = council.count(item, PaperCount(issued=7, returned=7, valid=7, invalid=0, yes=7, no=0, blank=0))
    assert (result.got, result.yes_in_room, result.yes_in_writing, result.no_in_writing) == (8, 7, 1, 1)
    assert result.has_passed is True
    assert outcomes.outcome_of(item) == result


def test_an_opinion_is_written_once_by_who_is_absent_and_may_vote(council):
    row = council.opened(council.nomination(unit=council.village), absent=("Ủy viên 4", "Vũ Láng Giềng"))
    item = council.item(row)
    assert [one.full_name for one in written_opinions.may_write(council.ctx, item)] == ["Ủy viên 4"]
    written_opinions.record(council.ctx, item.key, council.seat("Ủy viên 4").key, mark="yes", note="")
    for name in ("Ủy viên 4", "Vũ Láng Giềng", "Ủy viên 5"):
        with pytest.raises(Refused) as refused:
            written_opinions.record(council.ctx, item.key, council.seat(name).key, mark="no", note="")
        assert codes(refused) == ["may_not_write"]


def test_opinions_stay_as_they_are_once_papers_were_counted(council):
    row = council.opened(council.nomination(), absent=("Ủy viên 4",))
    item = council.item(row)
    written_opinions.record(council.ctx, item.key, council.seat("Ủy viên 4").key, mark="yes", note="")
    enter(council, item, issued=8, returned=8, valid=8, yes=8, no=0)
    with pytest.raises(Refused) as refused:
        written_opinions.take_back(council.ctx, item.key, council.seat("Ủy viên 4").key)
    assert codes(refused) == ["already_counted"]


def test_a_recusal_does_not_shrink_the_roll(council):
    """With the village's member barred, eight of nine are needed still, and eight may vote."""
    nomination = council.nomination(unit=council.village)
    item = council.item(council.opened(nomination))
    with pytest.raises(Refused) as refused:
        enter(council, item)
    # nine papers, and eight yes of eight who may vote is possible: only the ninth paper is not
    assert codes(refused) == ["issued_above_entitled"]
    db.session.rollback()
    result = council.count(item, PaperCount(issued=8, returned=8, valid=8, invalid=0, yes=8, no=0, blank=0))
    assert (result.members, result.needed, result.got, result.has_passed) == (9, 8, 8, True)


def test_nobody_confirms_an_own_count(council):
    item = council.item(council.opened(council.nomination()))
    enter(council, item)
    with pytest.raises(Refused) as refused:
        paper_counts.confirm(council.ctx, item.key, EIGHT_OF_NINE)
    assert codes(refused) == ["same_person"]
    item.confirmed_by_id = item.entered_by_id
    with pytest.raises(DBAPIError, match="two_persons"):
        db.session.flush()


def test_nothing_is_confirmed_before_it_is_entered(council):
    item = council.item(council.opened(council.nomination()))
    with pytest.raises(Refused) as refused:
        paper_counts.confirm(council.as_(council.second), item.key, EIGHT_OF_NINE)
    assert codes(refused) == ["not_entered"]


def test_unequal_counts_decide_nothing_and_both_are_kept(council):
    nomination = council.nomination()
    item = council.item(council.opened(nomination))
    enter(council, item)
    other = dataclasses.replace(EIGHT_OF_NINE, yes=7, no=2)
    assert paper_counts.confirm(council.as_(council.second), item.key, other) is None
    db.session.commit()
    assert (item.outcome, nomination.state, item.yes, item.second["yes"]) == (None, "on_ballot", 8, 7)
    assert paper_counts.differences(item) == ["yes", "no"]
    # the member counts once more, and finds what the first person found
    assert paper_counts.confirm(council.as_(council.member), item.key, EIGHT_OF_NINE).has_passed is True
    db.session.commit()
    assert (item.second, item.confirmed_by_id) == (None, council.member.id)
    lines = db.session.scalars(
        sa.select(AuditLine.action).where(AuditLine.object == f"sitting_item:{item.key}").order_by(AuditLine.seq)
    )
    wanted = ["sitting.count", "sitting.count_differs", "sitting.count_confirmed", "sitting.outcome"]
    assert list(lines) == wanted


def test_entering_anew_clears_the_difference(council):
    item = council.item(council.opened(council.nomination()))
    enter(council, item)
    other = dataclasses.replace(EIGHT_OF_NINE, yes=7, no=2)
    paper_counts.confirm(council.as_(council.second), item.key, other)
    enter(council, item, yes=7, no=2)
    assert item.second is None
    assert paper_counts.confirm(council.as_(council.second), item.key, other).has_passed is False


def test_a_stale_entry_tells_who_but_not_what(council):
    item = council.item(council.opened(council.nomination()))
    old = item.version
    enter(council, item)
    with pytest.raises(Stale) as refused:
        paper_counts.enter(council.as_(council.second), item.key, EIGHT_OF_NINE, expected_version=old)
    assert refused.value.theirs == {"entered_by": "Lê Thị Thư"}


def test_a_confirmed_count_is_final(council):
    item = council.item(council.opened(council.nomination()))
    council.count(item)
    for act in (
        lambda: enter(council, item),
        lambda: paper_counts.confirm(council.as_(council.member), item.key, EIGHT_OF_NINE),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert codes(refused) == ["already_confirmed"]
    with pytest.raises(Refused) as refused:
        agendas.take_off(council.ctx, item.key)
    assert codes(refused) == ["already_counted"]


@pytest.mark.parametrize("change", [sa.update(SittingItem).values(yes=1, no=8), sa.delete(SittingItem)])
def test_the_database_keeps_a_confirmed_count_whoever_writes(council, change):
    council.count(council.item(council.opened(council.nomination())))
    with pytest.raises(DBAPIError, match="a confirmed count is final"):
        db.session.execute(change)


def test_a_second_round_and_no_third(council):
    nomination = council.nomination()
    row = council.opened(nomination)
    seven = dataclasses.replace(EIGHT_OF_NINE, yes=7, no=2)
    council.count(council.item(row), seven)
    again = agendas.put_on_again(council.ctx, council.item(row).key)
    db.session.commit()
    assert (again.round, nomination.state) == (2, "on_ballot")
    council.count(again, seven)
    with pytest.raises(Refused) as refused:
        agendas.put_on_again(council.ctx, again.key)
    assert codes(refused) == ["no_more_rounds"]
    assert nomination.state == "failed"


def test_a_second_round_not_held_leaves_the_first_outcome(council):
    nomination = council.nomination()
    row = council.opened(nomination)
    council.count(council.item(row), dataclasses.replace(EIGHT_OF_NINE, yes=7, no=2))
    again = agendas.put_on_again(council.ctx, council.item(row).key)
    agendas.take_off(council.ctx, again.key)
    db.session.commit()
    assert nomination.state == "failed"
    assert [one.outcome for one in row.items] == ["failed"]


def test_who_passed_gets_no_second_round(council):
    row = council.opened(council.nomination())
    council.count(council.item(row))
    with pytest.raises(Refused) as refused:
        agendas.put_on_again(council.ctx, council.item(row).key)
    assert codes(refused) == ["no_road"]


def test_who_steps_back_after_the_count_was_entered_stops_the_confirmation(council):
    row = council.opened(council.nomination())
    item = council.item(row)
    enter(council, item)
    recusals.record(council.ctx, item.key, council.seat("Ủy viên 4").key, reason="relative", note="")
    with pytest.raises(Refused) as refused:
        paper_counts.confirm(council.as_(council.second), item.key, EIGHT_OF_NINE)
    assert codes(refused) == ["issued_above_entitled"]


def test_an_even_committee_works_too(council):
    nomination = council.nomination()
    row = council.opened(nomination, seats=10)
    ten = PaperCount(issued=10, returned=10, valid=9, invalid=1, yes=8, no=0, blank=1)
    assert (council.count(council.item(row), ten).needed, nomination.state) == (8, "passed")


def test_the_roll_of_the_vote_is_that_of_the_opening(council):
    nomination = council.nomination()
    row = council.opened(nomination)
    committees.add_seat(council.ctx, row.committee.key, SeatData("member", "Người đến sau", TODAY))
    assert council.count(council.item(row)).members == 9
    assert db.session.scalar(sa.select(sa.func.count(Recusal.id))) == 0
    assert db.session.get_one(Nomination, nomination.id).state == "passed"
