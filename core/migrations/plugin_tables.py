"""Tables of a plugin: named after it, of a unit, tied to the core in one direction only."""

from __future__ import annotations

from core.models import Base
from core.plugin.registry import Unwell

#: What a plugin's table may point at; the core closes these rows, it never waits for a plugin's.
ANCHORS = frozenset({"unit", "event", "nomination", "user"})


def check(package: str, name: str) -> tuple[str, ...]:
    """Names of the tables that the plugin's classes make. Raises ``Unwell`` at the stage ``tables``."""
    found = []
    for mapper in Base.registry.mappers:
        module = mapper.class_.__module__
        if module != package and not module.startswith(f"{package}."):
            continue
        table = mapper.local_table
        if not table.name.startswith(f"{name}__"):
            raise Unwell("tables", f"{table.name} is not {name}__…")
        if "unit_id" not in table.columns:
            raise Unwell("tables", f"{table.name} has no unit_id")
        for key in table.foreign_keys:
            target = key.column.table.name
            if target in ANCHORS and key.ondelete == "CASCADE":
                continue
            if not target.startswith(f"{name}__"):
                raise Unwell("tables", f"{table.name} points at {target}")
        found.append(table.name)
    return tuple(sorted(found))
