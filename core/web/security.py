"""Flask-Security for passwords, TOTP and the signed-in user; its own pages stay off, ours speak Vietnamese."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask_security import Security, SQLAlchemyUserDatastore

from core.models import RoleGrant, User, db

security = Security()


class Accounts(SQLAlchemyUserDatastore):
    """The library's store without its global roles: ours are held in units and read by ``reach.actor_of``."""

    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> User | None:  # noqa: ARG002
        return db.session.scalars(sa.select(User).filter_by(**kwargs)).one_or_none()


def init_app(app: Flask) -> None:
    """Wire the accounts' library in. Its blueprint is not registered: no route without a declared permission."""
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - the name of a scheme
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_PASSWORD_SALT=None,
        SECURITY_PASSWORD_SINGLE_HASH=["argon2"],
        SECURITY_USER_IDENTITY_ATTRIBUTES=[{"login": {"mapper": _plain, "case_insensitive": True}}],
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_TWO_FACTOR=True,
        SECURITY_TWO_FACTOR_ENABLED_METHODS=["authenticator"],
        SECURITY_TOTP_ISSUER="Vinh Danh",
        SECURITY_TOTP_SECRETS={"1": app.config["SECRET_KEY"] or "no secret: the start-up check refuses this"},
        SECURITY_OAUTH_BUILTIN_PROVIDERS=[],
        SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS=False,
        SECURITY_REGISTER_BLUEPRINT=False,
        SECURITY_USERNAME_ENABLE=False,
        REMEMBER_COOKIE_DURATION=0,
    )
    datastore = Accounts(db, User, RoleGrant)
    security.init_app(app, datastore, register_blueprint=False)


def _plain(value: Any) -> str | None:
    return value if isinstance(value, str) else None
