"""More passed than the event has places: candidates in the order of their votes, and the rule for equal votes."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from core.domain.nomination import HONOURED, State
from core.models import EventAward, Nomination, Sitting, SittingItem
from core.services import reach_council
from core.services.context import Context

#: Those that still hold, or wait for, one of the places.
_HOLDING = (State.PASSED.value, State.SIGNING.value, *(one.value for one in HONOURED))


@dataclass(frozen=True, slots=True)
class Place:
    """One candidate in the order of votes. ``is_tied``: equal votes on both sides of the line."""

    item: SittingItem
    rank: int
    is_over: bool
    is_tied: bool


@dataclass(frozen=True, slots=True)
class Ranking:
    """The candidates of one award in one event against its quota (None: no quota)."""

    award_code: str
    quota: int | None
    places: tuple[Place, ...]

    @property
    def over(self) -> int:
        """By how many the quota is exceeded."""
        return 0 if self.quota is None else max(0, len(self.places) - self.quota)


def rankings(ctx: Context, row: Sitting) -> list[Ranking]:
    """The passed candidates of the sitting's event, by award, most votes first; empty without an event."""
    if row.event_id is None:
        return []
    query = (
        reach_council.visible_items(ctx)
        .where(
            Nomination.event_id == row.event_id,
            Nomination.handling_unit_id == ctx.here.id,
            Nomination.state.in_(_HOLDING),
            SittingItem.outcome == "passed",
        )
        .order_by(Nomination.award_code, Nomination.name_key, SittingItem.id)
    )
    by_award: dict[str, list[SittingItem]] = {}
    for item in ctx.session.scalars(query):
        by_award.setdefault(item.nomination.award_code, []).append(item)
    quotas = dict(
        ctx.session.execute(
            sa.select(EventAward.award_code, EventAward.quota_total).where(EventAward.event_id == row.event_id)
        ).all()
    )
    return [Ranking(code, quotas.get(code), _places(items, quotas.get(code))) for code, items in by_award.items()]


def _places(items: list[SittingItem], quota: int | None) -> tuple[Place, ...]:
    # shares are compared crosswise: two sittings may have had rolls of different size
    ordered = sorted(items, key=lambda item: -_share(item))
    shares = [_share(item) for item in ordered]
    is_split = quota is not None and 0 < quota < len(ordered) and shares[quota - 1] == shares[quota]
    edge = shares[quota - 1] if is_split and quota is not None else None
    return tuple(
        Place(
            item,
            rank=shares.index(share) + 1,
            is_over=quota is not None and place >= quota,
            is_tied=edge is not None and share == edge,
        )
        for place, (item, share) in enumerate(zip(ordered, shares, strict=True))
    )


def _share(item: SittingItem) -> int:
    """Votes in millionths of the roll: integers, so that equal votes are equal."""
    return (item.got or 0) * 1_000_000 // max(1, item.members or 1)
