"""Numbers in series: no gap, no double, because the counter row is locked until commit."""

from __future__ import annotations

import contextlib

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.models import Counter
from core.services import failpoints


def take_number(session: Session, series: str) -> int:
    """The next number of ``series``, starting at 1. A rollback gives it back."""
    query = sa.select(Counter).where(Counter.name == series).with_for_update()
    row = session.scalar(query)
    if row is None:
        with contextlib.suppress(IntegrityError), session.begin_nested():
            # two first numbers at once: the second waits here, then counts on from the first
            session.add(Counter(name=series, value=0))
        row = session.scalars(query).one()
    row.value += 1
    session.flush()
    failpoints.hit("number.before_commit")
    return row.value
