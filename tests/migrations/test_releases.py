"""Every release upgrades: a database of each earlier version, with rows in every table, comes to head with its data."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from core.migrations import runner
from core.migrations.components import CORE
from core.models import db
from tests.plugins_world import opened

#: The last revision of each release so far.
RELEASES = ("0001",)
ROWS = 3
#: Tables whose rows others wait for, or that refuse to be written to by hand.
_SKIPPED = {"audit_head"}
#: Tables whose figures must agree with each other: only what must be there is written.
_PLAIN = {"sitting_item"}


def _value(column: sa.Column[Any], number: int, words: dict[str, list[str]]) -> Any:
    """A value that fits: distinct by row, and one of the allowed words where the column has a list of them."""
    if column.name in words:
        return words[column.name][number % len(words[column.name])]
    kind = column.type
    if isinstance(kind, sa.Boolean):
        return bool(number % 2)
    if isinstance(kind, sa.Integer | sa.Numeric):
        return number
    if isinstance(kind, sa.DateTime):
        return dt.datetime(2026, 5, 13, 3, number)  # noqa: DTZ001 - as both engines store it
    if isinstance(kind, sa.Date):
        return dt.date(2026, 5, 10 + number)
    if isinstance(kind, sa.LargeBinary):
        return bytes([number])
    if isinstance(kind, sa.JSON):
        return {"số": number}
    return f"{column.name[:20]} {number}"[: getattr(kind, "length", None) or 40]


def _words_of(connection: sa.Connection, table: str) -> dict[str, list[str]]:
    """Column -> the words that its CHECK allows."""
    found: dict[str, list[str]] = {}
    for one in sa.inspect(connection).get_check_constraints(table):
        text = str(one["sqltext"])
        column = re.match(r"\W*(\w+)", text)
        values = re.findall(r"'([^']+)'", text)
        if column and values:
            found.setdefault(column[1], values)
    return found


def _fill(connection: sa.Connection) -> dict[str, int]:
    """Rows in every table of this version, parents first; returns how many there are by table."""
    tables = sa.MetaData()
    tables.reflect(connection)
    counts = {}
    for table in tables.sorted_tables:
        if table.name in _SKIPPED or table.name.startswith("alembic_version"):
            continue
        words = _words_of(connection, table.name)
        for number in range(1, ROWS + 1):
            values = {
                column.name: number
                if column.foreign_keys and isinstance(column.type, sa.Integer)
                else _value(column, number, words)
                for column in table.columns
                if not (column.nullable and (column.foreign_keys or table.name in _PLAIN))
            }
            connection.execute(table.insert().values(values))
        counts[table.name] = ROWS
    return counts


def _content(connection: sa.Connection, names: dict[str, int]) -> dict[str, list[dict[str, Any]]]:
    tables = sa.MetaData()
    tables.reflect(connection)
    return {
        name: [dict(row) for row in connection.execute(sa.select(tables.tables[name])).mappings()] for name in names
    }


@pytest.fixture
def empty(starter, tmp_path) -> Iterator[sa.Engine]:
    """An empty database of the engine under test."""
    app = starter.start(migrate=False)
    with opened(app):
        engine = db.engine
        if engine.dialect.name == "sqlite":
            made = sa.create_engine(f"sqlite:///{tmp_path / 'old.sqlite'}")
            yield made
            made.dispose()
            return
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
        engine.dispose()
        yield engine


@pytest.mark.parametrize("release", RELEASES)
def test_a_database_of_that_release_comes_to_head_with_its_rows(empty, release):
    assert runner.upgrade(empty, to=release) == (None, release)
    with empty.begin() as connection:
        counts = _fill(connection)
        before = _content(connection, counts)
    assert runner.upgrade(empty, CORE) == (release, runner.head())
    assert runner.differences(empty) == []
    with empty.connect() as connection:
        after = _content(connection, counts)
    assert len(before) > 40
    for name, rows in before.items():
        assert [{key: row[key] for key in rows[0]} for row in after[name]] == rows, name
