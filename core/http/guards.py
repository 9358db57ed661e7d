"""Routes are shut by default: each declares its permission, or a reason to be open; a bare one stops the start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, g, request
from flask_security import current_user

from core.domain.errors import Forbidden, NotFound
from core.domain.permissions import PERMISSIONS
from core.http.context import build
from core.http.plugin_switch import refuse_where_off

View = TypeVar("View", bound=Callable[..., Any])


class UnguardedRoute(Exception):  # noqa: N818
    """An endpoint without a declared permission; the message names every one."""


class SignInNeeded(Exception):  # noqa: N818
    """Nobody is signed in and the route is not open to all."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What a route asks for: a permission, any sign-in, or nothing at all (with the reason)."""

    permission: str | None
    is_public: bool = False
    reason: str = ""
    owner: str = "core"
    #: An act asks for the password again when it was not given in the last minutes (core/web/accounts/again.py).
    is_fresh: bool = False


def need(permission: str, *, fresh: bool = False) -> Callable[[View], View]:
    """Only who holds ``permission`` in the unit of the address gets in. ``fresh``: acts ask for the password again."""
    if permission not in PERMISSIONS:
        raise ValueError(f"unknown permission {permission}")
    return _mark(Policy(permission, is_fresh=fresh))


def need_sign_in(*, reason: str) -> Callable[[View], View]:
    """Any signed-in person: the page shows only what is that person's own."""
    return _mark(Policy(None, reason=reason))


def open_to_all(*, reason: str) -> Callable[[View], View]:
    """Everybody, without an account."""
    return _mark(Policy(None, is_public=True, reason=reason))


def _mark(policy: Policy) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        view.__policy__ = policy  # type: ignore[attr-defined]
        return view

    return decorate


#: Routes that libraries bring along: their views cannot carry a mark of ours.
_FOREIGN: dict[str, Policy] = {}


def declare_foreign(endpoint: str, policy: Policy) -> None:
    """Give a policy to an endpoint of a library."""
    _FOREIGN[endpoint] = policy


def policy_of(app: Flask, endpoint: str | None) -> Policy | None:
    """The policy of an endpoint; None where nobody declared one."""
    if endpoint is None:
        return None
    if endpoint in _FOREIGN:
        return _FOREIGN[endpoint]
    return getattr(app.view_functions.get(endpoint), "__policy__", None)


def check_every_route(app: Flask) -> None:
    """Raise ``UnguardedRoute`` naming each endpoint that declares nothing."""
    bare = sorted({r.endpoint for r in app.url_map.iter_rules() if policy_of(app, r.endpoint) is None})
    if bare:
        raise UnguardedRoute(", ".join(bare))


def enforce() -> None:
    """Before every view: sign-in, scope, permission. Unknown and foreign units are 404, a missing permission 403."""
    if (busy := g.get("begin_failed")) is not None:
        raise busy
    if request.endpoint is None:
        return
    if not all(str(value).isprintable() for value in (request.view_args or {}).values()):
        raise NotFound  # nothing has such an address, and PostgreSQL does not even compare NUL
    policy = policy_of(current_app, request.endpoint)
    if policy is None:
        raise Forbidden("undeclared")
    if not policy.is_public and not current_user.is_authenticated:
        raise SignInNeeded
    g.ctx = build()
    if policy.owner != "core":
        refuse_where_off(g.ctx, policy.owner)
    if policy.permission is not None and not g.ctx.may(policy.permission):
        raise Forbidden(policy.permission)
