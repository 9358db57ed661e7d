"""Opening the box: two shares, every seal checked, only counts written, and the result goes the way of paper counts."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence

import sqlalchemy as sa

from core.domain import ballot as rules
from core.domain import envelopes
from core.domain.ballot import BallotState, BallotStep
from core.domain.envelopes import ItemCount
from core.domain.errors import NotFound, Objection, Refused
from core.models import AuditLine, AuditPayload, Ballot, BallotCount, BallotKey, Sitting
from core.services import audit, ballot_keys, ballots, failpoints, outcomes, reach_ballots, reach_council, sittings
from core.services.context import Context

#: Seconds after which a child that does not answer is given up.
_PATIENCE = 60
#: Refusals that blame a share, and so count as a try.
WRONG_SHARES = frozenset(
    """
    share_not_read share_checksum share_group_wrong share_twice shares_too_few shares_do_not_match
    shares_of_another_key
    """.split()  # noqa: SIM905 - a list of words reads best as words
)


def waiting(ctx: Context, row: Sitting) -> list[Ballot]:
    """The closed ballots of a sitting that the actor may open."""
    return [one for one in reach_ballots.ballots_of(ctx, row) if one.state == BallotState.CLOSED]


def open_box(ctx: Context, sitting_key: str, shares: Sequence[str]) -> list[Ballot]:
    """Open every closed ballot of a sitting at once. All or nothing; a second opening finds nothing to open.

    Raises ``Refused``: nothing_to_open, box_rests after five wrong tries, what is wrong with which share, and
    ballot_broken where an envelope, the turnout or the seal is not what was closed.
    """
    ctx.require("sitting.run")
    return open_as_operator(ctx, reach_council.sitting(ctx, sitting_key, for_update=True), shares)


def open_as_operator(ctx: Context, row: Sitting, shares: Sequence[str]) -> list[Ballot]:
    """The same at the server's own keyboard, for a sitting at hand."""
    sittings.refuse_unless_open(row)
    locked = reach_ballots.ballots_of(ctx, row, for_update=True)
    closed = [one for one in locked if one.state == BallotState.CLOSED]
    if not closed:
        raise Refused("nothing_to_open", kind="conflict")
    refuse_while_resting(ctx, ballot_keys.needed(ctx, row))
    boxes = {one.key: _checked_box(ctx, one) for one in closed}
    counts = _count(ctx, row, closed, boxes, shares)
    failpoints.hit("opening.after_decrypt")
    for one in closed:
        _write(ctx, one, counts[one.key])
    key = ballot_keys.needed(ctx, row)
    key.wrong_tries, key.rests_until = 0, None
    sittings.touch(row)
    ctx.session.flush()
    failpoints.hit("opening.before_commit")
    return closed


