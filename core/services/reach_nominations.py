"""Where an id becomes a row of what lies inside a dossier, scope in the query; see ``core.services.reach``."""

from __future__ import annotations

import sqlalchemy as sa

from core.domain.errors import NotFound
from core.models import Achievement, Event, Nomination, Remark
from core.services import reach
from core.services.context import Context


def remark(ctx: Context, row: Nomination, key: str) -> Remark:
    """A remark that came to the nominating unit with a return of this dossier; else ``NotFound``."""
    found = ctx.session.scalar(
        sa.select(Remark).where(Remark.key == key, Remark.nomination_id == row.id, Remark.audience == "nominating")
    )
    if found is None or row.unit_id != ctx.here.id:
        raise NotFound
    return found


def achievement(ctx: Context, row: Nomination, key: str) -> Achievement:
    """An achievement of the very nominee that this unit puts forward; else ``NotFound``."""
    found = ctx.session.scalar(
        sa.select(Achievement).where(Achievement.key == key, Achievement.nominee_id == row.nominee_id)
    )
    if found is None or row.unit_id != ctx.here.id:
        raise NotFound
    return found


def listed_event_id(ctx: Context, box: str, key: str) -> int:
    """An event that this unit knows, or of which something lies in the box; else ``NotFound``."""
    lies_here = sa.exists().where(Nomination.event_id == Event.id, reach.nominations_in(ctx, box))
    query = sa.select(Event.id).where(Event.key == key, sa.or_(reach.visible_events(ctx), lies_here))
    found = ctx.session.scalar(query)
    if found is None:
        raise NotFound
    return found
