"""Decisions in the making and issued ones: drafts gather nominations; what was issued is only read.

No function here or elsewhere changes an issued decision: correction and revocation are decisions of their own
(``core.services.decision_changes``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import attributes, joinedload

from core.domain.errors import NotFound, Objection, Refused, Stale
from core.domain.nomination import State, Step
from core.models import Award, Decision, DecisionLine, Event, Nomination, NominationStep, User
from core.services import audit, decision_pick, moves, outbox, paging, prizes, reach
from core.services import catalog as catalogs
from core.services.context import Context, new_key

KINDS = ("grant", "correct", "revoke")
#: What a decision takes at once by ticking; whole events go in by one act.
MOST_TICKED = 500


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a decision as its page shows it."""

    row: DecisionLine
    nomination: Nomination
    award: Award | None
    vote: decision_pick.Vote | None
    money: prizes.Worked | None


@dataclass(frozen=True, slots=True)
class View:
    """A decision with everything its page needs."""

    decision: Decision
    lines: Sequence[Line]
    bill: prizes.Bill | None
    #: Later decisions that change this one, and the account that drafted it.
    changed_by: Sequence[Decision]
    drafted_by: str


def page(ctx: Context, *, state: str = "", kind: str = "", cursor: str | None = None) -> paging.Page:
    """Decisions of this unit, newest first. Raises ``Refused("bad_parameter")`` for a filter that does not exist."""
    ctx.require("decision.read")
    if state not in ("", "draft", "issued") or kind not in ("", *KINDS):
        raise Refused("bad_parameter", kind="bad_input")
    d = Decision
    lines = sa.select(sa.func.count()).where(DecisionLine.decision_id == d.id).scalar_subquery().label("line_count")
    query = (
        sa.select(d.id, d.key, d.kind, d.state, d.title, d.number, d.decided_on, d.signer_name, lines)
        .add_columns(Event.short_title.label("event_title"))
        .outerjoin(Event, Event.id == d.event_id)
        .where(d.unit_id == ctx.here.id, _readable(ctx))
    )
    if state:
        query = query.where(d.state == state)
    if kind:
        query = query.where(d.kind == kind)
    return paging.fetch(ctx.session, query, paging.Order((d.id,), down=True), cursor=cursor)


def view(ctx: Context, key: str) -> View:
    """One decision. Raises ``NotFound``, also for a draft that this reader must not know of."""
    row = load(ctx, key)
    query = (
        sa.select(DecisionLine)
        .where(DecisionLine.decision_id == row.id)
        .order_by(DecisionLine.position, DecisionLine.id)
        .options(
            joinedload(DecisionLine.award),
            joinedload(DecisionLine.nomination).options(
                joinedload(Nomination.unit), joinedload(Nomination.event), joinedload(Nomination.achievement)
            ),
        )
    )
    found = list(ctx.session.scalars(query))
    nominations = [one.nomination for one in found]
    votes = decision_pick.votes_of(ctx, [one.id for one in nominations])
    bill = None
    if row.kind == "grant" and row.state == "draft":
        bill = prizes.work_out(ctx, nominations, row.decided_on or ctx.today)
    money = {one.nomination_id: one for one in bill.lines} if bill else {}
    return View(
        decision=row,
        lines=[
            Line(one, one.nomination, one.award, votes.get(one.nomination_id), money.get(one.nomination_id))
            for one in found
        ],
        bill=bill,
        changed_by=list(
            ctx.session.scalars(
                sa.select(Decision)
                .where(Decision.refers_to_id == row.id, Decision.state == "issued")
                .order_by(Decision.decided_on, Decision.id)
            )
        ),
        drafted_by=ctx.session.scalar(sa.select(User.full_name).where(User.id == row.created_by_id)) or "",
    )


def load(ctx: Context, key: str) -> Decision:
    """A decision of this unit that the actor may read. Raises ``NotFound``."""
    row = reach.decision(ctx, key)
    if row.state != "issued" and not _may_see_drafts(ctx):
        raise NotFound
    return row


