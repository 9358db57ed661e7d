"""Pages of the lamp."""

from __future__ import annotations

from core.sdk.web import PluginBlueprint, desk

pages = PluginBlueprint("lamp", __name__)


@pages.get("/", permission="lamp.read")
def index():
    """Whether it is lit here."""
    return f"sáng ở {desk().unit.name}"


@pages.get("/count", permission="lamp.count")
def count():
    """The counter's page."""
    return "đếm"


@pages.get("/one/<number>", permission="lamp.read")
def one(number):
    """One bulb."""
    return number
