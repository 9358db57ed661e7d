"""Committees, sittings and candidates by their keys: the council's part of ``reach``, scope in the query."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from core.domain.errors import NotFound
from core.models import Committee, Nomination, Sitting, SittingItem
from core.services import reach
from core.services.context import Context


def committee(ctx: Context, key: str, *, for_update: bool = False) -> Committee:
    """A committee of this unit; else ``NotFound``. ``for_update`` locks the row until commit."""
    query = sa.select(Committee).where(Committee.key == key, Committee.unit_id == ctx.here.id)
    row = ctx.session.scalar(query.with_for_update() if for_update else query)
    if row is None or not ctx.may("committee.read"):
        raise NotFound
    return row


def sitting(ctx: Context, key: str, *, for_update: bool = False) -> Sitting:
    """A sitting of this unit; else ``NotFound``. ``for_update`` locks the row until commit."""
    query = sa.select(Sitting).where(Sitting.key == key, Sitting.unit_id == ctx.here.id)
    row = ctx.session.scalar(query.with_for_update() if for_update else query)
    if row is None or not ctx.may("sitting.read"):
        raise NotFound
    return row


def visible_items(ctx: Context) -> sa.Select[tuple[SittingItem]]:
    """The candidates on agendas of this unit that the actor is not barred from, with their nominations."""
    return (
        sa.select(SittingItem)
        .join(Sitting, Sitting.id == SittingItem.sitting_id)
        .join(SittingItem.nomination)
        .where(Sitting.unit_id == ctx.here.id, reach.not_barred(ctx))
        .options(contains_eager(SittingItem.nomination))
    )


def sitting_item(ctx: Context, key: str, *, for_update: bool = False) -> SittingItem:
    """A candidate on an agenda of this unit that the actor is not barred from; else ``NotFound``.

    ``for_update`` locks the candidate and its nomination until commit: of two confirmations, one waits and reads anew.
    """
    query = visible_items(ctx).where(SittingItem.key == key)
    if for_update:
        query = query.with_for_update(of=[SittingItem, Nomination]).execution_options(populate_existing=True)
    row = ctx.session.scalar(query) if ctx.may("sitting.read") else None
    if row is None:
        on_agenda = sa.exists().where(SittingItem.nomination_id == Nomination.id, SittingItem.key == key)
        raise reach.missing(ctx, on_agenda)
    return row
