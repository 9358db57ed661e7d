"""What waits around the council's table: agendas to read, counts to enter and confirm, decisions to sign."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from core.models import Award, CommitteeMember, Decision, DecisionLine, RecoveryTask, Sitting, SittingItem
from core.services import reach, reach_ballots
from core.services.context import VIETNAM, Context
from core.services.home_todo import MOST, Todo, units_with


def all_of(ctx: Context) -> Iterator[Todo]:
    """Everything here, in at most six queries."""
    yield from agendas(ctx)
    yield from votes(ctx)
    yield from counts(ctx)
    yield from decisions(ctx)
    yield from recoveries(ctx)


def agendas(ctx: Context) -> Iterator[Todo]:
    """Sittings of the actor's committees that are coming, with the number of dossiers to read."""
    units = units_with(ctx, "nomination.judge")
    if not units:
        return
    is_member = sa.exists().where(
        CommitteeMember.committee_id == Sitting.committee_id,
        CommitteeMember.user_id == ctx.actor.id,
        sa.or_(CommitteeMember.to_on.is_(None), CommitteeMember.to_on >= ctx.today),
    )
    is_mine = sa.and_(SittingItem.sitting_id == Sitting.id, reach.not_barred(ctx, SittingItem.nomination_id))
    items = sa.select(sa.func.count()).where(is_mine).scalar_subquery()
    query = (
        sa.select(Sitting.key, Sitting.unit_id, Sitting.title, Sitting.held_at, Sitting.state, items)
        .where(Sitting.unit_id.in_(units), Sitting.state.in_(("planned", "open")), is_member)
        .order_by(Sitting.held_at, Sitting.id)
        .limit(MOST)
    )
    for key, unit_id, title, held_at, state, number in ctx.session.execute(query):
        if number:
            # a sitting that goes on for days is not late
            day = held_at.astimezone(VIETNAM).date() if state == "planned" else ctx.today
            yield Todo("read_agenda", unit_id, f"sitting:{key}", title, due_on=day, number=number)


def votes(ctx: Context) -> Iterator[Todo]:
    """Sealed ballots that are open and in which the actor has a vote that is not in yet."""
    units = units_with(ctx, "ballot.cast")
    if not units:
        return
    open_now = reach_ballots.awaiting(ctx).with_only_columns(Sitting.key, Sitting.unit_id, Sitting.title, Sitting.id)
    found: dict[int, Todo] = {}
    for key, unit_id, title, sitting_id in ctx.session.execute(open_now.where(Sitting.unit_id.in_(units)).limit(MOST)):
        number = found[sitting_id].number + 1 if sitting_id in found else 1
        found[sitting_id] = Todo("cast_vote", unit_id, f"sitting:{key}", title, due_on=ctx.today, number=number)
    yield from found.values()


def counts(ctx: Context) -> Iterator[Todo]:
    """Paper counts of open sittings: to enter, and to confirm where somebody else entered them."""
    running, confirming = units_with(ctx, "sitting.run"), units_with(ctx, "sitting.confirm")
    if not running | confirming:
        return
    i = SittingItem
    is_missing = sa.and_(i.entered_by_id.is_(None), i.outcome.is_(None), i.method == "paper")
    is_waiting = sa.and_(i.entered_by_id.is_not(None), i.confirmed_by_id.is_(None), i.entered_by_id != ctx.actor.id)
    query = (
        sa.select(Sitting.key, Sitting.unit_id, Sitting.title)
        .add_columns(sa.func.sum(sa.case((is_missing, 1), else_=0)), sa.func.sum(sa.case((is_waiting, 1), else_=0)))
        .join(i, i.sitting_id == Sitting.id)
        .where(Sitting.unit_id.in_(running | confirming), Sitting.state == "open")
        .where(reach.not_barred(ctx, i.nomination_id))
        .group_by(Sitting.id, Sitting.key, Sitting.unit_id, Sitting.title)
        .order_by(Sitting.id)
        .limit(MOST)
    )
    for key, unit_id, title, missing, waiting in ctx.session.execute(query):
        if missing and unit_id in running:
            yield Todo("enter_counts", unit_id, f"sitting:{key}", title, due_on=ctx.today, number=int(missing))
        if waiting and unit_id in confirming:
            yield Todo("confirm_counts", unit_id, f"sitting:{key}", title, due_on=ctx.today, number=int(waiting))


def decisions(ctx: Context) -> Iterator[Todo]:
    """Drafts that wait for a signature."""
    units = units_with(ctx, "decision.issue")
    if not units:
        return
    lines = sa.select(sa.func.count()).where(DecisionLine.decision_id == Decision.id).scalar_subquery()
    query = (
        sa.select(Decision.key, Decision.unit_id, Decision.title, lines)
        .where(Decision.unit_id.in_(units), Decision.state == "draft")
        .order_by(Decision.id)
        .limit(MOST)
    )
    for key, unit_id, title, number in ctx.session.execute(query):
        if number:
            yield Todo("sign", unit_id, f"decision:{key}", title, number=number)


def recoveries(ctx: Context) -> Iterator[Todo]:
    """Certificates and money to get back after a revocation."""
    units = units_with(ctx, "decision.draft")
    if not units:
        return
    query = (
        sa.select(RecoveryTask.unit_id, RecoveryTask.what, Award.key, Award.name)
        .join(Award, Award.id == RecoveryTask.award_id)
        .where(RecoveryTask.unit_id.in_(units), RecoveryTask.done_on.is_(None))
        .order_by(RecoveryTask.id)
        .limit(MOST)
    )
    for unit_id, what, key, name in ctx.session.execute(query):
        yield Todo("recover", unit_id, f"recovery:{key}", name, why=what)
