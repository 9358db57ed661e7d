"""Lines that plugins add to the menu of a unit: only their own pages, only what the viewer may open."""

from __future__ import annotations

import dataclasses

from flask import current_app, request, url_for
from werkzeug.routing import BuildError

from core.http.guards import policy_of
from core.plugin.answers import NavItem
from core.services import plugin_sets
from core.services.context import Context, UnitRef

#: Pictures that there are; a plugin that names another gets the plug.
_ICONS = """
star bell search plus check check-circle clock pencil return info warning question lock home tasks folder file people
person unit calendar decision book gear plug list chart scales download upload print mail shield building edit
"""
#: A plugin that wants more lines than these has a page for them.
MOST = 5


def lines(ctx: Context, unit: UnitRef) -> list[tuple[str, str, str, bool]]:
    """(label, address, icon, is current) for the plugins that act in a unit. One question, the one of the page."""
    if ctx.registry.is_empty:
        return []
    here = dataclasses.replace(ctx, unit=unit)
    gate = plugin_sets.of_unit(here).gate
    if not gate.acting:
        return []
    heard = gate.nav_items(unit=plugin_sets.unit_view(unit), viewer=plugin_sets.viewer(here))
    found = []
    for answer in heard.answers:
        kept = [line for item in answer.value if (line := _line(here, answer.plugin, item)) is not None]
        found += kept[:MOST]
    return found


def _line(ctx: Context, plugin: str, item: NavItem) -> tuple[str, str, str, bool] | None:
    """One line; None for what is not a page of this plugin, is not for this viewer, or cannot be addressed."""
    label, endpoint = item.label, item.endpoint
    if not (isinstance(label, str) and label.strip() and isinstance(endpoint, str)):
        return None
    policy = policy_of(current_app, endpoint)
    if policy is None or policy.owner != plugin or policy.permission is None or not ctx.may(policy.permission):
        return None
    try:
        address = url_for(endpoint, unit=ctx.here.key)
    except BuildError:  # a page that needs more than the unit
        return None
    icon = item.icon if item.icon in _ICONS.split() else "plug"
    return label.strip()[:60], address, icon, request.endpoint == endpoint
