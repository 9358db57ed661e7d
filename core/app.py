"""The one composition root: ``create_app`` wires the floors together and checks them before the first request."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from core import config as settings
from core import http, jobs, web
from core.http import clock, guards, plugin_load
from core.migrations import contract, runner, standing
from core.models import db
from core.plugin import extra, lock
from core.plugin.registry import Installed, Registry, Unwell, guarded
from core.services import failpoints, plugin_health
from core.services.context import CLOCK, Context
from core.web import i18n, plugin_assets
from core.web.home import letters

log = logging.getLogger("vinhdanh")


def create_app(config: dict[str, Any] | None = None) -> Flask:
    """The application for this installation.

    ``config`` overrides every other source (tests). Raises ``UnsafeConfiguration`` where production must not start and
    ``UnguardedRoute`` where an endpoint declares no permission. Touches no database.
    """
    instance = Path((config or {}).get("INSTANCE_DIR") or settings.instance_dir())
    env = (config or {}).get("VINHDANH_ENV") or settings.environment()
    app = Flask("core.web", root_path=str(Path(web.__file__).parent), instance_path=str(instance), static_folder=None)
    app.config.from_mapping(settings.defaults(instance, env))
    app.config["SECRET_KEY"] = settings.read_secret(instance)
    if (instance / "config.py").exists():
        app.config.from_pyfile(str(instance / "config.py"))
    app.config.from_mapping(settings.from_environment())
    app.config.from_mapping(config or {})
    app.config["SQLALCHEMY_DATABASE_URI"] = _driver(app.config["SQLALCHEMY_DATABASE_URI"])
    if env == "production" and (found := settings.unsafe(app.config, instance)):
        raise settings.UnsafeConfiguration(", ".join(found))
    if env == "test":
        failpoints.arm(os.environ.get("VINHDANH_FAILPOINTS", ""))
    if count := app.config["TRUSTED_PROXY_COUNT"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]

    db.init_app(app)
    registry = app.extensions["plugins"] = _plugins(app)
    http.init_app(app)
    web.init_app(app)
    jobs.init_app(app, compose=letters.compose)
    for one in registry.well.values():
        _add_pages(app, one)
    guards.check_every_route(app)
    return app


def _plugins(app: Flask) -> Registry:
    """The plugins of this server: found, checked, imported. A bad one is unwell and listed; the app starts."""
    return Registry.discover(
        served=app.config["PLUGINS"],
        off=app.config["PLUGINS_OFF"],
        strict=app.config["PLUGINS_STRICT"],
        extra=extra.entry_points(app.config["EXTRA_PLUGINS"]),
        check=plugin_load.check,
        # in development files change all day
        lock=lock.read(Path(app.instance_path)) if app.config["VINHDANH_ENV"] == "production" else None,
    )


def _add_pages(app: Flask, one: Installed) -> None:
    """A plugin's pages; a route without a permission, or a name taken, makes the plugin unwell and adds none."""
    registry: Registry = app.extensions["plugins"]
    try:
        for pages in one.blueprints:
            guarded("pages", lambda pages=pages: pages.register(app, one))
        plugin_assets.add(app, one)
        i18n.add(app, one.folder)
    except Unwell as unwell:
        if app.config["PLUGINS_STRICT"]:
            raise
        registry.mark_unwell(one.name, unwell.stage, unwell.reason)


class NotReady(Exception):  # noqa: N818 - says what is the matter
    """This installation must not be served as it is; the message says what to run."""


def ready(app: Flask) -> Flask:
    """The same app, once its database is at this version and holds what the contract promises.

    Raises ``NotReady``: a server that starts on a waiting or a newer database would damage it slowly.
    """
    with app.app_context():
        engine = db.engine
        path = engine.url.database if engine.dialect.name == "sqlite" else None
        try:
            if path is not None and not Path(path).exists():
                raise NotReady("there is no database yet: run `vinhdanh init`")
            if runner.is_pending(engine):
                raise NotReady("the database is not at this version: run `vinhdanh db upgrade`")
            contract.check(engine)
            _prepare_plugins(app)
        finally:
            db.session.remove()
            engine.dispose()  # a server that forks must not share connections
    return app


def _prepare_plugins(app: Flask) -> None:
    """A plugin that waits for its migration cannot act; an emergency switch is written down, once."""
    registry: Registry = app.extensions["plugins"]
    try:
        standing.mark_pending(db.engine, registry, strict=app.config["PLUGINS_STRICT"])
    except Unwell as unwell:
        raise NotReady(f"a plugin is unwell at {unwell}") from unwell
    ctx = Context(session=db.session(), actor=CLOCK, now=clock.now(), registry=registry)
    if plugin_health.is_emergency_new(ctx):
        db.session.rollback()
        db.session.connection(execution_options={"writes": True})
        if plugin_health.is_emergency_new(ctx):  # of several workers that start, one writes
            plugin_health.note_emergency(ctx)
        db.session.commit()


def _driver(url: str) -> str:
    """PostgreSQL addresses as people write them, with the driver we ship."""
    for plain in ("postgresql://", "postgres://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url
