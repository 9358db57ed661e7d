"""SQLite traps of migrations, each measured once and kept here: the recipe gone, the test red."""

from __future__ import annotations

import sqlite3

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

from core.migrations import contract, runner
from core.models.base import DURABLE


@pytest.fixture
def engine(tmp_path):
    made = sa.create_engine(f"sqlite:///{tmp_path / 'm.sqlite'}")
    yield made
    made.dispose()


def _family(connection: sa.Connection) -> None:
    connection.exec_driver_sql("CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT)")
    connection.exec_driver_sql(
        "CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent(id) ON DELETE CASCADE)"
    )
    connection.exec_driver_sql("INSERT INTO parent VALUES (1, 'a')")
    connection.exec_driver_sql("INSERT INTO child VALUES (1, 1), (2, 1)")


def _rebuild(connection: sa.Connection) -> None:
    operations = Operations(MigrationContext.configure(connection))
    with operations.batch_alter_table("parent", recreate="always") as batch:
        batch.add_column(sa.Column("more", sa.Text()))


def _children(engine: sa.Engine) -> int:
    with engine.connect() as connection:
        return connection.exec_driver_sql("SELECT count(*) FROM child").scalar_one()


def test_batch_mode_keeps_child_rows_only_with_foreign_keys_off(engine):
    with engine.begin() as connection:
        _family(connection)
    with (
        engine.connect().execution_options(writes=True) as connection,
        runner.foreign_keys_off(connection),
        connection.begin(),
    ):
        _rebuild(connection)
    assert _children(engine) == 2
    with engine.begin() as connection:  # the trap itself: if it is gone one day, the recipe may go too
        _rebuild_again = Operations(MigrationContext.configure(connection))
        with _rebuild_again.batch_alter_table("parent", recreate="always") as batch:
            batch.add_column(sa.Column("still_more", sa.Text()))
    assert _children(engine) == 0


def test_foreign_keys_are_on_again_after_an_upgrade(engine):
    runner.upgrade(engine)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1


def test_every_connection_carries_the_durable_settings(engine):
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000, "secure_delete": 1}
    with engine.connect() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in wanted}
    assert found == wanted
    assert len(DURABLE) == 6


def test_a_crash_in_the_middle_leaves_the_old_schema(engine):
    def crash() -> None:
        with (
            engine.connect().execution_options(writes=True) as connection,
            runner.foreign_keys_off(connection),
            connection.begin(),
        ):
            connection.exec_driver_sql("CREATE TABLE half (id INTEGER)")
            raise RuntimeError("crash")

    with pytest.raises(RuntimeError, match="crash"):
        crash()
    assert sa.inspect(engine).get_table_names() == []


def test_writers_queue_instead_of_failing_midway(engine):
    """BEGIN IMMEDIATE takes the write lock at once: the second writer waits for the first, and no update is lost."""
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE n (v INTEGER)")
        connection.exec_driver_sql("INSERT INTO n VALUES (0)")
    with engine.connect().execution_options(writes=True) as first, first.begin():
        first.exec_driver_sql("SELECT v FROM n")
        other = sqlite3.connect(str(engine.url.database), timeout=0, isolation_level=None)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()


def test_a_missing_trigger_is_named(engine):
    runner.upgrade(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_no_delete")
    with pytest.raises(contract.ContractBroken, match="audit_no_delete"):
        contract.check(engine)
