"""What a plugin may answer: frozen data, never HTML. The core draws it, escaped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Cell = str | int | dt.date | None


class Place(StrEnum):
    """Where a panel may stand."""

    #: A card on the unit's home page; subject is the ``UnitView``.
    HOME = "home"
    #: The page of an event; subject is the ``EventView``.
    EVENT = "event"
    #: A dossier; subject is the ``NominationView``.
    DOSSIER = "dossier"


@dataclass(frozen=True, slots=True)
class NavItem:
    """A line of the unit's menu. ``endpoint`` is one of the plugin's own; who may not open it does not see it."""

    label: str
    endpoint: str
    icon: str = "plus-circle"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with its words: ``value`` None is "not reported" and shown as a dash, never as 0."""

    label: str
    value: int | None
    measure: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """A card of figures and a small table, drawn by the core; ``endpoint`` (own, with ``args``) leads further."""

    title: str
    figures: tuple[Figure, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    note: str = ""
    endpoint: str = ""
    args: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure that the plugin can vouch for: what, how many, who counted, who approved, as of when.

    ``code`` is stable: by it the frozen figure finds today's. ``value`` None: nobody reported.
    """

    code: str
    label: str
    value: int | None
    measure: str
    source: str
    first: dt.date
    last: dt.date
    counted_by: str = ""
    approved_by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReportChapter:
    """A chapter of the results report: a table and its words. ``reported``/``expected``: "x/y đơn vị đã báo cáo"."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    reported: int | None = None
    expected: int | None = None
    position: int = 50


@dataclass(frozen=True, slots=True)
class Conflict:
    """A bar on one member for one nomination, with its reason in words."""

    reason: str


@dataclass(frozen=True, slots=True)
class Objection:
    """One reason against an act, in the plugin's own words. ``field``: key of the field it is about."""

    text: str
    field: str = ""
    is_warning: bool = False
