"""The schema as the database itself tells it, and the rows that point at nothing."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core.models import db


def objects(session: Session) -> dict[str, dict[str, object]]:
    """Every table with its columns, keys, indexes and checks, by name, in an order that never changes."""
    inspector = sa.inspect(session.connection())
    return {name: _table(inspector, name) for name in sorted(inspector.get_table_names())}


def _table(inspector: sa.Inspector, name: str) -> dict[str, object]:
    return {
        "columns": {
            str(one["name"]): f"{one['type']}{'' if one['nullable'] else ' NOT NULL'}"
            for one in sorted(inspector.get_columns(name), key=lambda one: str(one["name"]))
        },
        "primary_key": list(inspector.get_pk_constraint(name)["constrained_columns"]),
        "foreign_keys": sorted(
            f"{','.join(one['constrained_columns'])} -> {one['referred_table']}({','.join(one['referred_columns'])})"
            for one in inspector.get_foreign_keys(name)
        ),
        "unique": sorted(",".join(one["column_names"]) for one in inspector.get_unique_constraints(name)),
        "indexes": sorted(
            f"{one['name']}{' UNIQUE' if one['unique'] else ''} ({','.join(str(c) for c in one['column_names'])})"
            for one in inspector.get_indexes(name)
        ),
        "checks": sorted(str(one["name"]) for one in inspector.get_check_constraints(name)),
    }


def tables(session: Session) -> list[sa.Table]:
    """The tables of our models that this database has, by name: those of a plugin that waits are not there yet."""
    there = set(sa.inspect(session.connection()).get_table_names())
    return [table for name, table in sorted(db.metadata.tables.items()) if name in there]


def dangling(session: Session) -> dict[str, int]:
    """Tables with rows whose foreign key names no row, and how many; by plain queries, the same on both engines."""
    found: dict[str, int] = {}
    for table in tables(session):
        for constraint in table.foreign_key_constraints:
            count = session.scalar(_orphans(constraint)) or 0
            if count:
                found[table.name] = found.get(table.name, 0) + count
    return found


def _orphans(constraint: sa.ForeignKeyConstraint) -> sa.Select[tuple[int]]:
    child = constraint.table
    parent = constraint.referred_table.alias("parent")
    pairs = [(child.c[element.parent.name], parent.c[element.column.name]) for element in constraint.elements]
    has_parent = sa.exists().where(*(left == right for left, right in pairs))
    return (
        sa.select(sa.func.count())
        .select_from(child)
        .where(*(left.is_not(None) for left, _right in pairs), sa.not_(has_parent))
    )
