"""All that one event page shows, gathered in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import groupby

from core.domain import event as rules
from core.domain.catalog import Catalog
from core.domain.deadlines import Calendar, working_days_between
from core.domain.errors import Refused
from core.domain.event_check import Finding
from core.models import Event, EventTask
from core.services import catalog, event_check, event_tasks, events
from core.services.context import VIETNAM, Context

#: Days that a chart still shows apart.
_MOST_POINTS = 31


@dataclass(frozen=True, slots=True)
class PhaseRow:
    """A phase against the clock; ``days_left`` counts working days to its last day while it is open."""

    phase: str
    opens_at: dt.datetime
    closes_at: dt.datetime
    stand: str
    days_left: int | None


@dataclass(frozen=True, slots=True)
class AwardRow:
    """An award on offer. ``used`` counts everybody's dossiers (the organiser's to see), ``used_here`` this unit's."""

    code: str
    name: str
    quota_total: int | None
    quota_per_unit: int | None
    note: str
    used: int
    used_here: int
    needs_check: bool


@dataclass(frozen=True, slots=True)
class EventPage:
    """One event for whoever looks at it."""

    row: Event
    data: rules.EventData
    is_own: bool
    may_manage: bool
    kind: str
    type: str
    phases: tuple[PhaseRow, ...]
    awards: tuple[AwardRow, ...]
    #: (unit name, is it this unit?, tasks) in the order of the plan
    tasks: tuple[tuple[str, bool, list[EventTask]], ...]
    standing: events.Standing
    curve: tuple[tuple[dt.date, int | None], ...]
    #: The last day of receiving.
    receive_ends: dt.date | None
    findings: tuple[Finding, ...]
    may_nominate: bool


def build(ctx: Context) -> EventPage:
    """The page of the event of this context. Raises ``NotFound``."""
    row = events.load(ctx)
    book, calendar = catalog.current(ctx.session), catalog.calendar(ctx.session)
    tasks = event_tasks.of_event(ctx, row)
    is_own = row.unit_id == ctx.here.id
    figures = events.standing(ctx.session, row)
    kind = book.event_kinds.get(row.kind)
    ctype = book.commendation_types.get(row.commendation_type)
    return EventPage(
        row=row,
        data=events.data_of(row),
        is_own=is_own,
        may_manage=is_own and ctx.may("event.manage"),
        kind=kind.name if kind else "",
        type=ctype.name if ctype else "",
        phases=tuple(_phase(ctx, one, calendar) for one in row.phases),
        awards=_awards(ctx, row, book, is_own=is_own),
        tasks=_by_unit(ctx, tasks),
        standing=figures,
        curve=curve(row, figures, ctx.today),
        receive_ends=_receive_ends(row),
        findings=event_check.findings(ctx, row, tasks),
        may_nominate=ctx.may("nomination.write")
        and events.phase_is_open(row, "receive", ctx.now)
        and events.is_invited(ctx, row),
    )


def _phase(ctx: Context, one: rules.Phase, calendar: Calendar) -> PhaseRow:
    stand = rules.stands(one, ctx.now)
    left = None
    if stand == "open":
        try:
            left = working_days_between(ctx.today, one.closes_at.astimezone(VIETNAM).date(), calendar)
        except Refused:  # years away: no count helps
            left = None
    return PhaseRow(one.phase, one.opens_at, one.closes_at, stand, left)


def _awards(ctx: Context, row: Event, book: Catalog, *, is_own: bool) -> tuple[AwardRow, ...]:
    used = events.usage(ctx.session, row) if is_own else {}
    here = events.usage(ctx.session, row, unit_id=ctx.here.id)
    found = []
    for one in row.awards:
        award = book.award_types.get(one.award_code)
        version = award.version_on(row.window_from) if award else None
        found.append(
            AwardRow(
                code=one.award_code,
                name=award.name_on(row.window_from) if award else one.award_code,
                quota_total=one.quota_total,
                quota_per_unit=one.quota_per_unit,
                note=one.note,
                used=used.get(one.award_code, 0),
                used_here=here.get(one.award_code, 0),
                needs_check=version is None or version.needs_check,
            )
        )
    return tuple(found)


def _by_unit(ctx: Context, tasks: list[EventTask]) -> tuple[tuple[str, bool, list[EventTask]], ...]:
    """Tasks under their units, units in the order in which the plan first names them."""
    first = {one.unit_id: at for at, one in reversed(list(enumerate(tasks)))}
    ordered = sorted(tasks, key=lambda one: (first[one.unit_id], one.position, one.id))
    return tuple(
        (group[0].unit.name, unit_id == ctx.here.id, group)
        for unit_id, group in ((key, list(rows)) for key, rows in groupby(ordered, key=lambda one: one.unit_id))
    )


def _receive_ends(row: Event) -> dt.date | None:
    receive = events.phase_of(row, "receive")
    return receive.closes_at.astimezone(VIETNAM).date() if receive else None


def curve(row: Event, figures: events.Standing, today: dt.date) -> tuple[tuple[dt.date, int | None], ...]:
    """Units that had sent, day by day from the opening of receiving to its end; unknown after today."""
    receive = events.phase_of(row, "receive")
    if receive is None or not figures.by_day:
        return ()
    known = dict(figures.by_day)
    start = min(receive.opens_at.astimezone(VIETNAM).date(), figures.by_day[0][0])
    end = max(receive.closes_at.astimezone(VIETNAM).date(), figures.by_day[-1][0])
    last_day, last = figures.by_day[-1]
    if (end - start).days >= _MOST_POINTS:
        end = min(end, max(last_day, min(today, end)))
        start = max(start, end - dt.timedelta(days=_MOST_POINTS - 1))
    points: list[tuple[dt.date, int | None]] = []
    for offset in range((end - start).days + 1):
        day = start + dt.timedelta(days=offset)
        if day > max(today, last_day):
            points.append((day, None))
        elif day > last_day:
            points.append((day, last))
        else:
            points.append((day, known.get(day, 0)))
    return tuple(points)
