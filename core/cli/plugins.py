"""Verbs about plugins: how each stands, fingerprints, one unit's switch, what was recorded."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from flask import current_app

from core.cli.envelope import CannotRun, Outcome, operator_context, verb
from core.cli.plugins_new import new
from core.cli.plugins_purge import purge
from core.domain.permissions import Held, Role
from core.plugin import lock as locks
from core.plugin.registry import Installed, Registry
from core.services import plugin_export, plugin_sets, plugin_switches, reach
from core.services import plugins as services
from core.services.context import Context


@click.group()
def plugins() -> None:
    """Plugins: listed, checked, locked, switched for a unit."""


def _registry() -> Registry:
    return current_app.extensions["plugins"]  # type: ignore[no-any-return]


def _instance() -> Path:
    return Path(current_app.instance_path)


def _server() -> Context:
    """A context with a system administrator's powers: whoever has the server's keyboard has them."""
    ctx = operator_context()
    everywhere = Held(Role.SYSTEM_ADMIN, unit_id=0, path="/0/")
    return dataclasses.replace(ctx, actor=dataclasses.replace(ctx.actor, held=(everywhere,)))


def _at(key: str, server: Context | None = None) -> Context:
    """The same in one unit. Raises ``NotFound``."""
    ctx = server or _server()
    if not key.isprintable():
        raise CannotRun("plugins.unit", f"no unit {key!r}")
    return dataclasses.replace(ctx, unit=reach.unit_ref(reach.unit(ctx, key)))


def _fingerprint(one: Installed | None) -> str:
    return locks.total(locks.digests(one.folder)) if one and one.folder and one.folder.is_dir() else ""


def _state(one: services.ServerPlugin) -> str:
    if one.name in _registry().emergency_off:
        return "emergency_off"
    if one.plugin is None:
        return "removed"
    if not one.plugin.is_well:
        return "unwell"
    return "suspended" if one.suspended_at else "well" if one.is_allowed else "forbidden"


@plugins.command(name="list")
@click.option("--unit", "unit", default="", help="Also whether each is on in this unit (its key).")
@verb("plugins list")
def list_plugins(unit: str) -> Outcome:
    """Every installed plugin, and those that units still have on though they are gone."""
    ctx = _server()
    found = services.overview(ctx)
    verdicts = plugin_sets.of_unit(_at(unit, ctx)).verdicts if unit else {}
    outcome = Outcome(counts={"plugins": len(found.plugins)}, extra={"emergency_off": list(found.emergency_off)})
    rows = []
    for one in found.plugins:
        row: dict[str, Any] = {
            "name": one.name,
            "state": _state(one),
            "stage": one.plugin.stage if one.plugin else None,
            "reason": one.plugin.reason if one.plugin else None,
            "version": one.plugin.version if one.plugin else "",
            "sha256": _fingerprint(one.plugin),
            "failures": one.failures,
            "units_on": one.units_on,
        }
        if one.name in verdicts:
            row |= {"is_on": verdicts[one.name].is_on, "why": verdicts[one.name].reason.value}
        rows.append(row)
        outcome.lines.append(f"{one.name:24} {row['state']:10} {row['version']:10} {row['reason'] or ''}".rstrip())
    outcome.extra["plugins"] = rows
    return outcome


@plugins.command()
@verb("plugins check")
def check() -> Outcome:
    """Whether every plugin can act and is as it was locked; exit 1 where one is not."""
    found = services.overview(_server())
    outcome = Outcome(counts={"plugins": len(found.plugins)})
    kept = locks.read(_instance())
    for one in found.plugins:
        about = f"plugin:{one.name}"
        if one.name in found.emergency_off:
            outcome.find("plugins.emergency_off", "kept from being loaded", obj=about, severity="warn")
        elif one.plugin is None:
            detail = f"not installed, but {one.units_on} units have it on"
            outcome.find("plugins.removed", detail, obj=about, severity="warn")
        elif not one.plugin.is_well:
            outcome.find(f"plugins.{one.plugin.stage}", one.plugin.reason or "", obj=about)
        elif kept is not None and (fault := kept.fault(one.name, one.plugin.folder)):
            outcome.find("plugins.lock", fault, obj=about)
        if one.suspended_at is not None:
            outcome.find("plugins.suspended", f"since {one.suspended_at.isoformat()}", obj=about)
    outcome.extra["plugins"] = [
        {"name": one.name, "state": _state(one), "stage": one.plugin.stage, "reason": one.plugin.reason}
        for one in found.plugins
        if one.plugin is not None
    ]
    outcome.extra["is_locked"] = kept is not None
    return outcome


@plugins.command()
@verb("plugins lock", at_head=False)
def lock() -> Outcome:
    """Write the fingerprints of all installed plugins; production then runs these files and no others."""
    installed = [(one.name, one.version, one.folder) for one in _registry().installed.values() if one.folder]
    found = locks.write(_instance(), installed, now=operator_context().now)
    outcome = Outcome(counts={"plugins": len(found)}, extra={"file": str(_instance() / locks.FILE)})
    outcome.extra["plugins"] = [{"name": name, "sha256": digest} for name, digest in found.items()]
    outcome.lines = [f"{digest}  {name}" for name, digest in found.items()]
    return outcome


def _switch(plugin: str, unit: str, *, is_on: bool) -> Outcome:
    ctx = _at(unit)
    warnings = plugin_switches.switch(ctx, plugin, is_on=is_on)
    verdict = plugin_sets.of_unit(ctx).verdicts[plugin]
    outcome = Outcome(extra={"plugin": plugin, "unit": unit, "is_on": verdict.is_on, "why": verdict.reason.value})
    outcome.lines = [f"{plugin} is {'on' if verdict.is_on else 'off'} in {ctx.here.name}", *warnings]
    return outcome


@plugins.command()
@click.argument("plugin")
@click.option("--unit", required=True, help="The unit's key, as in its address.")
@verb("plugins enable")
def enable(plugin: str, unit: str) -> Outcome:
    """Turn a plugin on for one unit, where the units above leave it the choice."""
    return _switch(plugin, unit, is_on=True)


@plugins.command()
@click.argument("plugin")
@click.option("--unit", required=True, help="The unit's key, as in its address.")
@verb("plugins disable")
def disable(plugin: str, unit: str) -> Outcome:
    """Turn a plugin off for one unit; nothing that it recorded is deleted."""
    return _switch(plugin, unit, is_on=False)


@plugins.command()
@click.argument("plugin")
@click.option("--unit", required=True, help="The unit's key; the units below it are in the export too.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="A .zip or a .json file.")
@verb("plugins export")
def export(plugin: str, unit: str, out: Path) -> Outcome:
    """What a plugin recorded in a unit and below, also where it is off or gone."""
    ctx = _at(unit)
    write = _WRITERS.get(out.suffix)
    if write is None:
        raise CannotRun("plugins.export", f"{out}: neither .zip nor .json")
    if plugin not in _registry().installed and not plugin_export.is_any(ctx, plugin):
        raise CannotRun("plugins.export", f"nothing of a plugin {plugin!r}")
    out.write_bytes(write(ctx, plugin))
    counts = {one.name: one.total for one in plugin_export.parts(ctx, plugin)}
    return Outcome(counts=counts, extra={"file": str(out)}, lines=[str(out)])


def _as_json(ctx: Context, plugin: str) -> bytes:
    return json.dumps(plugin_export.taken(ctx, plugin), ensure_ascii=False, indent=1).encode()


_WRITERS: dict[str, Callable[[Context, str], bytes]] = {".zip": plugin_export.as_zip, ".json": _as_json}

plugins.add_command(new)
plugins.add_command(purge)

COMMANDS = (plugins,)
