"""What a plugin's pages are made of: a blueprint, the desk of the request, forms, words."""

from __future__ import annotations

from flask import flash, jsonify, redirect, render_template, request, url_for

from core.http.plugin_pages import PluginBlueprint, desk
from core.web import formats
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
    "desk",
    "flash",
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
