"""Decisions: draft, issue, correct, revoke; recovery."""

from flask import Blueprint

bp = Blueprint("decisions", __name__)

from core.web.decisions import views  # noqa: E402, F401 - the views register themselves on the blueprint
