"""Cards that plugins bring to pages of the core, and the titles of those that could not be asked."""

from __future__ import annotations

from dataclasses import dataclass

from core.models import Event, Nomination
from core.plugin.answers import Panel, Place
from core.services import desk, nomination_sections, plugin_sets, plugin_views
from core.services.context import Context, UnitRef


@dataclass(frozen=True, slots=True)
class Cards:
    """What the plugins show in one place."""

    #: (plugin, card) in order.
    cards: tuple[tuple[str, Panel], ...] = ()
    #: Titles of plugins that are on and show nothing because they failed or cannot act.
    hidden: tuple[str, ...] = ()


NOTHING = Cards()


def of_unit(ctx: Context, unit: UnitRef) -> Cards:
    """The cards of a unit's home page."""
    return _gather(ctx, plugin_sets.of_unit(ctx, unit), Place.HOME, plugin_sets.unit_view(unit))


def of_event(ctx: Context, row: Event) -> Cards:
    """The cards of an event's page: the plugins of its organiser."""
    if ctx.registry.is_empty:
        return NOTHING
    return _gather(ctx, plugin_sets.of_event(ctx, row), Place.EVENT, desk.event_view(row))


def of_dossier(ctx: Context, row: Nomination, *, face: str) -> Cards:
    """The cards of a dossier's page. ``face``: the state as this reader's side may know it, and all a plugin learns."""
    if ctx.registry.is_empty:
        return NOTHING
    found = plugin_sets.of_event(ctx, row.event)
    return _gather(ctx, found, Place.DOSSIER, plugin_views.nomination_view(row, face=face) if found.on else None)


def _gather(ctx: Context, found: plugin_sets.PluginSet, place: Place, subject: object) -> Cards:
    if not found.on:
        return NOTHING
    heard = found.gate.panels(plugin_sets.desks(ctx), place=place, subject=subject, viewer=plugin_sets.viewer(ctx))
    silent = [one for one in found.gate.silent if "panels" in ctx.registry.installed[one].hooks]
    hidden = (nomination_sections.title_of(ctx, one) for one in (*heard.failed, *silent))
    return Cards(tuple(heard.items()), tuple(dict.fromkeys(hidden)))
