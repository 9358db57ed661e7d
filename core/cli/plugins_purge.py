"""The one verb that drops a plugin's tables: asked for by name, after a copy, and written into the audit."""

from __future__ import annotations

import click
import sqlalchemy as sa
from flask import current_app

from core.cli.database import copy_before
from core.cli.envelope import UNSAFE, CannotRun, Outcome, operator_context, verb
from core.migrations import plugin_tables, runner
from core.models import PluginPolicy, PluginSwitch, db
from core.plugin.manifest import NAME
from core.plugin.registry import Registry
from core.services import audit


@click.command()
@click.argument("plugin")
@click.option("--confirm", default="", help="The plugin's name once more; asked for where it is not given.")
@click.option("--backed-up", is_flag=True, help="On PostgreSQL: a fresh pg_dump exists.")
@verb("plugins purge")
def purge(plugin: str, confirm: str, backed_up: bool) -> Outcome:
    """Drop the tables of a plugin that is off everywhere, or gone. What it left in dossiers and counts stays."""
    if not NAME.fullmatch(plugin):
        raise CannotRun("plugins.purge", f"{plugin!r} is no name of a plugin")
    with db.engine.connect() as connection:
        rows = {
            name: connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) or 0
            for name in plugin_tables.names(connection, plugin)
        }
        has_history = sa.inspect(connection).has_table(f"alembic_version__{plugin}")
    if not rows and not has_history:
        raise CannotRun("plugins.purge", f"no tables of {plugin}")
    if count := _units_on(plugin):
        raise CannotRun("plugins.purge", f"{plugin} is on in {count} units: switch it off first", code=UNSAFE)
    _confirm(plugin, confirm, rows)
    backup = copy_before(f"purge-{plugin}")
    if backup is None and not backed_up:
        raise CannotRun("db.backup", "make a pg_dump first, then say --backed-up", code=UNSAFE)
    db.session.rollback()
    gone = runner.purge(db.engine, plugin)
    audit.note(operator_context(), "plugin.purge", f"plugin:{plugin}", rows=sum(rows.values()), tables=len(rows))
    outcome = Outcome(counts=rows, extra={"plugin": plugin, "dropped": gone, "backup": backup})
    outcome.lines = [f"dropped {name}" for name in gone] + ([f"copy: {backup}"] if backup else [])
    return outcome


def _units_on(plugin: str) -> int:
    """How many units have it on or lay it down for others; of a plugin that is gone, none that matters."""
    registry: Registry = current_app.extensions["plugins"]
    if plugin not in registry.installed:
        return 0
    s, p = PluginSwitch, PluginPolicy
    switched = sa.select(s.unit_id).where(s.plugin == plugin, s.is_on.is_(True))
    laid_down = sa.select(p.unit_id).where(p.plugin == plugin, p.policy.in_(["required", "default_on"]))
    return len(db.session.scalars(sa.union(switched, laid_down)).all())


def _confirm(plugin: str, confirm: str, rows: dict[str, int]) -> None:
    if not confirm:
        count = sum(rows.values())
        confirm = click.prompt(f"{len(rows)} tables with {count} rows go for ever. Name of the plugin", err=True)
    if confirm != plugin:
        raise CannotRun("plugins.purge", "the name does not match: nothing was dropped", code=UNSAFE)
