"""Who acts, where and when: built by a door, passed to every service, never global."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.domain.errors import Forbidden
from core.domain.permissions import PERMISSIONS, Held, Permission, Role, grants_for, holds
from core.plugin.registry import Registry

#: The country's time: deadlines and dates of papers are read in it; instants are stored in UTC.
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person with the roles held at this moment. ``id`` None: nobody signed in, or the clock."""

    id: int | None
    login: str
    name: str
    held: tuple[Held, ...] = ()

    def grants(self, *, unit_id: int, path: str) -> frozenset[str]:
        """Permission keys in one unit."""
        return grants_for(self.held, unit_id=unit_id, path=path)

    def roles_in(self, unit_id: int) -> frozenset[Role]:
        """The roles held directly in a unit."""
        return frozenset(one.role for one in self.held if one.unit_id == unit_id)


NOBODY = Actor(id=None, login="", name="")
CLOCK = Actor(id=None, login="clock", name="")
#: No plugin installed.
NO_PLUGINS = Registry()


@dataclass(frozen=True, slots=True)
class UnitRef:
    """The unit in whose name the actor acts."""

    id: int
    key: str
    name: str
    path: str
    kind: str


@dataclass(frozen=True, slots=True)
class EventRef:
    """The event an act is in."""

    id: int
    key: str
    title: str
    unit_id: int
    #: What fits the top line.
    short_title: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """Everything a service may know about the caller."""

    session: Session
    actor: Actor
    now: dt.datetime
    unit: UnitRef | None = None
    event: EventRef | None = None
    registry: Registry = NO_PLUGINS
    #: What was read once and serves the whole request; no state that outlives it.
    memo: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def today(self) -> dt.date:
        """The date in Vietnam: what papers and deadlines go by."""
        return self.now.astimezone(VIETNAM).date()

    @property
    def here(self) -> UnitRef:
        """The unit; raises ``ValueError`` where a door forgot to find it."""
        if self.unit is None:
            raise ValueError("this act needs a unit")
        return self.unit

    @property
    def grants(self) -> frozenset[str]:
        """The actor's permission keys in the unit of this context."""
        if self.unit is None:
            return frozenset()
        return self.actor.grants(unit_id=self.unit.id, path=self.unit.path)

    def may(self, permission: str) -> bool:
        """Whether the actor holds ``permission`` in this unit (or, without a unit, anywhere).

        A plugin's key is held by its roles; whether the plugin is on here is asked elsewhere.
        """
        own = self._key_of_plugin(permission)
        if own is not None:
            return self.unit is not None and holds(self.actor.held, own, unit_id=self.unit.id, path=self.unit.path)
        if self.unit is None:
            return any(permission in self.actor.grants(unit_id=one.unit_id, path=one.path) for one in self.actor.held)
        return permission in self.grants

    def _key_of_plugin(self, key: str) -> Permission | None:
        """A plugin's permission in the form of the core's; None for the core's own keys and for unknown ones."""
        found = None if key in PERMISSIONS else self.registry.permissions.get(key)
        if found is None:
            return None
        return Permission(found.key, frozenset(Role(one) for one in found.roles), found.flows_down)

    def require(self, permission: str) -> None:
        """Raise ``Forbidden`` unless the actor may. Services check again: a hidden button is no check."""
        if not self.may(permission):
            raise Forbidden(permission)


def new_key(size: int = 12) -> str:
    """A random address for a row: lower-case letters and digits that nobody confuses."""
    return "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(size))


def at_local(day: dt.date, hour: int = 0, minute: int = 0, second: int = 0) -> dt.datetime:
    """An instant in UTC from a date and time in Vietnam."""
    return dt.datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=VIETNAM).astimezone(dt.UTC)
