"""Appraisal: the queue of incoming dossiers and the acts on them."""

from flask import Blueprint

bp = Blueprint("appraisal", __name__)

from core.web.appraisal import panel, views, views_acts  # noqa: E402, F401 - they register themselves
