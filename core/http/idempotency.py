"""Creating requests carry an id: a repeat gets the first answer, the same id with another body a 409."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Response, g, make_response, redirect, request
from sqlalchemy.exc import IntegrityError

from core.domain.errors import Refused
from core.models import IdempotencyRow, db
from core.services import failpoints

_IGNORED = frozenset({"csrf_token", "request_id", "own_password"})


def once(view: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a creating POST. Works where the form has a ``request_id`` or the request an ``Idempotency-Key`` header.

    Only a redirect is remembered: a form shown again with its errors created nothing.
    """

    @functools.wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        key = (request.headers.get("Idempotency-Key") or request.form.get("request_id") or "")[:80]
        if request.method != "POST" or not key or not key.isprintable():
            return view(*args, **kwargs)
        user_id = g.ctx.actor.id or 0
        digest = _digest()
        if (known := _find(key, user_id)) is not None:
            return _replay(known, digest)
        row = IdempotencyRow(
            key=key, user_id=user_id, route=(request.endpoint or "")[:120], digest=digest, at=g.ctx.now
        )
        try:
            db.session.add(row)
            db.session.flush()
        except IntegrityError:
            # the same request, at the same moment: it waited here until the first was committed
            db.session.rollback()
            return _replay(_find(key, user_id) or row, digest)
        failpoints.hit("idempotency.after_insert")
        response = make_response(view(*args, **kwargs))
        if 300 <= response.status_code < 400:
            row.status, row.location = response.status_code, response.location[:500]
            db.session.flush()
        elif row in db.session:
            db.session.delete(row)
            db.session.flush()
        return response

    return wrapped


def _find(key: str, user_id: int) -> IdempotencyRow | None:
    query = sa.select(IdempotencyRow).where(IdempotencyRow.key == key, IdempotencyRow.user_id == user_id)
    return db.session.scalar(query)


def _digest() -> str:
    total = hashlib.sha256(request.path.encode())
    for name, values in sorted(request.form.lists()):
        if name not in _IGNORED:
            total.update(repr((name, values)).encode("utf-8", "surrogatepass"))
    for name, files in sorted(request.files.lists()):
        for one in files:
            content = one.stream.read()
            one.stream.seek(0)
            total.update(repr((name, one.filename)).encode("utf-8", "surrogatepass"))
            total.update(hashlib.sha256(content).digest())
    return total.hexdigest()


def _replay(row: IdempotencyRow, digest: str) -> Response:
    if row.digest != digest:
        raise Refused("request_id_reused", kind="conflict")
    if row.location is None:
        raise Refused("still_working", kind="busy")
    response = redirect(row.location, row.status or 302)
    response.headers["Idempotency-Replayed"] = "true"
    return make_response(response)
