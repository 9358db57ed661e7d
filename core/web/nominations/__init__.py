"""Nominations from the nominating side, the lists of all three boxes, the dossier page, files."""

from flask import Blueprint

bp = Blueprint("nominations", __name__)

from core.web.nominations import views  # noqa: E402, F401 - the views register themselves on the blueprint
