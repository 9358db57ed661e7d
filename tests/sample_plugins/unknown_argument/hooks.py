"""One argument too many."""

from __future__ import annotations

from core.sdk import hookimpl


@hookimpl
def nominee_facts(nominee, window, colour):
    return []
