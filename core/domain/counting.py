"""Counting in the small: what a sheet says, where it stands, which numbers need a reason, what may be added to what.

Three rules run through everything: nothing recorded is "not reported" and never 0; taps and a total for the day are two
ways to say one number and are never added; figures of different measures never meet in a sum or a difference.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Protocol

from core.domain.errors import Refused, refused_at
from core.domain.views import Window


class SheetState(StrEnum):
    """Where the figures of one team and day stand. Vietnamese names: the door's messages."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    LOCKED = "locked"


class SheetStep(StrEnum):
    """What a person does to a sheet."""

    SUBMIT = "submit"
    TAKE_BACK = "take_back"
    GIVE_BACK = "give_back"
    APPROVE = "approve"
    LOCK = "lock"


S, T = SheetState, SheetStep

#: (state, step) -> next state. What is not here cannot happen; after the approval only a correction changes a figure.
ROADS: dict[tuple[SheetState, SheetStep], SheetState] = {
    (S.DRAFT, T.SUBMIT): S.SUBMITTED,
    (S.RETURNED, T.SUBMIT): S.SUBMITTED,
    # the team found something to add before anybody looked
    (S.SUBMITTED, T.TAKE_BACK): S.DRAFT,
    (S.SUBMITTED, T.GIVE_BACK): S.RETURNED,
    (S.SUBMITTED, T.APPROVE): S.APPROVED,
    (S.APPROVED, T.LOCK): S.LOCKED,
}

#: Rows may still be added by who counts.
OPEN = frozenset({S.DRAFT, S.RETURNED})
#: Its figures enter totals.
COUNTED = frozenset({S.APPROVED, S.LOCKED})
#: The team has done its part.
REPORTED = COUNTED | {S.SUBMITTED}


def take(state: SheetState, step: SheetStep) -> SheetState:
    """The state after ``step``; raises ``Refused`` ``tally_no_road`` where there is none."""
    after = ROADS.get((state, step))
    if after is None:
        raise Refused("tally_no_road", kind="conflict", state=state.value)
    return after


class Source(StrEnum):
    """How a number came in."""

    TAP = "tap"
    DAY_TOTAL = "day_total"
    PAPER = "paper"
    IMPORT = "import"


#: Each says the number of the whole day by itself; the latest one stands.
TOTALS = frozenset({Source.DAY_TOTAL, Source.PAPER, Source.IMPORT})

#: No single row and no person's day on one indicator goes beyond this, with whatever reason.
HARD_CAP = 5000
#: An entry for a day that lies further back needs a reason.
LATE_DAYS = 7
UNDO_WITHIN = dt.timedelta(minutes=5)


