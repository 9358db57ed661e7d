"""What a plugin says about itself: data, so that reading it runs nothing heavy and grants nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.domain.fields import FieldSpec

#: 3 to 24 of a-z 0-9 _, without "__": it prefixes tables, permissions and templates.
NAME = re.compile(r"[a-z](?:[a-z0-9]|_(?!_)){1,22}[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Permission:
    """A key of the plugin's own, ``<plugin>.<verb>``, and the core roles that hold it in their unit.

    ``flows_down``: who holds the role in an upper unit holds the key in all units below (read-only keys, approval).
    """

    key: str
    label: str
    roles: tuple[str, ...]
    flows_down: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A blueprint by its address, ``package.module:name``: imported when the app is built."""

    blueprint: str


@dataclass(frozen=True, slots=True)
class Job:
    """Periodic work, run for each unit where the plugin is on: ``every`` is ``hour``, ``day`` or ``week``."""

    name: str
    every: str
    run: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """Something counted. Different measures never add up.

    ``part_of``: its figures are among those of another indicator. ``soft_cap``: more than this by one person on one
    day needs a reason. ``record``: the permission that counting it takes; empty: it is derived, nobody enters it.
    """

    code: str
    label: str
    measure: str
    record: str = ""
    formula: str = ""
    source: str = ""
    part_of: str = ""
    soft_cap: int | None = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Everything about a plugin that does not depend on a nomination, a viewer or a unit."""

    name: str
    title: str
    summary: str
    version: str
    #: Range of ``core.sdk.VERSION``, e.g. ``>=0.3,<0.5``.
    works_with: str
    #: ``none`` or ``some``; no default, so that nobody forgets to think of it.
    personal_data: str
    #: One sentence on what is kept about people, and for how long.
    personal_data_note: str = ""
    requires: tuple[str, ...] = ()
    hooks: str = ""
    models: str = ""
    pages: tuple[Page, ...] = ()
    #: Folder of its migrations, relative to the package; empty: it has no tables.
    migrations: str = ""
    permissions: tuple[Permission, ...] = ()
    settings: tuple[FieldSpec, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    jobs: tuple[Job, ...] = ()
    #: Steps of a nomination, by value, where it may object: data, so that it holds even if its code will not load.
    guards: frozenset[str] = frozenset()
    #: What a unit gets, in the words of its administrator, shown before the switch.
    adds: tuple[str, ...] = ()
    #: Module that tells the plugin's part of the demonstration, through ``before(scene)`` and ``after(scene)``: before
    #: and after the dossiers of the demo's open event are sent. Never called anywhere else.
    demo: str = ""
