"""What a leader reads: guidance by day and by branch, beside the official figures. A fixed number of queries.

Every sum is of one measure, of approved figures only; a silence is None and never 0.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.sdk import Desk, Target, UnitView, Window
from core.sdk.web import gettext, lazy
from plugins.vneid_guidance import domain, official, services_official
from plugins.vneid_guidance.models_official import OfficialFigure

PERMISSION = f"{domain.PLUGIN}.figures"
#: The columns of every table by unit.
COLUMNS = (domain.TURNS, domain.REFERRED, *domain.BUTTONS, domain.BLOCKED)
#: Official indicators that a target may be set for -> field of the ledger.
OFFICIAL_TARGETS = {"VN20": "collected", "VN21": "activated", "VN23": "health_books", "VN24": "ready"}
_FROM_LEDGER = lazy("Công an, lũy kế")
_FROM_TEAMS = lazy("các tổ, đã duyệt")

Figures = dict[str, int | None]


@dataclass(frozen=True, slots=True)
class Branch:
    """A unit directly below, with everything under it: figures, and how many of its teams reported."""

    unit: UnitView
    figures: Figures
    reported: int
    expected: int


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target and what was reached in its own days. ``actual`` None: nobody reported."""

    unit: str
    label: str
    window: Window
    quantity: int
    actual: int | None
    source: str


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with both of its numbers, and how many areas gave both."""

    label: str
    part: int
    whole: int
    areas: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """The official figures of the areas asked about: sums of one measure each, and how many areas gave them."""

    areas: int
    rows: tuple[OfficialFigure, ...]
    sums: Figures
    given: Mapping[str, int]
    rates: tuple[Rate, ...]
    #: Collected and not activated, over the areas that gave both: one source, one measure. None where none did.
    not_activated: int | None = None

    @property
    def first(self) -> dt.date:
        """The earliest day that a figure is from."""
        return min(row.as_of for row in self.rows)

    @property
    def last(self) -> dt.date:
        """The latest day that a figure is from."""
        return max(row.as_of for row in self.rows)


@dataclass(frozen=True, slots=True)
class Board:
    """Everything about a unit and all below it in some days."""

    window: Window
    figures: Figures
    reported: int
    expected: int
    missing: tuple[str, ...]
    waiting: int
    days: tuple[tuple[dt.date, int | None], ...]
    branches: tuple[Branch, ...]
    blockers: tuple[tuple[str, int], ...]
    targets: tuple[TargetRow, ...]
    ledger: Ledger | None


Cells = Mapping[tuple[int, dt.date], Mapping[str, int]]


def build(desk: Desk, window: Window) -> Board:
    """The board of this unit: no day after today is read."""
    window = Window(min(window.first, desk.today), min(window.last, desk.today))
    places = desk.branches()
    due = desk.tallies.counting_units()
    counting = set(due)
    targets = desk.target_periods([desk.unit.id, *{one.id for one in places.values()}], window)
    wide = Window(
        min([window.first, *(one.window.first for one in targets)]),
        min(max([window.last, *(one.window.last for one in targets)]), desk.today),
    )
    every = desk.tallies.totals(desk.tallies.below(desk.unit.id), wide).cells
    cells = {at: figures for at, figures in every.items() if window.first <= at[1] <= window.last}
    reported = {unit for unit, _day in cells}
    ledger = read_ledger(desk, places, window.last)
    names = desk.unit_names(counting - reported) if counting - reported else {}
    return Board(
        window=window,
        figures=_sum(cells.values()),
        reported=len(reported),
        expected=len(counting | reported),
        missing=tuple(names[unit] for unit in due if unit in names),
        waiting=len(desk.tallies.sheets(window, states=("submitted",))),
        days=_days(cells, window),
        branches=_branches(desk, places, cells, counting),
        blockers=_blockers(cells),
        targets=tuple(_target(desk, one, places, every, ledger) for one in targets),
        ledger=ledger,
    )


def small(desk: Desk, window: Window) -> tuple[Figures, int, int]:
    """(figures, units that reported, units that should): two queries, for a card on another page."""
    window = Window(window.first, min(window.last, desk.today))
    cells = desk.tallies.totals(desk.tallies.below(desk.unit.id), window).cells
    counting, reported = set(desk.tallies.counting_units()), {unit for unit, _day in cells}
    return _sum(cells.values()), len(reported), len(counting | reported)


def read_ledger(desk: Desk, places: Mapping[int, UnitView], until: dt.date) -> Ledger | None:
    """The latest confirmed figures: of a commune its own, of a province each commune's. None where there is no area."""
    if desk.unit.kind == "tinh":
        areas = {one.id for one in places.values() if one.kind in services_official.AREAS and one.id != desk.unit.id}
    elif desk.unit.kind in services_official.AREAS:
        areas = {desk.unit.id}
    elif desk.may(services_official.PERMISSION):
        areas = {services_official.area_of(desk).id}
    else:
        return None
    rows = tuple(services_official.latest(desk, areas, until).values())
    known = [services_official.figures_of(row) for row in rows]
    sums, given = official.together(known)
    pairs = [(one["collected"], one["activated"]) for one in known]
    both = [(collected, activated) for collected, activated in pairs if collected is not None and activated is not None]
    waiting = sum(collected - activated for collected, activated in both) if both else None
    return Ledger(len(areas), rows, sums, given, tuple(_rates(known)), waiting)


