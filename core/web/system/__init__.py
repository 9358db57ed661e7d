"""Health, audit, server state."""

from flask import Blueprint

bp = Blueprint("system", __name__)

from core.web.system import views  # noqa: E402, F401 - the views register themselves on the blueprint
