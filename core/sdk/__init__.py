"""The guest door: everything a plugin's manifest, hooks and services are made of."""

from __future__ import annotations

from core.domain.errors import FieldProblem, Forbidden, NotFound, Refused, Stale
from core.domain.fields import FieldSpec, Kind
from core.domain.privacy import looks_like_identity
from core.domain.text import clean_line, clean_text, parse_date, parse_int
from core.domain.views import EventView, MemberView, NominationView, NomineeView, SentFigures, UnitView, Viewer, Window
from core.plugin.answers import Conflict, Fact, Figure, NavItem, Objection, Panel, Place, ReportChapter
from core.plugin.hookspecs import hookimpl
from core.plugin.manifest import Indicator, Job, Manifest, Page, Permission
from core.plugin.registry import SDK_VERSION as VERSION
from core.services.desk import Desk, refuse
from core.services.plugin_settings import Target

__all__ = [
    "VERSION",
    "Conflict",
    "Desk",
    "EventView",
    "Fact",
    "FieldProblem",
    "FieldSpec",
    "Figure",
    "Forbidden",
    "Indicator",
    "Job",
    "Kind",
    "Manifest",
    "MemberView",
    "NavItem",
    "NominationView",
    "NomineeView",
    "NotFound",
    "Objection",
    "Page",
    "Panel",
    "Permission",
    "Place",
    "Refused",
    "ReportChapter",
    "SentFigures",
    "Stale",
    "Target",
    "UnitView",
    "Viewer",
    "Window",
    "clean_line",
    "clean_text",
    "hookimpl",
    "looks_like_identity",
    "parse_date",
    "parse_int",
    "refuse",
]
