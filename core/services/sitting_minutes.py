"""The minutes of a sitting: what is printed and signed, with the audit's anchor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from core.domain import voting
from core.domain.voting import Outcome
from core.models import AuditLine, Sitting, SittingItem, SittingSeat, WrittenOpinion
from core.services import audit, ballot_record, outcomes, reach_council, recusals, sittings
from core.services.context import Context


@dataclass(frozen=True, slots=True)
class Entry:
    """One candidate in the minutes."""

    item: SittingItem
    outcome: Outcome | None
    bars: tuple[recusals.Bar, ...]
    opinions: Sequence[WrittenOpinion]
    #: The figures tell how single members voted.
    is_secrecy_thin: bool


@dataclass(frozen=True, slots=True)
class Minutes:
    """Everything the minutes say to this reader."""

    sitting: Sitting
    roll: tuple[SittingSeat, ...]
    quorum: sittings.Quorum
    entries: tuple[Entry, ...]
    anchor: tuple[int, str]
    #: The anchor is that of the closing act; before it, the head of this moment.
    is_final: bool
    #: The sealed ballots that are no longer open.
    sealed: tuple[ballot_record.Part, ...] = ()


def minutes_of(ctx: Context, key: str) -> Minutes:
    """The minutes, without the candidates that a conflict hides from the actor."""
    row = reach_council.sitting(ctx, key)
    items = sittings.items_of(ctx, row)
    bars = recusals.bars_on(ctx, [item.nomination_id for item in items])
    seats = sittings.roll_of(ctx, row)
    seated = {seat.member_id for seat in seats}
    entries = []
    for item in items:
        outcome = outcomes.outcome_of(item)
        own = tuple(bar for bar in bars[item.nomination_id] if bar.member.id in seated)
        is_thin = outcome is not None and voting.is_secrecy_thin(outcomes.count_of(item))
        entries.append(Entry(item, outcome, own, item.opinions, is_thin))
    anchor, is_final = _anchor(ctx, row)
    return Minutes(
        row,
        tuple(seats),
        sittings.quorum_of(ctx, row),
        tuple(entries),
        anchor,
        is_final,
        ballot_record.parts_of(ctx, row),
    )


def _anchor(ctx: Context, row: Sitting) -> tuple[tuple[int, str], bool]:
    query = (
        sa.select(AuditLine.seq, AuditLine.h)
        .where(AuditLine.object == f"sitting:{row.key}", AuditLine.action == "sitting.close")
        .order_by(AuditLine.seq.desc())
        .limit(1)
    )
    line = ctx.session.execute(query).first()
    if line is not None:
        return (line.seq, line.h[:20]), True
    return audit.head(ctx.session), False
