"""Roles given and ended. Only who administers a subtree gives roles in it; whatever changes, logins end."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from core.domain.errors import NotFound, Objection, Refused
from core.domain.permissions import ADMIN_ROLES, Role
from core.models import RoleGrant, Unit, User
from core.services import audit, logins, reach, reach_accounts
from core.services.context import Context


def is_system_admin(ctx: Context) -> bool:
    """Whether the person who acts administers the whole installation."""
    return any(one.role is Role.SYSTEM_ADMIN for one in ctx.actor.held)


def may_give(ctx: Context, role: str) -> bool:
    """Whether the person who acts may give this role in the units administered from here."""
    return role in set(Role) and (role != Role.SYSTEM_ADMIN or is_system_admin(ctx))


def offered(ctx: Context) -> list[Role]:
    """The roles to choose from."""
    return [role for role in Role if may_give(ctx, role)]


def grants_of(ctx: Context, user: User) -> Sequence[RoleGrant]:
    """The person's roles in this subtree, present ones first, then the latest ended."""
    query = (
        sa.select(RoleGrant)
        .join(Unit, Unit.id == RoleGrant.unit_id)
        .where(RoleGrant.user_id == user.id, Unit.path.startswith(ctx.here.path, autoescape=True))
        .options(contains_eager(RoleGrant.unit))
        .order_by(RoleGrant.ended_at.is_not(None), RoleGrant.ended_at.desc(), Unit.path, RoleGrant.id)
    )
    return list(ctx.session.scalars(query))


def is_all_below(ctx: Context, user: User) -> bool:
    """Whether every role the person holds now lies in this subtree, and none is above the one who acts."""
    if is_system_admin(ctx):
        return True
    is_outside = sa.or_(
        sa.not_(Unit.path.startswith(ctx.here.path, autoescape=True)), RoleGrant.role == Role.SYSTEM_ADMIN.value
    )
    query = (
        sa.select(RoleGrant.id)
        .join(Unit, Unit.id == RoleGrant.unit_id)
        .where(RoleGrant.user_id == user.id, RoleGrant.ended_at.is_(None), is_outside)
    )
    return ctx.session.scalar(query.limit(1)) is None


def grant(ctx: Context, key: str, *, unit: str, role: str) -> User:
    """Give a person of this subtree a role in one of its units.

    Raises ``Refused``: ``role_not_yours``, ``role_held``, ``account_closed``.
    """
    ctx.require("account.manage")
    user = reach_accounts.account(ctx, key)
    place = reach.unit_below(ctx, unit)
    if not may_give(ctx, role):
        raise Refused.because([Objection("role_not_yours", field="role")])
    if not user.active:
        raise Refused("account_closed")
    give(ctx, user, place, role)
    return user


def give(ctx: Context, user: User, unit: Unit, role: str) -> None:
    """The grant itself, once. Who may was asked before."""
    ctx.session.execute(sa.select(User.id).where(User.id == user.id).with_for_update())
    held = sa.select(RoleGrant.id).where(
        RoleGrant.user_id == user.id,
        RoleGrant.unit_id == unit.id,
        RoleGrant.role == str(role),
        RoleGrant.ended_at.is_(None),
    )
    if ctx.session.scalar(held) is not None:
        raise Refused.because([Objection("role_held", {"unit": unit.name}, field="role")])
    ctx.session.add(
        RoleGrant(user_id=user.id, unit_id=unit.id, role=str(role), granted_by_id=ctx.actor.id, created_at=ctx.now)
    )
    logins.end_all(ctx, user.id)
    ctx.session.flush()
    audit.note(ctx, "role.granted", f"user:{user.key}", role=str(role), unit=unit.key)


def end(ctx: Context, key: str, grant_id: int) -> User:
    """End a role held in this subtree; the record of it stays.

    Raises ``NotFound``, ``Refused``: ``role_not_yours``, ``own_last_admin_role``, ``last_system_admin``.
    """
    ctx.require("account.manage")
    user = reach_accounts.account(ctx, key)
    row = next((one for one in grants_of(ctx, user) if one.id == grant_id and one.ended_at is None), None)
    if row is None:
        raise NotFound
    if not may_give(ctx, row.role):
        raise Refused("role_not_yours")
    if user.id == ctx.actor.id and row.role in ADMIN_ROLES and _admin_roles(ctx) == 1:
        raise Refused("own_last_admin_role")
    if row.role == Role.SYSTEM_ADMIN and is_last_system_admin(ctx, user, but=row.id):
        raise Refused("last_system_admin")
    row.ended_at = ctx.now
    logins.end_all(ctx, user.id)
    ctx.session.flush()
    audit.note(ctx, "role.ended", f"user:{user.key}", role=row.role, unit=row.unit.key)
    return user


def is_last_system_admin(ctx: Context, user: User, *, but: int = 0) -> bool:
    """Whether without this person's role (or the one grant ``but``) nobody would administer the installation."""
    rows = ctx.session.execute(
        sa.select(RoleGrant.id, RoleGrant.user_id)
        .join(User, User.id == RoleGrant.user_id)
        .where(RoleGrant.role == Role.SYSTEM_ADMIN.value, RoleGrant.ended_at.is_(None), User.active.is_(True))
        .with_for_update(of=RoleGrant)
    ).all()
    mine = [one for one in rows if one.user_id == user.id]
    left = [one for one in rows if (one.id != but if but else one.user_id != user.id)]
    return bool(mine) and not left


def _admin_roles(ctx: Context) -> int:
    return sum(one.role in ADMIN_ROLES for one in ctx.actor.held)