def refuse_while_resting(ctx: Context, key: BallotKey) -> None:
    """Raise ``Refused("box_rests")`` while too many wrong shares were tried."""
    if key.rests_until is not None and key.rests_until > ctx.now:
        minutes = -(-int((key.rests_until - ctx.now).total_seconds()) // 60)
        raise Refused("box_rests", kind="conflict", minutes=minutes)


def note_wrong_try(ctx: Context, sitting_key: str, codes: Sequence[str]) -> None:
    """Remember that somebody tried with wrong shares; the door keeps this although the try itself is undone."""
    if not set(codes) & WRONG_SHARES:
        return
    row = reach_council.sitting(ctx, sitting_key)
    key = reach_ballots.key_of(ctx, row, for_update=True)
    if key is None:
        raise NotFound
    key.wrong_tries += 1
    if key.wrong_tries >= rules.MOST_WRONG_TRIES:
        key.wrong_tries, key.rests_until = 0, ctx.now + dt.timedelta(minutes=rules.REST_MINUTES)
    ctx.session.flush()
    audit.note(ctx, "ballot.wrong_share", f"sitting:{row.key}", reason=",".join(sorted(set(codes))))


def sealed_root(ctx: Context, ballot: Ballot) -> tuple[int, str] | None:
    """(line, root) as the audit has it from the closing; None where no line says so."""
    query = (
        sa.select(AuditLine.seq, AuditPayload.json)
        .join(AuditPayload, AuditPayload.seq == AuditLine.seq)
        .where(AuditLine.object == f"ballot:{ballot.key}", AuditLine.action == "ballot.close")
        .order_by(AuditLine.seq)
        .limit(1)
    )
    line = ctx.session.execute(query).first()
    return None if line is None else (line.seq, str(json.loads(line.json)["root"]))


def faults_of(ctx: Context, ballot: Ballot) -> list[str]:
    """What about a closed box is not as it was closed: ``turnout``, ``envelopes``, ``root``, ``audit``, ``roll``."""
    box = reach_ballots.envelopes(ctx, ballot)
    voters = reach_ballots.voters(ctx, ballot)
    seated = {seat.member_id for seat in sittings.roll_of(ctx, ballot.sitting)}
    line = sealed_root(ctx, ballot)
    checks = {
        "turnout": len(voters) == ballot.envelopes,
        "envelopes": len(box) == ballot.envelopes,
        "root": envelopes.root(box) == ballot.root,
        "audit": line is not None and line[1] == ballot.root,
        "roll": {one.id for one in voters} <= seated and len(voters) <= ballot.entitled,
    }
    return [name for name, is_good in checks.items() if not is_good]


def unseal_and_count(
    public: str, shares: Sequence[str], boxes: dict[str, tuple[int, dict[str, bytes]]]
) -> dict[str, list[ItemCount]]:
    """Counts by ballot, from a child process that alone sees what the envelopes say.

    ``boxes``: (number of candidates, envelopes) by ballot. Raises ``Refused`` about shares and broken envelopes.
    """
    asked = {
        "public": public,
        "shares": list(shares),
        "ballots": {
            ballot: {"items": items, "envelopes": {key: sealed.hex() for key, sealed in box.items()}}
            for ballot, (items, box) in boxes.items()
        },
    }
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "core.services.opening_child"],
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=True,
            env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PATH": os.environ.get("PATH", "")},
        )
    except (subprocess.SubprocessError, OSError):
        # not chained: the child's input would be a part of the report
        raise Refused("box_did_not_open", kind="busy") from None
    found = json.loads(done.stdout)
    if "refused" in found:
        raise Refused.because([Objection(**one) for one in found["refused"]])
    if "broken" in found:
        raise Refused("ballot_broken", kind="conflict", number=len(found["broken"]), what="envelope")
    return {key: [ItemCount(**one) for one in counts] for key, counts in found["counts"].items()}


def _checked_box(ctx: Context, ballot: Ballot) -> dict[str, bytes]:
    faults = faults_of(ctx, ballot)
    if faults:
        raise Refused("ballot_broken", kind="conflict", number=ballot.number, what=", ".join(faults))
    return reach_ballots.envelopes(ctx, ballot)


def _count(
    ctx: Context, row: Sitting, closed: list[Ballot], boxes: dict[str, dict[str, bytes]], shares: Sequence[str]
) -> dict[str, list[ItemCount]]:
    asked = {one.key: (len(one.lines), boxes[one.key]) for one in closed}
    return unseal_and_count(ballot_keys.needed(ctx, row).public, shares, asked)


def _write(ctx: Context, ballot: Ballot, counts: Sequence[ItemCount]) -> None:
    """Counts, outcomes and the end of one ballot."""
    for item, count in zip(ballots.items_of(ctx, ballot), counts, strict=True):
        ctx.session.add(
            BallotCount(ballot_id=ballot.id, item_id=item.id, envelopes=count.envelopes, **dataclasses.asdict(count))
        )
        room = outcomes.room_of(ctx, item)
        papers = rules.as_papers(count, entitled=ballot.entitled)
        outcomes.check(ctx, papers, room)
        for name, value in dataclasses.asdict(papers).items():
            setattr(item, name, value)
        item.confirmed_by_id, item.confirmed_at = ctx.actor.id, ctx.now
        outcomes.decide(ctx, item, papers, room)
    ballot.state = rules.take(ballot.state, BallotStep.OPEN_BOX).value
    ballot.opened_at, ballot.opened_by_id = ctx.now, ctx.actor.id
    ctx.session.flush()
    text = json.dumps([dataclasses.asdict(one) for one in counts], sort_keys=True)
    audit.note(
        ctx, "ballot.open_box", f"ballot:{ballot.key}", envelopes=ballot.envelopes or 0, root=ballot.root or "",
        counts=hashlib.sha256(text.encode()).hexdigest(),
    )  # fmt: skip
