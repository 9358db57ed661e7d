"""Small things that several event views need: conflicts, places of findings, chosen lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from flask import current_app, request, url_for

from core.domain.errors import Refused, Stale
from core.domain.event_check import Finding
from core.http.context import context
from core.services import catalog
from core.services.context import Context
from core.web import formats
from core.web.events.words import say_finding
from core.web.forms.base import Form
from core.web.i18n import gettext as _

#: place of a finding -> (endpoint, part of that page)
_PLACES = {
    "edit": ("events.edit", ""),
    "phases": ("events.phases", ""),
    "awards": ("events.awards", ""),
    "units": ("events.units", ""),
    "tasks": ("events.tasks", ""),
    "announce": ("events.step", "announce"),
    "close": ("events.step", "close"),
    "committee": ("committee.index", ""),
    "offices": ("units.offices", ""),
}


def helpers() -> dict[str, Any]:
    """What the templates of events and of the catalogue ask: may I do this here, does that page exist?"""
    return {
        "may": lambda permission: context().may(permission),
        "has_endpoint": lambda endpoint: endpoint in current_app.view_functions,
    }


def findings(ctx: Context, found: tuple[Finding, ...]) -> list[dict[str, Any]]:
    """Each finding as text, severity and address."""
    return [{"text": say_finding(one), "severity": one.severity, "url": _place(ctx, one)} for one in found]


def _place(ctx: Context, one: Finding) -> str:
    endpoint, step = _PLACES[one.place]
    if endpoint not in current_app.view_functions:
        return ""
    values: dict[str, str] = {"unit": ctx.here.key}
    if endpoint.startswith("events."):
        values["event"] = ctx.event.key if ctx.event else ""
    if step:
        values["step"] = step
    anchor = {"check_report_unknown": "report_due_on", "check_no_theme": "themes", "check_no_basis": "legal_basis"}
    return url_for(endpoint, _anchor=anchor.get(one.code), **values)


def chosen(name: str, allowed: tuple[str, ...]) -> str:
    """A query parameter out of a closed list, the first when it is missing. Raises ``Refused("bad_parameter")``."""
    value = request.args.get(name, allowed[0])
    if value not in allowed:
        raise Refused("bad_parameter", kind="bad_input")
    return value


def searched() -> str:
    """The search words, cut to what a column can hold; control characters are nothing to look for."""
    return "".join(c for c in request.args.get("q", "")[:200] if c.isprintable())


def differences(form: Form, stale: Stale, shown: Mapping[str, str]) -> list[tuple[str, str]]:
    """(label, stored text) of what another person saved; ``shown`` names the stored values as text where needed."""
    found = []
    for name, value in stale.theirs.items():
        field = form._fields.get(name)
        label = str(field.label.text) if field is not None else ""
        found.append((label, shown.get(name) or _text(value)))
    return found


def _text(value: object) -> str:
    if value is None or value == "" or value == []:
        return "—"
    if isinstance(value, dt.date):
        return formats.as_date(value)
    if isinstance(value, list | tuple):
        return "\n".join(_text(one) for one in value)
    if isinstance(value, dict):
        parts = [str(part) for part in value.values() if isinstance(part, str) and part]
        return " · ".join(parts)
    return str(value)


def renew(form: Form, version: int) -> None:
    """After a conflict the form carries the stored version, so that saving it again is deliberate."""
    form.version.data = str(version)


def kinds_and_types(
    ctx: Context, day: dt.date | None, *, kept: str = ""
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """(code, name) of the event kinds, and of the commendation types in force on ``day`` (or ``kept``)."""
    book = catalog.current(ctx.session)
    kinds = [(one.code, one.name) for one in book.event_kinds.values()]
    on = book.types_on(day or ctx.today)
    types = [(one.code, one.name) for one in on.values()]
    if kept and kept not in on and kept in book.commendation_types:
        types.append((kept, _("%(name)s (hết hiệu lực)", name=book.commendation_types[kept].name)))
    return kinds, types
