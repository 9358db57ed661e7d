"""The sheet of a team and day: sent by the team, approved by who did not count in it, locked by the commune."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from core.domain import counting
from core.domain.counting import Said, SheetState, SheetStep, Source
from core.domain.errors import FieldProblem, Forbidden, Refused, Stale, refused_at
from core.domain.privacy import looks_like_identity
from core.domain.text import clean_line
from core.domain.views import Window
from core.models import Tally, TallyLock, TallySheet, Unit, User
from core.services import audit, failpoints, reach_tallies
from core.services.context import Context
from core.services.tallies import indicators, open_sheet, said_of

_NOTE_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as pages show it. ``key`` empty: nothing was recorded and nothing sent."""

    key: str
    unit_id: int
    unit_name: str
    day: dt.date
    state: str
    version: int
    note: str = ""
    submitted_by: str = ""
    submitted_at: dt.datetime | None = None
    approved_by: str = ""
    approved_at: dt.datetime | None = None
    figures: Mapping[str, int] = field(default_factory=dict)
    #: What was tapped, and the totals that stand, so that a page can show both.
    said: Said = field(default_factory=lambda: Said({}, {}))

    @property
    def is_open(self) -> bool:
        """Whether rows may still be added."""
        return SheetState(self.state) in counting.OPEN


def submit(ctx: Context, plugin: str, day: dt.date) -> TallySheet:
    """Send the figures of a day of this unit; with no row at all this says that there was nothing: a true 0.

    By who counts here or may approve here. Raises ``Refused`` for a day ahead, a closed period, a sheet sent already.
    """
    _require_team(ctx, plugin)
    counting.check_day(day, ctx.today, has_reason=True)
    if reach_tallies.is_period_locked(ctx, plugin, day):
        raise Refused("tally_period_locked", kind="conflict", day=day)
    sheet = open_sheet(ctx, plugin, day)
    sheet.state = counting.take(SheetState(sheet.state), SheetStep.SUBMIT).value
    sheet.submitted_at, sheet.submitted_by_id, sheet.note = ctx.now, ctx.actor.id, ""
    return _moved(ctx, sheet, "submit")


def take_back(ctx: Context, plugin: str, day: dt.date) -> TallySheet:
    """Reopen what was sent and nobody has approved yet, to go on counting."""
    _require_team(ctx, plugin)
    sheet = reach_tallies.sheet_of_day(ctx, plugin, day, for_update=True)
    if sheet is None:
        raise Refused("tally_no_road", kind="conflict", state="draft")
    sheet.state = counting.take(SheetState(sheet.state), SheetStep.TAKE_BACK).value
    sheet.submitted_at, sheet.submitted_by_id = None, None
    return _moved(ctx, sheet, "take_back")


def give_back(ctx: Context, plugin: str, key: str, *, reason: str, expected_version: int | None = None) -> TallySheet:
    """Give a sent sheet back to its team, with what is to be mended."""
    sheet = _for_approver(ctx, plugin, key, expected_version)
    try:
        note = clean_line(reason, limit=_NOTE_LENGTH)
    except FieldProblem as problem:
        raise refused_at("reason", problem.code, **problem.params) from None
    if not note:
        raise refused_at("reason", "tally_reason_missing")
    if looks_like_identity(note):
        raise refused_at("reason", "tally_identity_in_text")
    sheet.state = counting.take(SheetState(sheet.state), SheetStep.GIVE_BACK).value
    sheet.note = note
    return _moved(ctx, sheet, "give_back", reason=note)


def approve(ctx: Context, plugin: str, key: str, *, expected_version: int | None = None) -> TallySheet:
    """Vouch for a sent sheet. Nobody approves a sheet in which they counted, whatever else they are."""
    sheet = _for_approver(ctx, plugin, key, expected_version)
    after = counting.take(SheetState(sheet.state), SheetStep.APPROVE)
    if _has_counted(ctx, sheet):
        raise Refused("tally_approver_counted", kind="forbidden")
    counting.check_parts(said_of(ctx, sheet), indicators(ctx, plugin))
    sheet.state = after.value
    sheet.approved_at, sheet.approved_by_id = ctx.now, ctx.actor.id
    return _moved(ctx, sheet, "approve")


def has_counted(ctx: Context, plugin: str, key: str) -> bool:
    """Whether the actor wrote any row of a sheet here or below, and so may not approve it; else ``NotFound``."""
    return _has_counted(ctx, reach_tallies.sheet(ctx, plugin, key))


