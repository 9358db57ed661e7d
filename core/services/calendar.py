"""The calendar of working days of this installation: what is shipped, and what administrators set over it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from core.domain.catalog_reading import as_day
from core.domain.errors import NotFound, Objection, Refused, Stale
from core.models import CalendarDay, CalendarYear, User
from core.services import audit, events
from core.services.catalog_file import shipped
from core.services.context import Context

FIRST_YEAR, LAST_YEAR = 2024, 2100
KINDS = ("off", "worked", "normal")


@dataclass(frozen=True, slots=True)
class DayLine:
    """One day unlike others of its weekday. ``is_own``: set here; ``kind`` ``normal``: a shipped day taken back."""

    day: dt.date
    kind: str
    name: str
    source: str
    is_own: bool
    needs_check: bool


@dataclass(frozen=True, slots=True)
class YearPage:
    """A year of the calendar; not ``is_confirmed``: its days off are not known for certain."""

    year: int
    days: tuple[DayLine, ...]
    is_confirmed: bool
    confirmed_by: str
    confirmed_source: str
    #: What the shipped days were read from.
    sources: tuple[str, ...]


def year(ctx: Context, number: int) -> YearPage:
    """Days off and days worked of a year, in order. Raises ``Refused("bad_parameter")`` outside the calendar."""
    ctx.require("catalog.read")
    if not FIRST_YEAR <= number <= LAST_YEAR:
        raise Refused("bad_parameter", kind="bad_input")
    lines = {line.day: line for line in _shipped_days(number)}
    span = CalendarDay.day.between(dt.date(number, 1, 1), dt.date(number, 12, 31))
    for row in ctx.session.scalars(sa.select(CalendarDay).where(span)):
        lines[row.day] = DayLine(row.day, row.kind, row.name, row.source, is_own=True, needs_check=False)
    own = ctx.session.execute(
        sa.select(CalendarYear.source, User.full_name)
        .join(User, User.id == CalendarYear.confirmed_by_id)
        .where(CalendarYear.year == number)
    ).one_or_none()
    return YearPage(
        year=number,
        days=tuple(lines[day] for day in sorted(lines)),
        is_confirmed=own is not None or number in shipped().calendar.confirmed_years,
        confirmed_by=own.full_name if own else "",
        confirmed_source=own.source if own else "",
        sources=tuple(one.what for one in shipped().ground_of(shipped().data["calendar"]).sources),
    )


def _shipped_days(number: int) -> list[DayLine]:
    book = shipped()
    calendar = book.data["calendar"]
    found = []
    for key, kind in (("days_off", "off"), ("days_worked", "worked")):
        for entry in calendar[key]:
            day = as_day(entry["date"])
            if day.year == number:
                ground = book.ground_of(entry, around=calendar)
                # the sources of the whole calendar stand once on the page, those of one day beside it
                source = "; ".join(one.what for one in ground.sources) if "sources" in entry else ""
                found.append(DayLine(day, kind, entry["name"], source, is_own=False, needs_check=ground.needs_check))
    return found


def line_of(ctx: Context, day: dt.date) -> DayLine | None:
    """What the calendar says of a day, if it is unlike others of its weekday. Raises as ``year`` does."""
    return next((line for line in year(ctx, day.year).days if line.day == day), None)


def own_day(ctx: Context, day: dt.date) -> CalendarDay | None:
    """What an administrator set for a day, if anything."""
    ctx.require("calendar.manage")
    return ctx.session.get(CalendarDay, day)


def set_day(
    ctx: Context, day: dt.date, *, kind: str, name: str, source: str, expected_version: int | None = None
) -> CalendarDay:
    """Make a day off, worked or normal. Raises ``Stale``, or ``Refused``: bad_parameter, day_worked_on_weekday."""
    ctx.require("calendar.manage")
    if kind not in KINDS or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Refused.because([Objection("day_out_of_calendar", field="day")])
    if kind == "worked" and day.weekday() < 5:
        raise Refused.because([Objection("day_worked_on_weekday", {"day": day}, field="day")])
    row = own_day(ctx, day)
    if row is None:
        row = CalendarDay(day=day, created_at=ctx.now)
        ctx.session.add(row)
    elif expected_version != row.version:
        theirs = {"kind": row.kind, "name": row.name, "source": row.source}
        raise Stale(theirs=theirs, by=events.last_editor(ctx, _object(day)))
    row.kind, row.name, row.source = kind, name, source
    audit.note(ctx, "calendar.day_set", _object(day), kind=kind, name=name, source=source)
    ctx.session.flush()
    return row


def drop_day(ctx: Context, day: dt.date) -> None:
    """Take back what was set for a day: the shipped calendar holds again. Raises ``NotFound``."""
    row = own_day(ctx, day)
    if row is None:
        raise NotFound
    audit.note(ctx, "calendar.day_dropped", _object(day), kind=row.kind, name=row.name)
    ctx.session.delete(row)
    ctx.session.flush()


def confirm_year(ctx: Context, number: int, *, source: str) -> None:
    """Say that a year's days off were compared with the announcement. Raises ``Refused("year_already_confirmed")``."""
    ctx.require("calendar.manage")
    if year(ctx, number).is_confirmed:
        raise Refused("year_already_confirmed", kind="conflict", year=str(number))
    ctx.session.add(CalendarYear(year=number, source=source, confirmed_by_id=ctx.actor.id, created_at=ctx.now))
    audit.note(ctx, "calendar.year_confirmed", f"calendar:{number}", source=source)
    ctx.session.flush()


def _object(day: dt.date) -> str:
    return f"calendar:{day.isoformat()}"
