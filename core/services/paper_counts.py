"""Paper ballots: the secretary enters the figures, a second person counts again, and equal figures decide.

One method of taking a vote; a sealed electronic ballot is another, beside this file, and ends in ``outcomes.decide``.
"""

from __future__ import annotations

import dataclasses

from core.domain.errors import Forbidden, Refused, Stale
from core.domain.voting import Outcome, PaperCount
from core.models import SittingItem
from core.services import audit, outcomes, reach_council, sittings
from core.services.context import Context

METHOD = "paper"


def enter(ctx: Context, item_key: str, count: PaperCount, *, expected_version: int | None) -> SittingItem:
    """The first count. May be entered anew until it is confirmed; impossible figures are refused beside their fields.

    Raises ``Refused("already_confirmed")`` after confirmation, ``Stale`` when somebody else entered one meanwhile.
    """
    ctx.require("sitting.run")
    item = _item(ctx, item_key)
    if expected_version != item.version:
        # whose figures, not which: the other person counts without having seen them
        raise Stale(theirs={"entered_by": _name(item)}, by=_name(item))
    outcomes.check(ctx, count, outcomes.room_of(ctx, item))
    for name, value in dataclasses.asdict(count).items():
        setattr(item, name, value)
    item.entered_by_id, item.entered_at = ctx.actor.id, ctx.now
    item.second, item.second_by_id = None, None
    ctx.session.flush()
    audit.note(ctx, "sitting.count", f"sitting_item:{item.key}", **dataclasses.asdict(count))
    return item


def confirm(ctx: Context, item_key: str, count: PaperCount) -> Outcome | None:
    """The second count, by another person. Equal figures decide, once; unequal ones are kept and decide nothing (None).

    Raises ``Refused``: not_entered, same_person, already_confirmed, and whatever makes these figures impossible.
    """
    ctx.require("sitting.confirm")
    item = _item(ctx, item_key)
    if item.entered_by_id is None:
        raise Refused("not_entered", kind="conflict")
    if item.entered_by_id == ctx.actor.id:
        raise Refused("same_person", kind="conflict")
    room = outcomes.room_of(ctx, item)
    outcomes.check(ctx, count, room)
    if count != outcomes.count_of(item):
        item.second, item.second_by_id = dataclasses.asdict(count), ctx.actor.id
        audit.note(ctx, "sitting.count_differs", f"sitting_item:{item.key}", **dataclasses.asdict(count))
        ctx.session.flush()
        return None
    item.second, item.second_by_id = None, None
    item.confirmed_by_id, item.confirmed_at = ctx.actor.id, ctx.now
    audit.note(ctx, "sitting.count_confirmed", f"sitting_item:{item.key}", **dataclasses.asdict(count))
    return outcomes.decide(ctx, item, count, room)


def may_confirm(ctx: Context, item: SittingItem) -> bool:
    """Whether the actor is a second person for this count."""
    return (
        item.outcome is None
        and item.entered_by_id is not None
        and item.entered_by_id != ctx.actor.id
        and ctx.may("sitting.confirm")
    )


def differences(item: SittingItem) -> list[str]:
    """The names of the figures on which the two persons differ, in the order of the form."""
    second = item.second or {}
    return [name for name in PaperCount.__slots__ if second and second.get(name) != getattr(item, name)]


def _item(ctx: Context, key: str) -> SittingItem:
    item = reach_council.sitting_item(ctx, key, for_update=True)
    if item.outcome is not None:
        raise Refused("already_confirmed", kind="conflict")
    sittings.refuse_unless_open(item.sitting)
    if item.method != METHOD:
        raise Forbidden("sitting.run")
    return item


def _name(item: SittingItem) -> str | None:
    return item.entered_by.full_name if item.entered_by else None
