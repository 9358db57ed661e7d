"""Committees and sittings: members, agenda, attendance, paper counts, conflicts."""

from flask import Blueprint

bp = Blueprint("committee", __name__)

from core.web.committee import (  # noqa: E402 - the views register themselves on the blueprint
    views,  # noqa: F401
    views_agenda,  # noqa: F401
    views_ballots,  # noqa: F401
    views_counts,  # noqa: F401
    views_items,  # noqa: F401
    views_seats,  # noqa: F401
    views_sittings,  # noqa: F401
    views_tellers,  # noqa: F401
    views_voting,  # noqa: F401
)
