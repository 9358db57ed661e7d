"""The ways to leave that need no module."""

from __future__ import annotations

from core.sdk import hookimpl


@hookimpl
def nomination_fields():
    raise SystemExit(3)


@hookimpl
def panels():
    raise SystemExit(3)


@hookimpl
def nav_items():
    raise SystemExit(3)


@hookimpl
def report_chapters():
    raise SystemExit(3)


@hookimpl
def member_conflicts():
    raise SystemExit(3)


@hookimpl
def switch_on_objections():
    raise SystemExit(3)


@hookimpl
def nomination_moved():
    raise SystemExit(3)


@hookimpl
def unit_switched_off():
    raise SystemExit(3)


class Gone(BaseException):
    """Caught by nobody who catches exceptions only."""


@hookimpl
def nominee_facts():
    raise Gone


@hookimpl
def nomination_objections():
    raise Gone
