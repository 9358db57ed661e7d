"""Written opinions of absent members: open, once each, counted beside the papers and listed in the minutes."""

from __future__ import annotations

from core.domain.errors import NotFound, Objection, Refused
from core.models import CommitteeMember, SittingItem, WrittenOpinion
from core.services import audit, reach_ballots, reach_council, recusals, sittings
from core.services.context import Context

MARKS = ("yes", "no", "blank")


def may_write(ctx: Context, item: SittingItem) -> list[CommitteeMember]:
    """The absent members who may vote on this candidate and sent nothing yet, in the order of the roll."""
    barred = {bar.member.id for bar in recusals.bars_on(ctx, [item.nomination_id])[item.nomination_id]}
    written = {one.member_id for one in item.opinions}
    return [
        seat.member
        for seat in sittings.roll_of(ctx, item.sitting)
        if seat.attendance == "absent" and seat.member_id not in barred | written
    ]


def record(ctx: Context, item_key: str, member_key: str, *, mark: str, note: str) -> WrittenOpinion:
    """Enter one opinion. Refused for who is present, barred, or wrote already, and once papers were counted."""
    ctx.require("sitting.run")
    item = reach_council.sitting_item(ctx, item_key, for_update=True)
    _refuse_when_counted(ctx, item)
    if mark not in MARKS:
        raise Refused.because([Objection("no_choice", field="mark")])
    member = next((one for one in may_write(ctx, item) if one.key == member_key), None)
    if member is None:
        raise Refused.because([Objection("may_not_write", field="member")])
    row = WrittenOpinion(item_id=item.id, member_id=member.id, mark=mark, note=note)
    ctx.session.add(row)
    ctx.session.flush()
    ctx.session.expire(item, ["opinions"])
    # open, not secret: the minutes list it with its name
    audit.note(ctx, "sitting.opinion", f"sitting_item:{item.key}", member=member.full_name, mark=mark)
    return row


def take_back(ctx: Context, item_key: str, member_key: str) -> None:
    """Take out an opinion entered by mistake, before papers were counted."""
    ctx.require("sitting.run")
    item = reach_council.sitting_item(ctx, item_key, for_update=True)
    _refuse_when_counted(ctx, item)
    row = next((one for one in item.opinions if one.member.key == member_key), None)
    if row is None:
        raise NotFound
    audit.note(ctx, "sitting.opinion_taken_back", f"sitting_item:{item.key}", member=row.member.full_name)
    ctx.session.delete(row)
    ctx.session.flush()
    ctx.session.expire(item, ["opinions"])


def _refuse_when_counted(ctx: Context, item: SittingItem) -> None:
    sittings.refuse_unless_open(item.sitting)
    if item.outcome is not None or item.entered_by_id is not None:
        raise Refused("already_counted", kind="conflict")
    # a sealed box is added up with what stood beside it when it was closed
    reach_ballots.refuse_while_voting(ctx, item_id=item.id, states=("closed",))
