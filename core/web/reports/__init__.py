"""The results report of an event."""

from flask import Blueprint

bp = Blueprint("reports", __name__)

from core.web.reports import views  # noqa: E402, F401 - the views register themselves
