"""What a plugin's pages are made of: a blueprint, the desk of the request, forms, words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request, url_for

from core.http.plugin_pages import PluginBlueprint, desk
from core.http.transactions import apart
from core.web import formats
from core.web.downloads import Cell, csv_answer
from core.web.forms.base import (
    BooleanField,
    ChoiceField,
    DateField,
    DecimalField,
    FileField,
    Form,
    HiddenField,
    IntegerField,
    LongTextField,
    ManyOfField,
    OneOfField,
    TextField,
    choices,
)
from core.web.i18n import gettext, lazy
from core.web.messages import say

__all__ = [
    "BooleanField",
    "ChoiceField",
    "DateField",
    "DecimalField",
    "FileField",
    "Form",
    "HiddenField",
    "IntegerField",
    "LongTextField",
    "ManyOfField",
    "OneOfField",
    "PluginBlueprint",
    "TextField",
    "choices",
    "csv_download",
    "desk",
    "flash",
    "form_with",
    "formats",
    "gettext",
    "jsonify",
    "lazy",
    "redirect",
    "render",
    "request",
    "say",
    "url",
]


def form_with(base: type[Form], fields: Mapping[str, Any]) -> type[Form]:
    """A form with more fields, whose names come from a list of the plugin's. Raises ``ValueError`` for a name taken."""
    if taken := [name for name in fields if hasattr(base, name) or name.startswith("_")]:
        raise ValueError(f"fields {', '.join(taken)}")
    return type(base.__name__, (base,), dict(fields))


def render(template: str, **values: object) -> str:
    """A page of the plugin; its template lies in ``templates/<plugin>/`` and may extend ``core/page.html``.

    The template has ``desk`` and ``url`` besides ``values``.
    """
    return render_template(template, desk=desk(), url=url, **values)


def url(endpoint: str, **values: object) -> str:
    """The address of one of the plugin's own pages, ``<plugin>.<view>``, in the unit of this request."""
    own = desk()
    values.setdefault("unit", own.unit.key)
    if (request.view_args or {}).get("event"):
        values.setdefault("event", (request.view_args or {})["event"])
    return url_for(endpoint, **values)  # type: ignore[arg-type]


def csv_download(name: str, rows: Iterable[Sequence[Cell]]) -> Response:
    """Rows as a CSV file for Excel: numbers, days and text, of which none is a formula. The audit notes who took it."""
    own = desk()
    answer = csv_answer(name, rows)
    with apart():
        own.note("exported", f"unit:{own.unit.key}", file=name)
    return answer
