"""How the nearest event stands, what its plan asks of the actor's units, and what its own check finds missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from core.domain.nomination import HONOURED, IN_HAND, State
from core.models import Event, EventPhase, EventTask, EventUnit, Nomination, Unit
from core.services import event_check, event_page, events
from core.services.context import VIETNAM, Context
from core.services.home_todo import MOST, Todo, units_with

#: A report is called for this many days ahead.
_REPORT_AHEAD = dt.timedelta(days=10)


@dataclass(frozen=True, slots=True)
class EventNow:
    """The event that matters most today, seen from one of the actor's units."""

    row: Event
    #: The key of the unit from which the actor sees it.
    unit_key: str
    is_own: bool
    standing: events.Standing
    curve: tuple[tuple[dt.date, int | None], ...]
    receive_closes_at: dt.datetime | None
    is_receiving: bool
    #: The key of a unit in which the actor may put somebody forward here and now; empty where there is none.
    nominates_for: str
    #: Dossiers by state: all that were sent for the organiser, the unit's own for an invited unit.
    by_state: dict[str, int]

    def count(self, *states: State) -> int:
        """Dossiers in these states."""
        return sum(self.by_state.get(state.value, 0) for state in states)

    @property
    def waiting(self) -> int:
        """In somebody's hands at the handling side."""
        return self.count(*IN_HAND)

    @property
    def honoured(self) -> int:
        """Honoured by a decision in force."""
        return self.count(*HONOURED)

    @property
    def drafts(self) -> int:
        """Of the unit, not sent yet."""
        return self.count(State.DRAFT, State.READY)

    @property
    def sent(self) -> int:
        """Of the unit, sent and not withdrawn."""
        return sum(self.by_state.values()) - self.drafts - self.count(State.WITHDRAWN)

    @property
    def deadline_on(self) -> dt.date | None:
        """The day on which receiving ends."""
        return self.receive_closes_at.astimezone(VIETNAM).date() if self.receive_closes_at else None


def now(ctx: Context) -> EventNow | None:
    """The announced event which receives, or failing that the latest one; None where there is none."""
    units = units_with(ctx, "event.read")
    if not units:
        return None
    is_invited = sa.exists().where(EventUnit.event_id == Event.id, EventUnit.unit_id.in_(units))
    is_receiving = sa.exists().where(
        EventPhase.event_id == Event.id,
        EventPhase.phase == "receive",
        EventPhase.opens_at <= ctx.now,
        EventPhase.closes_at >= ctx.now,
    )
    row = ctx.session.scalar(
        sa.select(Event)
        .where(Event.state == "announced", sa.or_(Event.unit_id.in_(units), is_invited))
        .order_by(is_receiving.desc(), Event.window_to.desc(), Event.id.desc())
        .limit(1)
        .options(joinedload(Event.unit), selectinload(Event.phases))
    )
    return _seen(ctx, row, units) if row is not None else None


def _seen(ctx: Context, row: Event, units: frozenset[int]) -> EventNow:
    is_own = row.unit_id in units
    figures = events.standing(ctx.session, row)
    receive = events.phase_of(row, "receive")
    is_receiving = events.phase_is_open(row, "receive", ctx.now)
    return EventNow(
        row=row,
        unit_key=row.unit.key if is_own else _invited_unit(ctx, row, units),
        nominates_for=_invited_unit(ctx, row, units_with(ctx, "nomination.write")) if is_receiving else "",
        is_own=is_own,
        standing=figures,
        curve=event_page.curve(row, figures, ctx.today),
        receive_closes_at=receive.closes_at if receive else None,
        is_receiving=is_receiving,
        by_state=figures.by_state if is_own else _own_states(ctx, row, units),
    )


def _invited_unit(ctx: Context, row: Event, units: frozenset[int]) -> str:
    if not units:
        return ""
    query = (
        sa.select(Unit.key)
        .join(EventUnit, EventUnit.unit_id == Unit.id)
        .where(EventUnit.event_id == row.id, EventUnit.unit_id.in_(units))
        .order_by(EventUnit.id)
    )
    return ctx.session.scalars(query).first() or ""


def _own_states(ctx: Context, row: Event, units: frozenset[int]) -> dict[str, int]:
    query = (
        sa.select(Nomination.state, sa.func.count())
        .where(Nomination.event_id == row.id, Nomination.unit_id.in_(units))
        .group_by(Nomination.state)
    )
    return dict(ctx.session.execute(query).all())


def tasks(ctx: Context) -> Iterator[Todo]:
    """Open tasks of the actor's units in announced events, and reports that are due. Two queries."""
    units = units_with(ctx, "event.task")
    if units:
        query = (
            sa.select(EventTask.key, EventTask.unit_id, EventTask.content, EventTask.due_on, EventTask.part, Event.key)
            .add_columns(Event.short_title)
            .join(Event, Event.id == EventTask.event_id)
            .where(EventTask.unit_id.in_(units), EventTask.status.in_(("open", "doing")), Event.state == "announced")
            .order_by(EventTask.due_on.is_(None), EventTask.due_on, EventTask.id)
            .limit(MOST)
        )
        for key, unit_id, content, due_on, part, event_key, title in ctx.session.execute(query):
            yield Todo("task", unit_id, f"event_task:{key}", content, part, due_on, event_key, title)
    managing = units_with(ctx, "event.manage")
    if managing:
        query = sa.select(Event.key, Event.unit_id, Event.short_title, Event.report_due_on, Event.report_to).where(
            Event.unit_id.in_(managing),
            Event.state == "announced",
            Event.report_due_on <= ctx.today + _REPORT_AHEAD,
        )
        for key, unit_id, title, due_on, report_to in ctx.session.execute(query.order_by(Event.id).limit(MOST)):
            yield Todo("report", unit_id, f"report:{key}", title, report_to, due_on, key, title)


def self_check(ctx: Context, seen: EventNow) -> Iterator[Todo]:
    """What is missing or contradicts itself in the event shown, for who manages it."""
    row = seen.row
    if row.unit_id not in units_with(ctx, "event.manage"):
        return
    listed = ctx.session.scalars(
        sa.select(EventTask).where(EventTask.event_id == row.id).options(joinedload(EventTask.unit))
    ).all()
    found = event_check.check(event_check.facts_of(ctx, row, list(listed)), ctx.now, ctx.today)
    if found:
        yield Todo(
            "check_event",
            row.unit_id,
            f"event:{row.key}",
            row.short_title,
            event_key=row.key,
            event_title=row.short_title,
            number=len(found),
        )
