"""A plugin's settings and targets: a unit's own word, inherited from above, locked where an upper unit says so."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.domain.views import Window
from core.models import PluginSetting, PluginTarget, Unit
from core.services.context import Context


def effective(ctx: Context, plugin: str, *, unit_id: int) -> dict[str, Any]:
    """The settings that hold for a unit: from the top down, each unit's word over that above, but for locked keys."""
    key = ("plugin_settings", plugin, unit_id)
    if key not in ctx.memo:
        path = ctx.session.scalar(sa.select(Unit.path).where(Unit.id == unit_id)) or ""
        line = [int(part) for part in path.split("/") if part]
        rows = {
            row.unit_id: row
            for row in ctx.session.scalars(
                sa.select(PluginSetting).where(PluginSetting.plugin == plugin, PluginSetting.unit_id.in_(line or [0]))
            )
        }
        ctx.memo[key] = merge([(rows[one].data, rows[one].locked) for one in line if one in rows])
    return dict(ctx.memo[key])


def forget(ctx: Context) -> None:
    """After a change: read again in the same request."""
    for key in [key for key in ctx.memo if isinstance(key, tuple) and key[0] == "plugin_settings"]:
        del ctx.memo[key]


def merge(words: list[tuple[dict[str, Any], list[str]]]) -> dict[str, Any]:
    """(own values, locked keys) from the top unit down -> what holds at the bottom."""
    held: dict[str, Any] = {}
    locked: set[str] = set()
    for data, locks in words:
        held |= {name: value for name, value in data.items() if name not in locked}
        locked |= set(locks)
    return held


def targets(ctx: Context, plugin: str, *, unit_ids: Collection[int], window: Window) -> dict[tuple[int, str], int]:
    """(unit, indicator) -> target, added up over the periods that lie within these days."""
    t = PluginTarget
    rows = ctx.session.execute(
        sa.select(t.unit_id, t.indicator, sa.func.sum(t.quantity))
        .where(
            t.plugin == plugin,
            t.unit_id.in_(set(unit_ids) or {0}),
            t.from_on >= window.first,
            t.to_on <= window.last,
        )
        .group_by(t.unit_id, t.indicator)
    )
    return {(unit, indicator): int(quantity) for unit, indicator, quantity in rows}


@dataclass(frozen=True, slots=True)
class Target:
    """How much of an indicator a unit is to reach in a period."""

    unit_id: int
    indicator: str
    window: Window
    quantity: int


def target_periods(ctx: Context, plugin: str, *, unit_ids: Collection[int], window: Window) -> list[Target]:
    """The targets of these units whose period meets these days, each with its own days. One query."""
    t = PluginTarget
    rows = ctx.session.execute(
        sa.select(t.unit_id, t.indicator, t.from_on, t.to_on, t.quantity)
        .where(
            t.plugin == plugin,
            t.unit_id.in_(set(unit_ids) or {0}),
            t.from_on <= window.last,
            t.to_on >= window.first,
        )
        .order_by(t.from_on, t.to_on, t.indicator, t.unit_id)
    )
    return [Target(unit, code, Window(first, last), quantity) for unit, code, first, last, quantity in rows]
