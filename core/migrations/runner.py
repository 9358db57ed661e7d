"""Runs migrations: own transaction, foreign keys off where SQLite would empty child tables, contract checked after."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection, Engine

from core.migrations import contract, plugin_tables
from core.migrations.components import CORE, HERE, Component, belongs
from core.models import db

#: One number for all of us: only one upgrade runs on a PostgreSQL database at a time.
_LOCK = 7_352_018


class MigrationBroke(Exception):  # noqa: N818 - says what happened, not what it is
    """The upgrade was rolled back: rows would point at nothing, or a plugin would have changed what is not its own."""


def _config(component: Component, connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str(component.versions))
    config.attributes["component"] = component
    config.attributes["connection"] = connection
    return config


@contextlib.contextmanager
def foreign_keys_off(connection: Connection) -> Iterator[None]:
    """Batch mode with foreign keys on silently deletes child rows; the PRAGMA is ignored inside a transaction."""
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = connection.connection.driver_connection
    raw.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
    try:
        yield
    finally:
        if connection.in_transaction():
            connection.rollback()
        raw.execute("PRAGMA foreign_keys=ON")  # type: ignore[union-attr]


def upgrade(engine: Engine, component: Component = CORE, *, to: str = "head") -> tuple[str | None, str | None]:
    """Bring one component to ``to``; returns the revision before and after.

    All or nothing: a crash leaves the old schema. Raises ``MigrationBroke``, rolled back, when keys would dangle.
    """
    before = current(engine, component)
    with (
        engine.connect().execution_options(writes=True) as connection,
        foreign_keys_off(connection),
        connection.begin(),
    ):
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:n)"), {"n": _LOCK})
        if component.name == CORE.name:
            command.upgrade(_config(component, connection), to)
        else:
            _upgrade_plugin(connection, component, to)
        if connection.dialect.name == "sqlite":
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise MigrationBroke(f"{component.name}: {len(broken)} rows point at nothing")
    if component.name == CORE.name and to == "head":
        contract.check(engine)
    return before, current(engine, component)


def _upgrade_plugin(connection: Connection, component: Component, to: str) -> None:
    """A plugin's migration leaves every other table as it was, and its own as the rules want them."""
    plugin = component.name
    before = plugin_tables.outside(connection, plugin)
    with plugin_tables.writing_only(connection, plugin) as written:
        command.upgrade(_config(component, connection), to)
    after = plugin_tables.outside(connection, plugin)
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    if changed := sorted(changed | written()):
        raise MigrationBroke(f"{plugin}: changes {', '.join(changed)}")
    if faults := plugin_tables.faults(connection, plugin):
        raise MigrationBroke(f"{plugin}: {'; '.join(faults)}")


def purge(engine: Engine, plugin: str) -> list[str]:
    """Drop every table of a plugin and its history; returns what is gone. Nothing of the core is touched."""
    with (
        engine.connect().execution_options(writes=True) as connection,
        foreign_keys_off(connection),
        connection.begin(),
    ):
        gone = plugin_tables.names(connection, plugin)
        history = f"alembic_version__{plugin}"
        if sa.inspect(connection).has_table(history):
            gone.append(history)
        for name, _keys in reversed(sa.inspect(connection).get_sorted_table_and_fkc_names()):
            if name in gone:  # who points comes before what is pointed at
                sa.Table(name, sa.MetaData()).drop(connection)
    return gone


def current(engine: Engine, component: Component = CORE) -> str | None:
    """The revision the database is at; None for an empty one."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": component.version_table})
        return context.get_current_revision()


def head(component: Component = CORE) -> str | None:
    """The newest revision that this code knows."""
    return ScriptDirectory.from_config(_config(component)).get_current_head()


def knows(revision: str, component: Component = CORE) -> bool:
    """Whether this code has the revision: a database at another one belongs to a newer version."""
    revisions = ScriptDirectory.from_config(_config(component)).walk_revisions()
    return any(one.revision == revision for one in revisions)


def is_pending(engine: Engine, component: Component = CORE) -> bool:
    """Whether the database waits for an upgrade, or is newer than this code: either way we do not serve."""
    return current(engine, component) != head(component)


def differences(engine: Engine, component: Component = CORE) -> list[str]:
    """What the models and the database disagree about, one line each."""
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "version_table": component.version_table,
                "include_name": lambda name, kind, parents: belongs(component, name, kind, parents),
                "include_object": lambda _obj, name, kind, _reflected, _other: belongs(component, name, kind, {}),
                "compare_type": True,
            },
        )
        return [str(one) for one in compare_metadata(context, db.metadata)]


def draft(engine: Engine, component: Component = CORE, *, message: str, revision: str) -> None:
    """Write a new migration from the difference between models and this database (for developers)."""
    with engine.connect() as connection:
        command.revision(
            _config(component, connection),
            message=message,
            rev_id=revision,
            autogenerate=True,
            version_path=str(component.versions),
        )
