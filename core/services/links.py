"""One-time links by which a person sets a password: 24 hours, one use, only the token's hash is kept."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from core.domain.errors import FieldProblem, NotFound, Objection, Refused
from core.domain.passwords import check
from core.models import AdminLink, RoleGrant, Unit, User
from core.services import audit, logins, passwords
from core.services.context import Context

LIFE = dt.timedelta(hours=24)


def make_link(ctx: Context, login: str) -> str:
    """A new token for the account with this login; earlier ones are void. Raises ``NotFound`` for an unknown login."""
    user = ctx.session.scalar(sa.select(User).where(User.login == logins.plain_login(login)))
    if user is None:
        raise NotFound
    return make_for(ctx, user)


def make_for(ctx: Context, user: User) -> str:
    """As ``make_link``, for an account already found."""
    token = secrets.token_urlsafe(32)
    void(ctx, user)
    ctx.session.add(AdminLink(token_hash=_hash(token), user_id=user.id, expires_at=ctx.now + LIFE, created_at=ctx.now))
    ctx.session.flush()
    audit.note(ctx, "link.made", f"user:{user.key}")
    return token


def person_of(ctx: Context, token: str) -> User:
    """The account that a living token is for. Raises ``NotFound`` when it is unknown, used, too old or closed."""
    return _living(ctx, token).user


def set_password(ctx: Context, token: str, password: str) -> User:
    """Set the password once: the token is used up, every login of the account ends.

    Raises ``NotFound`` as ``person_of``, ``Refused`` for a password that will not do.
    """
    link = _living(ctx, token, for_update=True)
    judge(ctx, link.user, password)
    link.used_at = ctx.now
    change(ctx, link.user, password)
    return link.user


def judge(ctx: Context, user: User, password: str, *, field: str = "password") -> None:
    """Raise ``Refused`` with the reason beside ``field`` when this person may not take this password."""
    names = ctx.session.execute(
        sa.select(Unit.name, Unit.short_name)
        .join(RoleGrant, RoleGrant.unit_id == Unit.id)
        .where(RoleGrant.user_id == user.id)
    )
    own_words = [user.login, user.full_name, *(name for row in names for name in row)]
    try:
        check(password, own_words=own_words)
    except FieldProblem as problem:
        raise Refused.because([Objection(problem.code, problem.params, field=field)]) from None


def change(ctx: Context, user: User, password: str) -> None:
    """Keep a judged password; every login and every link of the account ends."""
    user.password = passwords.hashed(password)
    void(ctx, user)
    logins.end_all(ctx, user.id)
    ctx.session.flush()
    audit.note(ctx, "password.changed", f"user:{user.key}")


def _living(ctx: Context, token: str, *, for_update: bool = False) -> AdminLink:
    query = (
        sa.select(AdminLink)
        .join(User, User.id == AdminLink.user_id)
        .where(
            AdminLink.token_hash == _hash(token),
            AdminLink.used_at.is_(None),
            AdminLink.expires_at > ctx.now,
            User.active.is_(True),
        )
        .options(joinedload(AdminLink.user))
    )
    if for_update:
        query = query.with_for_update(of=AdminLink)
    row = ctx.session.scalar(query)
    if row is None:
        raise NotFound
    return row


def void(ctx: Context, user: User) -> None:
    """Links made for this account and not used yet work no more."""
    ctx.session.execute(
        sa.update(AdminLink).where(AdminLink.user_id == user.id, AdminLink.used_at.is_(None)).values(used_at=ctx.now)
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
