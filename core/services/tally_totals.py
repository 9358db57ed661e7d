"""Reading counted figures: approved ones only, "not reported" apart from 0, and who stands behind them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from core.domain import counting
from core.domain.counting import COUNTED, Source, together
from core.domain.views import Window
from core.models import Tally, TallySheet, User
from core.plugin.manifest import Indicator
from core.services import reach_tallies
from core.services.context import Context
from core.services.tallies import indicators

#: Units by their ids, or as a part of the query (``reach_tallies.below``).
Units = Collection[int] | sa.Select[tuple[int]]
_APPROVED = tuple(sorted(one.value for one in COUNTED))


@dataclass(frozen=True, slots=True)
class Totals:
    """Figures of each sheet that counts: (unit, day) -> indicator -> number. A sheet that is not here is a silence."""

    cells: Mapping[tuple[int, dt.date], Mapping[str, int]] = field(default_factory=dict)

    def value(self, indicator: str, *, unit_id: int | None = None, day: dt.date | None = None) -> int | None:
        """The sum over these units and days; None where nobody reported."""
        return together(
            figures.get(indicator)
            for (unit, on), figures in self.cells.items()
            if unit_id in (None, unit) and day in (None, on)
        )

    def by_unit(self, indicator: str) -> dict[int, int | None]:
        """Unit -> its figure, for the units that reported."""
        return {unit: self.value(indicator, unit_id=unit) for unit in sorted({unit for unit, _ in self.cells})}

    def by_day(self, indicator: str) -> dict[dt.date, int | None]:
        """Day -> its figure, for the days on which anybody reported."""
        return {on: self.value(indicator, day=on) for on in sorted({on for _, on in self.cells})}

    @property
    def units(self) -> frozenset[int]:
        """The units with at least one sheet that counts."""
        return frozenset(unit for unit, _ in self.cells)


@dataclass(frozen=True, slots=True)
class Reporting:
    """How many units reported of how many, and which did not."""

    reported: int
    expected: int
    missing: tuple[int, ...] = ()


def totals(
    ctx: Context,
    plugin: str,
    unit_ids: Units,
    window: Window,
    *,
    codes: Collection[str] | None = None,
    states: Collection[str] = _APPROVED,
) -> Totals:
    """Figures of these units (those at or below this unit only) in these days, in one query.

    A sheet without rows of an indicator says 0; a unit without a sheet says nothing. ``codes`` None: all indicators.
    """
    known = indicators(ctx, plugin)
    wanted = set(known) if codes is None else set(codes)
    variant = sa.case((Tally.source == Source.TAP.value, 0), else_=Tally.id).label("variant")
    rows = ctx.session.execute(
        sa.select(
            TallySheet.unit_id, TallySheet.day, Tally.indicator, Tally.source, variant, sa.func.sum(Tally.quantity)
        )
        .outerjoin(Tally, sa.and_(Tally.sheet_id == TallySheet.id, reach_tallies.stands()))
        .where(*_sheets(ctx, plugin, unit_ids, window, states))
        .group_by(TallySheet.unit_id, TallySheet.day, Tally.indicator, Tally.source, sa.text("variant"))
    )
    said: dict[tuple[int, dt.date], list[counting.Row]] = {}
    for unit_id, day, code, source, order, total in rows:
        cell = said.setdefault((unit_id, day), [])
        if code is not None:
            cell.append(counting.Row(code, int(total), source, order))
    return Totals({at: _only(_figures(cell, known), wanted) for at, cell in said.items()})


def _figures(rows: Iterable[counting.Row], known: Mapping[str, Indicator]) -> dict[str, int]:
    return counting.figures(counting.read(rows), known)


def _only(found: Mapping[str, int], wanted: Collection[str]) -> dict[str, int]:
    return {code: value for code, value in found.items() if code in wanted}


def of_person(ctx: Context, plugin: str, user_id: int, unit_ids: Units, window: Window) -> Totals:
    """What one person tapped in approved sheets, in one query.

    Where the team gave a total for an indicator and day, that stands for the team and nobody's taps count.
    """
    total = aliased(Tally)
    undone = aliased(Tally)
    no_total = ~sa.exists().where(
        total.sheet_id == Tally.sheet_id,
        total.indicator == Tally.indicator,
        total.source != Source.TAP.value,
        total.reverses_id.is_(None),
        ~sa.exists().where(undone.reverses_id == total.id),
    )
    rows = ctx.session.execute(
        sa.select(TallySheet.unit_id, TallySheet.day, Tally.indicator, sa.func.sum(Tally.quantity))
        .join(Tally, Tally.sheet_id == TallySheet.id)
        .where(
            *_sheets(ctx, plugin, unit_ids, window, _APPROVED),
            Tally.recorded_by_id == user_id,
            Tally.source == Source.TAP.value,
            reach_tallies.stands(),
            no_total,
        )
        .group_by(TallySheet.unit_id, TallySheet.day, Tally.indicator)
    )
    said: dict[tuple[int, dt.date], list[counting.Row]] = {}
    for unit_id, day, code, quantity in rows:
        said.setdefault((unit_id, day), []).append(counting.Row(code, int(quantity), Source.TAP.value, 0))
    known = indicators(ctx, plugin)
    return Totals({at: _figures(cell, known) for at, cell in said.items()})


def reporting(
    ctx: Context,
    plugin: str,
    unit_ids: Collection[int],
    window: Window,
    *,
    states: Collection[str] = _APPROVED,
) -> Reporting:
    """How many of these units have at least one sheet in these days that counts, and which have none."""
    found = set(
        ctx.session.scalars(
            sa.select(TallySheet.unit_id).where(*_sheets(ctx, plugin, unit_ids, window, states)).distinct()
        )
    )
    missing = tuple(one for one in dict.fromkeys(unit_ids) if one not in found)
    return Reporting(len(found), len(set(unit_ids)), missing)


@dataclass(frozen=True, slots=True)
class Witnesses:
    """Names of who counted and who approved, each once, in alphabetical order."""

    counted: tuple[str, ...] = ()
    approved: tuple[str, ...] = ()


def witnesses(ctx: Context, plugin: str, unit_ids: Units, window: Window, *, user_id: int | None = None) -> Witnesses:
    """Who stands behind the approved figures of these units and days, in one query.

    A correction after the approval is the corrector's, and told in the history. ``user_id``: only sheets with rows of
    this person.
    """
    counter, approver = aliased(User), aliased(User)
    counted = sa.and_(Tally.sheet_id == TallySheet.id, reach_tallies.stands(), Tally.at <= TallySheet.approved_at)
    if user_id is not None:
        counted = sa.and_(counted, Tally.recorded_by_id == user_id)
    query = (
        sa.select(counter.name_key, counter.full_name, approver.name_key, approver.full_name)
        .select_from(TallySheet)
        .join(Tally, counted, isouter=user_id is None)
        .outerjoin(counter, counter.id == Tally.recorded_by_id)
        .outerjoin(approver, approver.id == TallySheet.approved_by_id)
        .where(*_sheets(ctx, plugin, unit_ids, window, _APPROVED))
        .distinct()
    )
    rows = ctx.session.execute(query).all()
    return Witnesses(_names((row[0], row[1]) for row in rows), _names((row[2], row[3]) for row in rows))


def _names(pairs: Iterable[tuple[str | None, str | None]]) -> tuple[str, ...]:
    found = sorted({(key or "", name) for key, name in pairs if name})
    return tuple(dict.fromkeys(name for _, name in found))


def _sheets(
    ctx: Context, plugin: str, unit_ids: Units, window: Window, states: Collection[str]
) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        TallySheet.plugin == plugin,
        TallySheet.unit_id.in_(unit_ids if isinstance(unit_ids, sa.Select) else set(unit_ids)),
        reach_tallies.within(ctx, TallySheet.unit_id),
        TallySheet.day.between(window.first, window.last),
        TallySheet.state.in_(list(states)),
    )


def took_part(ctx: Context, plugin: str, user_id: int, unit_ids: Units, window: Window) -> bool:
    """Whether somebody counted in, or approved, a sheet of these units and days."""
    counted = sa.exists().where(Tally.sheet_id == TallySheet.id, Tally.recorded_by_id == user_id)
    query = sa.select(TallySheet.id).where(
        *_sheets(ctx, plugin, unit_ids, window, [one.value for one in counting.SheetState]),
        sa.or_(TallySheet.approved_by_id == user_id, counted),
    )
    return ctx.session.scalar(query.limit(1)) is not None


@dataclass(frozen=True, slots=True)
class Mine:
    """One person's own day in this unit: taps by indicator, the place last counted at, what may still be undone."""

    taps: Mapping[str, int]
    place: str = ""
    #: (client id, indicator) of the newest entry within the minutes of undoing; None when there is none.
    last: tuple[str, str] | None = None


def of_actor(ctx: Context, plugin: str, day: dt.date) -> Mine:
    """What the actor counted here on a day, in two queries."""
    own = (
        Tally.unit_id == ctx.here.id,
        Tally.plugin == plugin,
        Tally.day == day,
        Tally.recorded_by_id == ctx.actor.id,
        reach_tallies.stands(),
    )
    taps = ctx.session.execute(
        sa.select(Tally.indicator, sa.func.sum(Tally.quantity))
        .where(*own, Tally.source == Source.TAP.value)
        .group_by(Tally.indicator)
    )
    found = {code: int(total) for code, total in taps}
    newest = ctx.session.execute(
        sa.select(Tally.client_id, Tally.indicator, Tally.place, Tally.at)
        .where(*own)
        .order_by(Tally.id.desc())
        .limit(1)
    ).one_or_none()
    if newest is None:
        return Mine(found)
    is_fresh = ctx.now - newest.at <= counting.UNDO_WITHIN
    return Mine(found, newest.place, (newest.client_id, newest.indicator) if is_fresh else None)
