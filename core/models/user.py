"""Accounts, the roles they hold in units, and their server-side logins."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from flask_security import RoleMixin, UserMixin
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.domain.text import fold
from core.models.base import Keyed, Model, Row, Stamped, UTCDateTime, Versioned
from core.models.unit import Unit


def _folded(context: DefaultExecutionContext) -> str:
    values = context.get_current_parameters()
    return fold(f"{values['full_name']} {values['login']}")


class User(Keyed, Stamped, Versioned, UserMixin, Model):
    """A person who signs in. Closed, never deleted: the record of who did what outlives the account."""

    __tablename__ = "user"

    login: Mapped[str] = mapped_column(sa.String(60), unique=True)
    full_name: Mapped[str] = mapped_column(sa.String(120))
    name_key: Mapped[str] = mapped_column(sa.String(400), index=True)
    #: Name and login without marks, for search.
    folded: Mapped[str] = mapped_column(sa.String(200), default=_folded)
    title: Mapped[str] = mapped_column(sa.String(160), default="")
    email: Mapped[str | None] = mapped_column(sa.String(254))
    password: Mapped[str | None] = mapped_column(sa.String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(sa.String(64), unique=True)
    tf_primary_method: Mapped[str | None] = mapped_column(sa.String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(sa.String(255))
    #: The last TOTP step that signed in: a code works once.
    tf_last_step: Mapped[int | None] = mapped_column(sa.BigInteger)
    #: Hashes of the printed codes that are still good.
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(sa.JSON(none_as_null=True))
    wants_mail: Mapped[bool] = mapped_column(default=True)
    is_demo: Mapped[bool] = mapped_column(default=False)

    grants: Mapped[list[RoleGrant]] = relationship(
        back_populates="user", foreign_keys="RoleGrant.user_id", order_by="RoleGrant.id"
    )

    @property
    def roles(self) -> list[RoleMixin]:
        """Flask-Security's global roles: none. Ours are held in units."""
        return []


class RoleGrant(Row, Stamped, RoleMixin, Model):
    """A role held in a unit, from a day until a day. Ended, never deleted."""

    __tablename__ = "role_grant"
    __table_args__ = (sa.Index("ix_role_grant_unit_role", "unit_id", "role"),)

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    role: Mapped[str] = mapped_column(sa.String(30))
    granted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    ended_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)

    user: Mapped[User] = relationship(back_populates="grants", foreign_keys=[user_id])
    unit: Mapped[Unit] = relationship()


class Login(Model):
    """One sign-in on one device. The cookie holds an opaque id; here lies only its hash."""

    __tablename__ = "login"

    id_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    data: Mapped[str] = mapped_column(sa.Text)
    device: Mapped[str] = mapped_column(sa.String(120))
    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    seen_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)


class SignInAttempt(Row, Model):
    """A failed sign-in, kept to slow down guessing: per account and per address, fifteen minutes."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        sa.Index("ix_sign_in_attempt_login_at", "login", "at"),
        sa.Index("ix_sign_in_attempt_address_at", "address", "at"),
    )

    login: Mapped[str] = mapped_column(sa.String(60))
    address: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class AdminLink(Row, Stamped, Model):
    """A one-time link by which a person sets a password; only the token's hash is stored."""

    __tablename__ = "admin_link"

    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    expires_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)

    user: Mapped[User] = relationship()
