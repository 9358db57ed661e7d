"""What plugins do outside requests: hear news from the outbox, and their own work by the clock."""

from __future__ import annotations

import logging
import pkgutil
from typing import Any, Protocol

from flask import Flask

from core.http import clock
from core.models import OutboxRow, db
from core.plugin.manifest import Job
from core.plugin.registry import Registry
from core.services import failpoints, mailer, plugin_health, plugin_news, upkeep
from core.services.context import CLOCK, Context
from core.services.plugin_news import Told

log = logging.getLogger("vinhdanh.plugins")


class Count(Protocol):
    """Counts what was done, and what will be tried again."""

    def __call__(self, name: str, *, is_done: bool = True) -> None: ...


def begin() -> None:
    """A transaction of its own that takes its place in the queue of writers now."""
    db.session.rollback()
    db.session.connection(execution_options={"writes": True})


def tell(app: Flask, count: Count, *, most: int | None) -> None:
    """Tell plugins what waits for them, each in a transaction of its own; at most so many rows."""
    registry: Registry = app.extensions["plugins"]
    tried = 0
    while most is None or tried < most:
        begin()
        row = mailer.next_due(db.session(), clock.now(), kind="tell")
        if row is None:
            db.session.rollback()
            return
        tried += 1
        _tell_one(registry, row, count)
        db.session.commit()
        _keep_failures(registry)


def _tell_one(registry: Registry, row: OutboxRow, count: Count) -> None:
    ctx = _context(registry)
    failpoints.hit("outbox.before_send")
    try:
        told = plugin_news.tell(ctx, row.payload)
    except (KeyError, ValueError, TypeError) as problem:  # a row that nobody can read
        mailer.mark_failed(db.session(), row, ctx.now, error=f"{type(problem).__name__}: {problem}")
        count("tell", is_done=False)
        return
    failpoints.hit("outbox.after_send")
    if told is Told.FAILED:
        mailer.mark_failed(db.session(), row, ctx.now, error=f"plugin {row.payload['plugin']} failed: see its failures")
        count("tell", is_done=False)
    elif told is Told.WAITS:
        mailer.put_off(db.session(), row, ctx.now + plugin_news.WAIT, reason="the plugin cannot listen now")
    else:
        if told is Told.DROPPED:
            log.info("news %s not told: plugin %s is off or gone", row.id, row.payload["plugin"])
        mailer.mark_sent(db.session(), row, ctx.now)
        count("tell" if told is Told.DONE else "tell_dropped")


def run_jobs(app: Flask, count: Count) -> None:
    """Every job of a plugin that is due, once, in each unit where the plugin is on."""
    registry: Registry = app.extensions["plugins"]
    if registry.is_empty:
        return
    begin()
    due = list(plugin_news.jobs_due(_context(registry)))
    db.session.rollback()
    for plugin, job in due:
        _run_job(registry, plugin, job, count)


def _run_job(registry: Registry, plugin: str, job: Job, count: Count) -> None:
    turn = plugin_news.turn_of(plugin, job)
    begin()
    ctx = _context(registry)
    is_ours = upkeep.take_turn(db.session(), turn, ctx.now)
    units = plugin_news.units_with(ctx, plugin) if is_ours else []
    db.session.commit()
    if not is_ours:
        return
    work: Any = pkgutil.resolve_name(job.run)
    failed = 0
    for unit in units:
        begin()
        is_done = plugin_news.run_job(_context(registry), plugin, unit, work)
        if is_done:
            db.session.commit()
        else:
            db.session.rollback()
            failed += 1
        count(f"plugin.{turn}", is_done=is_done)
        _keep_failures(registry)
    begin()
    upkeep.end_turn(db.session(), turn, clock.now(), error=f"failed in {failed} units" if failed else "")
    db.session.commit()


def _context(registry: Registry) -> Context:
    return Context(session=db.session(), actor=CLOCK, now=clock.now(), registry=registry)


def _keep_failures(registry: Registry) -> None:
    if failures := registry.take_failures():
        begin()
        plugin_health.write_failures(_context(registry), failures)
        db.session.commit()
