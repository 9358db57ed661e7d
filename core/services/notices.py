"""The bell: a person's notices, newest first, and that they were seen."""

from __future__ import annotations

import sqlalchemy as sa

from core.models import Notice
from core.services import paging, reach_notices
from core.services.context import Context

ORDER = paging.Order((Notice.id,), down=True)


def listed(ctx: Context, *, cursor: str | None) -> paging.Page:
    """The actor's notices; each row: id, key, code, params, object, created_at, read_at."""
    n = Notice
    query = sa.select(n.id, n.key, n.code, n.params, n.object, n.created_at, n.read_at).where(n.user_id == ctx.actor.id)
    return paging.fetch(ctx.session, query, ORDER, cursor=cursor)


def count_unread(ctx: Context) -> int:
    """How many were not seen yet."""
    query = sa.select(sa.func.count()).where(Notice.user_id == ctx.actor.id, Notice.read_at.is_(None))
    return ctx.session.scalar(query) or 0


def mark_all_read(ctx: Context) -> int:
    """All were seen; returns how many were new."""
    update = sa.update(Notice).where(Notice.user_id == ctx.actor.id, Notice.read_at.is_(None)).values(read_at=ctx.now)
    return ctx.session.execute(update).rowcount


def open_one(ctx: Context, key: str) -> tuple[str, str]:
    """Mark one as seen; returns what it is about and the key of the unit to open it in. Raises ``NotFound``."""
    row = reach_notices.notice(ctx, key)
    if row.read_at is None:
        row.read_at = ctx.now
        ctx.session.flush()
    return row.object, reach_notices.unit_for(ctx, row.object)
