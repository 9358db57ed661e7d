"""Checks of plugins: their tables keep to their place, their files are as they were locked, nobody waits for one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from core.models import db
from core.plugin import lock
from core.services.doctor_base import Finding, Patient, check

#: What a plugin's table may point at (core/migrations/plugin_tables.py keeps the same four).
_ANCHORS = frozenset({"unit", "event", "nomination", "user"})


@check("plugin.foreign_table")
def tables_keep_to_their_place(patient: Patient) -> Iterator[Finding]:
    """A plugin's table has a unit and points at nothing of another; no core table waits for one; orphans are named."""
    inspector = sa.inspect(patient.session.connection())
    orphans: dict[str, int] = {}
    for table in sorted(inspector.get_table_names()):
        if table.startswith("alembic_version"):
            continue
        owner = table.partition("__")[0] if "__" in table else ""
        for key in inspector.get_foreign_keys(table):
            target = str(key["referred_table"])
            is_own = bool(owner) and target.startswith(f"{owner}__")
            if ("__" in target and not is_own) or (owner and not is_own and target not in _ANCHORS):
                yield Finding("plugin.foreign_table", f"table:{table}", f"points at {target}")
        if not owner:
            if table not in db.metadata.tables:
                yield Finding("plugin.foreign_table", f"table:{table}", "belongs to nobody")
            continue
        if "unit_id" not in {one["name"] for one in inspector.get_columns(table)}:
            yield Finding("plugin.foreign_table", f"table:{table}", "has no unit_id")
        if owner not in patient.registry.installed and owner not in patient.registry.emergency_off:
            orphans[owner] = orphans.get(owner, 0) + 1
    for owner, count in orphans.items():
        detail = f"{count} tables of a plugin that is not installed: `vinhdanh plugins purge {owner}` drops them"
        yield Finding("plugin.foreign_table", f"plugin:{owner}", detail, severity="warn")


@check("plugin.lock")
def files_are_as_locked(patient: Patient) -> Iterator[Finding]:
    """Every plugin's files are those of ``plugins.lock``, where there is one."""
    kept = lock.read(Path(patient.instance)) if patient.instance else None
    if kept is None:
        return
    for name, one in patient.registry.installed.items():
        if fault := kept.fault(name, one.folder):
            yield Finding("plugin.lock", f"plugin:{name}", fault)
