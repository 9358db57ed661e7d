"""A little over the ceiling of two seconds."""

from __future__ import annotations

from time import monotonic

from core.sdk import hookimpl


def linger():
    """Two seconds and a bit of honest work."""
    until = monotonic() + 2.05
    while monotonic() < until:
        pass


@hookimpl
def nomination_objections():
    linger()
    return []


@hookimpl
def switch_on_objections():
    linger()
    return []


@hookimpl
def nomination_moved():
    linger()


@hookimpl
def panels():
    linger()
    return []
