"""What every part of the demo shares: the plan's file, and contexts in which an invented person acts on a given day."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from importlib import resources
from typing import Any

from core.models import Event, Nomination, Unit, User
from core.services import reach
from core.services.catalog_file import parse
from core.services.context import Actor, Context, at_local

Plan = dict[str, Any]
Entry = dict[str, Any]
#: A day as the files write it: a date, or days from the day of loading.
Day = str | int


def read(name: str) -> Plan:
    """A file of the demo."""
    return parse(resources.files("core").joinpath("data", "demo", name).read_text(encoding="utf-8"))


class Stage:
    """Units, people and events of the demo by their names, and the day it is loaded."""

    def __init__(self, ctx: Context, plan: Plan, config: Mapping[str, Any]) -> None:
        self.ctx = ctx
        self.session = ctx.session
        self.plan = plan
        self.config = config
        self.units: dict[str, Unit] = {}
        self.people: dict[str, User] = {}
        self.events: dict[str, Event] = {}
        self._actors: dict[str, Actor] = {}

    def acting(self, login: str, unit: str, at: dt.datetime, *, event: str | None = None) -> Context:
        """The context of a person who acts in a unit's name at an instant."""
        if login not in self._actors:
            self._actors[login] = reach.actor_of(self.session, self.people[login])
        return dataclasses.replace(
            self.ctx,
            actor=self._actors[login],
            now=at,
            unit=reach.unit_ref(self.units[unit]),
            event=reach.event_ref(self.events[event]) if event else None,
            memo={},  # each act is a request of its own
        )

    def at(self, day: Day, hour: int = 8, minute: int = 0) -> dt.datetime:
        """An instant of the story."""
        if isinstance(day, int):
            return at_local(self.ctx.today + dt.timedelta(days=day), hour, minute)
        date, _blank, clock = day.partition(" ")
        if clock:
            hour, minute = (int(part) for part in clock.split(":"))
        return at_local(dt.date.fromisoformat(date), hour, minute)

    def day(self, day: Day) -> dt.date:
        """A date of the story."""
        return self.ctx.today + dt.timedelta(days=day) if isinstance(day, int) else dt.date.fromisoformat(day)

    def who(self, role: str, unit: str) -> str | None:
        """The login of whoever holds a role in a unit by the plan."""
        held = f"{role}@{unit}"
        return next((one["login"] for one in self.plan["people"] if held in one["roles"]), None)


@dataclasses.dataclass(eq=False)
class Told:
    """A dossier of the story: how the file tells it, and its row."""

    entry: Entry
    row: Nomination

    @property
    def key(self) -> str:
        """The dossier's key."""
        return self.row.key

    @property
    def end(self) -> str:
        """The state in which it is found when the demo is opened."""
        return self.entry["end"]
