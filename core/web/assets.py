"""Style and scripts: our own and a few files of the installed Bootstrap wheel; packed once, kept long by browsers."""

from __future__ import annotations

import gzip
import mimetypes
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import flask_bootstrap
from flask import Flask, Response, abort, request
from werkzeug.utils import safe_join

_WHEEL = Path(flask_bootstrap.__file__).parent / "static" / "bootstrap5"
_ALLOWED = frozenset({"css/bootstrap.min.css"})
_OWN = Path(__file__).parent / "static" / "core"
_YEAR = 31_536_000


def init_app(app: Flask) -> None:
    """Addresses of assets carry a mark of their content: a browser may keep them and still sees a new version."""

    @app.url_defaults
    def mark(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "core_static" and "v" not in values:
            folder, name = _place(str(values.get("filename")))
            values["v"] = _mark(str(folder / name))


def keep_mark(app: Flask, endpoint: str, folder: Path) -> None:
    """Addresses of this endpoint carry a mark of their content too."""

    @app.url_defaults
    def mark(name: str, values: dict[str, Any]) -> None:
        if name == endpoint and "v" not in values:
            values["v"] = _mark(str(folder / str(values.get("filename"))))


def _place(filename: str) -> tuple[Path, str]:
    """The folder and the name in it; what is not on the list of the wheel's files is looked for among ours."""
    name = filename.removeprefix("bootstrap/")
    return (_WHEEL, name) if name != filename and name in _ALLOWED else (_OWN, filename)


@cache
def _mark(path: str) -> str:
    file = Path(path)
    return sha256(file.read_bytes()).hexdigest()[:8] if file.is_file() else "0"


@cache
def _packed(path: str, _mark: str) -> bytes:
    return gzip.compress(Path(path).read_bytes(), 9, mtime=0)


def send_from(folder: Path, name: str) -> Response:
    """A file below ``folder``, packed where the browser takes it; 404 for anything else."""
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
    """A file of ours, or one of the allowed files of the installed Bootstrap wheel under ``bootstrap/``."""
    return send_from(*_place(filename))
