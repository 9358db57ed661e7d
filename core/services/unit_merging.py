"""Units that end: merged into another or closed. Nothing is deleted; what they did stays theirs."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from core.domain.errors import Objection, Refused
from core.models import Delegation, Office, RoleGrant, Unit
from core.services import audit, logins, reach, units
from core.services.context import Context


def merge(
    ctx: Context, key: str, *, into: str, on: dt.date, ground: str, carries_roles: bool, expected: int | None
) -> Unit:
    """Unit ``key`` becomes part of ``into``: its name an alias there, its lower units moved, roles carried or ended.

    Its nominations, events and decisions stay where they are. Raises ``Stale``, ``Refused`` with every reason.
    """
    row = _ending(ctx, key, expected)
    target = reach.unit_below(ctx, into)
    ctx.session.refresh(target, with_for_update=True)
    objections = _merge_objections(ctx, row, target, on)
    if objections:
        raise Refused.because(objections)
    _move_children(ctx, row, target)
    units.remember_name(ctx, target, row.name, reason="merge", until_on=on, ground=ground)
    people = _end_roles(ctx, row, carried_to=target if carries_roles else None)
    _end_offices(ctx, row, on)
    row.closed_on, row.merged_into_id = on, target.id
    ctx.session.flush()
    audit.note(
        ctx,
        "unit.merged",
        f"unit:{row.key}",
        into=target.key,
        on=on.isoformat(),
        ground=ground,
        roles="carried" if carries_roles else "ended",
        people=people,
    )
    return target


def close(ctx: Context, key: str, *, on: dt.date, ground: str, expected: int | None) -> Unit:
    """The unit is no more. Raises ``Stale``, ``Refused`` with every reason."""
    row = _ending(ctx, key, expected)
    objections = _common_objections(ctx, row, on)
    if children := units.counts(ctx, row).children:
        objections.append(Objection("unit_has_children", {"number": children}))
    if objections:
        raise Refused.because(objections)
    people = _end_roles(ctx, row, carried_to=None)
    _end_offices(ctx, row, on)
    row.closed_on = on
    ctx.session.flush()
    audit.note(ctx, "unit.closed", f"unit:{row.key}", on=on.isoformat(), ground=ground, people=people)
    return row


def reopen(ctx: Context, key: str) -> Unit:
    """Take a closing back; roles are given anew. A merged unit stays merged (``Refused("unit_is_merged")``)."""
    ctx.require("unit.manage")
    row = reach.unit_below(ctx, key)
    if row.merged_into_id is not None:
        raise Refused("unit_is_merged", name=row.name)
    if row.closed_on is None:
        return row
    same_name = sa.exists().where(
        Unit.parent_id == row.parent_id, Unit.folded == row.folded, Unit.closed_on.is_(None), Unit.id != row.id
    )
    if ctx.session.scalar(sa.select(same_name)):
        raise Refused("unit_name_taken", name=row.name)
    row.closed_on = None
    ctx.session.flush()
    audit.note(ctx, "unit.reopened", f"unit:{row.key}")
    return row


def targets(ctx: Context, row: Unit) -> list[tuple[str, str]]:
    """(key, name) of the open units that ``row`` can be merged into, its neighbours first."""
    is_neighbour = sa.case((Unit.parent_id == row.parent_id, 0), else_=1)
    query = (
        sa.select(Unit.key, Unit.name)
        .where(
            Unit.path.startswith(ctx.here.path, autoescape=True),
            sa.not_(Unit.path.startswith(row.path, autoescape=True)),
            Unit.closed_on.is_(None),
        )
        .order_by(is_neighbour, Unit.sort_key, Unit.id)
        .limit(1000)
    )
    return [(key, name) for key, name in ctx.session.execute(query)]


def _ending(ctx: Context, key: str, expected: int | None) -> Unit:
    """The unit that is to end, locked: open, below this one, and as the form showed it."""
    ctx.require("unit.manage")
    row = reach.unit_below(ctx, key)
    ctx.session.refresh(row, with_for_update=True)
    if row.id == ctx.here.id:
        raise Refused("unit_ends_from_above", name=row.name)
    if row.closed_on is not None:
        raise Refused("unit_is_closed", name=row.name)
    units.refuse_stale(row, expected, theirs={"name": row.name})
    return row


def _common_objections(ctx: Context, row: Unit, on: dt.date) -> list[Objection]:
    found, has = [], units.counts(ctx, row)
    if on > ctx.today:
        found.append(Objection("date_in_future", field="on"))
    if has.unsent:
        found.append(Objection("unit_has_unsent", {"number": has.unsent}))
    if has.events_open:
        found.append(Objection("unit_has_events", {"number": has.events_open}))
    return found


def _merge_objections(ctx: Context, row: Unit, target: Unit, on: dt.date) -> list[Objection]:
    found = _common_objections(ctx, row, on)
    if target.path.startswith(row.path):
        found.append(Objection("unit_merge_below", field="into"))
        return found
    if target.closed_on is not None:
        found.append(Objection("unit_is_closed", {"name": target.name}, field="into"))
    names = sa.select(Unit.folded).where(Unit.parent_id == target.id, Unit.closed_on.is_(None))
    mine = sa.select(Unit.name).where(Unit.parent_id == row.id, Unit.closed_on.is_(None), Unit.folded.in_(names))
    for name in ctx.session.scalars(mine.order_by(Unit.sort_key)):
        found.append(Objection("unit_child_taken", {"name": name, "into": target.name}))
    return found


def _move_children(ctx: Context, row: Unit, target: Unit) -> None:
    """What stood below now stands below the target; every path beneath follows."""
    below = sa.select(Unit).where(Unit.path.startswith(row.path, autoescape=True), Unit.id != row.id)
    for unit in ctx.session.scalars(below.with_for_update()):
        unit.path = target.path + unit.path.removeprefix(row.path)
        if unit.parent_id == row.id:
            unit.parent_id = target.id
    ctx.session.flush()


def _end_roles(ctx: Context, row: Unit, *, carried_to: Unit | None) -> int:
    """End the roles held in the unit, or carry each to the target once; returns how many people that concerns."""
    grants = list(
        ctx.session.scalars(
            sa.select(RoleGrant).where(RoleGrant.unit_id == row.id, RoleGrant.ended_at.is_(None)).with_for_update()
        )
    )
    if carried_to is not None:
        held = sa.select(RoleGrant.user_id, RoleGrant.role).where(
            RoleGrant.unit_id == carried_to.id, RoleGrant.ended_at.is_(None)
        )
        known = {(user_id, role) for user_id, role in ctx.session.execute(held)}
        for user_id, role in sorted({(one.user_id, one.role) for one in grants} - known):
            ctx.session.add(
                RoleGrant(
                    user_id=user_id,
                    unit_id=carried_to.id,
                    role=role,
                    granted_by_id=ctx.actor.id,
                    created_at=ctx.now,
                )
            )
    elif any(one.role == "system_admin" for one in grants):
        raise Refused("unit_has_system_admin", name=row.name)
    for one in grants:
        one.ended_at = ctx.now
    people = {one.user_id for one in grants}
    for user_id in people:
        logins.end_all(ctx, user_id)
    ctx.session.flush()
    return len(people)


def _end_offices(ctx: Context, row: Unit, on: dt.date) -> None:
    """Nobody signs for a unit that is no more."""
    offices = sa.select(Office.id).where(Office.unit_id == row.id)
    for table, mine in ((Delegation, Delegation.office_id.in_(offices)), (Office, Office.unit_id == row.id)):
        rows = ctx.session.scalars(sa.select(table).where(mine, sa.or_(table.to_on.is_(None), table.to_on > on)))
        for one in rows:
            one.to_on = max(on, one.from_on)
    ctx.session.flush()