def load_draft(ctx: Context, key: str, *, expected_version: int | None = None) -> Decision:
    """A draft to change, locked until commit. Raises ``NotFound``, ``Refused("decision_issued")``, ``Stale``."""
    row = load(ctx, key)
    ctx.session.refresh(row, with_for_update=True)
    if row.state != "draft":
        raise Refused("decision_issued" if row.state == "issued" else "decision_dropped", kind="conflict")
    if expected_version is not None and row.version != expected_version:
        raise Stale(theirs={"title": row.title, "reason": row.reason, "article": row.article})
    return row


# ---------------------------------------------------------------- the secretary's acts


def draft(ctx: Context, event_key: str, *, title: str, keys: Sequence[str] = (), takes_all: bool = False) -> Decision:
    """A draft of this unit that grants awards to nominations of one event.

    Raises ``NotFound`` for an event without anybody who waits for this unit, and ``Refused`` as ``add`` does.
    """
    ctx.require("decision.draft")
    event = event_waiting(ctx, event_key)
    row = Decision(
        key=new_key(),
        unit_id=ctx.here.id,
        event_id=event.id,
        kind="grant",
        state="draft",
        title=title,
        created_at=ctx.now,
        created_by_id=ctx.actor.id,
    )
    ctx.session.add(row)
    ctx.session.flush()
    audit.note(ctx, "decision.draft", f"decision:{row.key}", kind="grant", event=event.key)
    _take_in(ctx, row, decision_pick.all_ready(ctx, event) if takes_all else _picked(ctx, event.id, keys))
    outbox.tell(
        ctx,
        permission="decision.issue",
        unit_id=ctx.here.id,
        code="news_decision_drafted",
        about=f"decision:{row.key}",
        title=title,
    )
    return row


def event_waiting(ctx: Context, key: str) -> Event:
    """An event in which somebody waits for this unit's decision. Raises ``NotFound``."""
    found = next((one.event for one in decision_pick.waiting(ctx) if one.event.key == key), None)
    if found is None:
        raise NotFound
    return found


def add(ctx: Context, key: str, keys: Sequence[str], *, takes_all: bool = False) -> Decision:
    """Put more nominations of the event into a draft.

    Raises ``Refused``: nothing_picked, too_many_picked, mixed_offices, or what keeps one of them out.
    """
    ctx.require("decision.draft")
    row = load_draft(ctx, key)
    if row.kind != "grant" or row.event is None:
        raise Refused("no_road", kind="conflict", state=row.kind, step="add")
    _take_in(ctx, row, decision_pick.all_ready(ctx, row.event) if takes_all else _picked(ctx, row.event.id, keys))
    _touch(row)
    ctx.session.flush()
    return row


def drop_line(ctx: Context, key: str, line_id: int) -> Decision:
    """Take one line out of a draft; its nomination goes back to where it came from. Raises ``NotFound``."""
    ctx.require("decision.draft")
    row = load_draft(ctx, key)
    line = next((one for one in row.lines if one.id == line_id), None)
    if line is None:
        raise NotFound
    if row.kind == "grant":
        _send_back(ctx, [line.nomination_id])
    audit.note(ctx, "decision.drop_line", f"decision:{row.key}", nomination=line.nomination.key)
    row.lines.remove(line)
    _touch(row)
    ctx.session.flush()
    return row


def edit(
    ctx: Context,
    key: str,
    *,
    title: str,
    reason: str = "",
    article: str = "",
    ground_code: str = "",
    expected_version: int | None,
) -> Decision:
    """Change the words of a draft. Raises ``Stale`` with the stored words when somebody saved first."""
    ctx.require("decision.draft")
    row = load_draft(ctx, key, expected_version=expected_version)
    row.title = title
    if row.kind != "grant":
        row.reason, row.article = reason, article
    if row.kind == "revoke":
        if ground_code not in catalogs.current(ctx.session).revocation_grounds:
            raise Refused.because([Objection("ground_missing", {"grounds": ""}, field="ground_code")])
        row.ground_code = ground_code
    audit.note(ctx, "decision.edit", f"decision:{row.key}", title=title)
    ctx.session.flush()
    return row


def discard(ctx: Context, key: str) -> Decision:
    """Give a draft up: every nomination in it goes back to where it came from. The row stays, for the record."""
    ctx.require("decision.draft")
    row = load_draft(ctx, key)
    if row.kind == "grant":
        _send_back(ctx, [line.nomination_id for line in row.lines])
    row.state = "dropped"
    audit.note(ctx, "decision.discard", f"decision:{row.key}", kind=row.kind)
    ctx.session.flush()
    return row


