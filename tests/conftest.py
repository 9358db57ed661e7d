"""One database per test on the engine named by VINHDANH_TEST_ENGINE, and a client signed in as anybody."""

from __future__ import annotations

import datetime as dt
import functools
import json
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.app import create_app
from core.http.logins import hash_id
from core.models import Login, User, db
from core.services import reach
from core.services.context import Context
from tests.chromium import chromium
from tests.databases import Databases
from tests.databases import make as make_databases
from tests.factories import Factory
from tests.worlds import reachable, world

__all__ = ["chromium", "reachable", "world"]

#: Wednesday of the plan's week, 10:00 in Vietnam: every test starts here unless it sets another clock.
NOW = dt.datetime(2026, 5, 13, 3, 0, tzinfo=dt.UTC)


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    made = make_databases(tmp_path_factory.mktemp("db"))
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
            "PLUGINS_STRICT": True,
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


def browser_of(app: Flask, user: User) -> FlaskClient:
    """A browser signed in as that user, by a login row as the sign-in page makes one."""
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


def context_for(app: Flask, user: User, unit=None, *, event=None, now: dt.datetime | None = None) -> Context:
    """A Context by hand for service tests."""
    return Context(
        session=db.session(),
        actor=reach.actor_of(db.session(), user),
        now=now or NOW,
        unit=reach.unit_ref(unit) if unit else None,
        event=reach.event_ref(event) if event else None,
        registry=app.extensions["plugins"],
    )


@pytest.fixture
def sign_in(app: Flask) -> Callable[..., FlaskClient]:
    """``sign_in(user)`` gives a browser signed in as that user."""
    return functools.partial(browser_of, app)


@pytest.fixture
def context_of(app: Flask) -> Callable[..., Context]:
    """``context_of(user, unit, event=None)``: a Context by hand for service tests."""
    return functools.partial(context_for, app)
