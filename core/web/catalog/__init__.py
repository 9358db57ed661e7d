"""Catalogue of award types by date, new versions, the calendar of working days."""

from flask import Blueprint

bp = Blueprint("catalog", __name__)

from core.web.catalog import views, views_calendar  # noqa: E402, F401 - the views register themselves on the blueprint

bp.context_processor(views.helpers)
