"""Search in a folded column: every word of the question begins a word of the text."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from core.domain.text import words


def holds(column: Any, q: str) -> list[sa.ColumnElement[bool]]:
    """Conditions that ``column``, folded text, answers ``q``: "duc" finds "Nguyễn Văn Đức", "an" not "Thanh".

    Empty for an empty question; a question without any letter or figure finds nothing.
    """
    if not q.strip():
        return []
    return [
        sa.or_(column.startswith(word, autoescape=True), column.contains(f" {word}", autoescape=True))
        for word in words(q)
    ] or [sa.false()]
