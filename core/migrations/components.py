"""A component is the core or one plugin: its own folder, its own linear history, its own version table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa

from core.plugin.registry import Installed, Registry

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Component:
    """One history of migrations. Tables of the core hold no ``__``; a plugin's are ``<plugin>__<noun>``."""

    name: str
    versions: Path

    @property
    def version_table(self) -> str:
        return "alembic_version" if self.name == "core" else f"alembic_version__{self.name}"


CORE = Component("core", HERE / "versions")


def of_plugin(one: Installed) -> Component | None:
    """The history of a plugin; None for one without tables."""
    if one.manifest is None or not one.manifest.migrations or one.folder is None:
        return None
    return Component(one.name, one.folder / one.manifest.migrations)


def in_order(registry: Registry) -> list[Component]:
    """The core, then every plugin that is well and has tables, by what it requires.

    One that waits for its own migration counts: this is what makes it well.
    """
    found = [of_plugin(one) for one in registry.installed.values() if one.is_well or one.stage == "migration"]
    return [CORE, *(one for one in found if one is not None)]


def belongs(component: Component, name: str | None, kind: str, _parents: Mapping[str, Any]) -> bool:
    """Whether a table is this component's: what is not is neither compared nor dropped."""
    if kind != "table" or name is None:
        return True
    if name.startswith("alembic_version"):
        return False
    return "__" not in name if component.name == "core" else name.startswith(f"{component.name}__")


def render_item(kind: str, obj: Any, _autogen: object) -> str | Literal[False]:
    """Types written out: a migration imports nothing of ours."""
    if kind == "type":
        if isinstance(obj, sa.types.TypeDecorator) and type(obj).__module__ == "core.models.base":
            return "sa.DateTime()"
        if type(obj).__name__ == "AsaList":
            return "sa.Text()"
    return False