class Countable(Protocol):
    """What these rules need to know of an indicator; ``record`` empty: nobody enters it."""

    @property
    def code(self) -> str: ...
    @property
    def measure(self) -> str: ...
    @property
    def record(self) -> str: ...
    @property
    def part_of(self) -> str: ...
    @property
    def soft_cap(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Said:
    """What the rows of one sheet say outright: taps added up, and the total that stands where one was given."""

    taps: Mapping[str, int]
    totals: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Row:
    """One row that was not reversed. ``order``: later rows have the larger one."""

    indicator: str
    quantity: int
    source: str
    order: int


def read(rows: Iterable[Row]) -> Said:
    """What these rows of one sheet say. The latest total of an indicator stands for all before it."""
    taps: dict[str, int] = {}
    totals: dict[str, tuple[int, int]] = {}
    for row in rows:
        if row.source not in TOTALS:
            taps[row.indicator] = taps.get(row.indicator, 0) + row.quantity
        elif row.indicator not in totals or totals[row.indicator][0] < row.order:
            totals[row.indicator] = (row.order, row.quantity)
    return Said(taps, {code: quantity for code, (_, quantity) in totals.items()})


def parts_of(indicators: Mapping[str, Countable]) -> dict[str, tuple[str, ...]]:
    """Whole -> its parts. Raises ``ValueError`` for a part of nothing, of itself, or of another measure."""
    parts: dict[str, list[str]] = {}
    for code, one in indicators.items():
        if not one.part_of:
            continue
        whole = indicators.get(one.part_of)
        if whole is None or whole.measure != one.measure:
            raise ValueError(f"{code} cannot be a part of {one.part_of}")
        seen, above = {code}, one.part_of
        while above:
            if above in seen:
                raise ValueError(f"{code} is a part of itself")
            seen.add(above)
            above = indicators[above].part_of if above in indicators else ""
        parts.setdefault(one.part_of, []).append(code)
    return {whole: tuple(codes) for whole, codes in parts.items()}


def figures(said: Said, indicators: Mapping[str, Countable]) -> dict[str, int]:
    """The figure of each indicator that a sheet can have, for a sheet that was reported: 0 where it has no row.

    A total that was given stands. Otherwise a figure is its own taps and the figures of its parts.
    """
    parts = parts_of(indicators)
    found: dict[str, int] = {}

    def of(code: str) -> int:
        if code not in found:
            given = said.totals.get(code)
            below = sum(of(part) for part in parts.get(code, ()))
            found[code] = given if given is not None else said.taps.get(code, 0) + below
        return found[code]

    for code, one in indicators.items():
        if one.record or code in parts:
            of(code)
    return found


def check_parts(said: Said, indicators: Mapping[str, Countable]) -> None:
    """Raise ``Refused`` ``tally_total_below_parts`` where a total that was given is less than its parts together."""
    found = figures(said, indicators)
    for whole, parts in parts_of(indicators).items():
        given, below = said.totals.get(whole), sum(found[part] for part in parts if part in found)
        if given is not None and given < below:
            raise Refused("tally_total_below_parts", indicator=whole, total=given, parts=below)


def lineage(code: str, indicators: Mapping[str, Countable]) -> tuple[str, ...]:
    """The indicator and the wholes it is in, nearest first."""
    chain: list[str] = []
    while code and code in indicators and code not in chain:
        chain.append(code)
        code = indicators[code].part_of
    return tuple(chain)


def check_quantity(quantity: int, source: str) -> None:
    """Raise ``Refused`` for a number that no row may hold: below 0, a tap of nothing, beyond all measure."""
    if quantity < 0:
        raise refused_at("quantity", "tally_negative")
    if quantity == 0 and source not in TOTALS:
        raise refused_at("quantity", "tally_zero_tap")
    if quantity > HARD_CAP:
        raise refused_at("quantity", "tally_over_hard_cap", limit=HARD_CAP)


def check_caps(already: int, quantity: int, indicator: Countable, *, has_reason: bool) -> None:
    """Raise ``Refused`` where one person's day goes over what is believable: with a reason up to the hard cap only.

    :param already: what this person's rows say for this day without the new one.
    """
    total = already + quantity
    if total > HARD_CAP:
        raise refused_at("quantity", "tally_over_hard_cap", limit=HARD_CAP)
    if indicator.soft_cap is not None and total > indicator.soft_cap and not has_reason:
        raise refused_at("reason", "tally_over_soft_cap", limit=indicator.soft_cap, total=total)


def check_day(day: dt.date, today: dt.date, *, has_reason: bool) -> None:
    """Raise ``Refused`` for a day that has not come, and for one long past without a reason."""
    if day > today:
        raise refused_at("day", "tally_day_ahead", day=day)
    if (today - day).days > LATE_DAYS and not has_reason:
        raise refused_at("reason", "tally_day_late", day=day, days=LATE_DAYS)


# -------------------------------------------------------------------------------------------------- sums and shares


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of something. ``value`` None: not reported."""

    value: int | None
    measure: str

    def __add__(self, other: Amount) -> Amount:
        """Both together: what was not reported adds nothing, and two silences stay silent."""
        if self.measure != other.measure:
            raise ValueError(f"{self.measure} and {other.measure} do not add up")
        return Amount(together((self.value, other.value)), self.measure)

    def __sub__(self, other: Amount) -> Amount:
        if self.measure != other.measure:
            raise ValueError(f"{self.measure} and {other.measure} have no difference")
        if self.value is None or other.value is None:
            return Amount(None, self.measure)
        return Amount(self.value - other.value, self.measure)


def together(values: Iterable[int | None]) -> int | None:
    """The sum of what was reported; None where nothing was."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def share(part: int | None, whole: int | None) -> Fraction | None:
    """``part`` of ``whole``; None without both numbers or with a denominator of 0: then there is no percentage."""
    if part is None or whole is None or whole <= 0:
        return None
    return Fraction(part, whole)


# -------------------------------------------------------------------------------------------------- periods


class Period(StrEnum):
    """Stretches of days that reports are about. ``CUT_*`` run from a 15th to a 14th, as many offices close books."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    CUT_MONTH = "cut_month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"
    CUT_YEAR = "cut_year"


_CUT = 15
_MONTHS = {Period.MONTH: 1, Period.QUARTER: 3, Period.HALF_YEAR: 6, Period.YEAR: 12}


def period(kind: Period, day: dt.date) -> Window:
    """The period of this kind that ``day`` is in; both ends belong to it. Weeks begin on Monday."""
    if kind is Period.DAY:
        return Window(day, day)
    if kind is Period.WEEK:
        first = day - dt.timedelta(days=day.weekday())
        return Window(first, first + dt.timedelta(days=6))
    if kind is Period.CUT_MONTH:
        first = day.replace(day=_CUT) if day.day >= _CUT else _months_on(day.replace(day=_CUT), -1)
        return Window(first, _months_on(first, 1) - dt.timedelta(days=1))
    if kind is Period.CUT_YEAR:
        last = dt.date(day.year, 12, _CUT - 1)
        year = day.year if day <= last else day.year + 1
        return Window(dt.date(year - 1, 12, _CUT), dt.date(year, 12, _CUT - 1))
    length = _MONTHS[kind]
    first = dt.date(day.year, (day.month - 1) // length * length + 1, 1)
    return Window(first, _months_on(first, length) - dt.timedelta(days=1))


def _months_on(day: dt.date, months: int) -> dt.date:
    index = day.year * 12 + day.month - 1 + months
    return dt.date(index // 12, index % 12 + 1, day.day)
