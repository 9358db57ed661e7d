"""Off is off: pages of a plugin are not there where it is off, and say so where it is on but cannot act."""

from __future__ import annotations

from core.domain.errors import NotFound, Refused
from core.services import plugin_sets, reach
from core.services.context import Context


def refuse_where_off(ctx: Context, plugin: str) -> None:
    """Raise ``NotFound`` where a plugin is off, ``Refused("plugin_silent", kind="busy")`` where it is on but unwell."""
    if ctx.event is not None:
        found = plugin_sets.of_event(ctx, reach.event(ctx, ctx.event.key))
    else:
        found = plugin_sets.of_unit(ctx)
    if not found.is_on(plugin):
        raise NotFound
    if plugin not in found.gate.acting:
        raise Refused("plugin_silent", kind="busy", plugin=ctx.registry.installed[plugin].title)
