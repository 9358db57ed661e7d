"""What a revocation leaves to get back: the certificate and the money (Luật Thi đua, khen thưởng, Điều 93)."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from core.domain.errors import Objection, Refused, Stale
from core.models import Award, Decision, RecoveryTask, Unit
from core.services import audit, paging, reach
from core.services.context import Context


def page(ctx: Context, *, state: str = "open", cursor: str | None = None) -> paging.Page:
    """Tasks of this unit, oldest first: ``open``, ``done`` or ``all``. Raises ``Refused("bad_parameter")``."""
    ctx.require("decision.read")
    if state not in ("open", "done", "all"):
        raise Refused("bad_parameter", kind="bad_input")
    t, change = RecoveryTask, aliased(Decision)
    query = (
        sa.select(
            *(t.id, t.key, t.what, t.amount, t.done_on, t.note, t.version),
            *(Award.key.label("award_key"), Award.name, Award.award_name, change.number, change.decided_on),
            Unit.name.label("nominating_unit"),
        )
        .join(Award, Award.id == t.award_id)
        .join(change, change.id == Award.changed_by_id)
        .join(Unit, Unit.id == Award.nominating_unit_id)
        .where(t.unit_id == ctx.here.id)
    )
    if state != "all":
        query = query.where(t.done_on.is_(None) if state == "open" else t.done_on.is_not(None))
    return paging.fetch(ctx.session, query, paging.Order((t.id,)), cursor=cursor)


def open_count(ctx: Context) -> int:
    """How many things are still to be got back here."""
    t = RecoveryTask
    query = sa.select(sa.func.count()).where(t.unit_id == ctx.here.id, t.done_on.is_(None))
    return ctx.session.scalar(query) or 0


def load(ctx: Context, key: str) -> RecoveryTask:
    """One task. Raises ``NotFound``."""
    return reach.recovery_task(ctx, key)


def settle(ctx: Context, key: str, *, done_on: date | None, note: str, expected_version: int | None) -> RecoveryTask:
    """Record that something came back on a day (None: not yet), with a note.

    Raises ``NotFound``, ``Stale`` with what the other wrote, ``Refused("recovered_in_future")``.
    """
    ctx.require("decision.draft")
    row = reach.recovery_task(ctx, key)
    ctx.session.refresh(row, with_for_update=True)
    if expected_version is not None and row.version != expected_version:
        raise Stale(theirs={"done_on": row.done_on, "note": row.note})
    if done_on and done_on > ctx.today:
        raise Refused.because([Objection("recovered_in_future", {"day": done_on}, field="done_on")])
    row.done_on, row.note = done_on, note
    day = done_on.isoformat() if done_on else ""
    audit.note(ctx, "recovery.settle", f"award:{row.award.key}", what=row.what, done_on=day, note=note)
    ctx.session.flush()
    return row
