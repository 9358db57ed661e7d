"""Nominations from the nominating side, the lists of all three boxes, the dossier page, files."""

from flask import Blueprint

bp = Blueprint("nominations", __name__)

from core.web.nominations import (  # noqa: E402 - the views register themselves on the blueprint
    section_panel,  # noqa: F401
    views,  # noqa: F401
    views_edit,  # noqa: F401
    views_files,  # noqa: F401
    views_steps,  # noqa: F401
)
