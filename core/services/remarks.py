"""Remarks as the nominating unit sees them: what to mend, beside what it is about, and never by whom."""

from __future__ import annotations

import sqlalchemy as sa

from core.models import Nomination, Remark
from core.services.context import Context


def to_unit(ctx: Context, row: Nomination) -> list[Remark]:
    """The remarks that came with a return, oldest first."""
    query = sa.select(Remark).where(Remark.nomination_id == row.id, Remark.audience == "nominating").order_by(Remark.id)
    return list(ctx.session.scalars(query))
