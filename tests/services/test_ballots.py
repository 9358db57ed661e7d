"""A sealed vote from the key ceremony to the outcome: who may vote, once, what stands still meanwhile, and ways on."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from core.domain.errors import NotFound, Refused
from core.models import (
    AuditLine,
    Ballot,
    BallotCount,
    BallotEnvelope,
    BallotKey,
    BallotTurnout,
    DecisionLine,
    Office,
    db,
)
from core.services import (
    agendas,
    ballot_casting,
    ballot_keys,
    ballot_opening,
    ballot_record,
    ballots,
    decision_pick,
    decisions,
    failpoints,
    recusals,
    sittings,
    written_opinions,
)
from core.services.context import new_key
from tests.ballots import TELLERS, SealedCouncil
from tests.council import EIGHT_OF_NINE, FIRST, codes


@pytest.fixture
def council(make, context_of):
    return SealedCouncil(make, context_of)


def rows(table) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(table))


def refusal(act, *args, **kwargs) -> list[str]:
    with pytest.raises(Refused) as refused:
        act(*args, **kwargs)
    db.session.rollback()
    return codes(refused)


def all_vote(council, ballot, *marks: str) -> None:
    for n, user in enumerate(council.voters):
        council.cast(ballot, user, marks[n % len(marks)])


# ---------------------------------------------------------------- the straight way


def test_a_vote_from_ceremony_to_outcome(council):
    first, second = council.nomination(), council.nomination()
    ballot = council.begun(first, second)
    receipts = [council.cast(ballot, user, "yes", "no" if n else "yes") for n, user in enumerate(council.voters)]
    assert len(set(receipts)) == 9
    council.close(ballot)
    assert ballots.receipts(council.ctx, ballot) == sorted(receipts)
    council.open_box(ballot.sitting)
    counts = db.session.scalars(sa.select(BallotCount))
    found = {row.item_id: (row.yes, row.no, row.blank, row.invalid) for row in counts}
    items = [council.item(ballot.sitting, one) for one in (first, second)]
    assert found == {items[0].id: (9, 0, 0, 0), items[1].id: (1, 8, 0, 0)}
    assert [(one.outcome, one.got, one.needed, one.members) for one in items] == [
        ("passed", 9, 8, 9),
        ("failed", 1, 8, 9),
    ]
    assert (first.state, second.state) == ("passed", "failed")


def test_who_missed_the_threshold_cannot_be_put_into_the_decision(council):
    first, second = council.nomination(), council.nomination()
    ballot = council.begun(first, second)
    for user in council.voters:
        council.cast(ballot, user, "yes", "no")
    council.close(ballot)
    council.open_box(ballot.sitting)
    keys = [first.key, second.key]
    for authority in ("CT_UBND_XA", "CT_UBND_TINH"):
        council.make.keep(
            Office(
                key=new_key(), unit_id=council.commune.id, authority=authority, title="Chủ tịch",
                user_id=council.chair.id,
                from_on=FIRST, created_at=council.make.now,
            )
        )  # fmt: skip
    assert [one.key for one in decision_pick.all_ready(council.ctx, council.event)] == [first.key]
    with pytest.raises(Refused):
        decisions.draft(council.ctx, council.event.key, title="Quyết định", keys=keys)
    db.session.rollback()
    decisions.draft(council.ctx, council.event.key, title="Quyết định", keys=keys[:1])
    assert [one.nomination_id for one in db.session.scalars(sa.select(DecisionLine))] == [first.id]


def test_two_groups_are_opened_with_one_entering_of_shares(council):
    free, barred = council.nomination(), council.nomination(unit=council.village)
    row = council.opened(free, barred)
    council.ceremony(row)
    groups = ballots.groups(council.ctx, row)
    assert [len(one.entitled) for one in groups] == [9, 8]
    assert [[one.full_name for one in group.barred] for group in groups] == [[], ["Vũ Láng Giềng"]]
    one, two = council.begin(row, free), council.begin(row, barred)
    all_vote(council, one, "yes")
    for user in council.voters:
        if user is not council.neighbour:
            council.cast(two, user, "yes")
    council.close(one)
    council.close(two)
    assert [ballot.number for ballot in council.open_box(row, council.shares[2], council.shares[0])] == [1, 2]
    item = council.item(row, barred)
    # eight of nine: the bar took a vote away and nothing from the denominator
    assert (item.members, item.issued, item.got, item.needed, item.outcome) == (9, 8, 8, 8, "passed")


def test_a_recusal_never_lowers_the_bar(council):
    nomination = council.nomination(award="CSTD_TINH", unit=council.village)
    ballot = council.begun(nomination)
    for user in council.voters:
        if user is not council.neighbour:
            council.cast(ballot, user, "yes")
    council.close(ballot)
    council.open_box(ballot.sitting)
    item = council.item(ballot.sitting)
    assert (item.members, item.got, item.needed, item.outcome) == (9, 8, 9, "failed")


def test_written_opinions_count_apart_and_only_before_the_box_is_shut(council):
    nomination = council.nomination()
    ballot = council.begun(nomination, absent=("Ủy viên 9",))
    item, absent = council.item(ballot.sitting), council.seat("Ủy viên 9")
    written_opinions.record(council.ctx, item.key, absent.key, mark="yes", note="CV 12")
    db.session.commit()
    assert ballot.entitled == 8
    for user in council.voters[:8]:
        council.cast(ballot, user, "no" if user is council.chair else "yes")
    with pytest.raises(NotFound):
        council.cast(ballot, council.voters[8], "yes")
    db.session.rollback()
    council.close(ballot)
    assert refusal(written_opinions.take_back, council.ctx, item.key, absent.key) == ["ballot_in_progress"]
    council.open_box(ballot.sitting)
    assert (item.yes, item.no, item.got, item.outcome) == (7, 1, 8, "passed")
    line = ballot_record.record_of(council.ctx, ballot.sitting.key).parts[0].lines[0]
    assert (line.outcome.yes_in_room, line.outcome.yes_in_writing, len(line.opinions)) == (7, 1, 1)


def test_who_does_not_vote_is_silent_and_stays_in_the_denominator(council):
    nomination = council.nomination()
    ballot = council.begun(nomination)
    for user in council.voters[:7]:
        council.cast(ballot, user, "yes")
    council.close(ballot)
    council.open_box(ballot.sitting)
    item = council.item(ballot.sitting)
    assert (item.issued, item.returned, item.got, item.needed, item.outcome) == (9, 7, 7, 8, "failed")


def test_a_second_round_may_be_sealed_or_on_paper_never_both(council):
    nomination = council.nomination()
    ballot = council.begun(nomination)
    all_vote(council, ballot, "no", "yes")
    council.close(ballot)
    council.open_box(ballot.sitting)
    again = agendas.put_on_again(council.ctx, council.item(ballot.sitting).key)
    db.session.commit()
    assert (again.method, again.round) == ("paper", 2)
    second = council.begin(ballot.sitting, nomination)
    with pytest.raises(Refused):
        council.count(again, EIGHT_OF_NINE)
    db.session.rollback()
    all_vote(council, second, "yes")
    council.close(second)
    council.open_box(ballot.sitting)
    assert (nomination.state, rows(BallotCount)) == ("passed", 2)


# ---------------------------------------------------------------- nothing moves under a vote


def test_the_room_and_the_bars_stand_still_while_envelopes_wait(council):
    nomination, spare = council.nomination(), council.nomination()
    ballot = council.begun(nomination)
    row, item = ballot.sitting, council.item(ballot.sitting, nomination)
    member = council.as_(council.member)
    held = ["ballot_in_progress"]
    for _ in ("open", "closed"):
        assert refusal(council.attend, row) == held
        assert refusal(recusals.declare, member, item.key, reason="relative", note="") == held
        assert refusal(agendas.take_off, council.ctx, item.key) == held
        assert refusal(sittings.close, council.ctx, row.key, minutes="") == ["items_without_outcome"]
        if ballot.state == "open":
            all_vote(council, ballot, "yes")
            council.close(ballot)
    agendas.put_on(council.ctx, row.key, [spare.key])  # the agenda may grow
    db.session.commit()
    council.open_box(row)
    council.attend(row)
    assert item.outcome == "passed"


def test_a_candidate_is_on_one_vote_at_a_time(council):
    nomination, paper = council.nomination(), council.nomination()
    row = council.opened(nomination, paper)
    council.ceremony(row)
    council.count(council.item(row, paper))
    council.begin(row, nomination)
    for one in (nomination, paper):
        keys = [council.item(row, one).key]
        assert refusal(ballots.begin, council.ctx, row.key, keys) == ["ballot_item_taken"]
    assert refusal(ballots.begin, council.ctx, row.key, []) == ["nobody_chosen"]
    with pytest.raises(NotFound):
        ballots.begin(council.ctx, row.key, ["khongco"])


def test_candidates_with_other_bars_need_a_ballot_of_their_own(council):
    free, barred = council.nomination(), council.nomination(unit=council.village)
    row = council.opened(free, barred)
    council.ceremony(row)
    keys = [council.item(row, one).key for one in (free, barred)]
    assert refusal(ballots.begin, council.ctx, row.key, keys) == ["ballot_mixed_bars"]


def test_no_vote_without_quorum_account_and_second_factor(council):
    nomination = council.nomination()
    row = council.opened(nomination, absent=tuple(f"Ủy viên {n}" for n in range(4, 8)))
    council.ceremony(row)
    keys = [council.item(row).key]
    assert refusal(ballots.begin, council.ctx, row.key, keys) == ["no_quorum"]
    council.attend(row)
    council.voters[5].tf_primary_method = None
    council.seat_of(council.voters[6]).user_id = None
    db.session.commit()
    assert refusal(ballots.begin, council.ctx, row.key, keys) == [
        "voter_without_account",
        "voter_without_second_factor",
    ]


def test_who_drops_the_second_factor_meanwhile_does_not_vote(council):
    ballot = council.begun(council.nomination())
    council.member.tf_primary_method = None
    db.session.commit()
    assert refusal(council.cast, ballot, council.member, "yes") == ["second_factor_needed"]


# ---------------------------------------------------------------- keys and shares


def test_the_ceremony_comes_before_the_vote(council):
    nomination = council.nomination()
    row = council.opened(nomination)
    keys = [council.item(row).key]
    assert refusal(ballots.begin, council.ctx, row.key, keys) == ["ballot_key_missing"]
    assert refusal(ballot_keys.make, council.ctx, row.key, ("A", "B", "b")) == ["tellers_twice"]
    first = ballot_keys.make(council.ctx, row.key, TELLERS)
    db.session.commit()
    assert refusal(ballots.begin, council.ctx, row.key, keys) == ["ballot_key_not_kept"]
    ballot_keys.make(council.ctx, row.key, TELLERS)  # the page was closed before it was printed
    ballot_keys.confirm_kept(council.ctx, row.key)
    db.session.commit()
    assert sorted(one.state for one in db.session.scalars(sa.select(BallotKey))) == ["kept", "replaced"]
    old = tuple(share for _name, share in first.shares)
    assert refusal(ballot_keys.rehearse, council.ctx, row.key, old[:2]) == ["shares_of_another_key"]
    council.begin(row, nomination)
    assert refusal(ballot_keys.make, council.ctx, row.key, TELLERS) == ["ballot_key_in_use"]


@pytest.mark.parametrize("lost", range(3))
def test_a_lost_share_is_no_loss(council, lost):
    ballot = council.begun(council.nomination())
    all_vote(council, ballot, "yes")
    council.close(ballot)
    left = [share for n, share in enumerate(council.shares) if n != lost]
    council.open_box(ballot.sitting, *left)
    assert ballot.state == "opened"


def test_two_lost_shares_mean_a_new_key_and_a_new_vote(council):
    nomination = council.nomination()
    ballot = council.begun(nomination)
    row = ballot.sitting
    all_vote(council, ballot, "no")
    council.close(ballot)
    assert refusal(ballots.give_up, council.ctx, row.key, ballot.key, reason="") == ["ballot_needs_reason"]
    ballots.give_up(council.ctx, row.key, ballot.key, reason="mất hai mảnh khóa")
    db.session.commit()
    assert (council.item(row).method, nomination.state, rows(BallotCount)) == ("paper", "on_ballot", 0)
    council.ceremony(row)
    second = council.begin(row, nomination)
    all_vote(council, second, "yes")
    council.close(second)
    council.open_box(row)
    assert (nomination.state, second.number, ballot.state) == ("passed", 2, "void")
    assert refusal(ballot_opening.open_box, council.ctx, row.key, council.shares[:2]) == ["nothing_to_open"]


# ---------------------------------------------------------------- what the rows may become


def test_the_database_itself_shuts_a_closed_box(council):
    ballot = council.begun(council.nomination())
    council.cast(ballot, council.chair, "yes")
    council.close(ballot)
    member = council.seat_of(council.member)
    acts = (
        sa.insert(BallotTurnout).values(ballot_id=ballot.id, member_id=member.id),
        sa.insert(BallotEnvelope).values(ballot_id=ballot.id, key="f" * 64, sealed=b"x"),
        sa.update(BallotEnvelope).values(sealed=b"x"),
        sa.update(BallotTurnout).values(member_id=member.id),
    )
    for act in acts:
        with pytest.raises(DBAPIError, match=r"never changes|closed ballot"):
            db.session.execute(act)
        db.session.rollback()
    council.open_box(ballot.sitting)
    for act in (sa.update(BallotCount).values(yes=0, envelopes=0), sa.delete(BallotCount)):
        with pytest.raises(DBAPIError, match="an opened count is final"):
            db.session.execute(act)
        db.session.rollback()


def test_a_removed_envelope_stops_the_count_and_the_vote_is_taken_again(council):
    nomination = council.nomination()
    ballot = council.begun(nomination)
    all_vote(council, ballot, "yes")
    council.close(ballot)
    first = sa.select(sa.func.min(BallotEnvelope.key)).scalar_subquery()
    db.session.execute(sa.delete(BallotEnvelope).where(BallotEnvelope.key == first))
    db.session.commit()
    with pytest.raises(Refused) as refused:
        council.open_box(ballot.sitting)
    assert refused.value.params == {"number": 1, "what": "envelopes, root"}
    db.session.rollback()
    ballots.give_up(council.ctx, ballot.sitting.key, ballot.key, reason="dữ liệu bị can thiệp")
    db.session.commit()
    council.count(council.item(ballot.sitting))
    assert nomination.state == "passed"


def test_rows_added_by_hand_before_closing_stop_the_closing(council):
    ballot = council.begun(council.nomination())
    council.cast(ballot, council.chair, "yes")
    db.session.add(BallotEnvelope(ballot_id=ballot.id, key="e" * 64, sealed=b"nhet them"))
    db.session.commit()
    assert refusal(ballots.close, council.ctx, ballot.sitting.key, ballot.key) == ["ballot_uneven"]


def test_an_envelope_of_another_place_does_not_open(council):
    """Stuffed evenly, by somebody who copies a good envelope: the seal is whole, the copy is bound elsewhere."""
    ballot = council.begun(council.nomination())
    council.cast(ballot, council.chair, "yes")
    sealed = db.session.scalar(sa.select(BallotEnvelope.sealed))
    db.session.add(BallotTurnout(ballot_id=ballot.id, member_id=council.seat_of(council.member).id))
    db.session.add(BallotEnvelope(ballot_id=ballot.id, key="e" * 64, sealed=sealed))
    db.session.commit()
    council.close(ballot)
    with pytest.raises(Refused) as refused:
        council.open_box(ballot.sitting)
    assert refused.value.params["what"] == "envelope"
    db.session.rollback()
    assert (ballot.state, rows(BallotCount)) == ("closed", 0)


def test_an_empty_box_is_not_closed_but_given_up(council):
    ballot = council.begun(council.nomination())
    assert refusal(ballots.close, council.ctx, ballot.sitting.key, ballot.key) == ["ballot_empty"]
    ballots.give_up(council.ctx, ballot.sitting.key, ballot.key, reason="nhầm nhóm")
    db.session.commit()
    assert refusal(council.cast, ballot, council.chair, "yes") == ["ballot_not_open"]


# ---------------------------------------------------------------- crashes and clocks


@pytest.fixture
def armed():
    yield failpoints.arm
    failpoints.arm("")


@pytest.mark.parametrize("place", ["ballot.before_insert", "ballot.after_turnout"])
def test_a_crash_while_casting_leaves_neither_vote_nor_turnout(council, armed, place):
    ballot = council.begun(council.nomination())
    armed(f"{place}=raise")
    with pytest.raises(failpoints.FailpointReached):
        council.cast(ballot, council.chair, "yes")
    db.session.rollback()
    assert (rows(BallotTurnout), rows(BallotEnvelope)) == (0, 0)
    armed("")
    council.cast(ballot, council.chair, "yes")
    assert (rows(BallotTurnout), rows(BallotEnvelope)) == (1, 1)


@pytest.mark.parametrize("place", ["opening.after_decrypt", "opening.before_commit", "audit.before_insert"])
def test_a_crash_while_opening_leaves_a_closed_box_and_the_same_counts_later(council, armed, place):
    nomination = council.nomination()
    ballot = council.begun(nomination)
    all_vote(council, ballot, "yes", "yes", "yes", "no")
    council.close(ballot)
    armed(f"{place}=raise")
    with pytest.raises(failpoints.FailpointReached):
        council.open_box(ballot.sitting)
    db.session.rollback()
    assert (ballot.state, rows(BallotCount), nomination.state) == ("closed", 0, "on_ballot")
    armed("")
    council.open_box(ballot.sitting)
    item = council.item(ballot.sitting)
    assert (item.yes, item.no, ballot.state) == (7, 2, "opened")


def test_a_clock_that_goes_back_changes_nothing(council):
    """Order and time decide nothing: a box is open or it is not."""
    ballot = council.begun(council.nomination())
    early = council.as_(council.chair, now=council.make.now - dt.timedelta(days=3))
    late = council.as_(council.member, now=council.make.now + dt.timedelta(days=3))
    for n, ctx in enumerate((early, late)):
        ballot_casting.cast(ctx, ballot.sitting.key, ballot.key, nonce=f"{n:064x}", marks=["yes"])
    db.session.commit()
    council.close(ballot)
    assert ballot.envelopes == 2


# ---------------------------------------------------------------- what is written down


def test_the_audit_tells_of_ballots_and_never_of_a_member(council):
    ballot = council.begun(council.nomination())
    before = db.session.scalar(sa.select(sa.func.count()).select_from(AuditLine))
    all_vote(council, ballot, "yes")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AuditLine)) == before
    council.close(ballot)
    council.open_box(ballot.sitting)
    acts = list(
        db.session.scalars(sa.select(AuditLine.action).where(AuditLine.action.like("ballot.%")).order_by(AuditLine.seq))
    )
    assert acts == ["ballot.key_made", "ballot.key_kept", "ballot.begin", "ballot.close", "ballot.open_box"]
    assert ballot_opening.sealed_root(council.ctx, ballot)[1] == ballot.root


def test_the_record_warns_of_a_unanimous_count(council):
    nomination, other = council.nomination(), council.nomination()
    ballot = council.begun(nomination, other)
    for n, user in enumerate(council.voters):
        council.cast(ballot, user, "yes", "yes" if n else "no")
    council.close(ballot)
    council.open_box(ballot.sitting)
    part = ballot_record.record_of(council.ctx, ballot.sitting.key).parts[0]
    assert [line.is_secrecy_thin for line in part.lines] == [True, False]
    assert [one.full_name for one in part.voters] == [one.full_name for one in council.voters]
    assert db.session.scalars(sa.select(Ballot)).one().envelopes == len(part.receipts) == 9
