"""Verbs about sealed ballots: ceremony, opening, recount, and the arithmetic of thresholds alone."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa

from core.cli.envelope import CannotRun, Outcome, operator_context, verb
from core.domain import voting
from core.domain.voting import VoteRule
from core.models import Ballot, Sitting, Unit, db
from core.services import ballot_check, ballot_keys, ballot_opening, reach, reach_ballots
from core.services.context import Context

_SHARES = click.option(
    "--shares", "files", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with one teller's share; give two.",
)  # fmt: skip
_SITTING = click.option("--session", "key", required=True, help="The sitting's key, as in its address.")


@click.group()
def ballot() -> None:
    """Sealed ballots."""


@ballot.command()
@_SITTING
@click.option("--teller", "tellers", multiple=True, required=True, help="A teller's name; give three.")
@click.option("--into", required=True, type=click.Path(file_okay=False, path_type=Path), help="A folder off this disk.")
@verb("ballot keygen")
def keygen(key: str, tellers: tuple[str, ...], into: Path) -> Outcome:
    """Make the key of a sitting; each share goes into a file of its own that nobody else may read."""
    ctx, row = _there(key)
    handout = ballot_keys.make_as_operator(ctx, row, tellers)
    into.mkdir(mode=0o700, parents=True, exist_ok=True)
    files = []
    for place, (_name, share) in enumerate(handout.shares, 1):
        path = into / f"{row.key}-{handout.key.public[:8]}-{place}.txt"
        path.touch(mode=0o600)
        path.write_text(share + "\n", encoding="utf-8")
        files.append(str(path))
    outcome = Outcome(extra={"public_key": handout.key.public, "files": files, "tellers": list(tellers)})
    outcome.lines = [*files, "give each teller one file and wipe the folder"]
    return outcome


@ballot.command(name="open")
@_SITTING
@_SHARES
@verb("ballot open")
def open_(key: str, files: tuple[Path, ...]) -> Outcome:
    """Open every closed box of a sitting with two shares."""
    ctx, row = _there(key)
    opened = ballot_opening.open_as_operator(ctx, row, _read(files))
    return _told(ctx, row, opened)


@ballot.command()
@_SITTING
@_SHARES
@verb("ballot verify")
def verify(key: str, files: tuple[Path, ...]) -> Outcome:
    """Check roll, turnout, envelopes, seals and counts; with two shares, count again."""
    ctx, row = _there(key)
    outcome = _told(ctx, row, ballot_check.all_of(ctx, row))
    for check, ballot_key, detail in ballot_check.faults(ctx, row, shares=_read(files)):
        outcome.find(check, detail, obj=f"ballot:{ballot_key}")
    outcome.extra["recounted"] = bool(files)
    outcome.lines = [] if outcome.findings else [f"whole: {len(outcome.extra['ballots'])} ballots"]
    return outcome


@ballot.command()
@_SITTING
@click.option("--into", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
@verb("ballot export")
def export(key: str, into: Path) -> Outcome:
    """Write what anybody may recount with tools/recount.py: no secret is in it."""
    ctx, row = _there(key)
    found = ballot_check.document(ctx, row)
    into.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
    into.chmod(0o600)
    return Outcome(extra={"file": str(into)}, counts={"ballots": len(found["ballots"])})


@ballot.command(name="rule-check")
@click.option("--total", type=click.IntRange(1, 10_000), required=True)
@click.option("--present", type=click.IntRange(0, 10_000), required=True)
@click.option("--valid", type=click.IntRange(0, 10_000), required=True)
@click.option("--yes", type=click.IntRange(0, 10_000), required=True)
@click.option("--share", required=True, help="The threshold as A/B, e.g. 80/100.")
@click.option("--base", type=click.Choice(["total", "present", "valid"]), required=True)
@click.option("--strict", is_flag=True, help="More than the share, not the share itself.")
@verb("ballot rule-check", has_app=False)
def rule_check(total: int, present: int, valid: int, yes: int, share: str, base: str, strict: bool) -> Outcome:
    """The threshold arithmetic alone."""
    num, _slash, den = share.partition("/")
    if not (num.isascii() and num.isdigit() and den.isascii() and den.isdigit()):
        raise CannotRun("usage", "a share is written A/B, e.g. 80/100")
    rule = VoteRule(int(num), int(den), strict=strict)
    members = {"total": total, "present": present, "valid": valid}[base]
    if not yes <= valid <= present <= total:
        raise CannotRun("usage", "yes <= valid <= present <= total does not hold")
    passes, needed = voting.passes(yes, rule, members=members), voting.needed(rule, members)
    return Outcome(
        extra={"needed": needed, "passes": passes, "of": members},
        lines=[f"{yes} of {members}, needed {needed}: {'passes' if passes else 'does not pass'}"],
    )


def _there(key: str) -> tuple[Context, Sitting]:
    """A context in the unit of the sitting, and the sitting."""
    ctx = operator_context()
    row = db.session.scalar(sa.select(Sitting).where(Sitting.key == key))
    if row is None:
        raise CannotRun("ballot.session", f"there is no sitting {key}")
    unit = db.session.get_one(Unit, row.unit_id)
    return dataclasses.replace(ctx, unit=reach.unit_ref(unit)), row


def _read(files: tuple[Path, ...]) -> tuple[str, ...]:
    return tuple(path.read_text(encoding="utf-8") for path in files)


def _told(ctx: Context, row: Sitting, rows: list[Ballot]) -> Outcome:
    told = [_figures(ctx, one) for one in rows]
    used = sum(one["used"] for one in told)
    tally = [line for one in told for line in one["tally"]]
    return Outcome(
        extra={"roll": len(row.roll), "used": used, "ballots": told, "tally": tally},
        counts={"ballots": len(told), "used": used},
    )


def _figures(ctx: Context, one: Ballot) -> dict[str, Any]:
    names = ("yes", "no", "blank", "invalid", "envelopes")
    tally = [{"item": row.item.key, **{name: getattr(row, name) for name in names}} for row in one.counts]
    return {
        "ballot": one.key,
        "state": one.state,
        "used": reach_ballots.turnout(ctx, one),
        "envelopes": one.envelopes,
        "merkle_root": one.root,
        "tally": tally,
    }


COMMANDS = (ballot,)
