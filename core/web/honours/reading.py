"""What the addresses of these pages may carry: short lines, a year, a cursor; anything else is a page of status 400."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from core.domain.errors import FieldProblem, Refused
from core.domain.text import clean_line, parse_int


def line(name: str, *, limit: int = 100) -> str:
    """One line of text from the address; "" when it is not there. Raises ``Refused("bad_parameter")``."""
    try:
        return clean_line(request.args.get(name, ""), limit=limit)
    except FieldProblem:
        raise Refused("bad_parameter", kind="bad_input") from None


def year(name: str = "year") -> int | None:
    """A year; None when none is asked for. Raises ``Refused("bad_parameter")``."""
    raw = line(name, limit=10)
    if not raw:
        return None
    try:
        return parse_int(raw, minimum=1900, maximum=2200)
    except FieldProblem:
        raise Refused("bad_parameter", kind="bad_input") from None


def cursor() -> str | None:
    """Where the page starts; the list itself refuses what it did not give out."""
    return request.args.get("after") or None


def neighbours(page: Any, endpoint: str, **kept: Any) -> dict[str, str | None]:
    """Addresses of the next and previous page with the filters kept; empty filters stay out of them."""
    values = {name: value for name, value in kept.items() if value not in ("", None)}
    return {
        "next_url": url_for(endpoint, **values, after=page.next) if page.next else None,
        "prev_url": url_for(endpoint, **values, after=page.prev) if page.prev else None,
    }
