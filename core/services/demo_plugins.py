"""Plugins in the demo: what the province lays down, what the commune turns on, targets, and each plugin's own story."""

from __future__ import annotations

import datetime as dt
import importlib
from dataclasses import dataclass
from typing import Any

from core.domain.activation import Policy
from core.services import plugin_answers, plugin_policies, plugin_switches, plugin_targets
from core.services.demo_story import Stage
from core.services.desk import Desk


@dataclass(frozen=True, slots=True)
class Scene:
    """The demo as a plugin may play in it: the people of the plan, each at a desk of the plugin's, on a given day."""

    _stage: Stage
    plugin: str

    @property
    def today(self) -> dt.date:
        """The day the demo is loaded."""
        return self._stage.ctx.today

    def desk(self, login: str, unit: str, *, day: int, hour: int = 8, minute: int = 0) -> Desk:
        """The desk of a person who acts in a unit's name; ``day`` is counted from the day of loading."""
        return Desk(self.plugin, self._stage.acting(login, unit, self._stage.at(day, hour, minute)))


def set_up(stage: Stage) -> None:
    """What units say about the plugins that are well on this server; others are passed over."""
    for plugin, told in stage.plan["plugins"].items():
        if plugin in stage.ctx.registry.well:
            _set_up(stage, plugin, told)


def _set_up(stage: Stage, plugin: str, told: dict[str, Any]) -> None:
    at = stage.at(told["day"])
    for one in told["policies"]:
        ctx = stage.acting(one["login"], one["unit"], at)
        plugin_policies.set_policy(ctx, plugin, Policy(one["policy"]))
    for one in told["settings"]:
        ctx = stage.acting(one["login"], one["unit"], at)
        version = plugin_answers.show(ctx, plugin).version
        plugin_answers.save_settings(ctx, plugin, one["data"], locked=one["locked"], expected_version=version)
    for one in told["switches"]:
        plugin_switches.switch(stage.acting(one["login"], one["unit"], at), plugin, is_on=one["is_on"])
    for one in told["left_out"]:
        plugin_switches.leave_out(stage.acting(one["login"], one["unit"], at, event=one["event"]), plugin, is_out=True)
    for one in told["targets"]:
        plugin_targets.set_target(
            stage.acting(one["login"], one["by"], at),
            plugin,
            unit=one["unit"],
            indicator=one["indicator"],
            first=stage.day(one["first"]),
            last=stage.day(one["last"]),
            quantity=one["quantity"],
        )


def before(stage: Stage) -> None:
    """What plugins tell of the days before the dossiers of the open event are sent."""
    for plugin, story in _stories(stage):
        story.before(Scene(stage, plugin))


def after(stage: Stage) -> None:
    """What they tell of the days after."""
    for plugin, story in _stories(stage):
        story.after(Scene(stage, plugin))


def _stories(stage: Stage) -> list[tuple[str, Any]]:
    told = stage.plan["plugins"]
    return [
        (name, importlib.import_module(one.manifest.demo))
        for name, one in stage.ctx.registry.well.items()
        if name in told and one.manifest and one.manifest.demo
    ]
