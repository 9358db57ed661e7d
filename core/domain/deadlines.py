"""Working days and time limits. The calendar is an argument: nothing here knows what day it is.

"10 ngày" and "10 ngày làm việc" are different units; the first day counted is the day after the act.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from core.domain.catalog_terms import Deadline
from core.domain.errors import Refused

WORKING_DAY, CALENDAR_DAY = "working_day", "calendar_day"
#: No time limit is longer; keeps a slip of the keyboard from counting for ever.
MOST_DAYS = 3_700

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days off on weekdays or weekends, Saturdays worked in exchange, and the years whose days off are announced."""

    days_off: frozenset[date] = frozenset()
    days_worked: frozenset[date] = frozenset()
    confirmed_years: frozenset[int] = frozenset()

    def changed(
        self,
        *,
        off: Iterable[date] = (),
        worked: Iterable[date] = (),
        normal: Iterable[date] = (),
        confirmed_years: Iterable[int] = (),
    ) -> Calendar:
        """This calendar with an administrator's days laid over it; ``normal`` takes a shipped day back."""
        off, worked, normal = frozenset(off), frozenset(worked), frozenset(normal)
        return Calendar(
            days_off=(self.days_off - worked - normal) | off,
            days_worked=(self.days_worked - off - normal) | worked,
            confirmed_years=self.confirmed_years | frozenset(confirmed_years),
        )


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a time limit. Not ``is_confirmed``: it runs into a year whose days off are not announced yet."""

    day: date
    unit: str
    is_confirmed: bool


def is_working_day(day: date, calendar: Calendar) -> bool:
    """Monday to Friday less the days off, and the Saturdays worked in exchange."""
    return day in calendar.days_worked or (day.weekday() < 5 and day not in calendar.days_off)


def add_working_days(start: date, n: int, calendar: Calendar) -> date:
    """The ``n``-th working day after ``start`` (before it, when negative); ``start`` itself for 0.

    Raises ``Refused("deadline_too_long")`` beyond ten years, whatever the calendar says.
    """
    _refuse_too_long(n)
    step = _ONE_DAY if n > 0 else -_ONE_DAY
    day, left, limit = start, abs(n), 10 * abs(n) + 400
    while left:
        limit -= 1
        if not limit:
            raise Refused("deadline_too_long", n=n)
        day = _moved(day, step)
        left -= is_working_day(day, calendar)
    return day


def add_calendar_days(start: date, n: int) -> date:
    """``n`` days after ``start``, weekends and holidays counted."""
    _refuse_too_long(n)
    return _moved(start, timedelta(days=n))


def working_days_between(start: date, end: date, calendar: Calendar) -> int:
    """Working days after ``start`` up to and including ``end``; negative when ``end`` comes first.

    The inverse of ``add_working_days``: from ``start`` to ``add_working_days(start, n)`` it is ``n``.
    """
    low, high = min(start, end), max(start, end)
    if (high - low).days > 2 * MOST_DAYS:
        raise Refused("deadline_too_long", n=(high - low).days)
    # counting back, the nth day before is reached when that day itself is counted and the start is not
    days = range(1, (high - low).days + 1) if start <= end else range((high - low).days)
    count = sum(is_working_day(low + timedelta(days=k), calendar) for k in days)
    return count if start <= end else -count


def due(deadline: Deadline, start: date, calendar: Calendar) -> Due:
    """The last day on which ``deadline`` is kept, when its clock starts on ``start``.

    A fixed day is the first such day not before ``start``; "trước ngày" ends on the day before it.
    """
    if deadline.fixed is not None:
        day = _fixed_day(deadline, start)
        return Due(day, CALENDAR_DAY, is_confirmed=True)
    if deadline.n is None:
        raise Refused("deadline_unknown", deadline=deadline.code)
    return due_in(deadline.n, deadline.unit or CALENDAR_DAY, start, calendar=calendar)


def due_in(n: int, unit: str, start: date, *, calendar: Calendar) -> Due:
    """As ``due`` for a limit read from a frozen dossier: ``n`` units from ``start``."""
    if unit == WORKING_DAY:
        day = add_working_days(start, n, calendar)
        years = range(min(start, day).year, max(start, day).year + 1)
        return Due(day, unit, is_confirmed=all(year in calendar.confirmed_years for year in years))
    return Due(add_calendar_days(start, n), CALENDAR_DAY, is_confirmed=True)


def _fixed_day(deadline: Deadline, start: date) -> date:
    month, _, day = (deadline.fixed or "").partition("-")
    back = _ONE_DAY if deadline.is_strictly_before else timedelta(0)
    year = start.year + deadline.year_offset
    found = date(year, int(month), int(day)) - back
    return found if found >= start else date(year + 1, int(month), int(day)) - back


def _refuse_too_long(n: int) -> None:
    if abs(n) > MOST_DAYS:
        raise Refused("deadline_too_long", n=n)


def _moved(day: date, by: timedelta) -> date:
    try:
        return day + by
    except OverflowError:
        raise Refused("deadline_too_long", n=by.days) from None