# ---------------------------------------------------------------- inside


def _may_see_drafts(ctx: Context) -> bool:
    """The nominating side learns of a decision when it is issued, not before."""
    return bool(ctx.grants & {"decision.draft", "decision.issue", "nomination.read_incoming"})


def _readable(ctx: Context) -> sa.ColumnElement[bool]:
    return Decision.state != "dropped" if _may_see_drafts(ctx) else Decision.state == "issued"


def _picked(ctx: Context, event_id: int, keys: Sequence[str]) -> list[Nomination]:
    """The ticked nominations, locked. One that is unknown, foreign or of another event is ``NotFound``."""
    wanted = list(dict.fromkeys(keys))
    if not wanted:
        raise Refused.because([Objection("nothing_picked", field="keys")])
    if len(wanted) > MOST_TICKED:
        raise Refused.because([Objection("too_many_picked", {"most": MOST_TICKED}, field="keys")])
    n = Nomination
    query = sa.select(n).where(
        n.key.in_(wanted),
        n.event_id == event_id,
        n.handling_unit_id == ctx.here.id,
        reach.visible_nominations(ctx),
    )
    rows = list(ctx.session.scalars(query.order_by(n.id).with_for_update(of=n)))
    if len(rows) != len(wanted):
        raise NotFound
    return rows


def _take_in(ctx: Context, decision: Decision, rows: Sequence[Nomination]) -> None:
    if not rows:
        raise Refused.because([Objection("nothing_picked", field="keys")])
    ready = {State.PASSED.value, State.APPRAISED.value}
    if any(row.state not in ready for row in rows):
        raise Refused("no_road", kind="conflict", state="", step=Step.DRAFT_DECISION.value)
    in_the_way = [
        Objection(
            one.obstacle.code,
            {**one.obstacle.params, "name": one.nomination.nominee_name},
            field="keys",
            ground=one.obstacle.ground,
            needs_check=one.obstacle.needs_check,
        )
        for one in decision_pick.judge(ctx, rows)
        if one.obstacle is not None
    ]
    if in_the_way:
        raise Refused.because(in_the_way)
    _check_offices(ctx, [row.award_code for row in rows] + [line.nomination.award_code for line in decision.lines])
    position = max((line.position for line in decision.lines), default=-1)
    for row in sorted(rows, key=lambda one: (one.award_code, one.name_key, one.id)):
        position += 1
        decision.lines.append(DecisionLine(nomination_id=row.id, position=position))
        moves.move(ctx, row, Step.DRAFT_DECISION, note=decision.title)
    ctx.session.flush()


def _check_offices(ctx: Context, codes: Iterable[str]) -> None:
    """One decision has one signer: all its awards must be within the power of one office of this unit."""
    catalog = catalogs.current(ctx.session)
    wanted = sorted(set(codes))
    if decision_pick.shared_offices(catalog, wanted, ctx.today).isdisjoint(decision_pick.our_offices(ctx)):
        names = ", ".join(catalog.award_type(code).name for code in wanted)
        raise Refused.because([Objection("mixed_offices", {"awards": names}, field="keys")])


def _send_back(ctx: Context, ids: Sequence[int]) -> None:
    """Each nomination to the state it had before it came into the draft, as its history tells."""
    n, step = Nomination, NominationStep
    rows = list(ctx.session.scalars(sa.select(n).where(n.id.in_(ids)).order_by(n.id).with_for_update(of=n)))
    history: dict[int, str] = {}
    query = (
        sa.select(step.nomination_id, step.old)
        .where(step.nomination_id.in_(ids), step.step == Step.DRAFT_DECISION.value)
        .order_by(step.id)
    )
    for nomination_id, old in ctx.session.execute(query):
        history[nomination_id] = old
    for row in rows:
        came_unvoted = history.get(row.id) == State.APPRAISED.value
        moves.move(ctx, row, Step.DROP_UNVOTED if came_unvoted else Step.DROP_FROM_DECISION)


def _touch(row: Any) -> None:
    """Raise the version although no column changed: who has the page open must see that its lines did."""
    attributes.flag_modified(row, "title")