def _has_counted(ctx: Context, sheet: TallySheet) -> bool:
    counted = sa.select(Tally.id).where(Tally.sheet_id == sheet.id, Tally.recorded_by_id == ctx.actor.id).limit(1)
    return ctx.session.scalar(counted) is not None


def lock_period(ctx: Context, plugin: str, window: Window) -> int:
    """Close days for this unit and all below: approved sheets are locked, nothing new comes in. Returns how many.

    Raises ``Refused`` while sheets of these days wait for approval. What was never sent stays out of every total.
    """
    ctx.require(f"{plugin}.lock")
    if window.last < window.first:
        raise refused_at("last", "days_backwards")
    if window.last > ctx.today:
        raise refused_at("last", "tally_day_ahead", day=window.last)
    sheets = list(
        ctx.session.scalars(
            sa.select(TallySheet)
            .where(
                TallySheet.plugin == plugin,
                TallySheet.day.between(window.first, window.last),
                reach_tallies.within(ctx, TallySheet.unit_id),
                TallySheet.state.in_([SheetState.SUBMITTED.value, SheetState.APPROVED.value]),
            )
            .order_by(TallySheet.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )
    waiting = sum(1 for one in sheets if one.state == SheetState.SUBMITTED.value)
    if waiting:
        raise Refused("tally_lock_waiting", number=waiting)
    for one in sheets:
        one.state = counting.take(SheetState(one.state), SheetStep.LOCK).value
        one.locked_at, one.locked_by_id = ctx.now, ctx.actor.id
    _close(ctx, plugin, window)
    ctx.session.flush()
    failpoints.hit("tally.after_lock")
    days = {"first": window.first.isoformat(), "last": window.last.isoformat()}
    audit.note(ctx, "tally.lock", f"unit:{ctx.here.key}", plugin=plugin, sheets=len(sheets), **days)
    return len(sheets)


def _close(ctx: Context, plugin: str, window: Window) -> None:
    days = {"first_on": window.first, "last_on": window.last}
    same = sa.select(TallyLock.id).filter_by(unit_id=ctx.here.id, plugin=plugin, **days)
    if ctx.session.scalar(same) is None:
        ctx.session.add(TallyLock(unit_id=ctx.here.id, plugin=plugin, by_id=ctx.actor.id, at=ctx.now, **days))


def locks(ctx: Context, plugin: str) -> list[Window]:
    """The periods that this unit closed, the latest first."""
    rows = ctx.session.execute(
        sa.select(TallyLock.first_on, TallyLock.last_on)
        .where(TallyLock.unit_id == ctx.here.id, TallyLock.plugin == plugin)
        .order_by(TallyLock.last_on.desc(), TallyLock.first_on.desc())
    )
    return [Window(first, last) for first, last in rows]


# ---------------------------------------------------------------- reading sheets


def of_day(ctx: Context, plugin: str, day: dt.date) -> Sheet:
    """This unit's sheet of a day; a draft without a key where there is none yet."""
    row = reach_tallies.sheet_of_day(ctx, plugin, day)
    if row is None:
        return Sheet("", ctx.here.id, ctx.here.name, day, SheetState.DRAFT.value, 0)
    return _shown(ctx, plugin, row, ctx.here.name)


def one(ctx: Context, plugin: str, key: str) -> Sheet:
    """A sheet of this unit or of one below it; else ``NotFound``."""
    row = reach_tallies.sheet(ctx, plugin, key)
    return _shown(ctx, plugin, row, row.unit.name)


def list_sheets(
    ctx: Context,
    plugin: str,
    window: Window,
    *,
    states: Collection[str] = (),
    unit_id: int | None = None,
    limit: int = 200,
) -> list[Sheet]:
    """Sheets here and below, the latest day first, without figures: three figures per sheet would be a query each."""
    query = (
        sa.select(TallySheet, Unit.name)
        .join(Unit, Unit.id == TallySheet.unit_id)
        .where(
            TallySheet.plugin == plugin,
            TallySheet.day.between(window.first, window.last),
            Unit.path.startswith(ctx.here.path, autoescape=True),
        )
        .options(joinedload(TallySheet.approved_by), joinedload(TallySheet.submitted_by))
        .order_by(TallySheet.day.desc(), Unit.sort_key, TallySheet.id)
        .limit(limit)
    )
    if states:
        query = query.where(TallySheet.state.in_(list(states)))
    if unit_id is not None:
        query = query.where(TallySheet.unit_id == unit_id)
    return [_plain(row, name) for row, name in ctx.session.execute(query)]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a sheet's history."""

    client_id: str
    indicator: str
    quantity: int
    source: str
    place: str
    detail: Mapping[str, object]
    reason: str
    by: str
    by_id: int | None
    at: dt.datetime
    is_reversal: bool
    was_reversed: bool


@dataclass(frozen=True, slots=True)
class Counter:
    """What one person tapped of one indicator in a sheet, and when."""

    by: str
    indicator: str
    taps: int
    first: dt.datetime
    last: dt.datetime


def counters(ctx: Context, plugin: str, key: str) -> list[Counter]:
    """Who tapped what in a sheet: one line for each person and indicator, however many taps there are."""
    sheet = reach_tallies.sheet(ctx, plugin, key)
    rows = ctx.session.execute(
        sa.select(
            User.full_name,
            Tally.indicator,
            sa.func.sum(Tally.quantity),
            sa.func.min(Tally.at),
            sa.func.max(Tally.at),
        )
        .outerjoin(User, User.id == Tally.recorded_by_id)
        .where(Tally.sheet_id == sheet.id, Tally.source == Source.TAP.value, reach_tallies.stands())
        .group_by(User.name_key, User.id, User.full_name, Tally.indicator)
        .order_by(User.name_key, User.id, Tally.indicator)
    )
    return [Counter(name or "", code, int(taps), first, last) for name, code, taps, first, last in rows]


def history(ctx: Context, plugin: str, key: str, *, limit: int = 500) -> list[Line]:
    """What is no plain tap in a sheet, the newest first: totals, corrections, what was taken back, by whom and why."""
    sheet = reach_tallies.sheet(ctx, plugin, key)
    reversal = aliased(Tally)
    rows = ctx.session.execute(
        sa.select(Tally, User.full_name, reversal.id)
        .outerjoin(User, User.id == Tally.recorded_by_id)
        .outerjoin(reversal, reversal.reverses_id == Tally.id)
        .where(
            Tally.sheet_id == sheet.id,
            sa.or_(Tally.source != Source.TAP.value, Tally.reverses_id.is_not(None), reversal.id.is_not(None)),
        )
        .order_by(Tally.id.desc())
        .limit(limit)
    )
    return [
        Line(
            row.client_id,
            row.indicator,
            row.quantity,
            row.source,
            row.place,
            dict(row.detail),
            row.reason,
            name or "",
            row.recorded_by_id,
            row.at,
            row.reverses_id is not None,
            reversed_by is not None,
        )
        for row, name, reversed_by in rows
    ]


def _shown(ctx: Context, plugin: str, row: TallySheet, unit_name: str) -> Sheet:
    said = said_of(ctx, row)
    known = counting.figures(said, indicators(ctx, plugin))
    return dataclasses.replace(_plain(row, unit_name), figures=known, said=said)


def _plain(row: TallySheet, unit_name: str) -> Sheet:
    return Sheet(
        row.key,
        row.unit_id,
        unit_name,
        row.day,
        row.state,
        row.version,
        row.note,
        row.submitted_by.full_name if row.submitted_by else "",
        row.submitted_at,
        row.approved_by.full_name if row.approved_by else "",
        row.approved_at,
    )


# ---------------------------------------------------------------- who may


def may_count(ctx: Context, plugin: str) -> bool:
    """Whether the actor counts for any indicator in this unit."""
    return any(ctx.may(one.record) for one in indicators(ctx, plugin).values() if one.record)


def _require_team(ctx: Context, plugin: str) -> None:
    if not may_count(ctx, plugin) and not ctx.may(f"{plugin}.approve"):
        raise Forbidden(f"{plugin}.record")


def _for_approver(ctx: Context, plugin: str, key: str, expected_version: int | None) -> TallySheet:
    sheet = reach_tallies.sheet(ctx, plugin, key, for_update=True)
    there = reach_tallies.in_unit(ctx, ctx.session.get_one(Unit, sheet.unit_id))
    if not there.may(f"{plugin}.approve"):
        raise Forbidden(f"{plugin}.approve")
    if expected_version is not None and expected_version != sheet.version:
        raise Stale(theirs={"state": sheet.state})
    return sheet


def _moved(ctx: Context, sheet: TallySheet, verb: str, **more: object) -> TallySheet:
    ctx.session.flush()
    failpoints.hit("tally.after_step")
    audit.note(ctx, f"tally.{verb}", f"sheet:{sheet.key}", plugin=sheet.plugin, day=sheet.day.isoformat(), **more)
    return sheet
