"""Verbs about the audit chain: verify it, print its head where nobody can rewrite it, hand it to an inspector."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from flask import current_app

from core.cli.envelope import CannotRun, Outcome, operator_context, verb
from core.http import clock
from core.models import AuditLine, AuditPayload, db
from core.services import audit as chain

_ANCHOR = re.compile(r"(\d{1,12}):([0-9a-fA-F]{20})")


@click.group()
def audit() -> None:
    """The audit chain."""


@audit.command()
@click.option("--expect", help="A printed anchor, SEQ:HEX20, that the chain must hold.")
@click.option("--anchors", type=click.Path(file_okay=False, path_type=Path), help="Where anchors were written.")
@click.option("--since", type=click.IntRange(1), help="Report faults from this line on only.")
@verb("audit verify")
def verify(expect: str | None, anchors: Path | None, since: int | None) -> Outcome:
    """Walk the whole chain and compare it with its anchors."""
    folder = anchors or Path(current_app.config["ANCHORS_DIR"])
    known = _anchors(folder)
    if expect:
        known.append(_parse(expect))
    report = chain.verify(db.session())
    faults = [(one.seq, one.kind) for one in report.faults]
    faults += [(seq, "anchor") for seq, h in known if not _holds(seq, h)]
    faults = sorted(one for one in faults if since is None or one[0] >= since)
    outcome = Outcome()
    for seq, kind in faults[:100]:
        outcome.find("audit.chain", kind, obj=f"audit:{seq}")
    last = max((seq for seq, _h in known), default=None)
    outcome.extra = {
        "rows": report.rows,
        "head": {"seq": report.seq, "hash": report.h},
        "last_anchor": last,
        "unanchored_tail": report.seq - (last or 0),
        "erased": report.erased,
        "first_bad": {"seq": faults[0][0], "kind": faults[0][1]} if faults else None,
    }
    outcome.counts = {"rows": report.rows, "faults": len(faults), "erased": report.erased}
    outcome.lines = [] if faults else [f"whole: {report.rows} lines, head {report.seq}:{report.h[:20]}"]
    return outcome


def _parse(text: str) -> tuple[int, str]:
    match = _ANCHOR.fullmatch(text.strip())
    if match is None:
        raise CannotRun("audit.anchor", "an anchor is written SEQ:HEX20, e.g. 120:0f3a…")
    return int(match[1]), match[2].lower()


def _anchors(folder: Path) -> list[tuple[int, str]]:
    found = []
    for path in sorted(folder.glob("*.jsonl")) if folder.is_dir() else []:
        for line in filter(None, path.read_text(encoding="utf-8").splitlines()):
            try:
                one = json.loads(line)
                found.append((int(one["seq"]), str(one["h"])[:20].lower()))
            except (ValueError, KeyError, TypeError):
                raise CannotRun("audit.anchor", f"{path.name} holds a line that is no anchor") from None
    return found


def _holds(seq: int, h: str) -> bool:
    stored = db.session.scalar(sa.select(AuditLine.h).where(AuditLine.seq == seq))
    return stored is not None and stored[:20] == h


@audit.command()
@verb("audit anchor")
def anchor() -> Outcome:
    """Append the chain's head to the anchors' folder and print it."""
    seq, h = chain.head(db.session())
    folder = Path(current_app.config["ANCHORS_DIR"])
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    at = clock.now()
    with (folder / f"{at:%Y-%m}.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps({"at": at.isoformat(), "seq": seq, "h": h}) + "\n")
    return Outcome(extra={"head": {"seq": seq, "hash": h}}, lines=[f"{seq}:{h}"])


@audit.command()
@click.option("--into", type=click.Path(dir_okay=False, path_type=Path), help="The file to write; stdout otherwise.")
@verb("audit export")
def export(into: Path | None) -> Outcome:
    """The whole log as CSV for an inspector. The export itself is noted."""
    ctx = operator_context()
    text = io.StringIO()
    rows = _write(text)
    if into is not None:
        into.write_text(text.getvalue(), encoding="utf-8-sig")
        into.chmod(0o600)
    chain.note(ctx, "audit.exported", "audit:all", rows=rows)
    outcome = Outcome(counts={"rows": rows}, extra={"file": str(into) if into else None})
    outcome.lines = [] if into else [text.getvalue().rstrip("\n")]
    return outcome


def _write(file: io.StringIO) -> int:
    writer = csv.writer(file)
    writer.writerow(["seq", "at", "actor", "role", "unit", "action", "object", "payload", "h"])
    line, payload = AuditLine, AuditPayload
    columns = (line.seq, line.at, line.actor, line.role, line.unit, line.action, line.object, payload.json, line.h)
    query = sa.select(*columns).outerjoin(payload, payload.seq == line.seq).order_by(line.seq)
    rows = 0
    for row in db.session.execute(query.execution_options(yield_per=2000)):
        writer.writerow([_inert(value) for value in row])
        rows += 1
    return rows


def _inert(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    text = value.isoformat() if hasattr(value, "isoformat") else value
    return f"'{text}" if isinstance(text, str) and text[:1] in tuple("=+-@\t\r") else text


COMMANDS = (audit,)
