"""Which account a nominee is, and which unit a collective is: by the name, where exactly one of the unit's own has it.

Conflicts of interest and the figures of plugins go by these links; a name that two people have links nobody.
"""

from __future__ import annotations

import sqlalchemy as sa

from core.models import Nominee, RoleGrant, Unit, User
from core.services.context import Context


def settle(ctx: Context, nominee: Nominee) -> None:
    """Link the nominee anew after its name was written; only to accounts and units here and below."""
    below = sa.select(Unit.id).where(Unit.path.startswith(ctx.here.path, autoescape=True), Unit.closed_on.is_(None))
    nominee.user_id = _only(ctx, _accounts(nominee, below)) if nominee.kind == "individual" else None
    nominee.as_unit_id = _only(ctx, _units(nominee, below)) if nominee.kind == "collective" else None


def _accounts(nominee: Nominee, below: sa.Select[tuple[int]]) -> sa.Select[tuple[int]]:
    works_here = sa.exists().where(
        RoleGrant.user_id == User.id, RoleGrant.ended_at.is_(None), RoleGrant.unit_id.in_(below)
    )
    return sa.select(User.id).where(User.name_key == nominee.name_key, User.active.is_(True), works_here)


def _units(nominee: Nominee, below: sa.Select[tuple[int]]) -> sa.Select[tuple[int]]:
    return sa.select(Unit.id).where(Unit.folded == nominee.folded, Unit.id.in_(below))


def _only(ctx: Context, query: sa.Select[tuple[int]]) -> int | None:
    found = ctx.session.scalars(query.limit(2)).all()
    return found[0] if len(found) == 1 else None