def _rates(known: Sequence[official.Figures]) -> Iterable[Rate]:
    """Over the areas that gave both numbers, and only those."""
    for part, whole, label in official.RATES:
        both = [(one[part], one[whole]) for one in known if one[part] is not None and one[whole] is not None]
        below = sum(pair[1] or 0 for pair in both)
        if below:
            yield Rate(gettext(label), sum(pair[0] or 0 for pair in both), below, len(both))


def _sum(rows: Iterable[Mapping[str, int]]) -> Figures:
    found: Figures = {}
    for figures in rows:
        for code, value in figures.items():
            found[code] = (found.get(code) or 0) + value
    return found


def _days(cells: Cells, window: Window) -> tuple[tuple[dt.date, int | None], ...]:
    turns: dict[dt.date, int] = {}
    for (_unit, day), figures in cells.items():
        turns[day] = turns.get(day, 0) + figures[domain.TURNS]
    every = (window.first + dt.timedelta(days=at) for at in range((window.last - window.first).days + 1))
    return tuple((day, turns.get(day)) for day in every)


def _branches(desk: Desk, places: Mapping[int, UnitView], cells: Cells, counting: set[int]) -> tuple[Branch, ...]:
    """The branches that count or have counted, in the order of names; the unit itself first where it counts too."""
    rows: dict[int, list[Mapping[str, int]]] = {}
    reported: dict[int, set[int]] = {}
    expected: dict[int, set[int]] = {}
    views = {one.id: one for one in places.values()}
    for (unit, _day), figures in cells.items():
        branch = places.get(unit, desk.unit)
        views.setdefault(branch.id, branch)
        rows.setdefault(branch.id, []).append(figures)
        reported.setdefault(branch.id, set()).add(unit)
    for unit in counting:
        expected.setdefault(places.get(unit, desk.unit).id, set()).add(unit)
    return tuple(
        Branch(
            one,
            _sum(rows.get(one.id, ())),
            len(reported.get(one.id, ())),
            len(expected.get(one.id, set()) | reported.get(one.id, set())),
        )
        for one in views.values()
        if one.id in rows or one.id in expected
    )


def _blockers(cells: Cells) -> tuple[tuple[str, int], ...]:
    """What stood in people's way, the most frequent first; what nobody gave a kind for comes last."""
    if not cells:
        return ()
    found = _sum(cells.values())
    kinds = [(gettext(label), found.get(f"{domain.BLOCKED}.{code}") or 0) for code, label in domain.BLOCKERS]
    unnamed = (found.get(domain.BLOCKED) or 0) - sum(number for _label, number in kinds)
    rows = sorted((pair for pair in kinds if pair[1]), key=lambda pair: -pair[1])
    return tuple(rows) + (((gettext("Chưa ghi rõ lý do"), unnamed),) if unnamed > 0 else ())


def _target(desk: Desk, one: Target, places: Mapping[int, UnitView], every: Cells, ledger: Ledger | None) -> TargetRow:
    """A target with what was reached in its own days by the unit and all below it."""
    unit_id, code, window, quantity = one.unit_id, one.indicator, one.window, one.quantity
    is_own = unit_id == desk.unit.id
    name = desk.unit.name if is_own else next(view.name for view in places.values() if view.id == unit_id)
    label = gettext(desk.tallies.indicators[code].label) if code in desk.tallies.indicators else code
    if code in OFFICIAL_TARGETS:
        value = _official(ledger, unit_id, OFFICIAL_TARGETS[code], is_own=is_own)
        return TargetRow(name, label, window, quantity, value, str(_FROM_LEDGER))
    rows = [
        figures
        for (unit, day), figures in every.items()
        if window.first <= day <= window.last and (is_own or places.get(unit, desk.unit).id == unit_id)
    ]
    return TargetRow(name, label, window, quantity, _sum(rows).get(code), str(_FROM_TEAMS))


def _official(ledger: Ledger | None, unit_id: int, field: str, *, is_own: bool) -> int | None:
    """The figure of one area, or of all areas where the target is of the unit that reads."""
    if ledger is None:
        return None
    if is_own:
        return ledger.sums[field]
    return next((services_official.figures_of(row)[field] for row in ledger.rows if row.unit_id == unit_id), None)
