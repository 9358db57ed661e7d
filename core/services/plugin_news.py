"""News for plugins, and work that they do by the clock: each in the unit it concerns, as nobody's act."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from core.domain.activation import decide, settle
from core.domain.views import UnitView
from core.models import JobRun, Nomination, Unit
from core.plugin.gate import Gate
from core.plugin.manifest import Job
from core.services import plugin_everywhere, plugin_sets
from core.services.context import Context, UnitRef

#: How long news wait for a plugin that cannot listen now, before it is tried again.
WAIT = dt.timedelta(minutes=5)
_PERIODS = {"hour": dt.timedelta(hours=1), "day": dt.timedelta(days=1), "week": dt.timedelta(days=7)}
#: A timer is never exact: work due within this time is done now.
_SLACK = dt.timedelta(minutes=2)


class Told(StrEnum):
    """What became of news."""

    DONE = "done"
    #: The plugin raised: told again later, in the end parked.
    FAILED = "failed"
    #: On, but unwell, suspended or switched off for this process: no try is counted.
    WAITS = "waits"
    #: Off, or no longer here: this is no news to anybody.
    DROPPED = "dropped"


def tell(ctx: Context, payload: Mapping[str, Any]) -> Told:
    """Tell one plugin what an outbox row holds. ``ctx`` is the clock's, without a unit; the door commits.

    A failure of the plugin is undone in its own tables and kept in the registry, for the door to write down.
    """
    plugin, hook, args = str(payload["plugin"]), str(payload["hook"]), dict(payload["args"])
    args["at"] = dt.datetime.fromisoformat(args["at"])
    unit_id = payload.get("unit_id") or args.get("unit_id")
    unit = ctx.session.get(Unit, unit_id) if unit_id is not None else None
    if unit is None:
        return Told.DROPPED
    here = dataclasses.replace(ctx, unit=UnitRef(unit.id, unit.key, unit.name, unit.path, unit.kind), memo={})
    found = ctx.registry.installed.get(plugin)
    if found is None:
        return Told.WAITS if plugin in ctx.registry.emergency_off else Told.DROPPED
    said = plugin_sets.read(here, unit.id, unit.path, None)
    if hook != "unit_switched_off" and not _is_on(here, plugin, args):
        return Told.DROPPED
    if not found.is_well or plugin in said.suspended or plugin in said.forbidden_here:
        return Told.WAITS
    gate = Gate(ctx.registry, acting=(found,))
    heard = gate.tell(plugin_sets.desks(here), plugin=plugin, hook=hook, args=args)
    return Told.FAILED if heard.failed else Told.DONE


def _is_on(ctx: Context, plugin: str, args: Mapping[str, Any]) -> bool:
    """Whether the plugin is on where the news comes from: for a dossier, in its event."""
    nomination = ctx.session.get(Nomination, args["nomination_id"]) if "nomination_id" in args else None
    found = plugin_sets.of_event(ctx, nomination.event) if nomination is not None else plugin_sets.of_unit(ctx)
    return found.is_on(plugin)


def jobs_due(ctx: Context) -> Iterator[tuple[str, Job]]:
    """(plugin, job) of every well plugin whose time has come."""
    rows = ctx.session.execute(sa.select(JobRun.name, JobRun.started_at))
    started: dict[str, dt.datetime | None] = {name: at for name, at in rows}  # noqa: C416 - rows are no pairs to mypy
    for name, one in ctx.registry.well.items():
        for job in one.manifest.jobs if one.manifest else ():
            last = started.get(turn_of(name, job))
            if last is None or last <= ctx.now - _PERIODS[job.every] + _SLACK:
                yield name, job


def turn_of(plugin: str, job: Job) -> str:
    """The name of the lock row of a job."""
    return f"{plugin}.{job.name}"


def units_with(ctx: Context, plugin: str) -> list[UnitRef]:
    """Open units where a plugin is on and acts, by the same verdict as its pages; two queries for all of them."""
    if plugin not in ctx.registry.well:
        return []
    words = plugin_everywhere.read(ctx)
    if plugin in words.suspended or plugin in words.forbidden_here:
        return []
    installed = ctx.registry.installed
    requires = {name: one.manifest.requires for name, one in installed.items() if one.manifest}
    served = frozenset(installed) - words.forbidden_here
    found = []
    units = sa.select(Unit.id, Unit.key, Unit.name, Unit.path, Unit.kind).where(Unit.closed_on.is_(None))
    for row in ctx.session.execute(units.order_by(Unit.id)):
        line = [int(part) for part in row.path.split("/") if part]
        verdicts = {
            name: decide(name, row.id, own=words.own.get((row.id, name)), above=words.above(line, name))
            for name in installed
        }
        if settle(verdicts, requires=requires, left_out=(), served=served)[plugin].is_on:
            found.append(UnitRef(*row))
    return found


def run_job(ctx: Context, plugin: str, unit: UnitRef, work: Callable[[Any], object]) -> bool:
    """Do a plugin's work in one unit; whether it went well. The caller owns the transaction."""
    here = dataclasses.replace(ctx, unit=unit, memo={})
    try:
        with plugin_sets.desks(here, UnitView(unit.id, unit.key, unit.name, unit.kind))(plugin) as desk:
            work(desk)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # broad on purpose: one unit's trouble is no other's
        ctx.registry.report(plugin, f"job {getattr(work, '__name__', '')}", error)
        return False
    return True
