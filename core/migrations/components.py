"""A component is the core or one plugin: its own folder, its own linear history, its own version table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa

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
