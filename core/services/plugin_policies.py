"""What an upper unit lays down about a plugin for all units below it, and what each word would make of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from core.domain.activation import Policy, Verdict, decide, settle
from core.domain.errors import Objection, Refused
from core.models import PluginPolicy, PluginState, PluginSwitch, Unit
from core.services import audit, failpoints, plugin_sets, plugin_switches, plugins
from core.services.context import Context
from core.services.paging import Order, Page, fetch


def set_policy(ctx: Context, plugin: str, policy: Policy | None) -> None:
    """Lay down a word about a plugin for all units below this one; ``None`` takes it back.

    Raises ``Forbidden``, ``NotFound``, and ``Refused``: against an upper unit's word (``plugin_forbidden_above``,
    ``plugin_required_above``), without what the plugin needs (``plugin_policy_needs``), while another needs it
    (``plugin_policy_needed``), or for a plugin that cannot act (``plugin_unwell``, ``plugin_not_served`` …).
    """
    ctx.require("plugin.manage")
    found = plugins.find(ctx, plugin)
    plugins.hold(ctx)
    said = plugin_sets.read(ctx, ctx.here.id, ctx.here.path, None)
    own = plugins_own(ctx)
    if own.get(plugin) == policy:
        return
    above = said.policies.get(plugin, [])
    words = {one for _unit, one in above}
    bound = Policy.FORBIDDEN if Policy.FORBIDDEN in words else Policy.REQUIRED if Policy.REQUIRED in words else None
    if bound is not None and policy not in (None, bound):
        plugin_switches.refuse_against_above(ctx, plugin, above)
    if policy in (Policy.REQUIRED, Policy.DEFAULT_ON):
        plugin_switches.refuse_unable(found, said)
    _refuse_without_needs(ctx, plugin, policy, own, said)
    _write(ctx, plugin, policy)
    audit.note(ctx, "plugin.policy", f"plugin:{plugin}", old=own.get(plugin) or "-", new=policy or "-")
    ctx.session.flush()
    failpoints.hit("plugin.toggle.before_commit")
    plugin_sets.forget(ctx)


def plugins_own(ctx: Context) -> dict[str, Policy]:
    """What this unit laid down, by plugin."""
    p = PluginPolicy
    rows = ctx.session.execute(sa.select(p.plugin, p.policy).where(p.unit_id == ctx.here.id))
    return {name: Policy(word) for name, word in rows}


def _refuse_without_needs(
    ctx: Context, plugin: str, policy: Policy | None, own: Mapping[str, Policy], said: plugin_sets.Said
) -> None:
    """``required`` stands only together: neither before what it needs, nor after that was let go."""

    def is_required(name: str) -> bool:
        words = {one for _unit, one in said.policies.get(name, ())} | ({own[name]} if name in own else set())
        return Policy.REQUIRED in words and Policy.FORBIDDEN not in words

    def needs_of(name: str) -> Sequence[str]:
        one = ctx.registry.installed.get(name)
        return one.manifest.requires if one and one.manifest else ()

    title = plugins.title_of(ctx, plugin)
    if policy is Policy.REQUIRED:
        lacking = [one for one in needs_of(plugin) if not is_required(one)]
        reasons = [
            Objection("plugin_policy_needs", {"plugin": title, "needs": plugins.title_of(ctx, one)}) for one in lacking
        ]
    elif is_required(plugin) and own.get(plugin) is Policy.REQUIRED:
        needing = [one for one in ctx.registry.installed if plugin in needs_of(one) and own.get(one) is Policy.REQUIRED]
        reasons = [
            Objection("plugin_policy_needed", {"plugin": title, "by": plugins.title_of(ctx, one)}) for one in needing
        ]
    else:
        return
    if reasons:
        raise Refused.because(reasons)


def _write(ctx: Context, plugin: str, policy: Policy | None) -> None:
    p = PluginPolicy
    row = ctx.session.scalar(sa.select(p).where(p.unit_id == ctx.here.id, p.plugin == plugin))
    if policy is None:
        if row is not None:
            ctx.session.delete(row)
        return
    if row is None:
        row = PluginPolicy(unit_id=ctx.here.id, plugin=plugin)
        ctx.session.add(row)
    row.policy, row.by_id, row.at = policy.value, ctx.actor.id, ctx.now


# ------------------------------------------------------------------------------------------------ what it makes of them


@dataclass(frozen=True, slots=True)
class Effect:
    """What one word would make of the open units below: on in how many of how many, and how many would change."""

    policy: Policy | None
    on: int
    total: int
    turned_on: int
    turned_off: int


@dataclass(slots=True)
class _Words:
    """All words about the plugins over a subtree and the units above it."""

    policies: dict[str, dict[int, Policy]] = field(default_factory=dict)
    own: dict[str, dict[int, bool]] = field(default_factory=dict)
    forbidden_here: set[str] = field(default_factory=set)


def effects(ctx: Context, plugin: str) -> list[Effect]:
    """For each word that this unit might say, what it would make of the units below. A fixed number of queries."""
    ctx.require("plugin.manage")
    plugins.find(ctx, plugin)
    units = [
        (row.id, row.path) for row in ctx.session.execute(sa.select(Unit.id, Unit.path).where(*plugins.below(ctx)))
    ]
    words = _read(ctx, Unit.path.startswith(ctx.here.path, autoescape=True))
    now = {one: verdict.is_on for one, verdict in _judge(ctx, plugin, units, words).items()}
    found = []
    for policy in (None, Policy.ALLOWED, Policy.DEFAULT_ON, Policy.REQUIRED, Policy.FORBIDDEN):
        said = words.policies.setdefault(plugin, {})
        old = said.pop(ctx.here.id, None)
        if policy is not None:
            said[ctx.here.id] = policy
        then = {one: verdict.is_on for one, verdict in _judge(ctx, plugin, units, words).items()}
        said.pop(ctx.here.id, None)
        if old is not None:
            said[ctx.here.id] = old
        turned_on = sum(then[one] and not now[one] for one in then)
        turned_off = sum(now[one] and not then[one] for one in then)
        found.append(Effect(policy, sum(then.values()), len(units), turned_on, turned_off))
    return found


@dataclass(frozen=True, slots=True)
class UnitBelow:
    """A unit below with the verdict on one plugin there."""

    key: str
    name: str
    verdict: Verdict
    by_name: str
    needs_title: str


def units_below(ctx: Context, plugin: str, *, cursor: str | None = None) -> tuple[Page, list[UnitBelow]]:
    """The open units below by name, a page at a time, and what the plugin is there. Raises ``Forbidden``."""
    ctx.require("plugin.manage")
    plugins.find(ctx, plugin)
    query = sa.select(Unit.id, Unit.key, Unit.name, Unit.path, Unit.sort_key).where(*plugins.below(ctx))
    page = fetch(ctx.session, query, Order((Unit.sort_key, Unit.id)), cursor=cursor)
    line = {int(part) for row in page.rows for part in row.path.split("/") if part}
    words = _read(ctx, Unit.id.in_(line or {0}))
    verdicts = _judge(ctx, plugin, [(row.id, row.path) for row in page.rows], words)
    names = plugins.unit_names(ctx, {one.by_unit for one in verdicts.values() if one.by_unit})
    rows = [
        UnitBelow(
            row.key,
            row.name,
            (one := verdicts[row.id]),
            names.get(one.by_unit or 0, ""),
            plugins.title_of(ctx, one.needs),
        )
        for row in page.rows
    ]
    return page, rows


def _read(ctx: Context, condition: sa.ColumnElement[bool]) -> _Words:
    """Every word of the units that meet ``condition`` and of those above this one."""
    above = [int(part) for part in ctx.here.path.split("/") if part]
    units = sa.select(Unit.id).where(sa.or_(condition, Unit.id.in_(above)))
    words = _Words()
    p, s, t = PluginPolicy, PluginSwitch, PluginState
    rows: Any = ctx.session.execute(sa.select(p.plugin, p.unit_id, p.policy).where(p.unit_id.in_(units)))
    for plugin, unit, policy in rows:
        words.policies.setdefault(plugin, {})[unit] = Policy(policy)
    for plugin, unit, is_on in ctx.session.execute(sa.select(s.plugin, s.unit_id, s.is_on).where(s.unit_id.in_(units))):
        words.own.setdefault(plugin, {})[unit] = is_on
    words.forbidden_here = set(ctx.session.scalars(sa.select(t.plugin).where(t.is_allowed.is_(False))))
    return words


def _judge(ctx: Context, plugin: str, units: Sequence[tuple[int, str]], words: _Words) -> dict[int, Verdict]:
    """The verdict on one plugin in each of these units; what it requires is judged along with it."""
    installed = ctx.registry.installed
    requires = {name: one.manifest.requires for name, one in installed.items() if one.manifest}
    wanted, todo = {plugin}, [plugin]
    while todo:
        more = [one for one in requires.get(todo.pop(), ()) if one in installed and one not in wanted]
        wanted |= set(more)
        todo += more
    served = frozenset(installed) - words.forbidden_here
    found = {}
    for unit, path in units:
        line = [int(part) for part in reversed(path.split("/")) if part and int(part) != unit]
        verdicts = {}
        for name in wanted:
            said = words.policies.get(name, {})
            above = [(one, said[one]) for one in line if one in said]
            verdicts[name] = decide(name, unit, own=words.own.get(name, {}).get(unit), above=above)
        found[unit] = settle(verdicts, requires=requires, left_out=(), served=served)[plugin]
    return found
