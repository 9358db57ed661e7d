"""Style and scripts: our own, and the few files of the installed Bootstrap wheel."""

from __future__ import annotations

from pathlib import Path

import flask_bootstrap
from flask import Blueprint, Response, abort, current_app, send_from_directory

from core.http.guards import open_to_all

bp = Blueprint("assets", __name__)

_WHEEL = Path(flask_bootstrap.__file__).parent / "static" / "bootstrap5"
_ALLOWED = frozenset({"css/bootstrap.min.css"})
_OWN = Path(__file__).parent / "static" / "core"


def own(filename: str) -> Response:
    """A file of ours. One day in the cache; the frame's pages are never cached."""
    return send_from_directory(_OWN, filename, max_age=0 if current_app.debug else 86_400)


@bp.get("/static/bootstrap/<path:path>")
@open_to_all(reason="style")
def bootstrap(path: str) -> Response:
    """One of the allowed files of the installed Bootstrap wheel."""
    if path not in _ALLOWED:
        abort(404)
    return send_from_directory(_WHEEL, path, max_age=86_400)
