"""One letter too few."""

from __future__ import annotations

from core.sdk import hookimpl


@hookimpl
def nominee_fact(nominee, window):
    return []
