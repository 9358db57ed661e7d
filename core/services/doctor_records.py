"""Checks of the records: history, scope, registers, counts."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from core.domain.nomination import HONOURED, ROADS, State, Step
from core.models import (
    Achievement,
    Award,
    Committee,
    Decision,
    DecisionLine,
    Event,
    EventUnit,
    Nomination,
    NominationStep,
    Nominee,
    Sitting,
    SittingItem,
    Unit,
)
from core.services.doctor_base import Finding, Patient, check

_MOST = 50


@check("state.history")
def history_leads_to_state(patient: Patient) -> Iterator[Finding]:
    """Each dossier's steps follow the roads, one from the other, and end in its state."""
    n, s = Nomination, NominationStep
    query = (
        sa.select(n.key, n.state, s.old, s.step, s.new)
        .outerjoin(s, s.nomination_id == n.id)
        .order_by(n.id, s.id)
        .execution_options(yield_per=5000)
    )
    key, state, at, fault, found = None, "", State.DRAFT.value, "", 0
    for row in patient.session.execute(query):
        if row.key != key:
            if key is not None and (fault := fault or _end(at, state)):
                yield Finding("state.history", f"nomination:{key}", fault)
                found += 1
            if found >= _MOST:
                return
            key, state, at, fault = row.key, row.state, State.DRAFT.value, ""
        if row.step is not None:
            fault = fault or _step(at, row.old, row.step, row.new)
            at = row.new
    if key is not None and (fault := fault or _end(at, state)):
        yield Finding("state.history", f"nomination:{key}", fault)


def _end(at: str, state: str) -> str:
    return "" if at == state else f"the history ends in {at}, the state is {state}"


def _step(at: str, old: str, step: str, new: str) -> str:
    if old != at:
        return f"a step starts from {old}, the one before ended in {at}"
    try:
        to = ROADS.get((State(old), Step(step)))
    except ValueError:
        to = None
    return "" if to is not None and to.value == new else f"no road leads from {old} by {step} to {new}"


@check("award.duplicate")
def one_achievement_one_award(patient: Patient) -> Iterator[Finding]:
    """One live award for one achievement and for one dossier."""
    for column, noun in ((Award.achievement_id, "achievement"), (Award.nomination_id, "nomination")):
        query = (
            sa.select(column, sa.func.count())
            .where(Award.state != "revoked", column.is_not(None))
            .group_by(column)
            .having(sa.func.count() > 1)
            .limit(_MOST)
        )
        for number, count in patient.session.execute(query):
            yield Finding("award.duplicate", f"{noun}:{number}", f"{count} awards in force")


@check("award.state")
def awards_agree_with_dossiers(patient: Patient) -> Iterator[Finding]:
    """A dossier is honoured exactly when an award of it is in force."""
    n = Nomination
    in_force = sa.exists().where(Award.nomination_id == n.id, Award.state != "revoked")
    honoured = n.state.in_([state.value for state in HONOURED])
    query = sa.select(n.key, n.state).where(honoured != in_force).limit(_MOST)
    for key, state in patient.session.execute(query):
        yield Finding("award.state", f"nomination:{key}", f"is {state}, and the register says otherwise")


@check("number.gap")
def registers_have_no_gap(patient: Patient) -> Iterator[Finding]:
    """Entry numbers of a unit's year run from 1 without a gap."""
    number = Award.register_number
    query = (
        sa.select(Unit.key, Award.year, sa.func.count(), sa.func.min(number), sa.func.max(number))
        .join(Unit, Unit.id == Award.unit_id)
        .group_by(Unit.key, Award.year)
        .order_by(Unit.key, Award.year)
    )
    for key, year, count, first, last in patient.session.execute(query):
        if (first, last) != (1, count):
            yield Finding("number.gap", f"unit:{key}", f"{year}: {count} entries numbered {first} to {last}")


