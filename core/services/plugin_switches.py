"""A unit's own word about a plugin, and an event's: switched on, switched off, left out. Each is one audit line."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from core.domain.activation import Policy, Reason
from core.domain.errors import Objection, Refused
from core.domain.text import sort_key
from core.models import EventPluginOff, OutboxRow, PluginSwitch
from core.plugin.gate import Gate
from core.plugin.registry import Installed
from core.services import audit, events, failpoints, plugin_sets, plugins
from core.services.context import Context


def switch(ctx: Context, plugin: str, *, is_on: bool) -> tuple[str, ...]:
    """Turn a plugin on or off for this unit; what the plugin only warns of is returned, in its own words.

    Raises ``Forbidden``, ``NotFound``, and ``Refused`` where an upper unit forbids or requires it, where it cannot act,
    where what it needs is off, and where it objects or cannot be asked.
    """
    ctx.require("plugin.manage")
    found = plugins.find(ctx, plugin)
    plugins.hold(ctx)
    plugin_sets.forget(ctx)
    said = plugin_sets.read(ctx, ctx.here.id, ctx.here.path, None)
    refuse_against_above(ctx, plugin, said.policies.get(plugin, []))
    if said.own.get(plugin) is is_on:
        return ()
    was_on = plugin_sets.of_unit(ctx).is_on(plugin)
    warnings = _ask(ctx, found, said) if is_on else ()
    _write(ctx, plugin, is_on=is_on)
    if was_on and not is_on and ("unit_switched_off" in found.hooks or not found.is_well):  # unwell: it may want it
        tell_off(ctx, plugin)
    audit.note(ctx, "plugin.switch_on" if is_on else "plugin.switch_off", f"plugin:{plugin}")
    ctx.session.flush()
    failpoints.hit("plugin.toggle.before_commit")
    plugin_sets.forget(ctx)
    return warnings


def refuse_against_above(ctx: Context, plugin: str, above: list[tuple[int, Policy]]) -> None:
    """Raise ``Refused`` where an upper unit leaves this one no choice."""
    for policy, code in ((Policy.FORBIDDEN, "plugin_forbidden_above"), (Policy.REQUIRED, "plugin_required_above")):
        by = next((unit for unit, said in above if said is policy), None)
        if by is not None:
            raise Refused(code, plugin=plugins.title_of(ctx, plugin), unit=plugins.unit_names(ctx, {by}).get(by, ""))


def _ask(ctx: Context, found: Installed, said: plugin_sets.Said) -> tuple[str, ...]:
    """Whether the plugin may be switched on: by the server, by its health, by what it needs, by itself."""
    refuse_unable(found, said)
    on = plugin_sets.of_unit(ctx)
    needs = found.manifest.requires if found.manifest else ()
    if missing := [one for one in needs if not on.is_on(one)]:
        raise Refused.because(
            [Objection("plugin_needs", {"plugin": found.title, "needs": plugins.title_of(ctx, one)}) for one in missing]
        )
    gate = Gate(ctx.registry, acting=(found,))
    ctx.session.flush()
    heard = gate.switch_on_objections(plugin_sets.desks(ctx), unit=plugin_sets.unit_view(ctx.here))
    if heard.failed:
        raise Refused("plugin_cannot_check", plugin=found.title)
    spoken = [one for _plugin, one in heard.items()]
    if against := [one for one in spoken if not one.is_warning]:
        raise Refused.because([Objection("plugin_says", {"text": str(one.text)}) for one in against])
    return tuple(str(one.text) for one in spoken)


def refuse_unable(found: Installed, said: plugin_sets.Said) -> None:
    """Raise ``Refused`` for a plugin that this server does not allow, or that cannot act now."""
    if found.name in said.forbidden_here:
        raise Refused("plugin_not_served", plugin=found.title)
    if not found.is_well:
        raise Refused("plugin_unwell", plugin=found.title)
    if found.name in said.suspended:
        raise Refused("plugin_suspended", plugin=found.title)


def _write(ctx: Context, plugin: str, *, is_on: bool) -> None:
    s = PluginSwitch
    row = ctx.session.scalar(sa.select(s).where(s.unit_id == ctx.here.id, s.plugin == plugin))
    if row is None:
        row = PluginSwitch(unit_id=ctx.here.id, plugin=plugin)
        ctx.session.add(row)
    row.is_on, row.by_id, row.at = is_on, ctx.actor.id, ctx.now


def tell_off(ctx: Context, plugin: str) -> None:
    """Queue the news for the plugin; it is told after the commit, from the jobs."""
    args = {"unit_id": ctx.here.id, "actor_id": ctx.actor.id, "at": ctx.now.isoformat()}
    payload = {"plugin": plugin, "hook": "unit_switched_off", "unit_id": ctx.here.id, "args": args}
    ctx.session.add(OutboxRow(kind="tell", payload=payload, created_at=ctx.now, due_at=ctx.now))


# ------------------------------------------------------------------------------------------------ an event's word


@dataclass(frozen=True, slots=True)
class EventPlugin:
    """A plugin that the organiser has on, as an event takes it."""

    name: str
    title: str
    summary: str
    is_left_out: bool
    is_required: bool
    is_on: bool
    needs_title: str


def of_event(ctx: Context) -> list[EventPlugin]:
    """The plugins of the organiser of this context's event, and which the event leaves out. Raises ``Forbidden``."""
    ctx.require("event.manage")
    row = events.managed(ctx)
    if ctx.registry.is_empty:
        return []
    at_home = plugin_sets.of_unit(ctx)
    here = plugin_sets.of_event(ctx, row)
    out = set(ctx.session.scalars(sa.select(EventPluginOff.plugin).where(EventPluginOff.event_id == row.id)))
    found = []
    for name in at_home.on:
        plugin, verdict = ctx.registry.installed[name], here.verdicts[name]
        found.append(
            EventPlugin(
                name=name,
                title=plugin.title,
                summary=plugin.manifest.summary if plugin.manifest else "",
                is_left_out=name in out,
                is_required=at_home.verdicts[name].reason is Reason.REQUIRED_ABOVE,
                is_on=verdict.is_on,
                needs_title=plugins.title_of(ctx, verdict.needs),
            )
        )
    return sorted(found, key=lambda one: (sort_key(one.title), one.name))


