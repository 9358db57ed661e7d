"""Sign-in, second factor, own account, one-time links."""

from flask import Blueprint

bp = Blueprint("accounts", __name__)

from core.web.accounts import views  # noqa: E402, F401 - the views register themselves on the blueprint
