"""What a plugin's tables are made of: a base, keys to the four anchors of the core, the column helpers."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.models.base import Keyed, Model, Row, Stamped, UTCDateTime, Versioned, one_of
from core.services.context import new_key

__all__ = [
    "Keyed",
    "Mapped",
    "Model",
    "Row",
    "Stamped",
    "UTCDateTime",
    "Versioned",
    "event_fk",
    "mapped_column",
    "new_key",
    "nomination_fk",
    "one_of",
    "unit_fk",
    "user_fk",
    "value_of",
]


def value_of(row: Any, column: str) -> Any:
    """A column of one of the plugin's rows, by a name that is not written out. Raises ``KeyError`` for no column."""
    if column not in row.__table__.columns:
        raise KeyError(column)
    return getattr(row, column)


def _anchor(table: str, **kwargs: Any) -> Any:
    return mapped_column(sa.ForeignKey(f"{table}.id", ondelete="CASCADE"), **kwargs)


def unit_fk(**kwargs: Any) -> Any:
    """``unit_id``: every table of a plugin has it, so that the core can scope, export and erase without the plugin."""
    return _anchor("unit", **kwargs)


def event_fk(**kwargs: Any) -> Any:
    """The event that a row is about."""
    return _anchor("event", **kwargs)


def nomination_fk(**kwargs: Any) -> Any:
    """The nomination that a row is about."""
    return _anchor("nomination", **kwargs)


def user_fk(**kwargs: Any) -> Any:
    """The account that did something."""
    return _anchor("user", **kwargs)
