"""Signing in and what comes of it: the check of a password, and the logins of an account on its devices."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import sqlalchemy as sa

from core.domain.errors import NotFound
from core.models import Login, User
from core.services import audit, passwords, reach
from core.services.context import Context


def plain_login(raw: str) -> str:
    """A login name as it is kept: no blanks around it, lower case."""
    return raw.strip().lower()


def authenticate(ctx: Context, login: str, password: str) -> User | None:
    """The active account with this name and password, or None. Reads only; an unknown name takes as long."""
    user = ctx.session.scalar(sa.select(User).where(User.login == plain_login(login)))
    is_open = user is not None and user.active
    is_right = passwords.is_right(password, user.password if user is not None and is_open else None)
    return user if is_right else None


def note_success(ctx: Context, user: User, *, by: str) -> None:
    """The audit line of a sign-in. ``by``: ``password``, ``totp``, ``recovery`` or ``demo``."""
    acting = dataclasses.replace(ctx, actor=reach.actor_of(ctx.session, user))
    audit.note(acting, "login.succeeded", f"user:{user.key}", by=by)


def note_failure(ctx: Context, login: str, *, by: str, address: str) -> None:
    """The audit line of a failed sign-in. What was typed for a name that nobody has is not written down."""
    key = ctx.session.scalar(sa.select(User.key).where(User.login == plain_login(login)))
    audit.note(ctx, "login.failed", f"user:{key or '-'}", by=by, address=address)


def note_logout(ctx: Context) -> None:
    """The audit line of a sign-out."""
    audit.note(ctx, "logout", f"login:{ctx.actor.login}")


def own(ctx: Context) -> Sequence[Login]:
    """The living logins of the person who acts, the latest used first."""
    query = sa.select(Login).where(*_living(ctx, ctx.actor.id)).order_by(Login.seen_at.desc(), Login.id_hash)
    return list(ctx.session.scalars(query))


def end_own(ctx: Context, part: str) -> None:
    """End one of one's own logins, known by the beginning of its hash; else ``NotFound``."""
    rows = [one for one in own(ctx) if len(part) >= 16 and one.id_hash.startswith(part)]
    if len(rows) != 1:
        raise NotFound
    rows[0].ended_at = ctx.now
    ctx.session.flush()
    audit.note(ctx, "login.ended", f"user:{key_of(ctx, ctx.actor.id)}", device=rows[0].device)


def end_all(ctx: Context, user_id: int) -> None:
    """Whoever is signed in to this account is out, on the next request."""
    ctx.session.execute(sa.update(Login).where(*_living(ctx, user_id)).values(ended_at=ctx.now))


def end_all_own(ctx: Context) -> None:
    """ "Đăng xuất khỏi mọi thiết bị", this one included."""
    end_all(ctx, ctx.actor.id or 0)
    audit.note(ctx, "login.ended_all", f"user:{key_of(ctx, ctx.actor.id)}")


def key_of(ctx: Context, user_id: int | None) -> str:
    """The public key of an account, for audit lines."""
    return ctx.session.scalar(sa.select(User.key).where(User.id == user_id)) or "-"


def _living(ctx: Context, user_id: int | None) -> tuple[sa.ColumnElement[bool], ...]:
    return Login.user_id == user_id, Login.ended_at.is_(None), Login.expires_at > ctx.now
