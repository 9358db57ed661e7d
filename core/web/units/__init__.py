"""The unit tree, names and merges, accounts and roles, offices and delegations."""

from flask import Blueprint

bp = Blueprint("units", __name__)

from core.web.units import views  # noqa: E402, F401 - the views register themselves on the blueprint
