"""What every unit said about plugins: for work that goes through all of them, and for plugins that are gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from core.domain.activation import Policy
from core.models import PluginPolicy, PluginState, PluginSwitch
from core.services.context import Context


@dataclass(frozen=True, slots=True)
class Words:
    """Everybody's word, by unit and plugin."""

    own: dict[tuple[int, str], bool]
    policies: dict[tuple[int, str], Policy]
    forbidden_here: frozenset[str]
    suspended: frozenset[str]

    def above(self, line: Sequence[int], plugin: str) -> list[tuple[int, Policy]]:
        """(unit, policy) of the upper units of a line that ends with the unit itself, nearest first."""
        found = ((unit, self.policies.get((unit, plugin))) for unit in reversed(line[:-1]))
        return [(unit, policy) for unit, policy in found if policy is not None]


def read(ctx: Context) -> Words:
    """All of it, in three queries."""
    own = ctx.session.execute(sa.select(PluginSwitch.unit_id, PluginSwitch.plugin, PluginSwitch.is_on))
    policies = ctx.session.execute(sa.select(PluginPolicy.unit_id, PluginPolicy.plugin, PluginPolicy.policy))
    states = ctx.session.execute(sa.select(PluginState.plugin, PluginState.is_allowed, PluginState.suspended_at)).all()
    return Words(
        own={(unit, plugin): is_on for unit, plugin, is_on in own},
        policies={(unit, plugin): Policy(policy) for unit, plugin, policy in policies},
        forbidden_here=frozenset(plugin for plugin, is_allowed, _at in states if not is_allowed),
        suspended=frozenset(plugin for plugin, _is_allowed, at in states if at is not None),
    )


def gone(ctx: Context) -> list[str]:
    """Plugins that some unit has on or an upper one lays down, and that are not on this server any more."""
    switched = sa.select(PluginSwitch.plugin).where(PluginSwitch.is_on.is_(True))
    laid_down = sa.select(PluginPolicy.plugin).where(PluginPolicy.policy.in_(["required", "default_on"]))
    names = set(ctx.session.scalars(sa.union(switched, laid_down)))
    return sorted(names - set(ctx.registry.installed) - ctx.registry.emergency_off)
