"""Where a thing is found: the address of ``noun:key`` in the name of a unit."""

from __future__ import annotations

from flask import request

#: Addresses as the areas promise them; tests/web/test_home.py holds each against the application's own map.
_PATHS = {
    "nomination": "/u/{unit}/nominations/{key}",
    "sitting": "/u/{unit}/sittings/{key}",
    "decision": "/u/{unit}/decisions/{key}",
    "award": "/u/{unit}/register/{key}",
    "recovery": "/u/{unit}/recovery",
    "event": "/u/{unit}/e/{key}/",
    "event_task": "/u/{unit}/tasks/{key}",
    "report": "/u/{unit}/e/{key}/report",
}


def place_of(about: str, unit_key: str) -> str:
    """The page of what ``about`` (``noun:key``) names; the unit's own page where it names nothing we know."""
    noun, _colon, key = about.partition(":")
    path = _PATHS.get(noun, "/u/{unit}/") if unit_key else "/home"
    return request.script_root + path.format(unit=unit_key, key=key)


def nominate_place(unit_key: str, event_key: str) -> str:
    """Where a unit puts somebody forward in an event."""
    return f"{request.script_root}/u/{unit_key}/e/{event_key}/nominations/new"
