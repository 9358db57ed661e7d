"""Cards of plugins on pages of the core: asked, and each way further checked, before a template draws them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for
from werkzeug.routing import BuildError

from core.http import guards
from core.models import Event, Nomination
from core.plugin.answers import Panel, Place
from core.services import plugin_panels as panels_service
from core.services import plugin_sets, reach
from core.services.context import Context, UnitRef
from core.services.plugin_panels import NOTHING, Cards
from core.web.shell import my_units


@dataclass(frozen=True, slots=True)
class Card:
    """A card with its address, where the reader may open it."""

    panel: Panel
    #: Each column with ``label`` and ``num``: whether it holds numbers and stands to the right.
    heads: list[dict[str, Any]]
    url: str | None
    #: The page that tells why this plugin is on here; None where the reader could not open it.
    why: str | None = None


@dataclass(frozen=True, slots=True)
class PluginPanels:
    """What a template needs to draw the cards of one place."""

    cards: tuple[Card, ...] = ()
    hidden: tuple[str, ...] = ()


def plugin_panels(ctx: Context, place: Place, subject: Any = None, *, face: str = "") -> PluginPanels:
    """The cards for a place: the subject is the ``Event`` or ``Nomination`` row, and at home nothing.

    At home, without a unit in the address, the cards are those of the one unit in which the reader holds a role.
    """
    here, event = ctx.unit, None
    if place is Place.HOME:
        here = here or _only_unit(ctx)
        found = panels_service.of_unit(dataclasses.replace(ctx, unit=here), here) if here else NOTHING
    elif place is Place.EVENT:
        found = panels_service.of_event(ctx, event := _row(subject, Event))
    else:
        found = panels_service.of_dossier(ctx, _row(subject, Nomination), face=face)
        event = subject.event
        if here is None or here.id not in (subject.unit_id, event.unit_id):  # an upper unit does not open the event
            return _drawn(ctx, found, here, None, is_told=False)
    return _drawn(ctx, found, here, event)


def _row(subject: Any, kind: type[Any]) -> Any:
    if not isinstance(subject, kind):
        raise TypeError(f"{type(subject).__name__} instead of {kind.__name__}")
    return subject


def _only_unit(ctx: Context) -> UnitRef | None:
    if ctx.registry.is_empty or len({one.unit_id for one in ctx.actor.held}) != 1:
        return None
    units = my_units(ctx)
    return reach.unit_ref(units[0]) if units else None


def _drawn(
    ctx: Context, found: Cards, here: UnitRef | None, event: Event | None, *, is_told: bool = True
) -> PluginPanels:
    cards = tuple(
        Card(
            panel,
            _heads(panel),
            address(ctx, plugin, panel, here),
            _why(ctx, plugin, here, event) if is_told else None,
        )
        for plugin, panel in found.cards
    )
    return PluginPanels(cards, found.hidden)


def _why(ctx: Context, plugin: str, here: UnitRef | None, event: Event | None) -> str | None:
    """Where the chain of decisions stands; the event is one that this unit may open."""
    if here is None or not dataclasses.replace(ctx, unit=here).may("plugin.read"):
        return None
    return url_for("plugins.why", unit=here.key, plugin=plugin, event=event.key if event is not None else None)


def _heads(panel: Panel) -> list[dict[str, Any]]:
    columns = [[line[at] for line in panel.rows if at < len(line)] for at in range(len(panel.columns))]
    return [
        {"label": str(label), "num": at > 0 and any(isinstance(cell, int) for cell in cells)}
        for at, (label, cells) in enumerate(zip(panel.columns, columns, strict=True))
    ]


def address(ctx: Context, plugin: str, panel: Panel, here: UnitRef | None) -> str | None:
    """Where a card leads; None where it leads nowhere, to another's page, or to one that the reader may not open."""
    if not panel.endpoint or here is None:
        return None
    policy = guards.policy_of(current_app, panel.endpoint)  # type: ignore[arg-type]
    if policy is None or policy.owner != plugin or policy.permission is None:
        return None
    there = dataclasses.replace(ctx, unit=here)
    if not there.may(policy.permission) or plugin not in plugin_sets.of_unit(there).gate.acting:
        return None
    values = {"unit": here.key, **{str(name): str(value) for name, value in panel.args.items()}}
    if ctx.event is not None:
        values.setdefault("event", ctx.event.key)
    try:
        return url_for(panel.endpoint, **values)  # type: ignore[arg-type]
    except BuildError:
        return None
