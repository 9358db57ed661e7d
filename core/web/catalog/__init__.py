"""The dated catalogue of award types, and the calendar of working days."""

from flask import Blueprint

bp = Blueprint("catalog", __name__)

from core.web.catalog import views  # noqa: E402, F401 - the views register themselves on the blueprint
