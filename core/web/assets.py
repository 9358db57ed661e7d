"""Style and scripts: our own and a few files of the installed Bootstrap wheel; packed once, kept long by browsers."""

from __future__ import annotations

import gzip
import mimetypes
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import flask_bootstrap
from flask import Blueprint, Flask, Response, abort, request
from werkzeug.utils import safe_join

from core.http.guards import open_to_all

bp = Blueprint("assets", __name__)

_WHEEL = Path(flask_bootstrap.__file__).parent / "static" / "bootstrap5"
_ALLOWED = frozenset({"css/bootstrap.min.css"})
_OWN = Path(__file__).parent / "static" / "core"
_YEAR = 31_536_000


def init_app(app: Flask) -> None:
    """Addresses of assets carry a mark of their content: a browser may keep them and still sees a new version."""

    @app.url_defaults
    def mark(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint in ("core_static", "assets.bootstrap") and "v" not in values:
            values["v"] = _mark(str(_path(endpoint, values)))


def _path(endpoint: str, values: dict[str, Any]) -> Path:
    return _OWN / str(values.get("filename")) if endpoint == "core_static" else _WHEEL / str(values.get("path"))


@cache
def _mark(path: str) -> str:
    file = Path(path)
    return sha256(file.read_bytes()).hexdigest()[:8] if file.is_file() else "0"


@cache
def _packed(path: str, _mark: str) -> bytes:
    return gzip.compress(Path(path).read_bytes(), 9, mtime=0)


def _send(folder: Path, name: str) -> Response:
    found = safe_join(str(folder), name)
    if found is None or not Path(found).is_file():
        abort(404)
    kind = mimetypes.guess_type(found)[0] or "application/octet-stream"
    if "gzip" in request.accept_encodings:
        response = Response(_packed(found, _mark(found)), mimetype=kind)
        response.content_encoding = "gzip"
    else:
        response = Response(Path(found).read_bytes(), mimetype=kind)
    response.vary.add("Accept-Encoding")
    response.cache_control.public = True
    response.cache_control.max_age = _YEAR if request.args.get("v") == _mark(found) else 0
    return response


def own(filename: str) -> Response:
    """A file of ours."""
    return _send(_OWN, filename)


@bp.get("/static/bootstrap/<path:path>")
@open_to_all(reason="style")
def bootstrap(path: str) -> Response:
    """One of the allowed files of the installed Bootstrap wheel."""
    if path not in _ALLOWED:
        abort(404)
    return _send(_WHEEL, path)
