"""Decisions: draft, issue, correct, revoke; recovery."""

from flask import Blueprint

bp = Blueprint("decisions", __name__)

from core.web.decisions import (  # noqa: E402 - the views register themselves on the blueprint
    panels,  # noqa: F401
    views,  # noqa: F401
    views_changes,  # noqa: F401
    views_draft,  # noqa: F401
    views_issue,  # noqa: F401
)
