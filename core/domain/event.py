"""An event as rules see it: its parts as plain values, its phases against a clock, its roads, its copy a year later."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from core.domain.errors import Objection, Refused

#: The phases of an event in their order: receive dossiers, appraise, council, publish.
PHASES = ("receive", "appraise", "council", "publish")
#: What the plan asks of a unit: lead chủ trì, assist phối hợp, suggest đề nghị.
TASK_PARTS = ("lead", "assist", "suggest")
TASK_STATUSES = ("open", "doing", "done", "dropped")

#: (state, step) -> state. A draft is seen by the organiser only.
ROADS = {
    ("draft", "announce"): "announced",
    ("announced", "close"): "closed",
    ("closed", "reopen"): "announced",
}


def take(state: str, step: str) -> str:
    """The state after ``step``. Raises ``Refused("event_no_road")`` where no road exists."""
    try:
        return ROADS[state, step]
    except KeyError:
        raise Refused("event_no_road", kind="conflict") from None


def steps_from(state: str) -> tuple[str, ...]:
    """The steps that exist from ``state``."""
    return tuple(step for origin, step in ROADS if origin == state)


# ---------------------------------------------------------------- what an event is made of


@dataclass(frozen=True, slots=True)
class Basis:
    """One document of the legal basis chain."""

    title: str
    number: str = ""
    issuer: str = ""
    on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Slogan:
    """A slogan the plan lays down (``is_mandatory``) or that units may take or make their own."""

    text: str
    is_mandatory: bool = False


@dataclass(frozen=True, slots=True)
class EventData:
    """What the organiser writes down about an event."""

    title: str
    short_title: str
    kind: str
    commendation_type: str
    window_from: dt.date
    window_to: dt.date
    summary: str = ""
    legal_basis: tuple[Basis, ...] = ()
    themes: tuple[str, ...] = ()
    slogans: tuple[Slogan, ...] = ()
    #: None: the plan does not say; it stays unknown until somebody asks.
    report_due_on: dt.date | None = None
    report_to: str = ""


def check_data(data: EventData) -> list[Objection]:
    """What no event may be saved with."""
    found = []
    if not data.title.strip():
        found.append(Objection("event_title_missing", field="title"))
    if data.window_to < data.window_from:
        found.append(Objection("event_window_inverted", field="window_to"))
    elif (data.window_to - data.window_from).days > 2 * 366:
        found.append(Objection("event_window_too_long", field="window_to"))
    if data.report_due_on is not None and data.report_due_on < data.window_from:
        found.append(Objection("event_report_before_window", field="report_due_on"))
    return found


# ---------------------------------------------------------------- phases


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of time; both instants belong to it."""

    phase: str
    opens_at: dt.datetime
    closes_at: dt.datetime


class _Stretch(Protocol):
    @property
    def opens_at(self) -> dt.datetime: ...
    @property
    def closes_at(self) -> dt.datetime: ...


def stands(phase: _Stretch, now: dt.datetime) -> str:
    """``before``, ``open`` or ``after``: phases open and close by themselves."""
    if now < phase.opens_at:
        return "before"
    return "open" if now <= phase.closes_at else "after"


def check_phases(phases: Iterable[Phase]) -> list[Objection]:
    """What no set of phases may be saved with; fields are named ``<phase>_opens`` and ``<phase>_closes``."""
    known = {one.phase: one for one in phases}
    found = [
        Objection("phase_inverted", field=f"{one.phase}_closes")
        for one in known.values()
        if one.closes_at < one.opens_at
    ]
    before: Phase | None = None
    for name in PHASES:
        one = known.get(name)
        if one is None:
            continue
        if before is not None and one.opens_at < before.opens_at:
            found.append(Objection("phase_out_of_order", field=f"{name}_opens"))
        before = one
    if "council" in known and "receive" in known and known["council"].closes_at < known["receive"].closes_at:
        found.append(Objection("council_ends_before_receiving", field="council_closes"))
    return found


def check_phase_change(old: Phase | None, new: Phase | None, now: dt.datetime) -> list[Objection]:
    """What may not happen to a phase of an announced event: what has begun stays begun, nothing ends in the past."""
    if old is None or stands(old, now) == "before":
        return []
    if new is None:
        return [Objection("phase_has_begun", field=f"{old.phase}_opens")]
    found = []
    if new.opens_at != old.opens_at:
        found.append(Objection("phase_has_begun", field=f"{old.phase}_opens"))
    if new.closes_at < old.closes_at and new.closes_at < now:
        found.append(Objection("phase_ends_in_past", field=f"{old.phase}_closes"))
    return found


# ---------------------------------------------------------------- a year later


def shift_day(day: dt.date, years: int) -> dt.date:
    """The same day ``years`` later; 29/02 becomes 28/02. Raises ``Refused`` beyond the calendar."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        if not dt.MINYEAR <= day.year + years <= dt.MAXYEAR:
            raise Refused("event_year_out_of_range") from None
        return day.replace(year=day.year + years, day=28)


def shift_instant(instant: dt.datetime, years: int, *, zone: dt.tzinfo) -> dt.datetime:
    """The same wall-clock time in ``zone`` some years later, in UTC."""
    local = instant.astimezone(zone)
    return dt.datetime.combine(shift_day(local.date(), years), local.timetz()).astimezone(dt.UTC)


def shift(data: EventData, years: int, *, title: str, short_title: str) -> EventData:
    """The event some years later. The report deadline is unknown again: each plan sets its own."""
    return dataclasses.replace(
        data,
        title=title,
        short_title=short_title,
        window_from=shift_day(data.window_from, years),
        window_to=shift_day(data.window_to, years),
        report_due_on=None,
    )


def with_year(title: str, old: int, new: int) -> str:
    """``title`` with the year of the event replaced where it stands as a number of its own."""
    return re.sub(rf"(?<!\d){old}(?!\d)", str(new), title)
