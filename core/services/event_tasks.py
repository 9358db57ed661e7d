"""Tasks of an event: given by the organiser from its plan, reported on by the unit that has them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from core.domain.errors import NotFound, Objection, Refused, Stale
from core.models import Event, EventTask, EventUnit, Unit
from core.services import audit, events, outbox, reach
from core.services.context import Context, new_key
from core.services.paging import Order, Page, fetch


@dataclass(frozen=True, slots=True)
class TaskData:
    """What the plan asks of a unit. ``due_on`` None: the plan names no day."""

    unit_key: str
    part: str
    content: str
    output: str = ""
    due_on: dt.date | None = None
    status: str = "open"
    note: str = ""


def of_event(ctx: Context, row: Event) -> list[EventTask]:
    """All tasks of an event in the order of the plan, with their units. One query."""
    query = (
        sa.select(EventTask)
        .where(EventTask.event_id == row.id)
        .options(joinedload(EventTask.unit))
        .order_by(EventTask.position, EventTask.id)
    )
    return list(ctx.session.scalars(query))


def units_for(ctx: Context, row: Event) -> list[tuple[str, str]]:
    """(key, name) of the units that may get a task: the organiser, its children, external, invited, those with one."""
    has_task = sa.exists().where(EventTask.event_id == row.id, EventTask.unit_id == Unit.id)
    is_invited = sa.exists().where(EventUnit.event_id == row.id, EventUnit.unit_id == Unit.id)
    near = sa.or_(Unit.id == ctx.here.id, Unit.parent_id == ctx.here.id, Unit.is_external.is_(True))
    query = (
        sa.select(Unit.key, Unit.name)
        .where(
            reach.invitable_units(ctx),
            sa.or_(near, has_task, is_invited),
            sa.or_(has_task, Unit.closed_on.is_(None), Unit.closed_on > ctx.today),
        )
        .order_by(Unit.sort_key, Unit.id)
    )
    return [(key, name) for key, name in ctx.session.execute(query)]


ORDER = Order((EventTask.id,), down=True)


def given_to(ctx: Context, *, box: str = "live", cursor: str | None = None) -> Page:
    """Tasks given to this unit by announced events; ``box``: ``live`` (open, doing) or ``all``."""
    ctx.require("event.task")
    rows = (
        sa.select(
            EventTask.id,
            EventTask.key,
            EventTask.part,
            EventTask.content,
            EventTask.output,
            EventTask.due_on,
            EventTask.status,
            EventTask.note,
            Event.title.label("event_title"),
            Event.short_title.label("event_short"),
            Unit.name.label("organiser"),
        )
        .join(Event, Event.id == EventTask.event_id)
        .join(Unit, Unit.id == Event.unit_id)
        .where(EventTask.unit_id == ctx.here.id, Event.state != "draft")
    )
    if box == "live":
        rows = rows.where(EventTask.status.in_(("open", "doing")))
    return fetch(ctx.session, rows, ORDER, cursor=cursor)


def task(ctx: Context, key: str) -> EventTask:
    """A task that the actor may report on or change; else ``NotFound``."""
    return reach.event_task(ctx, key)


def given(ctx: Context, key: str) -> EventTask:
    """A task given to this very unit; else ``NotFound``."""
    ctx.require("event.task")
    one = reach.event_task(ctx, key)
    if one.unit_id != ctx.here.id:
        raise NotFound
    return one


def add(ctx: Context, data: TaskData) -> EventTask:
    """Give a unit a task in the event of this context."""
    row = events.managed(ctx)
    unit = _unit(ctx, data)
    last = ctx.session.scalar(sa.select(sa.func.max(EventTask.position)).where(EventTask.event_id == row.id))
    one = EventTask(key=new_key(), event_id=row.id, position=0 if last is None else last + 1)
    _write(one, unit, data)
    ctx.session.add(one)
    audit.note(ctx, "event.task_add", f"event:{row.key}", task=one.key, unit=unit.key, part=data.part)
    if row.state == "announced":
        _tell(ctx, row, one)
    ctx.session.flush()
    return one


def edit(ctx: Context, key: str, data: TaskData, *, expected_version: int | None) -> EventTask:
    """Change a task of an event organised here. Raises ``Stale`` or ``Refused``."""
    row = events.managed(ctx)
    one = reach.event_task(ctx, key)
    if one.event_id != row.id:
        raise NotFound
    _refuse_stale(ctx, one, expected_version)
    unit = _unit(ctx, data)
    is_new_unit = unit.id != one.unit_id
    _write(one, unit, data)
    audit.note(ctx, "event.task_edit", f"event:{row.key}", task=one.key, unit=unit.key, status=data.status)
    if is_new_unit and row.state == "announced":
        _tell(ctx, row, one)
    ctx.session.flush()
    return one


def remove(ctx: Context, key: str) -> None:
    """Take a task back. One on which the unit has begun to report is dropped by status instead: ``task_has_begun``."""
    row = events.managed(ctx)
    one = reach.event_task(ctx, key)
    if one.event_id != row.id:
        raise NotFound
    if one.status in ("doing", "done") or one.note:
        raise Refused("task_has_begun", kind="conflict")
    audit.note(ctx, "event.task_remove", f"event:{row.key}", task=one.key, content=one.content[:200])
    ctx.session.delete(one)
    ctx.session.flush()


def report(ctx: Context, key: str, *, status: str, note: str, expected_version: int | None) -> EventTask:
    """The unit itself says how far it is. The organiser is told when it is done."""
    one = given(ctx, key)
    _refuse_stale(ctx, one, expected_version)
    was_done = one.status == "done"
    one.status, one.note = status, note
    audit.note(ctx, "event.task_report", f"event:{one.event.key}", task=one.key, status=status)
    if status == "done" and not was_done and one.event.unit_id != ctx.here.id:
        outbox.tell(
            ctx,
            permission="event.manage",
            unit_id=one.event.unit_id,
            code="news_task_done",
            about=f"event:{one.event.key}",
            unit=ctx.here.name,
            content=one.content[:120],
        )
    ctx.session.flush()
    return one


def _unit(ctx: Context, data: TaskData) -> Unit:
    if not data.content.strip():
        raise Refused.because([Objection("task_without_content", field="content")])
    return reach.units_to_invite(ctx, [data.unit_key])[0]


def _write(one: EventTask, unit: Unit, data: TaskData) -> None:
    one.unit_id, one.part, one.content, one.output = unit.id, data.part, data.content, data.output
    one.due_on, one.status, one.note = data.due_on, data.status, data.note


def _refuse_stale(ctx: Context, one: EventTask, expected: int | None) -> None:
    if expected is not None and expected != one.version:
        theirs = {name: getattr(one, name) for name in ("part", "content", "output", "due_on", "status", "note")}
        raise Stale(theirs={**theirs, "unit": one.unit.name}, by=events.last_editor(ctx, f"event:{one.event.key}"))


def _tell(ctx: Context, row: Event, one: EventTask) -> None:
    outbox.tell(
        ctx,
        permission="event.task",
        unit_id=one.unit_id,
        code="news_task_given",
        about=f"event_task:{one.key}",
        title=row.short_title,
    )
