"""What tests of plugins are made of: an app with exactly these plugins, a unit where they are on, people, a clock.

The fixtures are in ``core.plugin_fixtures``, which pytest finds by itself: ``app_with``, ``unit_with``, ``browser_of``.
Time stands still at ``NOW``; nothing is sent, and a connection to another machine fails the test.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.app import create_app
from core.domain.permissions import PERMISSIONS, Role
from core.domain.views import EventView, NominationView, UnitView
from core.http.logins import hash_id
from core.migrations import runner
from core.migrations.components import in_order, of_plugin
from core.models import Event, Login, PluginSetting, Unit, User, db
from core.plugin.gate import Gate, Heard
from core.plugin.registry import Registry
from core.sdk.testing_rows import Factory
from core.services import plugin_sets, plugin_switches, plugin_views, reach
from core.services.context import NOBODY, Actor, Context
from core.services.desk import Desk, event_view

if TYPE_CHECKING:
    import pytest

#: Wednesday, 13/05/2026, 10:00 in Vietnam.
NOW = dt.datetime(2026, 5, 13, 3, 0, tzinfo=dt.UTC)


def stay_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a connection to anything but this machine raise, for the time of one test."""
    really = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if host not in ("", "localhost", "::1") and not str(host).startswith("127."):
            raise AssertionError(f"a test reached for {host}")
        really(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


class Visitor(FlaskClient):
    """A browser without a screen. Each request sees only what is committed."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """One request, in an app context of its own."""
        db.session.rollback()
        with self.application.app_context():
            answer = super().open(*args, **kwargs)
        db.session.rollback()
        return answer


class Clock:
    """The clock of one app: it stands still until it is moved."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self.set(NOW)

    @property
    def now(self) -> dt.datetime:
        """The present instant, UTC."""
        found: dt.datetime = self._app.config["FROZEN_CLOCK"]
        return found

    def set(self, now: dt.datetime) -> None:
        """Go to an instant (with its time zone)."""
        self._app.config["FROZEN_CLOCK"] = now.astimezone(dt.UTC)

    def move(self, **by: float) -> None:
        """Go on by ``days=``, ``hours=``, ``minutes=``."""
        self.set(self.now + dt.timedelta(**by))


class Templates:
    """Apps and migrated databases by their set of plugins: made once in a run, copied for each test."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._apps: dict[tuple[tuple[str, ...], tuple[str, ...]], tuple[Flask, Path]] = {}

    def open(self, plugins: tuple[str, ...], folders: Sequence[str] = ()) -> House:
        """The app with exactly these plugins, on a fresh database. Raises ``LookupError`` for one not installed."""
        key = (plugins, tuple(map(str, folders)))
        if key not in self._apps:
            self._apps[key] = self._make(plugins, key[1])
        app, folder = self._apps[key]
        for tail in ("", "-wal", "-shm"):
            Path(f"{folder / 'test.sqlite'}{tail}").unlink(missing_ok=True)
        shutil.copyfile(folder / "template.sqlite", folder / "test.sqlite")
        return House(app)

    def _make(self, plugins: tuple[str, ...], folders: tuple[str, ...]) -> tuple[Flask, Path]:
        folder = Path(tempfile.mkdtemp(dir=self._folder))
        app = create_app(
            {
                "VINHDANH_ENV": "test",
                "TESTING": True,
                "INSTANCE_DIR": str(folder),
                "SECRET_KEY": secrets.token_hex(32),
                "SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder / 'test.sqlite'}",
                "FILES_DIR": str(folder / "files"),
                "SPOOL_DIR": str(folder / "spool"),
                "ANCHORS_DIR": str(folder / "anchors"),
                "SMTP_HOST": "",
                "WTF_CSRF_ENABLED": False,
                "PROPAGATE_EXCEPTIONS": False,
                "PLUGINS": plugins,
                "PLUGINS_OFF": (),
                "PLUGINS_STRICT": True,
                "EXTRA_PLUGINS": folders,
            }
        )
        app.test_client_class = Visitor
        registry: Registry = app.extensions["plugins"]
        if missing := sorted(set(plugins) - set(registry.installed)):
            raise LookupError(f"not installed: {', '.join(missing)}")
        _migrate(folder / "template.sqlite", registry)
        return app, folder


def _migrate(file: Path, registry: Registry) -> None:
    engine = sa.create_engine(f"sqlite:///{file}")
    for component in in_order(registry):
        runner.upgrade(engine, component)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


@dataclass
class House:
    """One app with its database for one test: units and people are made here."""

    app: Flask
    clock: Clock = field(init=False)
    make: Factory = field(init=False)
    _province: Unit | None = None
    _served: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = Clock(self.app)
        self._pushed = self.app.app_context()
        self._pushed.push()
        self.make = Factory(db.session(), NOW)
        self.registry.take_failures()  # of the last test with this app

    @property
    def registry(self) -> Registry:
        """The plugins of this app."""
        found: Registry = self.app.extensions["plugins"]
        return found

    def commune(self, name: str = "", *, kind: str = "xa", under: UnitInTest | None = None) -> UnitInTest:
        """A new unit below the test's province, or below another unit."""
        if under is None and self._province is None:
            self._province = self.make.unit("Tỉnh Mẫu", kind="tinh")
        parent = self._province if under is None else db.session.get(Unit, under.id)
        return self._unit(self.make.unit(name, parent=parent, kind=kind))

    def province(self) -> UnitInTest:
        """The unit above all communes of this test."""
        if self._province is None:
            self._province = self.make.unit("Tỉnh Mẫu", kind="tinh")
        return self._unit(self._province)

    def _unit(self, row: Unit) -> UnitInTest:
        return UnitInTest(self, row.id, row.key, row.name, UnitView(row.id, row.key, row.name, row.kind))

    def client(self, user: User | None = None) -> FlaskClient:
        """A browser signed in as somebody, or as nobody."""
        browser = self.app.test_client()
        if user is not None:
            opaque = secrets.token_urlsafe(24)
            now = self.clock.now
            db.session.add(
                Login(
                    id_hash=hash_id(opaque),
                    user_id=user.id,
                    data=json.dumps({"_user_id": user.fs_uniquifier, "_fresh": True}),
                    device="test",
                    created_at=now,
                    seen_at=now,
                    expires_at=now + dt.timedelta(hours=12),
                )
            )
            db.session.commit()
            browser.set_cookie(self.app.config["SESSION_COOKIE_NAME"], f"s.{opaque}")
        return browser

    def differences(self, plugin: str) -> list[str]:
        """What the plugin's models and its migrations disagree about, one line each; they must not."""
        component = of_plugin(self.registry.installed[plugin])
        return [] if component is None else runner.differences(db.engine, component)

    def close(self) -> None:
        """Give back connections and the app context."""
        db.session.remove()
        db.engine.dispose()
        self._pushed.pop()


@dataclass(frozen=True)
class UnitInTest:
    """A unit of a test: what is on here, who works here, and what plugins say here."""

    house: House = field(repr=False)
    id: int
    key: str
    name: str
    #: As a hook gets it.
    view: UnitView

    @property
    def clock(self) -> Clock:
        """The clock of the app."""
        return self.house.clock

    def url(self, plugin: str, rule: str = "/", *, event: EventView | None = None) -> str:
        """The address of a plugin's page in this unit, or in one of its events."""
        place = f"/u/{self.key}/e/{event.key}" if event else f"/u/{self.key}"
        return f"{place}/x/{plugin}{rule}"

    def switch_on(self, plugin: str) -> None:
        """As the unit's administrator does it. Raises ``Refused`` where the plugin objects or is forbidden above."""
        self._switch(plugin, is_on=True)

    def switch_off(self, plugin: str) -> None:
        """As the unit's administrator does it. Raises ``Refused`` where it is required above."""
        self._switch(plugin, is_on=False)

    def _switch(self, plugin: str, *, is_on: bool) -> None:
        plugin_switches.switch(self.context(self.user("unit_admin")), plugin, is_on=is_on)
        db.session.commit()

    def set(self, plugin: str, **values: Any) -> None:
        """The unit's own answers to the plugin's settings, as they would be stored; what is not named is inherited."""
        row = db.session.scalar(sa.select(PluginSetting).filter_by(unit_id=self.id, plugin=plugin))
        if row is None:
            row = PluginSetting(unit_id=self.id, plugin=plugin, locked=[], at=self.clock.now)
        row.data = dict(values)
        self.house.make.keep(row)

    # ------------------------------------------------------------------------------------------ people

    def user(self, *roles: str, name: str = "") -> User:
        """Somebody with these roles here."""
        row = db.session.get(Unit, self.id)
        assert row is not None
        return self.house.make.user(name, *((Role(role), row) for role in roles))

    def sign_in(self, *, role: str = "", permission: str = "") -> FlaskClient:
        """A browser of somebody new with this role here, or with a role that holds this permission."""
        return self.house.client(self.user(role or self._roles([permission])[0]))

    def staff(self) -> FlaskClient:
        """A browser of somebody who holds every permission of the app's plugins here."""
        return self.house.client(self.user(*self._roles(self.house.registry.permissions)))

    def stranger(self) -> FlaskClient:
        """A browser of somebody who works here and holds no permission of the app's plugins."""
        taken = set(self._roles(self.house.registry.permissions))
        free = [role.value for role in Role if role.value not in taken and role is not Role.SYSTEM_ADMIN]
        return self.house.client(self.user(free[0]))

    def _roles(self, keys: Any) -> list[str]:
        found: list[str] = []
        for key in keys:
            own = self.house.registry.permissions.get(key)
            found += own.roles if own else sorted(role.value for role in PERMISSIONS[key].roles)
        return list(dict.fromkeys(found))

    # ------------------------------------------------------------------------------------------ events and dossiers

    def event(self, **values: Any) -> EventView:
        """An event of this unit, announced, with all phases open."""
        row = db.session.get(Unit, self.id)
        assert row is not None
        return event_view(self.house.make.event(row, **values))

    def nomination(self, event: EventView, **values: Any) -> NominationView:
        """A nomination by this unit in an event, in any ``state``, without walking there."""
        unit, row = db.session.get(Unit, self.id), db.session.get(Event, event.id)
        assert unit is not None
        assert row is not None
        return plugin_views.nomination_view(self.house.make.nomination(row, unit, **values))

    # ------------------------------------------------------------------------------------------ plugins

    def context(self, user: User | None = None) -> Context:
        """A service's context: this unit, this clock, this user or nobody."""
        row = db.session.get(Unit, self.id)
        assert row is not None
        actor: Actor = NOBODY if user is None else reach.actor_of(db.session(), user)
        return Context(db.session(), actor, self.clock.now, reach.unit_ref(row), registry=self.house.registry)

    @contextlib.contextmanager
    def desk(self, plugin: str, *, user: User | None = None) -> Iterator[Desk]:
        """The plugin's desk here; what is written is committed at the end."""
        yield Desk(plugin, self.context(user))
        db.session.commit()

    def hear(self, hook: str, *, user: User | None = None, **arguments: Any) -> list[Any]:
        """What the plugins that are on here answer to a hook, item by item, through the real gate.

        ``switch_on_objections`` is asked of plugins that are off as well. Fails where a plugin failed, with its error.
        """
        ctx = self.context(user)
        gate = plugin_sets.of_unit(ctx).gate
        if hook == "switch_on_objections":
            gate = Gate(self.house.registry, acting=tuple(self.house.registry.well.values()))
        desks = () if hook == "nav_items" else (plugin_sets.desks(ctx),)
        return [item for _plugin, item in self._whole(getattr(gate, hook)(*desks, **arguments)).items()]

    def tell(self, plugin: str, hook: str, **arguments: Any) -> None:
        """Tell one plugin some news, as the jobs do. Fails where it failed, with its error."""
        ctx = self.context()
        self._whole(
            plugin_sets.of_unit(ctx).gate.tell(plugin_sets.desks(ctx), plugin=plugin, hook=hook, args=arguments)
        )
        db.session.commit()

    def _whole(self, heard: Heard) -> Heard:
        if heard.failed:
            said = "; ".join(f"{one.plugin} in {one.hook}: {one.error}" for one in self.house.registry.take_failures())
            raise AssertionError(said or f"could not check: {', '.join(heard.failed)}")
        return heard
