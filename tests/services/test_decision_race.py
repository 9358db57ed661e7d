"""Two signers at the same moment, and a machine that stops in the middle of an issue."""

import threading
import time

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from core.domain.errors import Refused
from core.models import Award, Decision, Nomination, NominationStep, db
from core.services import decision_issue, decisions, failpoints, reach
from core.services.context import Context
from tests.decisions import Round


@pytest.fixture
def round_(make):
    return Round(make)


def drafted(round_, context_of, *nominations):
    ctx = context_of(round_.secretary, round_.commune)
    row = decisions.draft(ctx, round_.event.key, title="Thử", keys=[one.key for one in nominations])
    db.session.commit()
    return row.key


def paper(round_, number):
    return decision_issue.Paper(number, "QĐ-UBND", round_.make.now.date())


def own_context(round_, session):
    """A context on a connection of its own, as another request has one."""
    session.connection(execution_options={"writes": True})
    return Context(
        session=session,
        actor=reach.actor_of(session, round_.chair),
        now=round_.make.now,
        unit=reach.unit_ref(round_.commune),
    )


def race(round_, first, second):
    """Issue ``first``, then ``second`` while the first is not committed; what the second was told."""
    db.session.refresh(round_.chair), db.session.refresh(round_.commune)
    db.session.expunge_all()
    engine, told = db.engine, []

    def run():
        with Session(engine) as session:
            try:
                decision_issue.issue(own_context(round_, session), second[0], paper(round_, second[1]))
                session.commit()
            except Refused as refused:
                session.rollback()
                told.append((refused.kind, refused.code))

    with Session(engine) as session:
        decision_issue.issue(own_context(round_, session), first[0], paper(round_, first[1]))
        other = threading.Thread(target=run)
        other.start()
        time.sleep(0.5)
        session.commit()
    other.join(timeout=20)
    assert not other.is_alive()
    db.session.rollback()  # a look at what is committed now
    return told


def test_one_number_at_one_moment(round_, context_of):
    first = drafted(round_, context_of, round_.passed("Nguyễn Văn An"))
    second = drafted(round_, context_of, round_.passed("Nguyễn Văn Bình"))
    assert race(round_, (first, 12), (second, 12)) == [("refused", "number_taken")]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Award)) == 1


def test_one_achievement_at_one_moment(round_, context_of):
    one = round_.passed("Nguyễn Văn An")
    same = round_.passed(nominee=one.nominee, achievement=one.achievement)
    first, second = drafted(round_, context_of, one), drafted(round_, context_of, same)
    told = race(round_, (first, 12), (second, 13))
    # a writer on SQLite waits before it looks, one on PostgreSQL looks before it waits
    expected = {
        "sqlite": ("refused", "achievement_awarded"),
        "postgresql": ("conflict", "achievement_awarded_meanwhile"),
    }
    assert told == [expected[db.engine.dialect.name]]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Award)) == 1


def test_register_numbers_have_neither_gap_nor_double_at_one_moment(round_, context_of):
    first = drafted(round_, context_of, round_.passed("Nguyễn Văn An"), round_.passed("Nguyễn Văn Bình"))
    second = drafted(round_, context_of, round_.passed("Nguyễn Văn Cường"))
    assert race(round_, (first, 12), (second, 13)) == []
    assert sorted(db.session.scalars(sa.select(Award.register_number))) == [1, 2, 3]


def test_issue_that_stops_in_the_middle_leaves_nothing(round_, context_of, sign_in):
    rows = [round_.passed(f"Nguyễn Văn {n}") for n in range(3)]
    key = drafted(round_, context_of, *rows)
    before = db.session.scalar(sa.select(sa.func.count()).select_from(NominationStep))
    failpoints.arm("decision.after_line=raise@2")
    try:
        data = {"number": "12", "symbol": "QĐ-UBND", "decided_on": "13/05/2026", "step": "issue"}
        answer = sign_in(round_.chair).post(f"/u/{round_.commune.key}/decisions/{key}/issue", data=data)
    finally:
        failpoints.arm("")
    assert answer.status_code == 500
    db.session.expire_all()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Award)) == 0
    assert db.session.scalar(sa.select(Decision.state).filter_by(key=key)) == "draft"
    assert set(db.session.scalars(sa.select(Nomination.state))) == {"signing"}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(NominationStep)) == before
