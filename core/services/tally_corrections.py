"""Approved figures that prove wrong: the totals that stood are reversed and a new one takes over, with a reason."""

from __future__ import annotations

import uuid

import sqlalchemy as sa

from core.domain import counting
from core.domain.counting import TOTALS, SheetState, Source
from core.domain.errors import Forbidden, Refused, refused_at
from core.models import Tally, TallySheet, Unit
from core.services import audit, reach_tallies, tallies
from core.services.context import Context


def correct(
    ctx: Context, plugin: str, sheet_key: str, *, indicator: str, quantity: int | None, reason: str, client_id: str = ""
) -> tallies.Recorded:
    """Change the figure of an approved or locked sheet: the totals that stood are reversed and a new one takes over.

    ``quantity`` None: no total any more, the taps count again. An approved sheet is corrected by who may approve, a
    locked one by who may lock. ``client_id`` makes a resend harmless.
    """
    sheet = reach_tallies.sheet(ctx, plugin, sheet_key, for_update=True)
    there = reach_tallies.in_unit(ctx, ctx.session.get_one(Unit, sheet.unit_id))
    state = SheetState(sheet.state)
    if state not in counting.COUNTED:
        raise Refused("tally_correct_not_approved", kind="conflict")
    key = f"{plugin}.lock" if state is SheetState.LOCKED else f"{plugin}.approve"
    if not there.may(key):
        raise Forbidden(key)
    one = tallies.indicators(ctx, plugin).get(indicator)
    if one is None or not one.record:
        raise Refused("tally_unknown_indicator", kind="bad_input")
    why = tallies.clean_reason(reason)
    if not why:
        raise refused_at("reason", "tally_reason_missing")
    number = tallies.client_uuid(client_id) if client_id else str(uuid.uuid4())
    if (known := reach_tallies.entry(there, number)) is not None:
        return _known_correction(known, sheet, indicator, quantity)
    if quantity is not None:
        counting.check_quantity(quantity, Source.DAY_TOTAL.value)
    before = counting.figures(tallies.said_of(ctx, sheet), tallies.indicators(ctx, plugin))[indicator]
    with ctx.session.begin_nested():
        for row in _standing_totals(ctx, sheet, indicator):
            tallies.reverse(ctx, row, reason=why)
        if quantity is not None:
            entry = tallies.Entry(
                client_id=number, indicator=indicator, day=sheet.day, quantity=quantity, source="day_total", reason=why
            )
            if tallies.insert(ctx, sheet, entry) is None:
                raise Refused("tally_client_id_reused", kind="conflict")
        said = tallies.said_of(ctx, sheet)
        counting.check_parts(said, tallies.indicators(ctx, plugin))
    after = counting.figures(said, tallies.indicators(ctx, plugin))[indicator]
    audit.note(ctx, "tally.correct", f"sheet:{sheet.key}", indicator=indicator, before=before, after=after, reason=why)
    return tallies.Recorded("stored", number)


def _known_correction(row: Tally, sheet: TallySheet, indicator: str, quantity: int | None) -> tallies.Recorded:
    if (row.sheet_id, row.indicator, row.quantity) != (sheet.id, indicator, quantity):
        raise Refused("tally_client_id_reused", kind="conflict")
    return tallies.Recorded("known", row.client_id)


def _standing_totals(ctx: Context, sheet: TallySheet, indicator: str) -> list[Tally]:
    return list(
        ctx.session.scalars(
            sa.select(Tally).where(
                Tally.sheet_id == sheet.id,
                Tally.indicator == indicator,
                Tally.source.in_([one.value for one in TOTALS]),
                reach_tallies.stands(),
            )
        )
    )
