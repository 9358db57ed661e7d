"""The register (sổ vàng) and the public honour roll."""

from flask import Blueprint

bp = Blueprint("honours", __name__)

from core.web.honours import views, views_register  # noqa: E402, F401 - the views register themselves on the blueprint
