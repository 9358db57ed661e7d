"""What the pages of units read from a request, and how they show what another person saved meanwhile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from flask import request

from core.domain.errors import Refused, Stale
from core.services import catalog
from core.services.context import Context
from core.web import formats
from core.web.forms.base import Form
from core.web.i18n import gettext as _


def chosen(name: str, allowed: Collection[str]) -> str:
    """A query parameter out of a closed list, "" when it is missing. Raises ``Refused("bad_parameter")``."""
    value = request.args.get(name, "")
    if value and value not in allowed:
        raise Refused("bad_parameter", kind="bad_input")
    return value


def searched() -> str:
    """The search words; what cannot be printed is nothing to look for."""
    return "".join(one for one in request.args.get("q", "")[:200] if one.isprintable())


def kinds(ctx: Context) -> dict[str, str]:
    """Unit kinds of the catalogue: code to name."""
    return {code: kind.name for code, kind in catalog.current(ctx.session).unit_kinds.items()}


def differences(form: Form, stale: Stale, shown: Mapping[str, str] | None = None) -> list[tuple[str, str]]:
    """(label, stored text) of what another person saved; ``shown`` gives codes their names."""
    rows = []
    for name, value in stale.theirs.items():
        field = form._fields.get(name)
        rows.append((str(field.label.text) if field is not None else "", (shown or {}).get(name) or _text(value)))
    return rows


def _text(value: object) -> str:
    if value is None or value == "":
        return formats.MISSING
    if isinstance(value, bool):
        return _("có") if value else _("không")
    return formats.as_date(value) if isinstance(value, dt.date) else str(value)


def renew(form: Form, version: int) -> None:
    """After a conflict the form carries the stored version, so that saving it again is deliberate."""
    form.version.data = str(version)
