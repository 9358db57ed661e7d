"""A page that nobody declared."""

from __future__ import annotations

from core.sdk.web import PluginBlueprint

pages = PluginBlueprint("undeclared_route", __name__)


@pages.get("/", permission="undeclared_route.see")
def index():
    """Seen by nobody."""
    return "never"
