"""Frozen views: what a hook receives instead of rows. Ids find the plugin's own rows, nothing of the core's."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of days; both ends belong to it."""

    first: dt.date
    last: dt.date


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit. ``kind`` is a code of the catalogue's ``unit_kinds``."""

    id: int
    key: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class EventView:
    """An event and the days it lasts."""

    id: int
    key: str
    title: str
    kind: str
    organiser_id: int
    window: Window


@dataclass(frozen=True, slots=True)
class NomineeView:
    """Who is put forward: ``kind`` is ``individual``, ``collective`` or ``household``.

    ``account_id`` is the person's own account and ``as_unit_id`` the unit that the collective is, where known;
    ``unit_id`` is the nominating unit.
    """

    kind: str
    key: str
    name: str
    unit_id: int
    account_id: int | None = None
    as_unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class NominationView:
    """A nomination as a plugin may know it."""

    id: int
    key: str
    state: str
    award_code: str
    unit_id: int
    event: EventView
    nominee: NomineeView


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who reads: the keys of the roles held in the unit where the page is."""

    id: int | None
    name: str
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class MemberView:
    """A member of a committee."""

    account_id: int
    name: str
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class SentFigures:
    """Of whom, and of which days, are the figures of one plugin that a dossier was sent with."""

    unit_id: int
    as_unit_id: int | None
    account_id: int | None
    window: Window
