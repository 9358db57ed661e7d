"""Who turns which plugin on: for a unit and those below it, for an event, for the server."""

from typing import Any

from flask import Blueprint, g

from core.web.plugins.words import global_words

bp = Blueprint("plugins", __name__)
bp.add_app_template_global(global_words, "plugin_words")


@bp.context_processor
def helpers() -> dict[str, Any]:
    """What the templates of this area ask; nobody may anything on an error page for a foreign unit."""
    return {"may": lambda permission: "ctx" in g and g.ctx.may(permission)}


# the views register themselves on the blueprint
from core.web.plugins import views, views_data, views_event, views_setup, views_system  # noqa: E402, F401
