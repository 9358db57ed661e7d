"""Counted entries: added once however often they are sent, taken back within minutes, corrected later with a reason.

A row is its own record of who, when and what, so a tap writes no audit line; a total for the day, a correction and
every step of a sheet do.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from core.domain import counting
from core.domain.counting import TOTALS, Said, SheetState, Source
from core.domain.errors import FieldProblem, Refused, refused_at
from core.domain.privacy import looks_like_identity
from core.domain.text import clean_line
from core.models import Tally, TallySheet
from core.plugin.manifest import Indicator
from core.services import audit, failpoints, reach_tallies
from core.services.context import Context, new_key

T = TypeVar("T")

#: Codes of the plugin's own: short, without blanks, so that nothing about a person fits in.
_CODE = re.compile(r"[a-z0-9][a-z0-9_.-]{0,39}")
_LONG_NUMBER = re.compile(r"\d{6}")
_MOST_DETAILS = 8
_REASON_LENGTH = 300
#: A device whose clock runs ahead further than this is flagged; its own time is kept beside the server's.
_CLOCK_SKEW = dt.timedelta(minutes=10)
#: From a client id to the id of what takes it back: the same one each time, so that a resend is harmless.
_UNDOING = uuid.UUID("6a1e52a0-6a58-4a2f-9d7c-6f6f0c1b6b0e")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One counted entry as a device or a form sends it."""

    client_id: str
    indicator: str
    day: dt.date
    quantity: int = 1
    source: str = Source.TAP.value
    place: str = ""
    detail: Mapping[str, object] = field(default_factory=dict)
    claimed_at: dt.datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of an entry: ``stored``, ``known`` (it was there already) or ``flagged`` (stored, with ``flags``)."""

    status: str
    client_id: str
    flags: tuple[str, ...] = ()


def indicators(ctx: Context, plugin: str) -> dict[str, Indicator]:
    """The plugin's indicators by code, in their order."""
    return ctx.registry.indicators(plugin)


def record(ctx: Context, plugin: str, entry: Entry) -> Recorded:
    """Keep one entry for this unit; sent again it is ``known`` and changes nothing.

    Raises ``Forbidden`` without the indicator's permission here, and ``Refused`` for what cannot be: a day ahead, a
    closed period, a sheet that was sent, a number below 0 or beyond belief, a total below its parts, a client id that
    stands for something else.
    """
    return record_together(ctx, plugin, [entry])[0]


def record_together(ctx: Context, plugin: str, entries: Sequence[Entry]) -> list[Recorded]:
    """Keep all of these or none: wholes and parts are held against one another once all are there.

    Raises as ``record`` does.
    """
    checked = [_naming(one, _checked, ctx, plugin) for one in entries]
    # whatever is refused below leaves nothing behind, also where the caller goes on with other entries
    with ctx.session.begin_nested():
        kept = [_naming(one, _keep, ctx, plugin) for one in checked]
        done = [_settle(ctx, plugin, sheet, one) for sheet, one in zip(kept, checked, strict=True)]
    failpoints.hit("tally.after_insert")
    return done


def _naming(entry: Entry, act: Callable[[Context, str, Entry], T], ctx: Context, plugin: str) -> T:
    """What ``act`` gives; a refusal names the indicator that it is about, for a form with several."""
    try:
        return act(ctx, plugin, entry)
    except Refused as refused:
        refused.params.setdefault("indicator", entry.indicator)
        raise


def _keep(ctx: Context, plugin: str, entry: Entry) -> TallySheet | None:
    """The sheet that has the new row; None where the entry was known."""
    if (known := reach_tallies.entry(ctx, entry.client_id)) is not None:
        return _same(known, plugin, entry)
    _check_day(ctx, plugin, entry)
    sheet = open_sheet(ctx, plugin, entry.day)
    check_open(sheet)
    # a resend that waited for the lock finds what the first one wrote
    known = reach_tallies.entry(ctx, entry.client_id)
    if known is None and (row := insert(ctx, sheet, entry)) is not None:
        _check_caps(ctx, sheet, row, indicators(ctx, plugin))
        return sheet
    return _same(known or reach_tallies.entry(ctx, entry.client_id), plugin, entry)


def _settle(ctx: Context, plugin: str, sheet: TallySheet | None, entry: Entry) -> Recorded:
    if sheet is None:
        return Recorded("known", entry.client_id)
    said = said_of(ctx, sheet)
    counting.check_parts(said, indicators(ctx, plugin))
    if entry.source in TOTALS:
        audit.note(ctx, "tally.total", f"sheet:{sheet.key}", indicator=entry.indicator, quantity=entry.quantity)
    flags = _flags(ctx, said, entry)
    return Recorded("flagged" if flags else "stored", entry.client_id, flags)


