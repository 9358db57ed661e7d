"""What a sitting judges: nominations put on its agenda, taken off, and put on once more."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from core.domain.errors import NotFound, Objection, Refused
from core.domain.nomination import State, Step
from core.models import CommitteeMember, Nomination, Sitting, SittingItem, Unit, WrittenOpinion
from core.services import (
    audit,
    committees,
    moves,
    nomination_sections,
    paging,
    reach,
    reach_ballots,
    reach_council,
    recusals,
    sittings,
    vote_rules,
)
from core.services.context import Context, new_key

ORDER = paging.Order((Nomination.award_code, Nomination.name_key, Nomination.id))


def candidates(ctx: Context, row: Sitting, *, cursor: str | None) -> paging.Page:
    """Appraised nominations that this unit handles and whose award takes a vote, by award and name."""
    n = Nomination
    query = (
        sa.select(
            n.id,
            n.key,
            n.award_code,
            n.name_key,
            n.nominee_name,
            n.kind,
            n.receipt_number,
            Unit.name.label("unit_name"),
        )
        .join(Unit, Unit.id == n.unit_id)
        .where(
            n.handling_unit_id == ctx.here.id,
            n.state == State.APPRAISED.value,
            n.award_code.in_(vote_rules.voted_awards(ctx)),
            reach.visible_nominations(ctx),
        )
    )
    if row.event_id is not None:
        query = query.where(n.event_id == row.event_id)
    return paging.fetch(ctx.session, query, ORDER, cursor=cursor)


def put_on(ctx: Context, sitting_key: str, nomination_keys: Sequence[str]) -> int:
    """Put appraised nominations on the agenda; their number. All of them or none.

    Raises ``NotFound`` for one the actor may not see, ``Refused``: no_vote_rule, not_handling, you_are_barred, no_road,
    and what a plugin that guards the ballot objects to.
    """
    ctx.require("sitting.run")
    row = reach_council.sitting(ctx, sitting_key, for_update=True)
    sittings.refuse_unless_running(row)
    if not nomination_keys:
        raise Refused.because([Objection("nobody_chosen", field="nominations")])
    roll = roll_of(ctx, row)
    for key in dict.fromkeys(nomination_keys):
        if not (key.isascii() and key.isalnum()):
            raise NotFound
        nomination = reach.nomination(ctx, key, for_update=True)
        _add(ctx, row, nomination, round_=_rounds(ctx, nomination) + 1)
        if reason := recusals.would_bar(ctx, nomination, roll, unit_id=row.unit_id):
            raise Refused("you_are_barred", name=nomination.nominee_name, reason=reason)
    recusals.settle(ctx, row, roll)
    sittings.touch(row)
    ctx.session.flush()
    return len(nomination_keys)


def put_on_again(ctx: Context, item_key: str) -> SittingItem:
    """A further round for who failed, in the same sitting. Raises ``Refused("no_more_rounds")`` at the limit."""
    ctx.require("sitting.run")
    item = reach_council.sitting_item(ctx, item_key, for_update=True)
    row = item.sitting
    sittings.refuse_unless_open(row)
    if item.outcome != "failed":
        raise Refused("no_road", kind="conflict", state=item.nomination.state, step=Step.PUT_ON_BALLOT.value)
    done, (most, _needs_check) = _rounds(ctx, item.nomination), vote_rules.most_rounds(ctx)
    if done >= most:
        raise Refused("no_more_rounds", most=most)
    again = _add(ctx, row, item.nomination, round_=done + 1)
    recusals.settle(ctx, row, roll_of(ctx, row))
    sittings.touch(row)
    ctx.session.flush()
    return again


def take_off(ctx: Context, item_key: str) -> Sitting:
    """Take a candidate off the agenda before anything was counted; written opinions on it go with it."""
    ctx.require("sitting.run")
    item = reach_council.sitting_item(ctx, item_key, for_update=True)
    sittings.refuse_unless_running(item.sitting)
    if item.outcome is not None or item.entered_by_id is not None:
        raise Refused("already_counted", kind="conflict")
    reach_ballots.refuse_while_voting(ctx, item_id=item.id)
    return _remove(ctx, item)


def cancel(ctx: Context, sitting_key: str) -> Sitting:
    """Call a planned sitting off: its candidates go back to wait for another."""
    ctx.require("sitting.run")
    row = reach_council.sitting(ctx, sitting_key, for_update=True)
    if row.state != "planned":
        raise Refused("sitting_not_planned", kind="conflict")
    for item in list(row.items):
        _remove(ctx, item)
    row.state = "cancelled"
    audit.note(ctx, "sitting.cancel", f"sitting:{row.key}", title=row.title)
    ctx.session.flush()
    return row


def rounds_left(ctx: Context, nomination: Nomination) -> int:
    """How many more votes this unit may take on a nomination."""
    return max(0, vote_rules.most_rounds(ctx)[0] - _rounds(ctx, nomination))


def _add(ctx: Context, row: Sitting, nomination: Nomination, *, round_: int) -> SittingItem:
    if nomination.handling_unit_id != ctx.here.id:
        raise Refused("not_handling", kind="conflict", name=nomination.nominee_name)
    rule = vote_rules.rule_for(ctx, nomination)
    if rule is None:
        raise Refused("no_vote_rule", name=nomination.nominee_name)
    nomination_sections.refuse_ballot(ctx, nomination)
    last = ctx.session.scalar(sa.select(sa.func.max(SittingItem.position)).where(SittingItem.sitting_id == row.id))
    item = SittingItem(
        key=new_key(),
        sitting_id=row.id,
        nomination_id=nomination.id,
        position=(last if last is not None else -1) + 1,
        round=round_,
        rule=rule.to_dict(),
    )
    moves.move(ctx, nomination, Step.PUT_ON_BALLOT, due_on=nomination.due_on)
    ctx.session.add(item)
    ctx.session.flush()
    audit.note(ctx, "sitting.put_on", f"sitting:{row.key}", nomination=nomination.key, round=round_)
    return item


def _remove(ctx: Context, item: SittingItem) -> Sitting:
    row, nomination = item.sitting, item.nomination
    # a second round that is not held leaves the first one's outcome behind
    moves.move(ctx, nomination, Step.TAKE_OFF_BALLOT, due_on=nomination.due_on)
    if item.round > 1:
        moves.move(ctx, nomination, Step.PUT_ON_BALLOT, due_on=nomination.due_on)
        moves.move(ctx, nomination, Step.FAIL, due_on=nomination.due_on)
    ctx.session.execute(sa.delete(WrittenOpinion).where(WrittenOpinion.item_id == item.id))
    ctx.session.delete(item)
    audit.note(ctx, "sitting.take_off", f"sitting:{row.key}", nomination=nomination.key, round=item.round)
    sittings.touch(row)
    ctx.session.flush()
    ctx.session.expire(row, ["items"])
    return row


def _rounds(ctx: Context, nomination: Nomination) -> int:
    """Votes already taken on a nomination in this unit."""
    query = (
        sa.select(sa.func.count(SittingItem.id))
        .join(Sitting, Sitting.id == SittingItem.sitting_id)
        .where(
            SittingItem.nomination_id == nomination.id,
            SittingItem.outcome.is_not(None),
            Sitting.unit_id == ctx.here.id,
        )
    )
    return ctx.session.scalar(query) or 0


def roll_of(ctx: Context, row: Sitting) -> list[CommitteeMember]:
    """The members of a sitting: the fixed roll, or before it opens the committee of today."""
    if row.state == "open":
        return [seat.member for seat in sittings.roll_of(ctx, row)]
    return committees.roll(ctx.session, row.committee_id, ctx.today)
