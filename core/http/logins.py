"""Server-side logins: the cookie holds an opaque id, the row dies at logout, and a replayed cookie finds nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from typing import Any

import sqlalchemy as sa
from flask import Flask, Request, Response, current_app, g, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from sqlalchemy.exc import OperationalError

from core.http import clock, transactions
from core.models import Login, User, db

_TOUCH_AFTER = dt.timedelta(minutes=1)
#: So long a given password opens acts that give power away.
_FRESH = dt.timedelta(minutes=5)
_PROVED = "proved_at"


class LoginSession(SecureCookieSession):
    """What Flask calls a session. ``opaque`` is the id in the cookie of a signed-in person, else None."""

    opaque: str | None = None
    #: When this login began, as a timestamp.
    began_at: float = 0.0


def hash_id(opaque: str) -> str:
    """What the database keeps of a login id."""
    return hashlib.sha256(opaque.encode()).hexdigest()


def this_login() -> str | None:
    """The hash of the login that this request came with; None for an anonymous visitor."""
    opaque = getattr(session, "opaque", None)
    return hash_id(opaque) if opaque is not None else None


def start() -> None:
    """This request signed somebody in: a new id, and a new lifetime."""
    session["_new_login"] = "start"


def renew() -> None:
    """All logins of the account ended and this one goes on: a new id, but no longer life."""
    session.setdefault(_PROVED, _proved_at())  # the new row begins now, and proves nothing
    session["_new_login"] = "renew"


def prove() -> None:
    """The person gave the password just now."""
    session[_PROVED] = clock.now().timestamp()


def is_fresh() -> bool:
    """Whether the person gave the password within the last five minutes, at sign-in or since."""
    age = clock.now().timestamp() - _proved_at()
    return 0 <= age <= _FRESH.total_seconds()


def _proved_at() -> float:
    return float(session.get(_PROVED) or getattr(session, "began_at", 0.0))


def person_of_cookie() -> int | None:
    """The account whose login this browser holds or held; ended and expired ones count. For nothing but recognising."""
    value = request.cookies.get(current_app.config["SESSION_COOKIE_NAME"], "")
    if not value.startswith("s."):
        return None
    return db.session.scalar(sa.select(Login.user_id).where(Login.id_hash == hash_id(value[2:])))


class LoginInterface(SecureCookieSessionInterface):
    """Anonymous visitors keep Flask's signed cookie (it carries a CSRF token); a login lives in the database."""

    session_class = LoginSession

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if request.path == "/healthz" or request.path.startswith("/static/"):
            return LoginSession()  # nobody's business who asks: no query
        try:
            transactions.begin(request.method)
        except OperationalError as busy:
            g.begin_failed = busy  # too many writers: told by the guard, where an error page can be drawn
            return LoginSession()
        value = request.cookies.get(self.get_cookie_name(app), "")
        if not value.startswith("s."):
            session = super().open_session(app, request)
            if session is not None:
                session.pop("_user_id", None)  # an anonymous cookie never signs anybody in
            return session
        opaque = value[2:]
        now = clock.now()
        row = db.session.get(Login, hash_id(opaque))
        if row is None or row.ended_at or row.expires_at <= now or row.seen_at + _idle(app) <= now:
            return LoginSession()
        session = LoginSession(json.loads(row.data))
        session.opaque, session.began_at = opaque, row.created_at.timestamp()
        session.modified = now - row.seen_at > _TOUCH_AFTER
        return session

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        user_id = session.get("_user_id")
        opaque = getattr(session, "opaque", None)
        if user_id is None:
            if opaque is not None:
                _end(opaque)
                session.modified = True  # type: ignore[misc]
            super().save_session(app, session, response)
            return
        if not session.modified and opaque is not None:
            return
        renewal, expires_at = session.pop("_new_login", None), None
        is_new = opaque is None or bool(renewal)
        if is_new:
            if opaque is not None:
                expires_at = _end(opaque)
            opaque = secrets.token_urlsafe(32)
        try:
            _store(app, opaque, dict(session), expires_at=expires_at if renewal == "renew" else None)
        except OperationalError:
            if is_new:
                raise
            db.session.rollback()  # too many writers: what the page did stands, that it was seen is told next time
            return
        response.set_cookie(
            self.get_cookie_name(app),
            f"s.{opaque}",
            max_age=app.config["LOGIN_HOURS"] * 3600,
            secure=self.get_cookie_secure(app),
            httponly=True,
            samesite="Lax",
            path="/",
        )
        response.vary.add("Cookie")


def _idle(app: Flask) -> dt.timedelta:
    return dt.timedelta(minutes=app.config["LOGIN_IDLE_MINUTES"])


def _store(app: Flask, opaque: str, data: dict[str, Any], *, expires_at: dt.datetime | None) -> None:
    """Write the login in a transaction of its own: the request's is over when Flask saves."""
    now = clock.now()
    text = json.dumps(data, default=str)
    db.session.rollback()
    db.session.connection(execution_options={"writes": True})
    update = sa.update(Login).where(Login.id_hash == hash_id(opaque)).values(data=text, seen_at=now)
    if not db.session.execute(update).rowcount:
        user_id = db.session.scalars(sa.select(User.id).where(User.fs_uniquifier == data["_user_id"])).one()
        db.session.add(
            Login(
                id_hash=hash_id(opaque),
                user_id=user_id,
                data=text,
                device=request.user_agent.string[:120],
                created_at=now,
                seen_at=now,
                expires_at=expires_at or now + dt.timedelta(hours=app.config["LOGIN_HOURS"]),
            )
        )
    db.session.commit()


def _end(opaque: str) -> dt.datetime | None:
    """End this login; returns when it would have expired."""
    db.session.rollback()
    db.session.connection(execution_options={"writes": True})
    row = db.session.get(Login, hash_id(opaque))
    expires_at = None if row is None else row.expires_at
    if row is not None and row.ended_at is None:
        row.ended_at = clock.now()
    db.session.commit()
    return expires_at
