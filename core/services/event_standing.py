"""How an event stands: who has sent, what has come in, what is used of each quota. A fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core.domain.nomination import LIVE, State
from core.models import Event, EventUnit, Nomination
from core.services.context import VIETNAM

_NOT_SENT = (State.DRAFT.value, State.READY.value)
_IN_USE = tuple(sorted(state.value for state in LIVE if state.value not in _NOT_SENT))


@dataclass(frozen=True, slots=True)
class Standing:
    """Figures of one event. ``by_state`` is for the handling side only."""

    invited_units: int
    sent_units: int
    #: Dossiers sent and not withdrawn.
    dossiers: int
    by_state: dict[str, int] = field(default_factory=dict)
    #: (day, units which had sent by then), from the first day somebody sent to the last.
    by_day: tuple[tuple[dt.date, int], ...] = ()


def standing(session: Session, event: Event) -> Standing:
    """The figures of ``event``: three queries, however much there is."""
    n = Nomination
    invited = session.scalar(sa.select(sa.func.count()).where(EventUnit.event_id == event.id)) or 0
    by_state = dict(
        session.execute(
            sa.select(n.state, sa.func.count())
            .where(n.event_id == event.id, n.state.not_in(_NOT_SENT), n.receipt_at.is_not(None))
            .group_by(n.state)
        ).all()
    )
    first_sent = session.scalars(
        sa.select(sa.func.min(n.receipt_at))
        .join(EventUnit, sa.and_(EventUnit.event_id == n.event_id, EventUnit.unit_id == n.unit_id))
        .where(n.event_id == event.id, n.receipt_at.is_not(None), n.state != State.WITHDRAWN.value)
        .group_by(n.unit_id)
    ).all()
    return Standing(
        invited_units=invited,
        sent_units=len(first_sent),
        dossiers=sum(count for state, count in by_state.items() if state != State.WITHDRAWN.value),
        by_state=by_state,
        by_day=_growing([moment.astimezone(VIETNAM).date() for moment in first_sent]),
    )


def _growing(days: list[dt.date]) -> tuple[tuple[dt.date, int], ...]:
    if not days:
        return ()
    each = Counter(days)
    total, grown = 0, []
    first, last = min(each), max(each)
    for offset in range((last - first).days + 1):
        day = first + dt.timedelta(days=offset)
        total += each.get(day, 0)
        grown.append((day, total))
    return tuple(grown)


def usage(session: Session, event: Event, *, unit_id: int | None = None) -> dict[str, int]:
    """Dossiers sent and still standing, by award; of one unit, or of all. One query."""
    n = Nomination
    query = sa.select(n.award_code, sa.func.count()).where(n.event_id == event.id, n.state.in_(_IN_USE))
    if unit_id is not None:
        query = query.where(n.unit_id == unit_id)
    return dict(session.execute(query.group_by(n.award_code)).all())
