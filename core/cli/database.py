"""Verbs about the database: upgrade, what is pending, whether it is as it should be."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click
from flask import current_app

from core import config as settings
from core.cli.envelope import FINDINGS, CannotRun, Outcome, is_there, verb
from core.cli.start import bring_to_head
from core.http import clock
from core.migrations import contract, plugin_tables, runner, standing
from core.migrations.components import CORE, in_order
from core.models import db
from core.services import database_digest, database_shape


@click.group(name="db")
def database() -> None:
    """The database: upgrade it, compare it, fingerprint it."""


@database.command()
@click.option("--plugin", help="Only this plugin's tables.")
@verb("db upgrade", at_head=False)
def upgrade(plugin: str | None) -> Outcome:
    """Bring the database to this version, the core first, then each plugin: a copy first, then all or nothing."""
    before = _standings(plugin)
    due = [one for one in before if one.is_pending]
    core = runner.current(db.engine) if is_there() else None
    backup = copy_before(f"upgrade-{core}") if due and core is not None and runner.knows(core) else None
    problems = bring_to_head(plugin)
    after = {one.name: one.at for one in _standings(plugin)}
    outcome = Outcome(extra={"from": {one.name: one.at for one in before}, "to": after, "backup": backup})
    if due and core is not None and backup is None:
        outcome.find("db.backup", "no copy was made: use pg_dump before an upgrade", severity="warn")
    for problem in problems:
        outcome.find("db.plugin", problem, obj=f"plugin:{problem.partition(':')[0]}")
    outcome.lines = [
        f"{one.name}: {one.at or 'empty'} -> {after[one.name]}"
        if one.at != after[one.name]
        else f"{one.name}: already at {one.at}"
        for one in before
        if not any(problem.startswith(f"{one.name}:") for problem in problems)
    ]
    return outcome


def _standings(plugin: str | None = None) -> list[standing.Standing]:
    """Where each component stands, or only that of ``plugin``; of a database that does not exist yet, at nothing."""
    registry = current_app.extensions["plugins"]
    if is_there():
        found = standing.of_all(db.engine, registry)
    else:
        found = [standing.Standing(one, None, runner.head(one)) for one in in_order(registry)]
    if plugin is None:
        return found
    chosen = [one for one in found if one.name == plugin]
    if not chosen:
        raise CannotRun("db.plugin", f"no plugin {plugin} that is well and has tables")
    return chosen


def copy_before(act: str) -> str | None:
    """A consistent copy of an SQLite database beside it; None on PostgreSQL, which has its own tools."""
    if db.engine.dialect.name != "sqlite":
        return None
    folder = settings.instance_dir() / "backups"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    stamp = clock.now().astimezone(dt.UTC).strftime("%Y%m%dT%H%M%S")
    target = folder / f"before-{act}-{stamp}.sqlite"
    with db.engine.connect() as connection:
        raw = connection.connection.driver_connection
        raw.execute("VACUUM INTO ?", (str(target),))  # type: ignore[union-attr]
    Path(target).chmod(0o600)
    return str(target)


@database.command()
@verb("db pending", at_head=False)
def pending() -> Outcome:
    """Whether an upgrade waits: exit 1 when it does."""
    found = _standings()
    outcome = Outcome(extra={"from": {one.name: one.at for one in found}, "to": {one.name: one.needs for one in found}})
    for one in found:
        if one.is_pending:
            detail = f"{one.name} is at {one.at or 'nothing'}, this version needs {one.needs}"
            outcome.find("db.pending", detail, obj=f"component:{one.name}", code=FINDINGS)
    outcome.lines = [] if outcome.findings else ["nothing is pending"]
    return outcome


@database.command()
@click.option("--plugin", help="Only this plugin's tables.")
@verb("db check")
def check(plugin: str | None) -> Outcome:
    """Whether tables are as the models say, and triggers and foreign keys as promised."""
    outcome = Outcome()
    for one in _standings(plugin):
        for line in runner.differences(db.engine, one.component):
            outcome.find("schema.models", line, obj=f"component:{one.name}")
        if one.component is not CORE:
            with db.engine.connect() as connection:
                for line in plugin_tables.faults(connection, one.name):
                    outcome.find("schema.plugin", line, obj=f"plugin:{one.name}")
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
