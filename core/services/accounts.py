"""Accounts: who signs in, with which roles, and how a password is set for the first time."""

from __future__ import annotations

import sqlalchemy as sa

from core.models import User
from core.services.context import Context


def authenticate(ctx: Context, login: str, password: str) -> User | None:
    """The active account with this name and password, or None."""
    user = ctx.session.scalar(sa.select(User).where(User.login == login.strip().lower()))
    if user is None or not user.active or not user.verify_and_update_password(password):
        return None
    return user
