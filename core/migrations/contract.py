"""Objects that no model knows and that must exist all the same: triggers on audit, confirmed counts, sealed ballots."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

#: Every trigger the schema must hold, by table.
TRIGGERS = {
    "audit": ("audit_no_update", "audit_no_delete", "audit_no_replace"),
    "sitting_item": ("sitting_item_no_update", "sitting_item_no_delete"),
    "ballot_envelope": ("ballot_envelope_late", "ballot_envelope_no_update"),
    "ballot_turnout": ("ballot_turnout_late", "ballot_turnout_no_update"),
    "ballot_count": ("ballot_count_no_update", "ballot_count_no_delete"),
}


class ContractBroken(Exception):  # noqa: N818
    """A promised object is missing: start-up and upgrades stop here."""


def missing(connection: Connection) -> list[str]:
    """Names of triggers that should exist and do not."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(sa.text("SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"))
    else:
        rows = connection.execute(
            sa.text(
                "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
                " WHERE NOT t.tgisinternal AND t.tgenabled <> 'D'"
            )
        )
    found = {(str(name), str(table)) for name, table in rows}
    return [name for table, names in TRIGGERS.items() for name in names if (name, table) not in found]


def check(engine: Engine) -> None:
    """Raise ``ContractBroken`` naming what is missing."""
    with engine.connect() as connection:
        gone = missing(connection)
    if gone:
        raise ContractBroken(", ".join(gone))
