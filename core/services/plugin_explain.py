"""Why a plugin is on or off here: every word that was said about it, in the order in which it counts."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from core.domain.activation import Policy, Reason, Verdict
from core.domain.errors import NotFound
from core.models import EventPluginOff, PluginPolicy, PluginState, PluginSwitch, Unit
from core.plugin.registry import Installed
from core.services import plugin_sets, plugins, reach
from core.services.context import Context, EventRef


@dataclass(frozen=True, slots=True)
class Step:
    """One decision. ``kind``: ``policy``, ``own``, ``event``, ``server``, ``needs`` or ``health``.

    ``word`` says which: a policy, ``on``, ``off``, ``none`` (nobody said anything), ``left_out``, ``taken``,
    ``allowed``, ``forbidden``, ``met``, ``missing``, ``well``, ``unwell``, ``suspended``. ``name`` is the unit, the
    event or the plugin that it is about.
    """

    kind: str
    word: str
    name: str = ""
    at: dt.datetime | None = None
    is_deciding: bool = False


@dataclass(frozen=True, slots=True)
class Explained:
    """A plugin with its verdict and the whole chain of decisions; exactly one step decides."""

    plugin: Installed
    verdict: Verdict
    by_name: str
    needs_title: str
    is_silent: bool
    steps: tuple[Step, ...]


def explain(ctx: Context, plugin: str | None = None) -> list[Explained]:
    """The chain for each plugin (or one) in this context's unit, and its event where there is one.

    In an event the organiser's words count. Raises ``Forbidden``, ``NotFound`` for a plugin that is not installed.
    """
    if not ctx.may("plugin.manage"):  # held from above; who only reads, reads in a unit of one's own
        ctx.require("plugin.read")
    if plugin is not None:
        plugins.find(ctx, plugin)
    if ctx.event is not None:
        event = reach.event(ctx, ctx.event.key)
        unit: Unit = event.unit
        found = plugin_sets.of_event(ctx, event)
    else:
        event, found = None, plugin_sets.of_unit(ctx)
        unit = ctx.session.get_one(Unit, ctx.here.id)
    words = _read(ctx, unit, event.id if event else 0)
    title = event.title if event else ""
    names = [plugin] if plugin is not None else list(found.verdicts)
    return [_explained(ctx, found, words, name, title) for name in names]


def explain_in(ctx: Context, plugin: str, *, event: str | None) -> tuple[Explained, EventRef | None]:
    """The chain for one plugin; with ``event`` (a key) in that event. Raises ``NotFound`` for one not to be seen."""
    if event is not None:
        if not (event.isascii() and event.isprintable()):
            raise NotFound
        ctx = dataclasses.replace(ctx, event=reach.event_ref(reach.event(ctx, event)))
    return explain(ctx, plugin)[0], ctx.event


@dataclass(frozen=True, slots=True)
class _Words:
    unit: Unit
    #: upper units from the top down
    above: tuple[tuple[int, str], ...]
    policies: dict[tuple[str, int], PluginPolicy]
    switches: dict[str, PluginSwitch]
    out: dict[str, EventPluginOff]
    states: dict[str, PluginState]


def _read(ctx: Context, unit: Unit, event_id: int) -> _Words:
    line = [int(part) for part in unit.path.split("/") if part and int(part) != unit.id]
    names = plugins.unit_names(ctx, set(line))
    p, s, e = PluginPolicy, PluginSwitch, EventPluginOff
    policies = ctx.session.scalars(sa.select(p).where(p.unit_id.in_(line or [0])))
    switches = ctx.session.scalars(sa.select(s).where(s.unit_id == unit.id))
    out = ctx.session.scalars(sa.select(e).where(e.event_id == event_id)) if event_id else ()
    return _Words(
        unit=unit,
        above=tuple((one, names.get(one, "")) for one in line),
        policies={(row.plugin, row.unit_id): row for row in policies},
        switches={row.plugin: row for row in switches},
        out={row.plugin: row for row in out},
        states={row.plugin: row for row in ctx.session.scalars(sa.select(PluginState))},
    )


def _explained(ctx: Context, found: plugin_sets.PluginSet, words: _Words, name: str, event_title: str) -> Explained:
    verdict, one = found.verdicts[name], ctx.registry.installed[name]
    steps = [*_of_units(words, name, verdict), _of_server(words, name, verdict)]
    if event_title:
        steps.append(_of_event(words, name, verdict, event_title))
    steps += _of_needs(ctx, found, one, verdict)
    steps.append(_of_health(words, one))
    by = dict([*words.above, (words.unit.id, words.unit.name)]).get(verdict.by_unit or 0, "")
    return Explained(
        plugin=one,
        verdict=verdict,
        by_name=by,
        needs_title=plugins.title_of(ctx, verdict.needs),
        is_silent=name in found.gate.silent,
        steps=tuple(steps),
    )


def _of_units(words: _Words, name: str, verdict: Verdict) -> list[Step]:
    deciding = {Reason.FORBIDDEN_ABOVE, Reason.REQUIRED_ABOVE, Reason.DEFAULT_ABOVE}
    steps = []
    for unit, title in words.above:
        row = words.policies.get((name, unit))
        word = Policy(row.policy).value if row else "none"
        is_deciding = verdict.reason in deciding and verdict.by_unit == unit
        steps.append(Step("policy", word, title, row.at if row else None, is_deciding))
    own = words.switches.get(name)
    word = "none" if own is None else "on" if own.is_on else "off"
    is_deciding = verdict.reason in (Reason.OWN_SWITCH, Reason.NOBODY_CHOSE)
    return [*steps, Step("own", word, words.unit.name, own.at if own else None, is_deciding)]


def _of_server(words: _Words, name: str, verdict: Verdict) -> Step:
    state = words.states.get(name)
    word = "forbidden" if state is not None and not state.is_allowed else "allowed"
    return Step("server", word, is_deciding=verdict.reason is Reason.NOT_ON_SERVER)


def _of_event(words: _Words, name: str, verdict: Verdict, title: str) -> Step:
    row = words.out.get(name)
    is_deciding = verdict.reason is Reason.LEFT_OUT_OF_EVENT
    return Step("event", "left_out" if row else "taken", title, row.at if row else None, is_deciding)


def _of_needs(ctx: Context, found: plugin_sets.PluginSet, one: Installed, verdict: Verdict) -> list[Step]:
    needs = one.manifest.requires if one.manifest else ()
    return [
        Step(
            "needs",
            "met" if found.is_on(need) else "missing",
            plugins.title_of(ctx, need),
            is_deciding=verdict.reason is Reason.NEEDS_ANOTHER and verdict.needs == need,
        )
        for need in needs
    ]


def _of_health(words: _Words, one: Installed) -> Step:
    state = words.states.get(one.name)
    if not one.is_well:
        return Step("health", "unwell")
    if state is not None and state.suspended_at is not None:
        return Step("health", "suspended", at=state.suspended_at)
    return Step("health", "well")
