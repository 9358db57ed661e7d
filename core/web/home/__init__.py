"""Việc của tôi: what waits for me, what is due, how the event stands; notices; the public front page."""

from flask import Blueprint

bp = Blueprint("home", __name__)

from core.web.home import views  # noqa: E402, F401 - the views register themselves on the blueprint