def undo(ctx: Context, plugin: str, client_id: str) -> Recorded:
    """Take back one's own entry within five minutes; asked again it is ``known``.

    Raises ``NotFound`` for an unknown entry, ``Refused`` when it is another's, too old, or its sheet was sent.
    """
    number = client_uuid(client_id)
    row = reach_tallies.entry(ctx, number)
    if row is None or row.plugin != plugin or row.reverses_id is not None:
        raise Refused("tally_undo_unknown", kind="missing")
    if row.recorded_by_id != ctx.actor.id:
        raise Refused("tally_undo_not_yours")
    if is_reversed(ctx, row):
        return Recorded("known", number)
    if ctx.now - row.at > counting.UNDO_WITHIN:
        raise Refused("tally_undo_too_late", minutes=5)
    with ctx.session.begin_nested():
        sheet = open_sheet(ctx, plugin, row.day)
        check_open(sheet)
        if not reverse(ctx, row):
            return Recorded("known", number)
        counting.check_parts(said_of(ctx, sheet), indicators(ctx, plugin))
    return Recorded("stored", number)


# ---------------------------------------------------------------- what the sheet says


def said_of(ctx: Context, sheet: TallySheet) -> Said:
    """What the rows of one sheet say, in one query however many taps there are."""
    order = sa.case((Tally.source == Source.TAP.value, 0), else_=Tally.id).label("variant")
    rows = ctx.session.execute(
        sa.select(Tally.indicator, sa.func.sum(Tally.quantity), Tally.source, order)
        .where(Tally.sheet_id == sheet.id, reach_tallies.stands())
        .group_by(Tally.indicator, Tally.source, sa.text("variant"))
    )
    return counting.read(counting.Row(code, int(total), source, at) for code, total, source, at in rows)


def is_reversed(ctx: Context, row: Tally) -> bool:
    """Whether a row was taken back."""
    return ctx.session.scalar(sa.select(Tally.id).where(Tally.reverses_id == row.id)) is not None


def open_sheet(ctx: Context, plugin: str, day: dt.date) -> TallySheet:
    """This unit's sheet of a day, made where there is none, and locked until the transaction ends."""
    found = reach_tallies.sheet_of_day(ctx, plugin, day, for_update=True)
    if found is None:
        try:
            with ctx.session.begin_nested():
                ctx.session.add(
                    TallySheet(key=new_key(), unit_id=ctx.here.id, plugin=plugin, day=day, created_at=ctx.now)
                )
        except IntegrityError:
            pass  # another one of the team was first
        found = reach_tallies.sheet_of_day(ctx, plugin, day, for_update=True)
    if found is None:
        raise RuntimeError("the sheet that was just made is not there")
    return found


def check_open(sheet: TallySheet) -> None:
    """Raise ``Refused`` where the sheet takes no more rows, with what to do about it."""
    if SheetState(sheet.state) not in counting.OPEN:
        raise Refused(f"tally_sheet_{sheet.state}", kind="conflict", day=sheet.day)


def reverse(ctx: Context, row: Tally, *, reason: str = "") -> bool:
    """Add the row that takes ``row`` back; False where it was taken back already."""
    reversal = Tally(
        client_id=str(uuid.uuid5(_UNDOING, row.client_id)),
        sheet_id=row.sheet_id,
        unit_id=row.unit_id,
        plugin=row.plugin,
        indicator=row.indicator,
        day=row.day,
        quantity=row.quantity,
        source=row.source,
        place=row.place,
        detail={},
        reverses_id=row.id,
        reason=reason,
        recorded_by_id=ctx.actor.id,
        at=ctx.now,
    )
    return _try_add(ctx, reversal)


def clean_reason(raw: str) -> str:
    """A reason in one line, without anything that names a citizen."""
    try:
        reason = clean_line(raw, limit=_REASON_LENGTH)
    except FieldProblem as problem:
        raise refused_at("reason", problem.code, **problem.params) from None
    if looks_like_identity(reason):
        raise refused_at("reason", "tally_identity_in_text")
    return reason


# ---------------------------------------------------------------- checks


