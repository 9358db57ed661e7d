"""The one way a nomination changes state: road, history, audit, notices, in one go."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from core.domain.nomination import State, Step, take
from core.models import Handover, Nomination, NominationStep, OutboxRow
from core.services import audit, outbox, plugin_sets
from core.services.context import Context

#: Who is told about a step: permission and side. Codes become sentences in ``core.web.messages``.
_NEWS: dict[Step, tuple[tuple[str, str], ...]] = {
    Step.ASK_CONFIRMATION: (("nomination.submit", "nominating"),),
    Step.SEND_BACK_TO_DRAFT: (("nomination.write", "nominating"),),
    Step.SUBMIT: (("nomination.appraise", "handling"),),
    Step.RETURN: (("nomination.write", "nominating"),),
    Step.HAND_UP: (("nomination.appraise", "handling"),),
    Step.AWARD: (("nomination.write", "nominating"), ("nomination.appraise", "organiser")),
    Step.DECLINE: (("nomination.write", "nominating"), ("nomination.appraise", "organiser")),
    Step.WITHDRAW: (("nomination.appraise", "handling"),),
    Step.REVOKE: (("nomination.write", "nominating"),),
}

#: What the unit that handed a dossier up is told in the end, beside the notice.
_RESULTS = {Step.AWARD: "awarded", Step.DECLINE: "declined", Step.WITHDRAW: "withdrawn"}


def move(ctx: Context, row: Nomination, step: Step, *, note: str = "", due_on: dt.date | None = None) -> State:
    """Take ``step`` and return the new state.

    Writes the history line and the audit note, clears or sets ``due_on``, tells those who have to know. The caller has
    loaded the row ``for_update`` and checked the permission. Raises ``Refused("no_road")`` where there is no such step.
    """
    old = State(row.state)
    new = take(old, step)
    row.state = new.value
    row.state_since = ctx.now
    row.due_on = due_on
    ctx.session.add(
        NominationStep(
            nomination_id=row.id,
            step=step.value,
            old=old.value,
            new=new.value,
            at=ctx.now,
            user_id=ctx.actor.id,
            unit_id=ctx.here.id,
            note=note,
        )
    )
    audit.note(ctx, f"nomination.{step.value}", f"nomination:{row.key}", old=old.value, new=new.value, note=note)
    sides = {"nominating": row.unit_id, "handling": row.handling_unit_id, "organiser": row.organiser_id}
    was_never_sent = row.receipt_at is None
    for permission, side in _NEWS.get(step, ()):
        if step is Step.WITHDRAW and was_never_sent:
            continue
        outbox.tell(
            ctx,
            permission=permission,
            unit_id=sides[side],
            code=f"news_{step.value}",
            about=f"nomination:{row.key}",
            name=row.nominee_name,
            note=note,
        )
    if row.upper_unit_id is not None and step in _RESULTS:
        _answer_handovers(ctx, row, _RESULTS[step])
    _tell_plugins(ctx, row, old, new)
    ctx.session.flush()
    return new


def _tell_plugins(ctx: Context, row: Nomination, old: State, new: State) -> None:
    """Queue the news for every plugin of the event that wants it: told after the commit, by the jobs."""
    if ctx.registry.is_empty:  # before the event is read: many dossiers may move in one act
        return
    args = {"nomination_id": row.id, "old": old.value, "new": new.value, "actor_id": ctx.actor.id}
    for plugin in plugin_sets.of_event(ctx, row.event).gate.hearers("nomination_moved"):
        news = {"plugin": plugin, "hook": "nomination_moved", "unit_id": row.organiser_id}
        payload = news | {"args": args | {"at": ctx.now.isoformat()}}
        ctx.session.add(OutboxRow(kind="tell", payload=payload, created_at=ctx.now, due_at=ctx.now))


def _answer_handovers(ctx: Context, row: Nomination, result: str) -> None:
    """Write what became of the dossier to every unit on its way up that still waits for it."""
    waiting = sa.select(Handover).where(Handover.nomination_id == row.id, Handover.result.is_(None))
    for handover in ctx.session.scalars(waiting):
        handover.result, handover.result_at = result, ctx.now
