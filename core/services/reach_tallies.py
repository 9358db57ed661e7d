"""From ids to rows of counted figures. Scope is in the query: the unit of the context, or what lies below it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from core.domain.errors import NotFound
from core.models import RoleGrant, Tally, TallyLock, TallySheet, Unit, User
from core.services import reach
from core.services.context import Context

_Reversal = aliased(Tally)


def stands() -> sa.ColumnElement[bool]:
    """Condition on ``Tally``: no reversal, and not reversed."""
    return sa.and_(Tally.reverses_id.is_(None), ~sa.exists().where(_Reversal.reverses_id == Tally.id))


def within(ctx: Context, column: Any) -> sa.ColumnElement[bool]:
    """Condition: ``column`` is the id of this unit or of one below it."""
    return column.in_(sa.select(Unit.id).where(Unit.path.startswith(ctx.here.path, autoescape=True)))


def below(unit_id: int) -> sa.Select[tuple[int]]:
    """The ids of a unit and of those below it, as part of another query."""
    top = aliased(Unit)
    return sa.select(Unit.id).join(top, Unit.path.startswith(top.path)).where(top.id == unit_id)


def sheet(ctx: Context, plugin: str, key: str, *, for_update: bool = False) -> TallySheet:
    """A sheet of this unit or of one below it; else ``NotFound``. ``for_update`` locks it until commit."""
    query = sa.select(TallySheet).where(
        TallySheet.key == key, TallySheet.plugin == plugin, within(ctx, TallySheet.unit_id)
    )
    row = _locked(ctx, query) if for_update else ctx.session.scalar(query.options(joinedload(TallySheet.unit)))
    if row is None:
        raise NotFound
    return row


def sheet_of_day(ctx: Context, plugin: str, day: dt.date, *, for_update: bool = False) -> TallySheet | None:
    """This unit's own sheet of a day, if there is one."""
    query = sa.select(TallySheet).where(
        TallySheet.unit_id == ctx.here.id, TallySheet.plugin == plugin, TallySheet.day == day
    )
    return _locked(ctx, query) if for_update else ctx.session.scalar(query)


def _locked(ctx: Context, query: sa.Select[tuple[TallySheet]]) -> TallySheet | None:
    # what another transaction wrote while this one waited must be seen
    return ctx.session.scalar(query.with_for_update().execution_options(populate_existing=True))


def entry(ctx: Context, client_id: str) -> Tally | None:
    """This unit's row with this client id, whatever plugin it is of."""
    return ctx.session.scalar(sa.select(Tally).where(Tally.unit_id == ctx.here.id, Tally.client_id == client_id))


def entry_of(ctx: Context, one: TallySheet, client_id: str) -> Tally:
    """A row of a sheet; else ``NotFound``."""
    row = ctx.session.scalar(sa.select(Tally).where(Tally.sheet_id == one.id, Tally.client_id == client_id))
    if row is None:
        raise NotFound
    return row


def is_period_locked(ctx: Context, plugin: str, day: dt.date) -> bool:
    """Whether this unit, or one above it, closed the period that ``day`` is in."""
    above = [int(part) for part in ctx.here.path.split("/") if part]
    query = sa.select(TallyLock.id).where(
        TallyLock.unit_id.in_(above), TallyLock.plugin == plugin, TallyLock.first_on <= day, TallyLock.last_on >= day
    )
    return ctx.session.scalar(query.limit(1)) is not None


def in_unit(ctx: Context, unit: Unit) -> Context:
    """The same caller, standing in another unit: what may the actor do there?"""
    return dataclasses.replace(ctx, unit=reach.unit_ref(unit))


def counting_units(ctx: Context, plugin: str) -> list[int]:
    """Ids of the open units, here and below, where somebody may count for the plugin: from them a figure is due."""
    found = ctx.registry.installed.get(plugin)
    manifest = found.manifest if found else None
    if manifest is None:
        return []
    keys = {one.record for one in manifest.indicators if one.record}
    roles = {role for one in manifest.permissions if one.key in keys for role in one.roles}
    counts = (
        sa.select(RoleGrant.unit_id)
        .join(User, User.id == RoleGrant.user_id)
        .where(RoleGrant.role.in_(roles), RoleGrant.ended_at.is_(None), User.active.is_(True))
    )
    return list(
        ctx.session.scalars(
            sa.select(Unit.id)
            .where(Unit.path.startswith(ctx.here.path, autoescape=True), Unit.closed_on.is_(None), Unit.id.in_(counts))
            .order_by(Unit.sort_key, Unit.id)
        )
    )
