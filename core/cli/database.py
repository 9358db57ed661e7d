"""Verbs about the database: upgrade, what is pending, whether it is as it should be."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from core import config as settings
from core.cli.envelope import FINDINGS, Outcome, is_there, verb
from core.cli.start import bring_to_head
from core.http import clock
from core.migrations import contract, runner
from core.models import db
from core.services import database_digest, database_shape


@click.group(name="db")
def database() -> None:
    """The database: upgrade it, compare it, fingerprint it."""


@database.command()
@verb("db upgrade", at_head=False)
def upgrade() -> Outcome:
    """Bring the database to this version: a copy first, then all or nothing."""
    before = runner.current(db.engine) if is_there() else None
    is_due = before != runner.head()
    backup = _copy(before) if is_due and before is not None and runner.knows(before) else None
    bring_to_head()
    after = runner.current(db.engine)
    outcome = Outcome(extra={"from": {"core": before}, "to": {"core": after}, "backup": backup})
    if is_due and before is not None and backup is None:
        outcome.find("db.backup", "no copy was made: use pg_dump before an upgrade", severity="warn")
    outcome.lines = [f"{before or 'empty'} -> {after}" if is_due else f"already at {after}"]
    return outcome


def _copy(revision: str) -> str | None:
    """A consistent copy of an SQLite database beside it; None on PostgreSQL, which has its own tools."""
    if db.engine.dialect.name != "sqlite":
        return None
    folder = settings.instance_dir() / "backups"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    stamp = clock.now().astimezone(dt.UTC).strftime("%Y%m%dT%H%M%S")
    target = folder / f"before-upgrade-{revision}-{stamp}.sqlite"
    with db.engine.connect() as connection:
        raw = connection.connection.driver_connection
        raw.execute("VACUUM INTO ?", (str(target),))  # type: ignore[union-attr]
    Path(target).chmod(0o600)
    return str(target)


@database.command()
@verb("db pending", at_head=False)
def pending() -> Outcome:
    """Whether an upgrade waits: exit 1 when it does."""
    current = runner.current(db.engine) if is_there() else None
    outcome = Outcome(extra={"from": {"core": current}, "to": {"core": runner.head()}})
    if current != runner.head():
        outcome.find("db.pending", f"at {current or 'nothing'}, this version needs {runner.head()}", code=FINDINGS)
    outcome.lines = [] if outcome.findings else [f"nothing is pending: {current}"]
    return outcome


@database.command()
@verb("db check")
def check() -> Outcome:
    """Whether tables are as the models say, and triggers and foreign keys as promised."""
    outcome = Outcome()
    for line in runner.differences(db.engine):
        outcome.find("schema.models", line)
    with db.engine.connect() as connection:
        for name in contract.missing(connection):
            outcome.find("schema.contract", "missing", obj=f"trigger:{name}")
    for table, count in database_shape.dangling(db.session()).items():
        outcome.find("fk.check", f"{count} rows point at nothing", obj=f"table:{table}")
    outcome.lines = [] if outcome.findings else ["as it should be"]
    return outcome


@database.command(name="contract")
@verb("db contract")
def show_contract() -> Outcome:
    """The schema in a form that two databases can be compared by."""
    objects = database_shape.objects(db.session())
    return Outcome(extra={"objects": objects}, counts={"objects": len(objects)})


@database.command()
@click.option("--exclude", multiple=True, help="A table, or `audit` for the audit's three.")
@verb("db digest")
def digest(exclude: tuple[str, ...]) -> Outcome:
    """A fingerprint of each table's content: equal digests, equal data."""
    tables = database_digest.of_tables(db.session(), exclude=frozenset(exclude))
    outcome = Outcome(extra={"tables": tables}, counts={"tables": len(tables)})
    outcome.lines = [f"{name} {value}" for name, value in tables.items()]
    return outcome


COMMANDS = (database,)
