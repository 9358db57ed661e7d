"""Recounting: what anybody with the file can check, and what two tellers together can count again."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from core.domain import envelopes
from core.domain.ballot import BallotState
from core.domain.errors import Refused
from core.models import Ballot, BallotItem, BallotKey, Sitting
from core.services import ballot_opening, reach_ballots, sittings
from core.services.context import Context

Fault = tuple[str, str, str]


def document(ctx: Context, row: Sitting) -> dict[str, Any]:
    """The whole vote of a sitting without any secret: roll, turnout, envelopes, seals, audit lines, counts."""
    return {
        "protocol": envelopes.PROTOCOL,
        "sitting": row.key,
        "roll": [{"member": seat.member.key, "name": seat.member.full_name} for seat in sittings.roll_of(ctx, row)],
        "ballots": [_ballot(ctx, one) for one in all_of(ctx, row)],
    }


def all_of(ctx: Context, row: Sitting) -> list[Ballot]:
    """Every ballot of a sitting, for who holds the server and not a seat."""
    return list(ctx.session.scalars(sa.select(Ballot).where(Ballot.sitting_id == row.id).order_by(Ballot.number)))


def faults(ctx: Context, row: Sitting, *, shares: Sequence[str] = ()) -> list[Fault]:
    """(check, ballot, detail) for everything that is not as it was closed and counted; with shares, a full recount.

    Raises ``Refused`` about the shares.
    """
    found: list[Fault] = []
    for one in all_of(ctx, row):
        if one.state in (BallotState.CLOSED, BallotState.OPENED):
            found += [("ballot.sealed", one.key, what) for what in ballot_opening.faults_of(ctx, one)]
        if one.state == BallotState.OPENED:
            found += [("ballot.counts", one.key, what) for what in _count_faults(one)]
        elif one.counts:
            found.append(("ballot.counts", one.key, "counted before it was opened"))
    return found + (_recount(ctx, row, shares) if shares else [])


def _count_faults(ballot: Ballot) -> list[str]:
    counts = {count.item_id: count for count in ballot.counts}
    problems = []
    if set(counts) != {line.item_id for line in ballot.lines}:
        problems.append("a candidate without a count, or a count without a candidate")
    for line in ballot.lines:
        count, item = counts.get(line.item_id), line.item
        if count is None:
            continue
        if count.envelopes != ballot.envelopes:
            problems.append(f"candidate {line.position + 1}: {count.envelopes} counted of {ballot.envelopes}")
        if (count.yes, count.no, count.blank, count.invalid) != (item.yes, item.no, item.blank, item.invalid):
            problems.append(f"candidate {line.position + 1}: the record says otherwise")
    return problems


def _recount(ctx: Context, row: Sitting, shares: Sequence[str]) -> list[Fault]:
    found: list[Fault] = []
    opened = [one for one in all_of(ctx, row) if one.state == BallotState.OPENED]
    for key_id in dict.fromkeys(one.key_id for one in opened):
        own = [one for one in opened if one.key_id == key_id]
        public = ctx.session.get_one(BallotKey, key_id).public
        boxes = {one.key: (len(one.lines), reach_ballots.envelopes(ctx, one)) for one in own}
        try:
            recounted = ballot_opening.unseal_and_count(public, shares, boxes)
        except Refused as refused:
            if refused.code != "ballot_broken":
                raise
            found.append(("ballot.envelope", row.key, "an envelope does not open"))
            continue
        for one in own:
            written = {count.item_id: (count.yes, count.no, count.blank, count.invalid) for count in one.counts}
            for line, count in zip(one.lines, recounted[one.key], strict=True):
                if written.get(line.item_id) != dataclasses.astuple(count):
                    found.append(("ballot.recount", one.key, f"candidate {line.position + 1} counts otherwise"))
    return found


def _ballot(ctx: Context, row: Ballot) -> dict[str, Any]:
    line = ballot_opening.sealed_root(ctx, row)
    counts = {count.item_id: count for count in row.counts}
    return {
        "ballot": row.key,
        "number": row.number,
        "state": row.state,
        "public_key": row.key_in_use.public,
        "tellers": row.key_in_use.tellers,
        "members": row.members,
        "entitled": row.entitled,
        "voters": [one.key for one in reach_ballots.voters(ctx, row)] if row.state != BallotState.OPEN else [],
        "envelopes": {key: sealed.hex() for key, sealed in reach_ballots.envelopes(ctx, row).items()},
        "root": row.root,
        "audit": None if line is None else {"seq": line[0], "root": line[1]},
        "items": [_item(one, counts.get(one.item_id)) for one in row.lines],
    }


def _item(line: BallotItem, count: Any) -> dict[str, Any]:
    figures = ("yes", "no", "blank", "invalid")
    return {
        "item": line.item.key,
        "name": line.item.nomination.nominee_name,
        "counts": None if count is None else {name: getattr(count, name) for name in figures},
    }
