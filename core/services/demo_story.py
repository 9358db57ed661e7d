"""What every part of the demo shares: the plan's file, and contexts in which an invented person acts on a given day."""

from __future__ import annotations

import dataclasses
import datetime as dt
from importlib import resources
from typing import Any

import sqlalchemy as sa

from core.models import Event, Unit, User
from core.services import reach
from core.services.catalog_file import parse
from core.services.context import Context, at_local


def read_plan() -> dict[str, Any]:
    """The plan as the demo tells it."""
    return parse(resources.files("core").joinpath("data", "demo", "ha_long.yaml").read_text(encoding="utf-8"))


class Stage:
    """Units, people and events of the demo by their names, and the day it is loaded."""

    def __init__(self, ctx: Context, plan: dict[str, Any]) -> None:
        self.ctx = ctx
        self.session = ctx.session
        self.plan = plan
        self.units: dict[str, Unit] = {}
        self.people: dict[str, User] = {}
        self.events: dict[str, Event] = {}

    def acting(self, login: str, unit: str, at: dt.datetime, *, event: str | None = None) -> Context:
        """The context of a person who acts in a unit's name at an instant."""
        return dataclasses.replace(
            self.ctx,
            actor=reach.actor_of(self.session, self.people[login]),
            now=at,
            unit=reach.unit_ref(self.units[unit]),
            event=reach.event_ref(self.events[event]) if event else None,
        )

    def at(self, day: str | int, hour: int = 8, minute: int = 0) -> dt.datetime:
        """An instant of the story: a date as the plan writes it, or days from the day of loading."""
        if isinstance(day, int):
            return at_local(self.ctx.today + dt.timedelta(days=day), hour, minute)
        date, _blank, clock = day.partition(" ")
        if clock:
            hour, minute = (int(part) for part in clock.split(":"))
        return at_local(dt.date.fromisoformat(date), hour, minute)

    def unit_id(self, key: str) -> int:
        """The id of a unit of the plan."""
        return self.session.scalars(sa.select(Unit.id).where(Unit.key == key)).one()
