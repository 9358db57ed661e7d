"""One request, one transaction: writers queue at its beginning, reads roll back at its end."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from flask import Flask, Response, current_app, request

from core.http import clock
from core.models import db
from core.plugin.registry import Registry
from core.services import failpoints, plugin_health
from core.services.context import NOBODY, Context

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def begin(method: str) -> None:
    """Open the request's transaction; one that may write takes its place in the queue now, not midway."""
    if method not in SAFE:
        db.session.connection(execution_options={"writes": True})


@contextlib.contextmanager
def apart() -> Iterator[None]:
    """A short transaction of its own, kept whatever becomes of the request. What the request wrote so far is undone.

    Afterwards no lock is held; ``begin`` again before writing more.
    """
    db.session.rollback()
    begin("POST")
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise


def is_writing() -> bool:
    """Whether this request may change anything."""
    return request.method not in SAFE


def init_app(app: Flask) -> None:
    """Commit after a writing request that was answered well, roll back after every other."""

    @app.after_request
    def close(response: Response) -> Response:
        if is_writing() and response.status_code < 400:
            failpoints.hit("request.before_commit")
            db.session.commit()
            failpoints.hit("request.after_commit")
        else:
            db.session.rollback()
        _keep_failures()
        return response


def _keep_failures() -> None:
    """Failed calls of plugins, in a transaction of their own once the request's is over."""
    registry: Registry = current_app.extensions["plugins"]
    failures = registry.take_failures()
    if not failures:
        return
    ctx = Context(session=db.session(), actor=NOBODY, now=clock.now(), registry=registry)
    with apart():
        plugin_health.write_failures(ctx, failures)