def leave_out(ctx: Context, plugin: str, *, is_out: bool) -> None:
    """Leave a plugin of the organiser out of this context's event, or take it back.

    Raises ``Forbidden``, ``NotFound``, ``Refused``: ``plugin_required_above``, ``plugin_not_on``.
    """
    ctx.require("event.manage")
    row = events.managed(ctx)
    found = plugins.find(ctx, plugin)
    plugins.hold(ctx)
    plugin_sets.forget(ctx)
    e = EventPluginOff
    old = ctx.session.scalar(sa.select(e).where(e.event_id == row.id, e.plugin == plugin))
    if is_out == (old is not None):
        return
    if old is not None:
        ctx.session.delete(old)
    else:
        verdict = plugin_sets.of_unit(ctx).verdicts[plugin]
        if not verdict.is_on:
            raise Refused("plugin_not_on", plugin=found.title)
        if verdict.reason is Reason.REQUIRED_ABOVE:
            by = verdict.by_unit or 0
            raise Refused("plugin_required_above", plugin=found.title, unit=plugins.unit_names(ctx, {by}).get(by, ""))
        ctx.session.add(EventPluginOff(event_id=row.id, plugin=plugin, by_id=ctx.actor.id, at=ctx.now))
    verb = "event.plugin_left_out" if is_out else "event.plugin_taken_back"
    audit.note(ctx, verb, f"event:{row.key}", plugin=plugin)
    ctx.session.flush()
    plugin_sets.forget(ctx)
