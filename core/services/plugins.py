"""The plugins of this server as people see them: found by name, listed for a unit, and for who keeps the server."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.domain.activation import Verdict
from core.domain.errors import NotFound, Refused
from core.domain.text import sort_key
from core.models import PluginFailure, PluginPolicy, PluginState, PluginSwitch, Unit
from core.plugin.registry import Installed
from core.services import audit, plugin_health, plugin_sets
from core.services.context import Context

#: Failed calls that the page of the server shows of each plugin.
LAST_FAILURES = 5


def find(ctx: Context, name: str) -> Installed:
    """An installed plugin; else ``NotFound``."""
    found = ctx.registry.installed.get(name)
    if found is None:
        raise NotFound
    return found


def hold(ctx: Context) -> None:
    """Queue behind whoever changes this unit's plugins at the same moment."""
    ctx.session.execute(sa.select(Unit.id).where(Unit.id == ctx.here.id).with_for_update())


# ------------------------------------------------------------------------------------------------ a unit's list


@dataclass(frozen=True, slots=True)
class UnitPlugin:
    """One plugin on a unit's list. ``is_silent``: on, but it cannot act now."""

    plugin: Installed
    verdict: Verdict
    by_name: str
    needs_title: str
    own: bool | None
    policy: str | None
    is_silent: bool
    is_suspended: bool


def listing(ctx: Context) -> list[UnitPlugin]:
    """Every installed plugin with its verdict for this unit, by title. Raises ``Forbidden``."""
    ctx.require("plugin.manage")
    if ctx.registry.is_empty:
        return []
    found = plugin_sets.of_unit(ctx)
    own = _own_switches(ctx)
    policies = _own_policies(ctx)
    names = unit_names(ctx, {one.by_unit for one in found.verdicts.values() if one.by_unit})
    rows = [
        UnitPlugin(
            plugin=plugin,
            verdict=(verdict := found.verdicts[name]),
            by_name=names.get(verdict.by_unit or 0, ""),
            needs_title=title_of(ctx, verdict.needs),
            own=own.get(name),
            policy=policies.get(name),
            is_silent=name in found.gate.silent,
            is_suspended=name in found.suspended,
        )
        for name, plugin in ctx.registry.installed.items()
    ]
    return sorted(rows, key=lambda one: (sort_key(one.plugin.title), one.plugin.name))


def gone(ctx: Context) -> list[str]:
    """Names of plugins that this unit turned on or off and that are installed no more: what they recorded stays."""
    ctx.require("plugin.manage")
    names = ctx.session.scalars(sa.select(PluginSwitch.plugin).where(PluginSwitch.unit_id == ctx.here.id))
    return sorted(set(names) - set(ctx.registry.installed))


def needed_by(ctx: Context, name: str) -> list[str]:
    """Titles of the plugins that are on here and need this one: they go off with it."""
    on = plugin_sets.of_unit(ctx).on
    found = [ctx.registry.installed[one] for one in on]
    return [one.title for one in found if one.manifest and name in one.manifest.requires]


def has_units_below(ctx: Context) -> bool:
    """Whether an open unit stands below this one."""
    query = sa.select(Unit.id).where(*below(ctx)).limit(1)
    return ctx.session.scalar(query) is not None


def below(ctx: Context) -> tuple[sa.ColumnElement[bool], ...]:
    """Conditions on ``Unit``: open, and below this one."""
    here = ctx.here
    return Unit.path.startswith(here.path, autoescape=True), Unit.id != here.id, Unit.closed_on.is_(None)


def title_of(ctx: Context, name: str | None) -> str:
    """The title of a plugin, its name where it is not installed."""
    if name is None:
        return ""
    found = ctx.registry.installed.get(name)
    return found.title if found else name


def unit_names(ctx: Context, ids: set[int | None]) -> dict[int, str]:
    """Names of units by id; asks nothing where there are none."""
    if not ids:
        return {}
    return _pairs(ctx, sa.select(Unit.id, Unit.name).where(Unit.id.in_(ids)))


def _own_switches(ctx: Context) -> dict[str, bool]:
    s = PluginSwitch
    return _pairs(ctx, sa.select(s.plugin, s.is_on).where(s.unit_id == ctx.here.id))


def _own_policies(ctx: Context) -> dict[str, str]:
    p = PluginPolicy
    return _pairs(ctx, sa.select(p.plugin, p.policy).where(p.unit_id == ctx.here.id))


