"""Dossiers that wait for somebody: on the nominating side, and in hand at the organiser or above."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import sqlalchemy as sa

from core.domain.nomination import State, Step
from core.models import Event, EventPhase, Nomination, NominationStep, Unit
from core.services import reach, vote_rules
from core.services.context import VIETNAM, Context
from core.services.home_todo import MOST, Todo, units_with

_OWN = {State.RETURNED.value: "mend", State.READY.value: "confirm", State.DRAFT.value: "finish"}
_IN_HAND = {
    State.SUBMITTED.value: "receive",
    State.RECEIVED.value: "appraise",
    State.CONSULTING.value: "close_consultation",
    State.APPRAISED.value: "conclude",
    State.PASSED.value: "to_decision",
    State.FAILED.value: "second_round",
}


def own(ctx: Context) -> Iterator[Todo]:
    """Dossiers of the actor's units to mend, to confirm and send, to finish. One query."""
    writing, sending = units_with(ctx, "nomination.write"), units_with(ctx, "nomination.submit")
    if not writing:
        return
    n = Nomination
    last_return = (
        sa.select(NominationStep.note)
        .where(NominationStep.nomination_id == n.id, NominationStep.step == Step.RETURN.value)
        .order_by(NominationStep.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    states = list(_OWN) if sending else [State.RETURNED.value, State.DRAFT.value]
    query = (
        sa.select(
            n.key, n.state, n.unit_id, n.nominee_name, n.due_on, Event.key, Event.short_title, EventPhase.closes_at
        )
        .add_columns(last_return)
        .join(Event, Event.id == n.event_id)
        .outerjoin(EventPhase, sa.and_(EventPhase.event_id == Event.id, EventPhase.phase == "receive"))
        .where(n.unit_id.in_(writing), n.state.in_(states), Event.state == "announced")
        .order_by(n.due_on.is_(None), n.due_on, n.id)
        .limit(MOST)
    )
    for key, state, unit_id, name, due_on, event_key, title, closes_at, note in ctx.session.execute(query):
        if state == State.READY.value and unit_id not in sending:
            continue
        closes_on = closes_at.astimezone(VIETNAM).date() if closes_at else None
        yield Todo(
            kind=_OWN[state],
            unit_id=unit_id,
            about=f"nomination:{key}",
            name=name,
            why=(note or "") if state == State.RETURNED.value else "",
            due_on=due_on or closes_on,
            event_key=event_key,
            event_title=title,
        )


def in_hand(ctx: Context) -> Iterator[Todo]:
    """Dossiers that the actor's units handle, by the next thing to do with them. Two queries."""
    handling = units_with(ctx, "nomination.appraise")
    if not handling:
        return
    n = Nomination
    query = (
        sa.select(
            n.key,
            n.state,
            n.handling_unit_id,
            n.nominee_name,
            n.due_on,
            n.consult_to,
            n.award_code,
            Event.key,
            Unit.name,
        )
        .add_columns(Event.short_title)
        .join(Event, Event.id == n.event_id)
        .join(Unit, Unit.id == n.unit_id)
        .where(
            sa.or_(n.organiser_id.in_(handling), n.upper_unit_id.in_(handling)),
            n.handling_unit_id.in_(handling),
            n.state.in_(list(_IN_HAND)),
            reach.not_barred(ctx),
        )
        .order_by(n.due_on.is_(None), n.due_on, n.id)
        .limit(MOST)
    )
    voted = vote_rules.voted_awards(ctx)
    for key, state, unit_id, name, due_on, consult_to, award, event_key, unit, title in ctx.session.execute(query):
        if state == State.CONSULTING.value and not _is_over(consult_to, ctx.today):
            continue
        kind = _IN_HAND[state]
        if kind == "conclude" and award in voted:
            kind = "to_council"
        yield Todo(
            kind=kind,
            unit_id=unit_id,
            about=f"nomination:{key}",
            name=name,
            why=unit,
            due_on=due_on,
            event_key=event_key,
            event_title=title,
        )


def _is_over(consult_to: dt.date | None, today: dt.date) -> bool:
    return consult_to is None or consult_to < today
