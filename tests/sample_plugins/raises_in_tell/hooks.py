"""Nothing but errors."""

from __future__ import annotations

from core.sdk import hookimpl


@hookimpl
def nomination_moved():
    raise RuntimeError("broken on purpose")


@hookimpl
def unit_switched_off():
    raise RuntimeError("broken on purpose")