def _pairs(ctx: Context, query: sa.Select[Any]) -> dict[Any, Any]:
    return {key: value for key, value in ctx.session.execute(query)}  # noqa: C416 - a Row is no pair to mypy


# ------------------------------------------------------------------------------------------------ the server's page


@dataclass(frozen=True, slots=True)
class ServerPlugin:
    """One plugin as the administrator of the server sees it. ``plugin`` None: used by units, but not installed."""

    name: str
    plugin: Installed | None
    is_allowed: bool
    suspended_at: dt.datetime | None
    resumed_at: dt.datetime | None
    failures: int
    last: tuple[PluginFailure, ...]
    units_on: int


@dataclass(frozen=True, slots=True)
class Overview:
    """All plugins of the server, and those that its operator keeps from being loaded."""

    plugins: tuple[ServerPlugin, ...]
    emergency_off: tuple[str, ...]


def overview(ctx: Context) -> Overview:
    """How every plugin of this server stands, in a fixed number of queries. Raises ``Forbidden``."""
    ctx.require("plugin.serve")
    states = {row.plugin: row for row in ctx.session.scalars(sa.select(PluginState))}
    counts, last = _failures(ctx)
    s = PluginSwitch
    switched = _pairs(
        ctx, sa.select(s.plugin, sa.func.sum(sa.case((s.is_on.is_(True), 1), else_=0))).group_by(s.plugin)
    )
    laid_down = set(ctx.session.scalars(sa.select(PluginPolicy.plugin).distinct()))
    used = {name for name, number in switched.items() if number} | laid_down
    names = sorted({*ctx.registry.installed, *used, *ctx.registry.emergency_off})
    return Overview(
        tuple(_server_plugin(ctx, one, states.get(one), counts, last, int(switched.get(one) or 0)) for one in names),
        tuple(sorted(ctx.registry.emergency_off)),
    )


def _server_plugin(
    ctx: Context,
    name: str,
    state: PluginState | None,
    counts: dict[str, int],
    last: dict[str, list[PluginFailure]],
    units_on: int,
) -> ServerPlugin:
    return ServerPlugin(
        name=name,
        plugin=ctx.registry.installed.get(name),
        is_allowed=state.is_allowed if state else True,
        suspended_at=state.suspended_at if state else None,
        resumed_at=state.resumed_at if state else None,
        failures=counts.get(name, 0),
        last=tuple(last.get(name, ())),
        units_on=units_on,
    )


def _failures(ctx: Context) -> tuple[dict[str, int], dict[str, list[PluginFailure]]]:
    f = PluginFailure
    counts = _pairs(ctx, sa.select(f.plugin, sa.func.count()).group_by(f.plugin))
    rank = sa.func.row_number().over(partition_by=f.plugin, order_by=f.id.desc())
    ranked = sa.select(f.id, rank.label("at")).subquery()
    query = sa.select(f).join(ranked, ranked.c.id == f.id).where(ranked.c.at <= LAST_FAILURES).order_by(f.id.desc())
    last: dict[str, list[PluginFailure]] = {}
    for row in ctx.session.scalars(query):
        last.setdefault(row.plugin, []).append(row)
    return counts, last


def allow_on_server(ctx: Context, plugin: str, *, is_allowed: bool) -> None:
    """Let the units of this server use a plugin, or none of them. Raises ``Forbidden``, ``NotFound``."""
    ctx.require("plugin.serve")
    find(ctx, plugin)
    row = plugin_health.state_of(ctx, plugin)
    if row.is_allowed == is_allowed:
        return
    row.is_allowed, row.by_id = is_allowed, ctx.actor.id
    audit.note(ctx, "plugin.allow" if is_allowed else "plugin.forbid", f"plugin:{plugin}")
    plugin_sets.forget(ctx)


def resume(ctx: Context, plugin: str) -> None:
    """Let a suspended plugin act again. Raises ``Forbidden``, ``NotFound``, ``Refused("plugin_not_suspended")``."""
    ctx.require("plugin.serve")
    find(ctx, plugin)
    if plugin_health.state_of(ctx, plugin).suspended_at is None:
        raise Refused("plugin_not_suspended")
    plugin_health.resume(ctx, plugin)
    plugin_sets.forget(ctx)
