"""An app with exactly these sample plugins on a fresh database: what tests of plugins start from."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from core.app import create_app
from core.http import clock
from core.migrations import runner, standing
from core.migrations.components import in_order
from core.models import PluginSwitch, User, db
from core.plugin.registry import Registry
from core.services.context import Context
from tests.conftest import NOW, Browser, browser_of, context_for
from tests.factories import Factory

SAMPLES = Path(__file__).parent / "sample_plugins"


class Starter:
    """Makes apps; each has its own registry, so that a plugin that fell ill in one test is well in the next."""

    def __init__(self, databases: Any, instance: Path) -> None:
        self.databases, self.instance = databases, instance

    def start(self, *names: str, folder: Path = SAMPLES, migrate: bool = True, **config: Any) -> Flask:
        """The app with these plugins and no other, its tables migrated; does not touch the database otherwise."""
        made = create_app(
            {
                "VINHDANH_ENV": "test",
                "TESTING": True,
                "INSTANCE_DIR": str(self.instance),
                "SECRET_KEY": "a test secret of more than thirty-two bytes",
                "SQLALCHEMY_DATABASE_URI": self.databases.url,
                "FILES_DIR": str(self.instance / "files"),
                "SPOOL_DIR": str(self.instance / "spool"),
                "ANCHORS_DIR": str(self.instance / "anchors"),
                "WTF_CSRF_ENABLED": False,
                "PROPAGATE_EXCEPTIONS": False,
                "EXTRA_PLUGINS": (str(folder),),
                "PLUGINS": names,
                "FROZEN_CLOCK": NOW,
                **config,
            }
        )
        made.test_client_class = Browser
        if migrate:
            with made.app_context():
                for component in in_order(made.extensions["plugins"]):
                    runner.upgrade(db.engine, component)
                standing.mark_pending(db.engine, made.extensions["plugins"])
                db.engine.dispose()
        return made


@pytest.fixture
def starter(databases, tmp_path: Path) -> Starter:
    """Makes apps on a fresh database."""
    databases.fresh()
    return Starter(databases, tmp_path)


@pytest.fixture
def names() -> tuple[str, ...]:
    """Which sample plugins the ``app`` of this test has: parametrize ``names`` to choose."""
    return ("well_behaved",)


@pytest.fixture
def app(starter: Starter, names: tuple[str, ...]) -> Iterator[Flask]:
    """In place of the core's app: one with the sample plugins ``names``."""
    with opened(starter.start(*names)) as made:
        yield made


@contextlib.contextmanager
def opened(app: Flask) -> Iterator[Flask]:
    """Inside the app's context; its connections are given back at the end."""
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def switch(unit: Any, *plugins: str, is_on: bool = True) -> None:
    """The unit's own word, as the row that the switch page writes."""
    for one in plugins:
        row = db.session.query(PluginSwitch).filter_by(unit_id=unit.id, plugin=one).one_or_none()
        if row is None:
            row = PluginSwitch(unit_id=unit.id, plugin=one, at=clock.now())
            db.session.add(row)
        row.is_on = is_on
    db.session.commit()


def registry_of(app: Flask) -> Registry:
    """The plugins of this app."""
    return app.extensions["plugins"]


def stages(app: Flask) -> dict[str, str | None]:
    """Plugin -> where it stopped; None: well."""
    return {name: one.stage for name, one in registry_of(app).installed.items()}


def move_clock(app: Flask, **delta: float) -> None:
    """Later, for the next request."""
    app.config["FROZEN_CLOCK"] += dt.timedelta(**delta)


def later(ctx: Any, **delta: float) -> Any:
    """The same context at another time."""
    return dataclasses.replace(ctx, now=ctx.now + dt.timedelta(**delta), memo={})


@pytest.fixture
def make_in() -> Callable[[Flask], tuple[Factory, Callable[..., Context]]]:
    """``make_in(app)``: the factories and ``context_of`` for an app that the test started itself."""
    return lambda app: (Factory(db.session, NOW), functools.partial(context_for, app))


@pytest.fixture
def sign_in_to() -> Callable[[Flask, User], Any]:
    """``sign_in_to(app, user)``: a browser of an app that the test started itself."""
    return browser_of
