"""The same word twice: the database refuses, and the session is broken unless a savepoint held."""

from __future__ import annotations

from core.sdk import hookimpl
from poisons_session.models import Once


def poison(desk):
    """An IntegrityError, raised."""
    desk.note("poison", "once:1")
    desk.add(Once(unit_id=desk.unit.id, word="một"))
    desk.add(Once(unit_id=desk.unit.id, word="một"))


def hide(desk):
    """An IntegrityError, swallowed, as if nothing had happened."""
    try:
        poison(desk)
    except Exception:
        return []


@hookimpl
def nomination_fields(desk):
    poison(desk)


@hookimpl
def panels(desk):
    poison(desk)


@hookimpl
def nomination_objections(desk):
    poison(desk)


@hookimpl
def switch_on_objections(desk):
    poison(desk)


@hookimpl
def nomination_moved(desk):
    poison(desk)


@hookimpl
def unit_switched_off(desk):
    poison(desk)


@hookimpl
def nominee_facts(desk):
    return hide(desk)


@hookimpl
def report_chapters(desk):
    return hide(desk)


@hookimpl
def member_conflicts(desk):
    return hide(desk)
