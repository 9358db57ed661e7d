"""Which plugins act here: read once per request, one query over a unit and the units above it. No cache beyond that.

So a switch bites at the next request of every process, without a restart.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.domain.activation import Policy, Verdict, decide, settle
from core.domain.views import UnitView, Viewer
from core.models import Event, EventPluginOff, PluginPolicy, PluginState, PluginSwitch, Unit
from core.plugin.gate import Desks, Gate
from core.services.context import NO_PLUGINS, Context, UnitRef
from core.services.desk import Desk, Shelter


@dataclass(frozen=True, slots=True)
class Said:
    """Every word about plugins that matters for one unit and, where given, one event."""

    #: plugin -> [(unit, policy)], nearest upper unit first
    policies: dict[str, list[tuple[int, Policy]]]
    own: dict[str, bool]
    left_out: frozenset[str]
    forbidden_here: frozenset[str]
    suspended: frozenset[str]


@dataclass(frozen=True, slots=True)
class PluginSet:
    """The verdicts of one unit (and event), and who of those that are on can answer."""

    verdicts: dict[str, Verdict]
    suspended: frozenset[str]
    gate: Gate

    def is_on(self, plugin: str) -> bool:
        """Whether the plugin is on; it may still be silent."""
        found = self.verdicts.get(plugin)
        return found is not None and found.is_on

    @property
    def on(self) -> tuple[str, ...]:
        """Every plugin that is on, in order."""
        return tuple(name for name, one in self.verdicts.items() if one.is_on)


def of_unit(ctx: Context, unit: UnitRef | None = None) -> PluginSet:
    """The plugins of a unit's own pages; without ``unit`` those of the unit of this context."""
    here = unit or ctx.here
    return _find(ctx, here.id, here.path, None)


def of_event(ctx: Context, event: Event) -> PluginSet:
    """The plugins of an event: what its organiser has on, narrowed by the event.

    The nominating unit's own switches play no part.
    """
    if ctx.registry.is_empty:
        return _EMPTY
    path = ctx.unit.path if ctx.unit and ctx.unit.id == event.unit_id else event.unit.path
    return _find(ctx, event.unit_id, path, event.id)


def _find(ctx: Context, unit_id: int, path: str, event_id: int | None) -> PluginSet:
    if ctx.registry.is_empty:
        return _EMPTY
    key = ("plugin_sets", unit_id, event_id)
    found: PluginSet | None = ctx.memo.get(key)
    if found is None:
        found = ctx.memo[key] = _build(ctx, unit_id, _said(ctx, unit_id, path, event_id))
    return found


def _said(ctx: Context, unit_id: int, path: str, event_id: int | None) -> Said:
    """What was said; a unit's own pages need not ask again after one of its events did."""
    key = ("plugin_sets", "said", unit_id)
    said: Said | None = ctx.memo.get(key)
    if said is None or event_id is not None:
        said = ctx.memo[key] = read(ctx, unit_id, path, event_id)
    return said if event_id is not None else dataclasses.replace(said, left_out=frozenset())


def read(ctx: Context, unit_id: int, path: str, event_id: int | None) -> Said:
    """Everything said, in one query."""
    above = [int(part) for part in path.split("/") if part and int(part) != unit_id]
    rows = ctx.session.execute(_query(), {"unit": unit_id, "above": above or [0], "event": event_id or 0})
    return _sort(rows, above)


@functools.cache
def _query() -> sa.CompoundSelect[Any]:
    """One statement for all: made once, compiled once for each number of upper units."""
    p, s, e, t = PluginPolicy, PluginSwitch, EventPluginOff, PluginState
    number, word = sa.Integer(), sa.String(12)
    nothing, no_word = sa.cast(sa.null(), number), sa.cast(sa.null(), word)
    return sa.union_all(
        sa.select(sa.literal("own"), s.plugin, s.unit_id, no_word, sa.cast(s.is_on, number)).where(
            s.unit_id == sa.bindparam("unit")
        ),
        sa.select(sa.literal("policy"), p.plugin, p.unit_id, p.policy, nothing).where(
            p.unit_id.in_(sa.bindparam("above", expanding=True))
        ),
        sa.select(sa.literal("off"), e.plugin, e.event_id, no_word, nothing).where(e.event_id == sa.bindparam("event")),
        sa.select(
            sa.literal("state"),
            t.plugin,
            sa.cast(t.is_allowed, number),
            no_word,
            sa.case((t.suspended_at.is_not(None), 1), else_=0),
        ),
    )