@check("receipt.whole")
def receipts_are_whole(patient: Patient) -> Iterator[Finding]:
    """What was sent has a receipt with its rules frozen; what was not has none."""
    n, s = Nomination, NominationStep
    was_sent = sa.exists().where(s.nomination_id == n.id, s.step == Step.SUBMIT.value)
    has_all = sa.and_(n.receipt_number.is_not(None), n.receipt_at.is_not(None), n.rules_hash.is_not(None))
    has_any = sa.or_(n.receipt_number.is_not(None), n.receipt_at.is_not(None))
    query = sa.select(n.key).where(sa.or_(sa.and_(was_sent, sa.not_(has_all)), sa.and_(sa.not_(was_sent), has_any)))
    for key in patient.session.scalars(query.limit(_MOST)):
        yield Finding("receipt.whole", f"nomination:{key}", "receipt and sending do not agree")


@check("tenant.cross_unit")
def units_keep_to_themselves(patient: Patient) -> Iterator[Finding]:
    """Rows that belong together belong to the same unit."""
    n = Nomination
    for noun, query in (
        ("nomination", sa.select(n.key).join(Event).where(n.organiser_id != Event.unit_id)),
        ("nomination", sa.select(n.key).join(Nominee, Nominee.id == n.nominee_id).where(Nominee.unit_id != n.unit_id)),
        (
            "nomination",
            sa.select(n.key)
            .join(Achievement, Achievement.id == n.achievement_id)
            .where(Achievement.nominee_id != n.nominee_id),
        ),
        (
            "nomination",
            sa.select(n.key).where(
                n.handling_unit_id != n.organiser_id,
                sa.or_(n.upper_unit_id.is_(None), n.handling_unit_id != n.upper_unit_id),
            ),
        ),
        (
            "nomination",
            sa.select(n.key).where(
                n.unit_id != n.organiser_id,
                sa.not_(sa.exists().where(EventUnit.event_id == n.event_id, EventUnit.unit_id == n.unit_id)),
            ),
        ),
        ("sitting", sa.select(Sitting.key).join(Committee).where(Sitting.unit_id != Committee.unit_id)),
        ("sitting_item", _foreign_items()),
        ("award", sa.select(Award.key).join(Decision, Decision.id == Award.decision_id).where(_foreign_award())),
        ("decision", _foreign_lines()),
    ):
        for key in patient.session.scalars(query.limit(_MOST)):
            yield Finding("tenant.cross_unit", f"{noun}:{key}", "points into another unit")


def _foreign_award() -> sa.ColumnElement[bool]:
    return Award.unit_id != Decision.unit_id


def _foreign_items() -> sa.Select[tuple[str]]:
    n = aliased(Nomination)
    return (
        sa.select(SittingItem.key)
        .join(Sitting, Sitting.id == SittingItem.sitting_id)
        .join(n, n.id == SittingItem.nomination_id)
        .where(Sitting.unit_id != n.organiser_id, sa.func.coalesce(n.upper_unit_id, 0) != Sitting.unit_id)
    )


def _foreign_lines() -> sa.Select[tuple[str]]:
    n = aliased(Nomination)
    return (
        sa.select(Decision.key)
        .join(DecisionLine, DecisionLine.decision_id == Decision.id)
        .join(n, n.id == DecisionLine.nomination_id)
        .where(Decision.unit_id != n.organiser_id, sa.func.coalesce(n.upper_unit_id, 0) != Decision.unit_id)
    )


@check("sitting.outcome")
def outcomes_follow_counts(patient: Patient) -> Iterator[Finding]:
    """A result is the arithmetic of a confirmed count."""
    i = SittingItem
    is_wrong = sa.or_(
        i.confirmed_by_id.is_(None),
        i.got.is_(None),
        i.needed.is_(None),
        (i.outcome == "passed") != (i.got >= i.needed),
    )
    for key in patient.session.scalars(sa.select(i.key).where(i.outcome.is_not(None), is_wrong).limit(_MOST)):
        yield Finding("sitting.outcome", f"sitting_item:{key}", "the result does not follow from the count")
