"""Whether this server can do its work right now: each part is tried, not assumed."""

from __future__ import annotations

import shutil
from pathlib import Path

import sqlalchemy as sa
from flask import current_app, request
from sqlalchemy.exc import SQLAlchemyError

from core.http import clock
from core.migrations import contract, runner
from core.models import JobRun, db
from core.services import plugin_everywhere
from core.services.context import NOBODY, Context

_LEAST_FREE = 500 * 1024 * 1024
_LEAST_SHARE = 0.05
_LOOPBACK = ("127.", "::1", "::ffff:127.")


def parts() -> dict[str, bool]:
    """Every part by name."""
    return {
        "db_writable": _is_writable(),
        "disk_headroom": has_headroom(Path(current_app.config["FILES_DIR"])),
        "migrations": _is_migrated(),
        "triggers": _has_triggers(),
    }


def removed_plugins() -> list[str]:
    """Plugins that units still have on and that are not on this server any more: readable, and worth a look."""
    ctx = Context(session=db.session(), actor=NOBODY, now=clock.now(), registry=current_app.extensions["plugins"])
    try:
        return plugin_everywhere.gone(ctx)
    except SQLAlchemyError:
        db.session.rollback()
        return []


def is_near() -> bool:
    """Whether the question comes from this machine itself, and not through a proxy on it."""
    is_passed_on = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP"))
    return (request.remote_addr or "").startswith(_LOOPBACK) and not is_passed_on


def has_headroom(folder: Path) -> bool:
    """At least 5 % and 500 MB free where uploads go (or would go: the folder comes with the first of them)."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    usage = shutil.disk_usage(folder)
    return usage.free >= max(_LEAST_FREE, usage.total * _LEAST_SHARE)


def _is_writable() -> bool:
    """A row is written and taken back."""
    try:
        with db.engine.connect().execution_options(writes=True) as connection, connection.begin() as attempt:
            connection.execute(sa.delete(JobRun).where(JobRun.name == "readyz"))
            connection.execute(sa.insert(JobRun).values(name="readyz", last_error=""))
            attempt.rollback()
    except SQLAlchemyError:
        return False
    return True


def _is_migrated() -> bool:
    try:
        return not runner.is_pending(db.engine)
    except SQLAlchemyError:
        return False


def _has_triggers() -> bool:
    try:
        with db.engine.connect() as connection:
            return not contract.missing(connection)
    except SQLAlchemyError:
        return False
