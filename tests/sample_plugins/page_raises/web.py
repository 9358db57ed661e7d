"""Pages that fail, one of them by leaving."""

from __future__ import annotations

from core.sdk.web import PluginBlueprint

pages = PluginBlueprint("page_raises", __name__)


@pages.get("/", permission="page_raises.see")
def index():
    """Fails."""
    raise RuntimeError("broken on purpose")


@pages.get("/leave", permission="page_raises.see")
def leave():
    """Leaves."""
    raise SystemExit(1)


@pages.post("/", permission="page_raises.see")
def act():
    """Fails while acting."""
    raise RuntimeError("broken on purpose")
