"""The blueprint of our pages, apart from the views, so that each file of views can put its own into it."""

from __future__ import annotations

from core.sdk.web import PluginBlueprint, desk, render
from plugins.vneid_guidance import domain, words

pages = PluginBlueprint("vneid_guidance", __name__)


def show(template: str, **values: object) -> str:
    """A page of ours, with what all of them need: the unit's address, the indicators, the words."""
    return render(f"vneid_guidance/{template}", unit=desk().unit.key, d=domain, words=words, **values)
