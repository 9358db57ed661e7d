"""The steps of signing in that are more than one transaction: a failed try is kept, a good one opens a new login."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response, current_app, request, session
from flask_security import login_user
from itsdangerous import BadSignature, URLSafeTimedSerializer

from core.domain.errors import Refused
from core.http import transactions
from core.http.context import context
from core.http.logins import start
from core.models import User, db
from core.services import attempts, logins, reach_accounts, second_factor
from core.services.context import new_key

Result = TypeVar("Result")

#: A device that this account has signed in from; its guesses are counted apart (AC-H02).
_DEVICE_DAYS = 180
_HALF_IN = "half_in"
#: Marks the browser in which a form was kept while nobody was signed in; see ``kept``.
NONCE = "kept"
_HALF_IN_MINUTES = 10


def secret_key() -> str:
    """The installation's secret."""
    return str(current_app.config["SECRET_KEY"])


def try_password(login: str, password: str) -> User | None:
    """The account, or None after the try was counted and noted. Raises ``Refused("too_many_attempts")``."""
    ctx, login = context(), logins.plain_login(login)
    attempt = _reserve(login)
    # no lock is held while the password is hashed
    user = logins.authenticate(ctx, login, password)
    if user is None:
        _note_failure(login, by="password")
        return None
    user_id = user.id
    _begin_writing()
    attempts.forgive(ctx, attempt)
    return db.session.get(User, user_id)


def try_code(user: User, code: str) -> bool:
    """Whether the second factor was given; a wrong one is counted and noted. Raises ``Refused``."""
    login, user_id = user.login, user.id
    _reserve(login)
    _begin_writing()
    kept = db.session.get(User, user_id)
    by = second_factor.spend(context(), kept, code, secret_key=secret_key()) if kept is not None else None
    if kept is None or by is None:
        _note_failure(login, by="code")
        return False
    let_in(kept, by=by)
    return True


def counted(act: Callable[[], Result]) -> Result:
    """Do what asks for the present password; a wrong one is a counted try, so that a found telephone opens nothing.

    Raises what ``act`` raises, and ``Refused("too_many_attempts")``.
    """
    ctx = context()
    attempt = _reserve(ctx.actor.login)
    _begin_writing()
    try:
        result = act()
    except Refused as refused:
        if refused.code == "password_wrong":
            _note_failure(ctx.actor.login, by="own_password")
        else:
            with transactions.apart():
                attempts.forgive(ctx, attempt)
        raise
    attempts.forgive(ctx, attempt)
    return result


def let_in(user: User, *, by: str) -> None:
    """Open a new login for this person; whatever the browser had before is over."""
    ctx = context()
    device = _device(user.login)
    attempts.clear(ctx, user.login, device=device)
    attempts.clear(ctx, user.login)
    logins.note_success(ctx, user, by=by)
    _empty_session()
    login_user(user, authn_via=[by])
    start()


def remember_half(user: User, target: str | None) -> None:
    """The password was right, the code is still to come."""
    _empty_session()
    session[_HALF_IN] = {"user": user.key, "at": context().now.timestamp(), "next": target}


def half_in() -> tuple[User, str | None] | None:
    """Who gave a password within the last minutes, and where that person wanted to go."""
    kept: dict[str, Any] = session.get(_HALF_IN) or {}
    age = context().now.timestamp() - kept.get("at", 0)
    if not 0 <= age < dt.timedelta(minutes=_HALF_IN_MINUTES).total_seconds():
        return None
    user = reach_accounts.by_key(context(), kept["user"])
    return None if user is None or user.tf_totp_secret is None else (user, kept["next"])


def know_device(response: Response, login: str) -> Response:
    """Leave a mark on the device from which this account was signed in to."""
    if _device(login) is None:
        response.set_cookie(
            _cookie(),
            _signer().dumps([login, new_key(16)]),
            max_age=_DEVICE_DAYS * 86_400,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
            path="/",
        )
    return response


def _empty_session() -> None:
    nonce = session.get(NONCE)
    session.clear()
    if nonce is not None:
        session[NONCE] = nonce


def _reserve(login: str) -> int:
    with transactions.apart():
        return attempts.reserve(context(), login, address=_address(), device=_device(login))


def _note_failure(login: str, *, by: str) -> None:
    with transactions.apart():
        logins.note_failure(context(), login, by=by, address=_address())


def _begin_writing() -> None:
    db.session.rollback()
    transactions.begin("POST")


def _address() -> str:
    return request.remote_addr or "-"


def _cookie() -> str:
    return str(current_app.config["SESSION_COOKIE_NAME"]) + "_device"


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret_key(), salt="device")


def _device(login: str) -> str | None:
    try:
        owner, device = _signer().loads(request.cookies.get(_cookie(), ""), max_age=_DEVICE_DAYS * 86_400)
    except (BadSignature, ValueError, TypeError):
        return None
    return str(device) if owner == login else None
