"""What waits for the standing body: the queue, its figures, and the neighbours of one dossier in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from core.domain.nomination import IN_HAND, State
from core.models import Handover, Nomination, Remark, Unit
from core.services import paging, reach
from core.services.context import Context

_S = State
#: The chips of the queue, each with the states it shows; ``overdue`` and ``handed_up`` are told apart below.
BOXES: dict[str, tuple[State, ...]] = {
    "waiting": (_S.SUBMITTED, _S.RECEIVED),
    "overdue": tuple(sorted(IN_HAND)),
    "submitted": (_S.SUBMITTED,),
    "received": (_S.RECEIVED,),
    "consulting": (_S.CONSULTING,),
    "appraised": (_S.APPRAISED,),
    "returned": (_S.RETURNED,),
    "handed_up": (),
}
#: A dossier without a time limit comes after all that have one.
_DUE = sa.func.coalesce(Nomination.due_on, sa.literal(dt.date.max, sa.Date)).label("due_key")
ORDER = paging.Order((_DUE, Nomination.id))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Where a dossier stands among those that wait: "← 3/17 →" (``place`` None: it waits no longer)."""

    place: int | None
    total: int
    prev: str | None
    next: str | None


def page_of(ctx: Context, box: str, *, cursor: str | None) -> paging.Page:
    """One page of the queue, what is overdue first. ``box`` is a key of ``BOXES``."""
    ctx.require("nomination.appraise")
    n = Nomination
    query = (
        sa.select(
            n.id,
            n.key,
            n.nominee_name,
            n.kind,
            n.award_code,
            n.state,
            n.due_on,
            n.receipt_number,
            Unit.name.label("unit_name"),
            _DUE,
        )
        .join(Unit, Unit.id == n.unit_id)
        .where(_in_box(ctx, box))
    )
    return paging.fetch(ctx.session, query, ORDER, cursor=cursor)


def counts(ctx: Context) -> dict[str, int]:
    """How many dossiers each chip holds, by two queries."""
    ctx.require("nomination.appraise")
    n = Nomination
    late = sa.case((sa.and_(n.due_on < ctx.today, n.state.in_(_values("overdue"))), 1), else_=0)
    shown = sorted({state for box in BOXES for state in _values(box)})
    query = (
        sa.select(n.state, sa.func.count(), sa.func.sum(late))
        .where(n.handling_unit_id == ctx.here.id, n.state.in_(shown), reach.not_barred(ctx))
        .group_by(n.state)
    )
    by_state, overdue = {}, 0
    for state, number, late_number in ctx.session.execute(query):
        by_state[state] = number
        overdue += int(late_number or 0)
    found = {box: sum(by_state.get(state, 0) for state in _values(box)) for box in BOXES}
    found["overdue"] = overdue
    found["handed_up"] = ctx.session.scalar(sa.select(sa.func.count(n.id)).where(_in_box(ctx, "handed_up"))) or 0
    return found


def open_remarks(ctx: Context, ids: Sequence[int]) -> dict[int, int]:
    """Remarks sent to the nominating unit and not answered yet, by nomination."""
    query = (
        sa.select(Remark.nomination_id, sa.func.count())
        .where(Remark.nomination_id.in_(ids), Remark.audience == "nominating", Remark.answered_at.is_(None))
        .group_by(Remark.nomination_id)
    )
    return dict(ctx.session.execute(query).all())


def neighbours(ctx: Context, row: Nomination) -> Neighbours:
    """The dossiers before and after this one among those that wait, also when it has just left them."""
    n = Nomination
    here = sa.tuple_(sa.literal(row.due_on or dt.date.max, sa.Date), sa.literal(row.id))
    mine, waiting = sa.tuple_(_DUE.element, n.id), _in_box(ctx, "waiting")
    before, total = ctx.session.execute(
        sa.select(sa.func.coalesce(sa.func.sum(sa.case((mine < here, 1), else_=0)), 0), sa.func.count()).where(waiting)
    ).one()
    prev = sa.select(n.key).where(waiting, mine < here).order_by(_DUE.desc(), n.id.desc()).limit(1)
    after = sa.select(n.key).where(waiting, mine > here).order_by(_DUE, n.id).limit(1)
    is_waiting = row.state in _values("waiting") and row.handling_unit_id == ctx.here.id
    return Neighbours(
        place=int(before) + 1 if is_waiting else None,
        total=total,
        prev=ctx.session.scalar(prev),
        next=ctx.session.scalar(after),
    )


def _values(box: str) -> list[str]:
    return [state.value for state in BOXES[box]]


def _in_box(ctx: Context, box: str) -> sa.ColumnElement[bool]:
    """What this unit holds (drafts are in no box) or handed up; who asks is of its standing body."""
    n = Nomination
    if box == "handed_up":
        waiting = sa.select(Handover.nomination_id).where(
            Handover.from_unit_id == ctx.here.id, Handover.result.is_(None)
        )
        return sa.and_(n.id.in_(waiting), reach.not_barred(ctx))
    held = sa.and_(n.handling_unit_id == ctx.here.id, n.state.in_(_values(box)), reach.not_barred(ctx))
    return sa.and_(held, n.due_on < ctx.today) if box == "overdue" else held