def _checked(ctx: Context, plugin: str, entry: Entry) -> Entry:
    """The entry in the form in which it is kept, once what does not depend on other rows was checked."""
    one = indicators(ctx, plugin).get(entry.indicator)
    if one is None or not one.record:
        raise Refused("tally_unknown_indicator", kind="bad_input")
    ctx.require(one.record)
    if entry.source not in set(Source):
        raise Refused("tally_unknown_source", kind="bad_input")
    counting.check_quantity(entry.quantity, entry.source)
    _check_codes(entry)
    return Entry(
        client_id=client_uuid(entry.client_id),
        indicator=entry.indicator,
        day=entry.day,
        quantity=entry.quantity,
        source=str(entry.source),
        place=entry.place,
        detail=dict(entry.detail),
        claimed_at=entry.claimed_at,
        reason=clean_reason(entry.reason),
    )


def _check_codes(entry: Entry) -> None:
    """Place and detail are codes, flags and small numbers; anything longer could name somebody."""
    values = [entry.place] if entry.place else []
    for key, value in entry.detail.items():
        values.append(key)
        if isinstance(value, bool) or (isinstance(value, int) and 0 <= value <= counting.HARD_CAP):
            continue
        values.append(value)  # type: ignore[arg-type]
    is_code = all(isinstance(v, str) and _CODE.fullmatch(v) and not _LONG_NUMBER.search(v) for v in values)
    if not is_code or len(entry.detail) > _MOST_DETAILS:
        raise Refused("tally_detail_unknown", kind="bad_input")


def client_uuid(raw: str) -> str:
    """The id of an entry in one spelling. Raises ``Refused`` for what is no UUID."""
    try:
        return str(uuid.UUID(raw))
    except (ValueError, AttributeError, TypeError):
        raise Refused("tally_client_id_bad", kind="bad_input") from None


def _check_day(ctx: Context, plugin: str, entry: Entry) -> None:
    counting.check_day(entry.day, ctx.today, has_reason=bool(entry.reason))
    if reach_tallies.is_period_locked(ctx, plugin, entry.day):
        raise Refused("tally_period_locked", kind="conflict", day=entry.day)


def _check_caps(ctx: Context, sheet: TallySheet, row: Tally, known: Mapping[str, Indicator]) -> None:
    """One person's taps of the day against the caps of the indicator and of the wholes it is in.

    A reason given once holds for the rest of the day; a total needs its own.
    """
    if row.source in TOTALS:
        counting.check_caps(0, row.quantity, known[row.indicator], has_reason=bool(row.reason))
        return
    mine = ctx.session.execute(
        sa.select(Tally.indicator, sa.func.sum(Tally.quantity), sa.func.max(Tally.reason))
        .where(
            Tally.sheet_id == sheet.id,
            Tally.recorded_by_id == ctx.actor.id,
            Tally.source == Source.TAP.value,
            reach_tallies.stands(),
        )
        .group_by(Tally.indicator)
    ).all()
    has_reason = any(reason for _, _, reason in mine)
    for above in counting.lineage(row.indicator, known):
        total = sum(int(n) for code, n, _ in mine if above in counting.lineage(code, known))
        counting.check_caps(total - row.quantity, row.quantity, known[above], has_reason=has_reason)


def _flags(ctx: Context, said: Said, entry: Entry) -> tuple[str, ...]:
    flags = []
    if entry.source not in TOTALS and entry.indicator in said.totals:
        flags.append("tally_total_stands")
    if entry.claimed_at is not None and entry.claimed_at - ctx.now > _CLOCK_SKEW:
        flags.append("tally_clock_ahead")
    return tuple(flags)


# ---------------------------------------------------------------- rows


def insert(ctx: Context, sheet: TallySheet, entry: Entry) -> Tally | None:
    """The new row; None where its client id is taken."""
    row = Tally(
        client_id=entry.client_id,
        sheet_id=sheet.id,
        unit_id=sheet.unit_id,
        plugin=sheet.plugin,
        indicator=entry.indicator,
        day=entry.day,
        quantity=entry.quantity,
        source=entry.source,
        place=entry.place,
        detail=dict(entry.detail),
        reason=entry.reason,
        recorded_by_id=ctx.actor.id,
        claimed_at=entry.claimed_at,
        at=ctx.now,
    )
    return row if _try_add(ctx, row) else None


def _try_add(ctx: Context, row: Tally) -> bool:
    try:
        with ctx.session.begin_nested():
            ctx.session.add(row)
    except IntegrityError:
        return False
    return True


def _same(row: Tally | None, plugin: str, entry: Entry) -> None:
    """Raise ``Refused`` unless the row with this client id says what the entry says."""
    same = row is not None and (
        (row.plugin, row.indicator, row.day, row.quantity, row.source, row.place, dict(row.detail))
        == (plugin, entry.indicator, entry.day, entry.quantity, entry.source, entry.place, dict(entry.detail))
    )
    if not same:
        raise Refused("tally_client_id_reused", kind="conflict")
