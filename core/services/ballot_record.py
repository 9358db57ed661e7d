"""The counting record (biên bản kiểm phiếu): what the tellers sign, written from what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain import ballot as rules
from core.domain.ballot import BallotState
from core.domain.envelopes import ItemCount
from core.domain.voting import Outcome
from core.models import Ballot, CommitteeMember, Sitting, SittingItem, SittingSeat, WrittenOpinion
from core.services import ballot_opening, ballots, outcomes, reach_ballots, reach_council, recusals, sittings
from core.services.context import Context


@dataclass(frozen=True, slots=True)
class Line:
    """One candidate of an opened ballot."""

    item: SittingItem
    outcome: Outcome | None
    bars: tuple[recusals.Bar, ...]
    opinions: Sequence[WrittenOpinion]
    is_secrecy_thin: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One ballot: who took part, the seal, and what each candidate got once it is opened."""

    ballot: Ballot
    voters: tuple[CommitteeMember, ...]
    receipts: tuple[str, ...]
    #: Line of the audit in which the seal was written at closing.
    sealed_in: int | None
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """Everything the record says to this reader."""

    sitting: Sitting
    roll: tuple[SittingSeat, ...]
    parts: tuple[Part, ...]

    @property
    def tellers(self) -> list[str]:
        """Who signs: the tellers of every key that was used, once each."""
        return list(dict.fromkeys(name for part in self.parts for name in part.ballot.key_in_use.tellers))


def record_of(ctx: Context, sitting_key: str) -> Record:
    """The record of a sitting's sealed ballots, without those that a conflict hides from the actor."""
    row = reach_council.sitting(ctx, sitting_key)
    return Record(row, tuple(sittings.roll_of(ctx, row)), parts_of(ctx, row))


def parts_of(ctx: Context, row: Sitting) -> tuple[Part, ...]:
    """Every ballot that is no longer open, in order; the ones given up too."""
    return tuple(_part(ctx, one) for one in reach_ballots.ballots_of(ctx, row) if one.state != BallotState.OPEN)


def _part(ctx: Context, row: Ballot) -> Part:
    line = ballot_opening.sealed_root(ctx, row)
    return Part(
        row,
        tuple(reach_ballots.voters(ctx, row)),
        tuple(ballots.receipts(ctx, row)),
        None if line is None else line[0],
        _lines(ctx, row),
    )


def _lines(ctx: Context, row: Ballot) -> tuple[Line, ...]:
    items = ballots.items_of(ctx, row)
    bars = recusals.bars_on(ctx, [item.nomination_id for item in items])
    seated = {seat.member_id for seat in sittings.roll_of(ctx, row.sitting)}
    counts = {one.item_id: ItemCount(one.yes, one.no, one.blank, one.invalid) for one in row.counts}
    return tuple(
        Line(
            item,
            outcomes.outcome_of(item) if item.id in counts else None,
            tuple(bar for bar in bars[item.nomination_id] if bar.member.id in seated),
            item.opinions,
            item.id in counts and rules.is_thin(counts[item.id]),
        )
        for item in items
    )
