"""What follows from a count, however it was taken: the arithmetic by the frozen rule, and the nomination moves."""

from __future__ import annotations

from dataclasses import dataclass

from core.domain import voting
from core.domain.errors import Refused
from core.domain.nomination import Step
from core.domain.voting import Outcome, PaperCount, VoteRule
from core.models import SittingItem
from core.services import audit, moves, recusals, sittings, vote_rules
from core.services.context import Context


@dataclass(frozen=True, slots=True)
class Room:
    """Who could vote on one candidate: every figure a count is held against."""

    members: int
    present: int
    absent: int
    barred_present: int
    barred_absent: int
    opinions: dict[str, int]
    bars: tuple[recusals.Bar, ...]

    @property
    def entitled(self) -> int:
        """Members in the room who get a ballot paper."""
        return self.present - self.barred_present


def room_of(ctx: Context, item: SittingItem) -> Room:
    """The room at this vote, from the fixed roll, the attendance and the bars of this moment."""
    seats = sittings.roll_of(ctx, item.sitting)
    bars = recusals.bars_on(ctx, [item.nomination_id])[item.nomination_id]
    seated = {seat.member_id for seat in seats}
    barred = {bar.member.id for bar in bars} & seated
    present = {seat.member_id for seat in seats if seat.attendance == "present"}
    opinions = {mark: sum(one.mark == mark for one in item.opinions) for mark in ("yes", "no", "blank")}
    return Room(
        members=len(seats),
        present=len(present),
        absent=len(seats) - len(present),
        barred_present=len(barred & present),
        barred_absent=len(barred - present),
        opinions=opinions,
        bars=tuple(bar for bar in bars if bar.member.id in barred),
    )


def check(ctx: Context, count: PaperCount, room: Room) -> None:
    """Raise ``Refused`` with every reason why these figures cannot be true, or why this sitting cannot vote."""
    num, den, _needs_check = vote_rules.quorum_share(ctx)
    found = voting.check_attendance(members=room.members, present=room.present, num=num, den=den)
    found += voting.check_count(
        count,
        members=room.members,
        present=room.present,
        barred=room.barred_present,
        barred_absent=room.barred_absent,
        opinions_yes=room.opinions["yes"],
        opinions_no=room.opinions["no"],
        opinions_blank=room.opinions["blank"],
    )
    if found:
        raise Refused.because(found)


def outcome_of(item: SittingItem) -> Outcome | None:
    """The arithmetic of a confirmed candidate, from its own row; None before that."""
    rule = vote_rules.rule_of(item)
    if item.outcome is None or item.members is None or rule is None:
        return None
    marks = [one.mark for one in item.opinions]
    return voting.tally(count_of(item), marks.count("yes"), marks.count("no"), rule=rule, members=item.members)


def count_of(item: SittingItem) -> PaperCount:
    """The figures entered for this candidate; zeros where none were."""
    return PaperCount(**{name: getattr(item, name) or 0 for name in PaperCount.__slots__})


def decide(ctx: Context, item: SittingItem, count: PaperCount, room: Room) -> Outcome:
    """Write the outcome of an agreed count and move the nomination. The row never changes afterwards."""
    rule = _rule(item)
    outcome = voting.tally(count, room.opinions["yes"], room.opinions["no"], rule=rule, members=room.members)
    item.members, item.present = room.members, room.present
    item.got, item.needed = outcome.got, outcome.needed
    item.outcome = "passed" if outcome.has_passed else "failed"
    ctx.session.flush()
    step = Step.PASS if outcome.has_passed else Step.FAIL
    moves.move(ctx, item.nomination, step, due_on=item.nomination.due_on)
    audit.note(
        ctx,
        "sitting.outcome",
        f"sitting_item:{item.key}",
        nomination=item.nomination.key,
        outcome=item.outcome,
        got=outcome.got,
        needed=outcome.needed,
        members=outcome.members,
    )
    return outcome


def _rule(item: SittingItem) -> VoteRule:
    rule = vote_rules.rule_of(item)
    if rule is None:
        raise Refused("no_vote_rule", name=item.nomination.nominee_name)
    return rule
