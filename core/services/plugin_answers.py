"""A unit's own answers to a plugin's settings: shown with what holds and from whom, saved, locked for those below."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.domain.errors import Objection, Refused, Stale
from core.domain.fields import FieldSpec, JSONValue, clean_all
from core.models import PluginSetting, User
from core.plugin.registry import Installed
from core.services import audit, plugin_settings, plugins
from core.services.context import Context


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as it stands for a unit. ``held_by``: the unit whose answer holds; ``locked_by``: an upper unit that
    leaves no choice here."""

    spec: FieldSpec
    own: JSONValue
    held: JSONValue
    held_by: str
    inherited: JSONValue
    inherited_from: str
    locked_by: str
    is_locked_below: bool

    @property
    def is_own(self) -> bool:
        """Whether this unit answers it itself."""
        return _is_said(self.own) and not self.locked_by


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one plugin for one unit, with the version to save against."""

    plugin: Installed
    rows: tuple[Setting, ...]
    version: int


def show(ctx: Context, plugin: str) -> Settings:
    """The settings of a plugin as they stand here. Raises ``Forbidden``, ``NotFound``."""
    ctx.require("plugin.manage")
    found = plugins.find(ctx, plugin)
    line = [int(part) for part in ctx.here.path.split("/") if part]
    query = sa.select(PluginSetting).where(PluginSetting.plugin == plugin, PluginSetting.unit_id.in_(line))
    rows = {row.unit_id: row for row in ctx.session.scalars(query)}
    names = plugins.unit_names(ctx, set(rows))
    own = rows.get(ctx.here.id)
    specs = found.manifest.settings if found.manifest else ()
    settings = tuple(_setting(ctx, spec, line, rows, names) for spec in specs)
    return Settings(found, settings, own.version if own else 0)


def _setting(
    ctx: Context, spec: FieldSpec, line: list[int], rows: Mapping[int, PluginSetting], names: Mapping[int, str]
) -> Setting:
    inherited: Any = None
    inherited_from = locked_by = ""
    for unit in line:
        row = rows.get(unit)
        if unit == ctx.here.id or row is None:
            continue
        if not locked_by and _is_said(row.data.get(spec.key)):
            inherited, inherited_from = row.data[spec.key], names.get(unit, "")
        if not locked_by and spec.key in row.locked:
            locked_by = names.get(unit, "")
    mine = rows.get(ctx.here.id)
    own: Any = mine.data.get(spec.key) if mine else None
    is_own = _is_said(own) and not locked_by
    return Setting(
        spec=spec,
        own=own,
        held=own if is_own else inherited,
        held_by=ctx.here.name if is_own else inherited_from,
        inherited=inherited,
        inherited_from=inherited_from,
        locked_by=locked_by,
        is_locked_below=mine is not None and spec.key in mine.locked,
    )


def _is_said(value: object) -> bool:
    return value is not None and value != []


def save_settings(
    ctx: Context, plugin: str, data: Mapping[str, object], *, locked: Collection[str], expected_version: int | None
) -> Settings:
    """Keep this unit's own answers; what is left empty is inherited. ``locked``: keys that the units below may not set.

    Raises ``Stale``, and ``Refused`` with every fault beside its field: a value that does not fit, an unknown key, a
    setting that an upper unit locked (``plugin_setting_locked``), a required one that nobody answers (``required``).
    """
    ctx.require("plugin.manage")
    plugins.find(ctx, plugin)
    plugins.hold(ctx)
    now = show(ctx, plugin)
    row = ctx.session.scalar(
        sa.select(PluginSetting).where(PluginSetting.plugin == plugin, PluginSetting.unit_id == ctx.here.id)
    )
    if (expected_version or 0) != now.version:
        raise Stale(theirs={one.spec.key: one.own for one in now.rows}, by=_by(ctx, row))
    values = _judge(now, data, locked)
    kept = {one.spec.key: one.own for one in now.rows if one.locked_by and _is_said(one.own)}
    own = kept | {key: value for key, value in values.items() if _is_said(value)}
    locks = [one.spec.key for one in now.rows if one.spec.key in set(locked)]
    _write(ctx, plugin, row, own, locks)
    return show(ctx, plugin)


def _judge(now: Settings, data: Mapping[str, object], locked: Collection[str]) -> dict[str, JSONValue]:
    specs = [dataclasses.replace(one.spec, required=False) for one in now.rows]
    values, problems = clean_all(specs, data)
    faults = [Objection(one.code, dict(one.params), field=key or None) for key, one in problems.items()]
    for one in now.rows:
        key = one.spec.key
        if one.locked_by and (_is_said(values.get(key)) or key in locked):
            faults.append(Objection("plugin_setting_locked", {"unit": one.locked_by}, field=key))
            values.pop(key, None)
        elif one.spec.required and key in values and not _is_said(values[key]) and not _is_said(one.inherited):
            faults.append(Objection("required", field=key))
    unknown = set(locked) - {one.spec.key for one in now.rows}
    faults += [Objection("no_such_field", field=key) for key in sorted(unknown)]
    if faults:
        raise Refused.because(faults)
    return {key: value for key, value in values.items() if not any(r.locked_by for r in now.rows if r.spec.key == key)}


def _write(ctx: Context, plugin: str, row: PluginSetting | None, own: dict[str, JSONValue], locks: list[str]) -> None:
    old_data, old_locks = (row.data, row.locked) if row else ({}, [])
    if row is not None and (old_data, old_locks) == (own, locks):
        return
    if row is None:
        if not own and not locks:
            return
        row = PluginSetting(unit_id=ctx.here.id, plugin=plugin)
        ctx.session.add(row)
    row.data, row.locked, row.by_id, row.at = dict(own), locks, ctx.actor.id, ctx.now
    changed = sorted(key for key in {*old_data, *own} if old_data.get(key) != own.get(key))
    audit.note(
        ctx, "plugin.settings", f"plugin:{plugin}", changed=", ".join(changed) or "-", locked=", ".join(locks) or "-"
    )
    ctx.session.flush()
    plugin_settings.forget(ctx)


def _by(ctx: Context, row: PluginSetting | None) -> str | None:
    if row is None or row.by_id is None:
        return None
    return ctx.session.scalar(sa.select(User.full_name).where(User.id == row.by_id))
