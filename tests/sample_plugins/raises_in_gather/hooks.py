"""Nothing but errors."""

from __future__ import annotations

from core.sdk import hookimpl


@hookimpl
def nomination_fields():
    raise RuntimeError("broken on purpose")


@hookimpl
def nominee_facts():
    raise RuntimeError("broken on purpose")


@hookimpl
def panels():
    raise RuntimeError("broken on purpose")


@hookimpl
def nav_items():
    raise RuntimeError("broken on purpose")


@hookimpl
def report_chapters():
    raise RuntimeError("broken on purpose")
