"""Committees and sittings: members, agenda, attendance, paper counts, conflicts."""

from flask import Blueprint

bp = Blueprint("committee", __name__)

from core.web.committee import views  # noqa: E402, F401 - the views register themselves on the blueprint
