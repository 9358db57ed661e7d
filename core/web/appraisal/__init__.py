"""What the standing body does with a dossier: receive, return, appraise, consult, decline, hand up."""

from flask import Blueprint

bp = Blueprint("appraisal", __name__)

from core.web.appraisal import views  # noqa: E402, F401 - the views register themselves on the blueprint
