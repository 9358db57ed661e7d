"""Tables of a plugin: named after it, of a unit, tied to the core in one direction only."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.models import Base
from core.plugin.registry import Unwell, guarded

#: What a plugin's table may point at; the core closes these rows, it never waits for a plugin's.
ANCHORS = frozenset({"unit", "event", "nomination", "user"})
#: PostgreSQL cuts longer names off.
_LONGEST = 63


def check(package: str, name: str) -> tuple[str, ...]:
    """Names of the tables that the plugin's classes make. Raises ``Unwell`` at the stage ``tables``.

    Tables of a plugin that is refused leave the metadata: else the core would be compared with them.
    """
    mappers = [one for one in Base.registry.mappers if _is_of(one.class_.__module__, package)]
    tables = {one.local_table.name: one.local_table for one in mappers}
    try:
        for mapper in mappers:
            _check_relationships(mapper, package)
        for table in tables.values():
            _check_table(table, name)
    except Unwell:
        for table in tables.values():
            if table.name in Base.metadata.tables and not _is_core(table):
                Base.metadata.remove(table)
        raise
    return tuple(sorted(tables))


def _check_table(table: sa.Table, name: str) -> None:
    if not table.name.startswith(f"{name}__"):
        raise Unwell("tables", f"{table.name} is not {name}__…")
    if "unit_id" not in table.columns:
        raise Unwell("tables", f"{table.name} has no unit_id")
    for key in table.foreign_keys:
        target = key.target_fullname.split(".")[0]
        if not target.startswith(f"{name}__") and (target not in ANCHORS or key.ondelete != "CASCADE"):
            raise Unwell("tables", f"{table.name} points at {target} ({key.ondelete or 'no cascade'})")
    own = [table.name, *(str(one.name) for one in (*table.constraints, *table.indexes) if one.name)]
    if long := [one for one in own if len(one.encode()) > _LONGEST]:
        raise Unwell("tables", f"{long[0]} is longer than {_LONGEST} bytes")


def _check_relationships(mapper: sa.orm.Mapper[object], package: str) -> None:
    """A relationship to a core class would hand out its rows, and a backref would change the class itself."""
    for one in guarded("tables", lambda: list(mapper.relationships)):
        if not _is_of(one.mapper.class_.__module__, package):
            raise Unwell("tables", f"{mapper.class_.__name__}.{one.key} leads to {one.mapper.class_.__name__}")


def _is_of(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def _is_core(table: sa.Table) -> bool:
    return any(one.local_table is table and one.class_.__module__.startswith("core.") for one in Base.registry.mappers)


# ---------------------------------------------------------------------------------------- what stands in a database


def names(connection: Connection, plugin: str) -> list[str]:
    """The tables of a plugin in this database, by name, with or without the plugin."""
    return [one for one in sorted(sa.inspect(connection).get_table_names()) if one.startswith(f"{plugin}__")]


def owners(connection: Connection) -> dict[str, list[str]]:
    """Plugin -> its tables in this database, of every plugin that ever was here."""
    found: dict[str, list[str]] = {}
    for table in sorted(sa.inspect(connection).get_table_names()):
        if "__" in table and not table.startswith("alembic_version"):
            found.setdefault(table.partition("__")[0], []).append(table)
    return found


def faults(connection: Connection, plugin: str) -> list[str]:
    """What a plugin's migrations made of its tables against the rules, one line each."""
    inspector = sa.inspect(connection)
    found = []
    for table in names(connection, plugin):
        if "unit_id" not in {one["name"] for one in inspector.get_columns(table)}:
            found.append(f"{table} has no unit_id")
        for key in inspector.get_foreign_keys(table):
            target, rule = key["referred_table"], (key.get("options") or {}).get("ondelete", "")
            if not target.startswith(f"{plugin}__") and (target not in ANCHORS or rule.upper() != "CASCADE"):
                found.append(f"{table} points at {target} ({rule or 'no cascade'})")
    for table in sorted(inspector.get_table_names()):
        if not table.startswith(f"{plugin}__"):
            found += [
                f"{table} points at {key['referred_table']}"
                for key in inspector.get_foreign_keys(table)
                if key["referred_table"].startswith(f"{plugin}__")
            ]
    return found


def outside(connection: Connection, plugin: str) -> dict[str, str]:
    """Every table that is not the plugin's, in a form that is equal as long as nobody changed it."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(
            "SELECT tbl_name, type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_master ORDER BY 1, 2"
        )
    else:
        rows = connection.exec_driver_sql(_SHAPE)
    found: dict[str, str] = {}
    for table, text in rows:
        if not table.startswith(f"{plugin}__") and table != f"alembic_version__{plugin}":
            found[table] = found.get(table, "") + "\n" + text
    return found


@contextlib.contextmanager
def writing_only(connection: Connection, plugin: str) -> Iterator[Callable[[], set[str]]]:
    """While rows are written: SQLite refuses those of other tables at once; PostgreSQL counts, and is asked after.

    Yields what names the foreign tables that were written to.
    """
    if connection.dialect.name != "sqlite":
        # earlier transactions of this connection may still be counted in
        before = _count_written(connection)
        yield lambda: {
            table
            for table, count in _count_written(connection).items()
            if count != before.get(table, 0) and not _may_write(table, plugin)
        }
        return
    raw: Any = connection.connection.driver_connection

    def judge(action: int, table: str | None, *_more: str | None) -> int:
        is_writing = action in (sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE)
        return sqlite3.SQLITE_DENY if is_writing and not _may_write(table or "", plugin) else sqlite3.SQLITE_OK

    raw.set_authorizer(judge)
    try:
        yield set
    except sa.exc.DatabaseError as error:
        if "not authorized" in str(error) or "prohibited" in str(error):
            raise Unwell("migration", f"{plugin} writes to a table that is not its own: {error.statement}") from error
        raise
    finally:
        raw.set_authorizer(None)


def _may_write(table: str, plugin: str) -> bool:
    """Its own, its history, and what the engine itself keeps about tables."""
    return (
        table.startswith((f"{plugin}__", f"_alembic_tmp_{plugin}__", "sqlite_"))
        or table == f"alembic_version__{plugin}"
    )


def _count_written(connection: Connection) -> dict[str, int]:
    rows = connection.exec_driver_sql(
        "SELECT relname::text, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
    )
    return {table: count for table, count in rows}  # noqa: C416 - rows are no pairs to mypy


_SHAPE = """
SELECT c.relname::text, 'column ' || a.attname || ' ' || a.atttypid::regtype::text || a.atttypmod::text
    || a.attnotnull::text || a.attisdropped::text
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
UNION ALL SELECT c.relname::text, 'constraint ' || k.conname || ' ' || pg_get_constraintdef(k.oid)
  FROM pg_class c JOIN pg_constraint k ON k.conrelid = c.oid WHERE c.relnamespace = 'public'::regnamespace
UNION ALL SELECT c.relname::text, 'index ' || pg_get_indexdef(i.indexrelid)
  FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid WHERE c.relnamespace = 'public'::regnamespace
UNION ALL SELECT c.relname::text, 'trigger ' || t.tgname || t.tgenabled::text || pg_get_triggerdef(t.oid)
  FROM pg_class c JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal
  WHERE c.relnamespace = 'public'::regnamespace
UNION ALL SELECT p.proname::text, 'function ' || md5(p.prosrc) FROM pg_proc p
  WHERE p.pronamespace = 'public'::regnamespace
ORDER BY 1, 2
"""
