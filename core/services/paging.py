"""Pages by key: a page starts after a row, so the 200th costs what the first does."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.domain.errors import Refused

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one page, and the cursors of its neighbours (None: there is none)."""

    rows: Sequence[Any]
    next: str | None
    prev: str | None


@dataclass(frozen=True, slots=True)
class Order:
    """A sort order ending in a unique column; ``down``: newest first. All columns run in one direction."""

    columns: tuple[InstrumentedAttribute[Any], ...]
    down: bool = False


def encode(values: Sequence[object], *, is_back: bool) -> str:
    """An opaque cursor."""
    plain = ["<" if is_back else ">", *(v.isoformat() if hasattr(v, "isoformat") else v for v in values)]
    return base64.urlsafe_b64encode(json.dumps(plain, ensure_ascii=False).encode()).decode().rstrip("=")


def _decode(cursor: str, order: Order) -> tuple[bool, list[object]]:
    try:
        raw = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(raw, list) or len(raw) != len(order.columns) + 1 or raw[0] not in ("<", ">"):
            raise ValueError(cursor)
        values = [_typed(column, value) for column, value in zip(order.columns, raw[1:], strict=True)]
    except (ValueError, TypeError, RecursionError):
        raise Refused("bad_cursor", kind="bad_input") from None
    return raw[0] == "<", values


def _typed(column: InstrumentedAttribute[Any], value: object) -> object:
    wanted = column.type.python_type
    if wanted is int:
        if isinstance(value, bool) or not isinstance(value, int) or not -(2**31) <= value < 2**31:
            raise ValueError(value)
        return value
    if not isinstance(value, str) or len(value) > 400 or "\x00" in value or not value.isprintable():
        raise ValueError(value)
    return value if wanted is str else wanted.fromisoformat(value)


def fetch(session: Session, query: sa.Select[Any], order: Order, *, cursor: str | None, size: int = PAGE_SIZE) -> Page:
    """One page of ``query``, whose selected rows must carry the order's columns by name.

    Raises ``Refused("bad_cursor")`` for a cursor that this list did not give out.
    """
    is_back, after = _decode(cursor, order) if cursor else (False, None)
    is_down = order.down != is_back
    if after is not None:
        left = sa.tuple_(*order.columns)
        right = sa.tuple_(*(sa.literal(v, c.type) for v, c in zip(after, order.columns, strict=True)))
        query = query.where(left < right if is_down else left > right)
    query = query.order_by(*(c.desc() if is_down else c.asc() for c in order.columns)).limit(size + 1)
    rows = list(session.execute(query).all())
    has_more = len(rows) > size
    rows = rows[:size]
    if is_back:
        rows.reverse()
    if not rows:
        return Page(rows, None, None)
    names = [c.key for c in order.columns]
    first, last = ([getattr(row, name) for name in names] for row in (rows[0], rows[-1]))
    has_next = has_more if not is_back else True
    has_prev = (after is not None) if not is_back else has_more
    return Page(
        rows,
        encode(last, is_back=False) if has_next else None,
        encode(first, is_back=True) if has_prev else None,
    )
