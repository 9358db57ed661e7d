"""Verbs that make an installation, look at it before it serves, and serve it."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import sys
import threading
from pathlib import Path
from types import FrameType

import click
import sqlalchemy as sa
from flask import Flask, current_app
from waitress.server import create_server

from core import config as settings
from core.cli.envelope import CANNOT_RUN, UNSAFE, CannotRun, Outcome, app_opened, is_there, require_head, verb
from core.http.guards import UnguardedRoute, check_every_route
from core.migrations import contract, runner
from core.migrations.components import CORE, in_order
from core.models import User, db
from core.plugin.registry import Registry

_FOLDERS = ("files", "spool", "anchors", "backups")
#: How often the demo server looks for mail to write and things to sweep.
_JOBS_EVERY = 60.0


@click.command()
@verb("init", has_app=False)
def init() -> Outcome:
    """Make the instance directory, its secret and its database; what exists is kept as it is. No account is made."""
    instance, created = make_instance()
    with app_opened():
        if not is_there() or runner.current(db.engine) is None:
            bring_to_head()
            created.append("database")
        if runner.is_pending(db.engine):
            raise CannotRun("db.pending", "the database waits for an upgrade: run `vinhdanh db upgrade`")
    outcome = Outcome(extra={"instance": str(instance), "created": created})
    outcome.lines = [f"{instance}: {', '.join(created) if created else 'nothing to do'}"]
    return outcome


def make_instance() -> tuple[Path, list[str]]:
    """The instance directory with its folders and its secret; returns it and what had to be made."""
    instance = settings.instance_dir()
    created = _make_folders(instance)
    if _make_secret(instance):
        created.append("secret_key")
    return instance, created


def _make_folders(instance: Path) -> list[str]:
    """The instance directory and its folders, for their owner alone; returns what was made."""
    created = []
    if not instance.exists():
        instance.mkdir(parents=True, mode=0o700)
        created.append("instance")
    elif not os.access(instance, os.W_OK):
        raise CannotRun("instance.unwritable", f"cannot write to {instance}")
    instance.chmod(0o700)
    for name in _FOLDERS:
        if not (instance / name).exists():
            (instance / name).mkdir(mode=0o700)
            created.append(name)
    return created


def _make_secret(instance: Path) -> bool:
    """Write a 256-bit secret unless there is one. A database whose secret is gone needs a person, not a new secret."""
    path = instance / "secret_key"
    if path.exists() or os.environ.get("VINHDANH_SECRET_KEY"):
        return False
    if (instance / "vinhdanh.sqlite").exists():
        raise CannotRun(
            "secret.lost",
            "there is a database but no secret_key: put the old one back, or every second factor is lost",
            code=UNSAFE,
        )
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32))
        file.flush()
        os.fsync(file.fileno())
    return True


@click.command()
@verb("check", has_app=False)
def check() -> Outcome:
    """The start-up checks without serving: secrets, switches, policy, migrations, triggers."""
    outcome = Outcome()
    checks = dict.fromkeys(("switches", "policy", "secret", "database", "migrations", "triggers", "accounts"), False)
    outcome.extra["checks"] = checks
    try:
        with app_opened() as app:
            checks["switches"] = checks["policy"] = True
            check_installation(app, outcome, checks)
    except CannotRun as problem:
        outcome.find(problem.check, problem.detail, code=problem.code)
    outcome.lines = [f"{'ok ' if is_good else 'NO '} {name}" for name, is_good in checks.items()]
    return outcome


def check_installation(app: Flask, outcome: Outcome, checks: dict[str, bool]) -> None:
    """Fill in what needs the application: its secret, its routes, its database."""
    checks["secret"] = len(str(app.config["SECRET_KEY"] or "")) >= 32
    if not checks["secret"]:
        outcome.find("config.secret", "no secret_key: run `vinhdanh init`", code=CANNOT_RUN)
    try:
        check_every_route(app)
    except UnguardedRoute as problem:
        checks["policy"] = False
        outcome.find("policy.unguarded", str(problem), code=CANNOT_RUN)
    checks["database"] = is_there()
    try:
        require_head()
        checks["migrations"] = True
    except CannotRun as problem:
        outcome.find(problem.check, problem.detail, code=problem.code)
        return
    with db.engine.connect() as connection:
        gone = contract.missing(connection)
    checks["triggers"] = not gone
    for name in gone:
        outcome.find("audit.triggers", "the append-only trigger is missing", obj=f"trigger:{name}", code=CANNOT_RUN)
    checks["accounts"] = app.config["VINHDANH_ENV"] != "production" or not _has_demo_accounts()
    if not checks["accounts"]:
        outcome.find("config.modes", "demo accounts in a production instance", code=UNSAFE)


def _has_demo_accounts() -> bool:
    return db.session.scalar(sa.select(User.id).where(User.is_demo.is_(True)).limit(1)) is not None


def bring_to_head(plugin: str | None = None) -> list[str]:
    """Upgrade what is not at this version: the core, then each plugin with tables; ``plugin``: only that one.

    Returns what went wrong with plugins: their own tables stay as they were, everything else is at this version.
    Raises ``CannotRun`` where the core's part belongs to a newer version.
    """
    before = runner.current(db.engine) if is_there() else None
    if before is not None and not runner.knows(before):
        raise CannotRun("db.newer", f"the database is at {before}, which this version does not know", code=UNSAFE)
    registry: Registry = current_app.extensions["plugins"]
    found = []
    for component in in_order(registry):
        if plugin not in (None, component.name):
            continue
        if component is CORE:
            if before != runner.head():
                runner.upgrade(db.engine)
            continue
        try:
            runner.upgrade(db.engine, component)
        except Exception as problem:  # a plugin's own doing: its illness, not ours
            registry.mark_unwell(component.name, "migration", f"{type(problem).__name__}: {problem}"[:200])
            found.append(f"{component.name}: {type(problem).__name__}: {problem}")
    return found


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--threads", type=click.IntRange(1, 64), default=8, show_default=True)
@verb("serve", has_app=False)
def serve(host: str, port: int, threads: int) -> Outcome:
    """Serve this instance until told to stop (for production, ``gunicorn wsgi:app`` behind a proxy)."""
    outcome = Outcome()
    with app_opened() as app:
        check_installation(app, outcome, {})
    return outcome if outcome.code else serve_app(app, host=host, port=port, threads=threads)


def serve_app(app: Flask, *, host: str, port: int, threads: int = 8) -> Outcome:
    """Serve a checked installation until SIGTERM or Ctrl-C."""
    server = create_server(app, sockets=[_listen(host, port)], threads=threads, ident=None)
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, _stop)
    if app.config["IS_DEMO"]:
        threading.Thread(target=_run_jobs, args=(app, stopping), daemon=True).start()
    click.echo(f"http://{host}:{port}", err=True)
    server.run()  # returns after SIGTERM or Ctrl-C, when the requests at work are answered
    stopping.set()
    server.close()
    return Outcome()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as problem:
        raise CannotRun("serve.address", f"cannot listen on {host}:{port}: {problem.strerror}") from None


def _stop(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def _run_jobs(app: Flask, stopping: threading.Event) -> None:
    """Mail and sweeping, once a minute, for a demo that has no cron."""
    while not stopping.wait(_JOBS_EVERY):
        try:
            with app.app_context():
                app.extensions["jobs"].run()
        except Exception:
            logging.getLogger("vinhdanh").exception("the minute's jobs failed")


COMMANDS = (init, check, serve)
