"""Accounts, units and offices found by the pages that administer them: scope is in the query, as in ``reach``."""

from __future__ import annotations

import sqlalchemy as sa

from core.models import User
from core.services.context import Context


def by_key(ctx: Context, key: str) -> User | None:
    """An open account by its key, for signing in: the caller has proved who is there."""
    return ctx.session.scalar(sa.select(User).where(User.key == key, User.active.is_(True)))


def me(ctx: Context) -> User:
    """The account of the person who acts."""
    return ctx.session.scalars(sa.select(User).where(User.id == ctx.actor.id)).one()
