"""Việc của tôi: everything that waits for one person, in all roles and units, what is late first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from core.domain.deadlines import Calendar, working_days_between
from core.domain.errors import Refused
from core.models import Nomination, NominationStep, Unit
from core.services import catalog, home_council, home_dossiers, home_events, reach
from core.services.context import Context, at_local
from core.services.home_todo import GATHERED, Todo

#: More than this many of one kind in one unit become one line with their number.
_MOST_OF_A_KIND = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A thing to do with what its due day means today; ``days_left`` counts working days."""

    todo: Todo
    unit_name: str
    unit_key: str
    days_left: int | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class Done:
    """Something the person did today."""

    step: str
    name: str
    key: str
    unit_key: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Home:
    """The whole page. ``is_new``: nothing waits and nothing was ever done, so the page says how to begin."""

    lines: tuple[Line, ...]
    done: tuple[Done, ...]
    standing: home_events.EventNow | None
    is_new: bool


def build(ctx: Context) -> Home:
    """What waits for the actor: everywhere, or in the unit of this context. A fixed number of queries."""
    names = _names(ctx)
    todos = [
        *home_dossiers.own(ctx),
        *home_dossiers.in_hand(ctx),
        *home_council.all_of(ctx),
        *home_events.tasks(ctx),
    ]
    standing = home_events.now(ctx)
    if standing is not None:
        todos += home_events.self_check(ctx, standing)
    calendar = catalog.calendar(ctx.session)
    lines = [_line(ctx, one, names, calendar) for one in _gathered(todos)]
    lines.sort(key=lambda line: (not line.is_late, line.todo.due_on or dt.date.max, line.todo.rank, line.todo.name))
    done = _done_today(ctx)
    return Home(tuple(lines), done, standing, is_new=not lines and not done and not _has_ever_acted(ctx))


def _names(ctx: Context) -> dict[int, tuple[str, str]]:
    ids = {one.unit_id for one in ctx.actor.held}
    rows = ctx.session.execute(sa.select(Unit.id, Unit.key, Unit.name).where(Unit.id.in_(ids)))
    return {unit_id: (key, name) for unit_id, key, name in rows}


def _gathered(todos: list[Todo]) -> list[Todo]:
    """Many of one kind in one unit and event as one line: the earliest due, and how many."""
    groups: dict[tuple[object, ...], list[Todo]] = {}
    for one in todos:
        place = (one.kind, one.unit_id, one.event_key) if one.kind in GATHERED else (one.kind, one.about)
        groups.setdefault(place, []).append(one)
    found: list[Todo] = []
    for group in groups.values():
        if len(group) <= _MOST_OF_A_KIND:
            found += group
            continue
        first = min(group, key=lambda one: one.due_on or dt.date.max)
        found.append(first.as_many(len(group)))
    return found


def _line(ctx: Context, todo: Todo, names: dict[int, tuple[str, str]], calendar: Calendar) -> Line:
    key, name = names.get(todo.unit_id, ("", ""))
    left = None
    if todo.due_on is not None:
        try:
            left = working_days_between(ctx.today, todo.due_on, calendar)
        except Refused:  # years away: no count helps
            left = None
    return Line(todo, name, key, left, is_late=todo.due_on is not None and todo.due_on < ctx.today)


def _done_today(ctx: Context) -> tuple[Done, ...]:
    n, s = Nomination, NominationStep
    query = (
        sa.select(s.step, n.nominee_name, n.key, Unit.key, s.at)
        .join(n, n.id == s.nomination_id)
        .join(Unit, Unit.id == s.unit_id)
        .where(s.user_id == ctx.actor.id, s.at >= at_local(ctx.today))
        .where(sa.or_(s.unit_id == n.unit_id, reach.not_barred(ctx)))
        .order_by(s.id.desc())
        .limit(30)
    )
    if ctx.unit is not None:
        query = query.where(s.unit_id == ctx.unit.id)
    return tuple(Done(*row) for row in ctx.session.execute(query))


def _has_ever_acted(ctx: Context) -> bool:
    """Whether the person ever began a dossier or took a step in one."""
    began = sa.select(Nomination.id).where(Nomination.created_by_id == ctx.actor.id).limit(1)
    stepped = sa.select(NominationStep.id).where(NominationStep.user_id == ctx.actor.id).limit(1)
    return ctx.session.scalar(sa.select(sa.or_(sa.exists(began), sa.exists(stepped)))) or False
