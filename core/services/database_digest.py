"""A fingerprint of what the tables hold, for "nothing changed" and "both engines hold the same"."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core.services import database_shape

#: What ``audit`` stands for when it is left out.
_AUDIT = frozenset({"audit", "audit_payload", "audit_head"})


def of_tables(session: Session, *, exclude: frozenset[str] = frozenset()) -> dict[str, str]:
    """SHA-256 of each table's rows in key order, by table name."""
    left_out = exclude | (_AUDIT if "audit" in exclude else frozenset())
    return {
        table.name: _of_table(session, table)
        for table in database_shape.tables(session)
        if table.name not in left_out
    }


def _of_table(session: Session, table: sa.Table) -> str:
    total = hashlib.sha256()
    query = sa.select(*table.columns).order_by(*table.primary_key.columns).execution_options(yield_per=5000)
    for row in session.execute(query):
        total.update(repr([_plain(value) for value in row]).encode("utf-8", "surrogatepass"))
    return total.hexdigest()


def _plain(value: object) -> object:
    """Dicts as sorted pairs: the engines keep JSON keys in different orders."""
    if isinstance(value, dict):
        return sorted((str(key), _plain(one)) for key, one in value.items())
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return str(value) if value is not None and not isinstance(value, bool | int | str) else value