def _sort(rows: Any, above: list[int]) -> Said:
    nearness = {unit: at for at, unit in enumerate(reversed(above))}
    policies: dict[str, list[tuple[int, Policy]]] = {}
    own: dict[str, bool] = {}
    left_out, forbidden, suspended = set(), set(), set()
    for kind, plugin, number, policy, flag in rows:
        if kind == "own":
            own[plugin] = bool(flag)
        elif kind == "policy":
            policies.setdefault(plugin, []).append((number, Policy(policy)))
        elif kind == "off":
            left_out.add(plugin)
        else:
            if not number:
                forbidden.add(plugin)
            if flag:
                suspended.add(plugin)
    for one in policies.values():
        one.sort(key=lambda pair: nearness[pair[0]])
    return Said(policies, own, frozenset(left_out), frozenset(forbidden), frozenset(suspended))


def judge(ctx: Context, unit_id: int, said: Said) -> dict[str, Verdict]:
    """The verdict on every installed plugin, from what was said."""
    installed = ctx.registry.installed
    verdicts = {
        name: decide(name, unit_id, own=said.own.get(name), above=said.policies.get(name, ())) for name in installed
    }
    return settle(
        verdicts,
        requires={name: one.manifest.requires for name, one in installed.items() if one.manifest},
        left_out=said.left_out,
        served=frozenset(installed) - said.forbidden_here,
    )


def _build(ctx: Context, unit_id: int, said: Said) -> PluginSet:
    verdicts = judge(ctx, unit_id, said)
    on = [ctx.registry.installed[name] for name, verdict in verdicts.items() if verdict.is_on]
    acting = [one for one in on if one.is_well and one.name not in said.suspended]
    silent = [one for one in on if one not in acting]
    return PluginSet(verdicts, said.suspended, Gate(ctx.registry, acting=acting, silent=silent))


def forget(ctx: Context) -> None:
    """After a switch: read again in the same request."""
    for key in [key for key in ctx.memo if isinstance(key, tuple) and key[0] == "plugin_sets"]:
        del ctx.memo[key]


class _Desks:
    """The desks of one call of a hook."""

    def __init__(self, ctx: Context, unit: UnitView | None) -> None:
        self._ctx, self._unit = ctx, unit
        self._shelter = Shelter()
        self._are_together = False

    @contextlib.contextmanager
    def __call__(self, plugin: str) -> Iterator[Desk]:
        desk = Desk(plugin, self._ctx, unit=self._unit, shelter=self._shelter)
        with desk.guarded():
            yield desk
        if not self._are_together:
            self._shelter.close()

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """Around the plugins of one call: those that only read share a savepoint."""
        self._are_together = True
        try:
            yield
        finally:
            self._are_together = False
            self._shelter.close()


def desks(ctx: Context, unit: UnitView | None = None) -> Desks:
    """What each plugin works with during a hook, inside a savepoint that opens at its first use.

    What the core has not written yet is written now: or a fault of its own rows would be blamed on a plugin.
    """
    ctx.session.flush()
    return _Desks(ctx, unit)


def viewer(ctx: Context) -> Viewer:
    """Who reads, as a plugin may know it."""
    roles = ctx.actor.roles_in(ctx.unit.id) if ctx.unit else frozenset()
    return Viewer(ctx.actor.id, ctx.actor.name, frozenset(one.value for one in roles))


def unit_view(unit: UnitRef | Unit) -> UnitView:
    """A unit as a plugin may know it."""
    return UnitView(unit.id, unit.key, unit.name, unit.kind)


_EMPTY = PluginSet({}, frozenset(), Gate(NO_PLUGINS, acting=()))
