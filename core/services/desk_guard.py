"""Which statements a plugin may run: on its own tables, in the expression language, with portable functions."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import visitors
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import custom_op

#: Functions that read nothing but what they are given, and that SQLite and PostgreSQL both have.
FUNCTIONS = frozenset(
    (
        "abs",
        "avg",
        "ceil",
        "coalesce",
        "count",
        "cume_dist",
        "dense_rank",
        "first_value",
        "floor",
        "lag",
        "last_value",
        "lead",
        "length",
        "lower",
        "ltrim",
        "max",
        "min",
        "mod",
        "nth_value",
        "ntile",
        "nullif",
        "percent_rank",
        "rank",
        "replace",
        "round",
        "row_number",
        "rtrim",
        "sign",
        "substr",
        "sum",
        "trim",
        "upper",
    )
)
_ALLOWED = (sa.Select, sa.CompoundSelect, sa.Insert, sa.Update, sa.Delete)


class NotYours(Exception):  # noqa: N818 - says what is the matter
    """A plugin reached for a table that is not its own, for plain SQL, or for what is over."""


def check(plugin: str, statement: Any) -> None:
    """Raise ``NotYours`` unless the statement names the plugin's own tables only and carries no SQL of its own."""
    if not isinstance(statement, _ALLOWED):
        raise NotYours(f"{plugin}: {type(statement).__name__} is no statement for a plugin")
    for part in visitors.iterate(statement):
        _check_part(plugin, part)
        if part is not statement and isinstance(part, (sa.Insert, sa.Update, sa.Delete)):
            raise NotYours(f"{plugin}: a query that writes")  # SQLite knows none, and reading shares a savepoint
    if isinstance(statement, (sa.Insert, sa.Update, sa.Delete)):
        own(plugin, statement.table.name)


def own(plugin: str, table: str) -> None:
    """Raise ``NotYours`` for a table that is not the plugin's."""
    if not table.startswith(f"{plugin}__"):
        raise NotYours(f"{plugin}: {table}")


def _check_part(plugin: str, part: Any) -> None:
    is_star = getattr(part, "name", "") == "*"  # of count() and exists()
    if isinstance(part, sa.TextClause) or (getattr(part, "is_literal", False) and not is_star):
        raise NotYours(f"{plugin}: plain SQL")
    if isinstance(table := getattr(part, "table", None), sa.Table):  # a column names its table only here
        own(plugin, table.name)
    if isinstance(part, sa.Table):
        own(plugin, part.name)
    elif isinstance(part, sa.TableClause):
        raise NotYours(f"{plugin}: a table by its name")
    elif isinstance(part, FunctionElement):
        name = str(getattr(part, "name", ""))
        if name not in FUNCTIONS or getattr(part, "packagenames", ()):
            raise NotYours(f"{plugin}: function {name}")
    if isinstance(getattr(part, "operator", None), custom_op):
        raise NotYours(f"{plugin}: an operator of its own")
    for hidden in ("_hints", "_statement_hints", "_prefixes", "_suffixes"):
        if getattr(part, hidden, None):
            raise NotYours(f"{plugin}: plain SQL")
