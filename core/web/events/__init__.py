"""Events: form, phases, awards on offer, invited units, tasks, self-check, copy."""

from flask import Blueprint

bp = Blueprint("events", __name__)

from core.web.events import showing, views, views_parts, views_tasks  # noqa: E402, F401 - the views register themselves

bp.context_processor(showing.helpers)
