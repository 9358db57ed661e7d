"""The queue of mail: what is due, what left, what failed and when it is tried again. Delivery itself is a door's."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core.models import OutboxRow

#: Minutes to wait after the first, second … failed try; after the last one the row is parked for a person to look at.
WAITS = (1, 5, 15, 60, 180, 360, 720)
MOST_TRIES = len(WAITS) + 1


def next_due(session: Session, now: dt.datetime, *, kind: str = "mail") -> OutboxRow | None:
    """The mail (or other ``kind``) that has waited longest and is due, locked until commit; None when nothing is."""
    return session.scalar(
        sa.select(OutboxRow)
        .where(
            OutboxRow.kind == kind,
            OutboxRow.sent_at.is_(None),
            OutboxRow.parked_at.is_(None),
            OutboxRow.due_at <= now,
        )
        .order_by(OutboxRow.due_at, OutboxRow.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def mark_sent(session: Session, row: OutboxRow, now: dt.datetime) -> None:
    """It left."""
    row.sent_at = now
    row.tries += 1
    row.last_error = ""
    session.flush()


def put_off(session: Session, row: OutboxRow, until: dt.datetime, *, reason: str) -> None:
    """It cannot leave now, for no fault of its own: no try is counted."""
    row.due_at = until
    row.last_error = reason[:300]
    session.flush()


def mark_failed(session: Session, row: OutboxRow, now: dt.datetime, *, error: str) -> None:
    """It did not leave: tried again later each time, and parked after ``MOST_TRIES``."""
    row.tries += 1
    row.last_error = error[:300]
    if row.tries >= MOST_TRIES:
        row.parked_at = now
    else:
        row.due_at = now + dt.timedelta(minutes=WAITS[row.tries - 1])
    session.flush()
