"""Nothing but errors."""

from __future__ import annotations

from core.sdk import hookimpl


@hookimpl
def nomination_objections():
    raise RuntimeError("broken on purpose")


@hookimpl
def member_conflicts():
    raise RuntimeError("broken on purpose")


@hookimpl
def switch_on_objections():
    raise RuntimeError("broken on purpose")
