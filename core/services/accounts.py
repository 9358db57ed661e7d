"""Accounts: the demo's, one's own settings, and what an administrator does with those of the subtree."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from core.models import RoleGrant, Unit, User
from core.services import reach_accounts
from core.services.context import Context


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One line of the demo's sign-in page."""

    key: str
    name: str
    title: str
    #: (unit's name, roles there), the unit it stands under first
    places: tuple[tuple[str, tuple[str, ...]], ...]


def demo_accounts(ctx: Context) -> list[tuple[str, list[DemoAccount]]]:
    """The demo's open accounts by unit, in the order of the tree. Three columns of one query; only the demo asks."""
    rows = ctx.session.execute(
        sa.select(User.key, User.full_name, User.title, Unit.name, Unit.path, RoleGrant.role)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .join(Unit, Unit.id == RoleGrant.unit_id)
        .where(User.is_demo.is_(True), User.active.is_(True), RoleGrant.ended_at.is_(None))
        .order_by(sa.func.length(Unit.path), Unit.sort_key, Unit.id, RoleGrant.id)
    )
    people: dict[str, tuple[str, str, dict[str, list[str]]]] = {}
    for key, name, title, unit, _path, role in rows:
        people.setdefault(key, (name, title, {}))[2].setdefault(unit, []).append(role)
    groups: dict[str, list[DemoAccount]] = {}
    for key, (name, title, places) in people.items():
        told = tuple((unit, tuple(roles)) for unit, roles in places.items())
        groups.setdefault(told[0][0], []).append(DemoAccount(key, name, title, told))
    return list(groups.items())


def demo_account(ctx: Context, key: str) -> User | None:
    """An open account of the demo; None for any other."""
    user = reach_accounts.by_key(ctx, key)
    return user if user is not None and user.is_demo else None
