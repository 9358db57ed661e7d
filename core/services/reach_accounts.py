"""Accounts and offices found by the pages that administer them: scope is in the query, as in ``reach``."""

from __future__ import annotations

import sqlalchemy as sa

from core.domain.errors import NotFound
from core.domain.permissions import Role
from core.models import Delegation, Office, RoleGrant, Unit, User
from core.services.context import Context


def by_key(ctx: Context, key: str) -> User | None:
    """An open account by its key, for signing in: the caller has proved who is there."""
    return ctx.session.scalar(sa.select(User).where(User.key == key, User.active.is_(True)))


def me(ctx: Context) -> User:
    """The account of the person who acts."""
    return ctx.session.scalars(sa.select(User).where(User.id == ctx.actor.id)).one()


def in_subtree(ctx: Context) -> sa.ColumnElement[bool]:
    """Condition on ``User``: holds, or held, a role in this subtree.

    At the top of the tree a system administrator also sees who holds none anywhere: nobody else could give the first.
    """
    mine = sa.exists().where(
        RoleGrant.user_id == User.id,
        RoleGrant.unit_id == Unit.id,
        Unit.path.startswith(ctx.here.path, autoescape=True),
    )
    is_top = ctx.here.path.count("/") == 2
    if is_top and any(one.role is Role.SYSTEM_ADMIN for one in ctx.actor.held):
        return sa.or_(mine, sa.not_(sa.exists().where(RoleGrant.user_id == User.id)))
    return mine


def holds(ctx: Context, role: str) -> sa.ColumnElement[bool]:
    """Condition on ``User``: holds this role now, in this subtree."""
    return sa.exists().where(
        RoleGrant.user_id == User.id,
        RoleGrant.unit_id == Unit.id,
        RoleGrant.role == role,
        RoleGrant.ended_at.is_(None),
        Unit.path.startswith(ctx.here.path, autoescape=True),
    )


def account(ctx: Context, key: str) -> User:
    """An account that this subtree's administrator may know; else ``NotFound``."""
    row = ctx.session.scalar(sa.select(User).where(User.key == key, in_subtree(ctx)))
    if row is None or not ctx.may("account.manage"):
        raise NotFound
    return row


def office(ctx: Context, key: str) -> Office:
    """A signing office of this unit; else ``NotFound``."""
    row = ctx.session.scalar(sa.select(Office).where(Office.key == key, Office.unit_id == ctx.here.id))
    if row is None or not ctx.may("office.manage"):
        raise NotFound
    return row


def delegation(ctx: Context, key: str) -> Delegation:
    """A delegation under an office of this unit; else ``NotFound``."""
    row = ctx.session.scalar(
        sa.select(Delegation)
        .join(Office, Office.id == Delegation.office_id)
        .where(Delegation.key == key, Office.unit_id == ctx.here.id)
    )
    if row is None or not ctx.may("office.manage"):
        raise NotFound
    return row
