"""A person's own notices, and the unit in whose name the thing behind one can be opened."""

from __future__ import annotations

import sqlalchemy as sa

from core.domain.errors import NotFound
from core.models import Award, Decision, Event, EventTask, EventUnit, Nomination, Notice, Sitting, Unit
from core.services.context import Context


def notice(ctx: Context, key: str) -> Notice:
    """A notice of the person who acts; else ``NotFound``."""
    row = ctx.session.scalar(sa.select(Notice).where(Notice.key == key, Notice.user_id == ctx.actor.id))
    if row is None:
        raise NotFound
    return row


def unit_for(ctx: Context, about: str) -> str:
    """The key of one of the actor's units to which ``noun:key`` belongs; empty where there is none.

    Only an address comes of it: the page itself asks ``reach`` again.
    """
    noun, _colon, key = about.partition(":")
    n = Nomination
    queries = {
        "nomination": sa.select(n.unit_id, n.handling_unit_id, n.organiser_id, n.upper_unit_id).where(n.key == key),
        "sitting": sa.select(Sitting.unit_id).where(Sitting.key == key),
        "decision": sa.select(Decision.unit_id).where(Decision.key == key),
        "award": sa.select(Award.unit_id, Award.nominating_unit_id).where(Award.key == key),
        "event_task": sa.select(EventTask.unit_id).where(EventTask.key == key),
        "event": sa.select(Event.unit_id).where(Event.key == key),
    }
    if noun not in queries:
        return ""
    row = ctx.session.execute(queries[noun]).one_or_none()
    held = {one.unit_id for one in ctx.actor.held}
    found = next((unit_id for unit_id in (row or ()) if unit_id in held), None)
    if found is None and noun == "event":
        found = _invited(ctx, key, held)
    return ctx.session.scalar(sa.select(Unit.key).where(Unit.id == found)) or "" if found is not None else ""


def _invited(ctx: Context, key: str, held: set[int]) -> int | None:
    query = (
        sa.select(EventUnit.unit_id)
        .join(Event, Event.id == EventUnit.event_id)
        .where(Event.key == key, EventUnit.unit_id.in_(held))
        .order_by(EventUnit.id)
    )
    return ctx.session.scalars(query).first()
