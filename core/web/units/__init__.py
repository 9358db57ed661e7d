"""The unit tree, names and merges, accounts and roles, offices and delegations."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, g

from core.web.roles import ROLE_WORDS

bp = Blueprint("units", __name__)

# the views register themselves on the blueprint
from core.web.units import views, views_accounts, views_ending, views_offices  # noqa: E402, F401


@bp.context_processor
def helpers() -> dict[str, Any]:
    """What the templates of this area ask."""
    return {
        "ctx_unit": getattr(g.get("ctx"), "unit", None),  # none on an error page for a foreign unit
        "has_page": lambda endpoint: endpoint in current_app.view_functions,
        "role_choices": lambda: [(role.value, str(word)) for role, word in ROLE_WORDS.items()],
    }
