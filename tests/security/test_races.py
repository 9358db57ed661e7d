"""Many at once: every "only once" is a fact of the database, on both engines, through the door's own transaction."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from core.domain.errors import Refused
from core.domain.permissions import Role
from core.http import transactions
from core.models import AuditLine, Nomination, Unit, User, db
from core.services import audit, nomination_draft, nominations, numbers, reach
from core.services.context import Context
from core.services.nomination_draft import Draft
from tests.conftest import NOW

CONSENT = {"consent": "given", "consent_on": NOW.date(), "consent_note": "Đồng ý bằng văn bản"}
TEXT = {"result": "Kết quả tốt", "citation": "Có đóng góp nổi bật"}


def at_once(app, jobs):
    """Run the jobs in threads that start together, each in a transaction as a door opens it; returns what each gave."""
    gate = threading.Barrier(len(jobs))

    def run(job):
        with app.app_context():
            gate.wait()
            try:
                transactions.begin("POST")
                value = job()
                db.session.commit()
            except Refused as refused:
                db.session.rollback()
                return refused.code
            return value

    db.session.rollback()
    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


@pytest.fixture
def village(make):
    commune = make.unit("Xã Đua", key="xa-dua")
    place = make.unit("Thôn Đua", parent=commune, kind="thon")
    event = make.event(commune, awards=("BIEU_DUONG",), invited=(place,))
    head = make.user("Trần Văn Trưởng", (Role.HEAD, place), (Role.NOMINATOR, place))
    return place.id, event.id, head.id


def _ctx(village) -> Context:
    from core.models import Event

    unit_id, event_id, user_id = village
    session = db.session()
    return Context(
        session=session,
        actor=reach.actor_of(session, session.get(User, user_id)),
        now=NOW,
        unit=reach.unit_ref(session.get(Unit, unit_id)),
        event=reach.event_ref(session.get(Event, event_id)),
    )


def _draft(village, name: str, achievement: str) -> str:
    ctx = _ctx(village)
    row = nominations.start(ctx, award_code="BIEU_DUONG", kind="individual")
    values = {"nominee": name, "achievement": achievement, **TEXT, **CONSENT}
    nomination_draft.save(ctx, row.key, Draft(values), expected_version=row.version)
    db.session.commit()
    return row.key


def test_numbers_have_no_gap_and_no_double(app):
    given = at_once(app, [lambda: numbers.take_number(db.session(), "series")] * 12)
    assert sorted(given) == list(range(1, 13))


def test_the_audit_chain_never_forks(app, village):
    def act():
        audit.note(_ctx(village), "test.act", "thing:1")

    at_once(app, [act] * 12)
    report = audit.verify(db.session())
    assert (report.rows, report.faults) == (12, ())
    assert db.session.scalar(sa.select(sa.func.max(AuditLine.seq))) == 12


def test_receipts_of_one_moment_differ(app, village):
    keys = [_draft(village, f"Nguyễn Văn Số {n}", f"Việc tốt số {n}") for n in range(6)]
    at_once(app, [lambda key=key: nominations.submit(_ctx(village), key).receipt_number for key in keys])
    rows = db.session.execute(sa.select(Nomination.state, Nomination.receipt_number)).all()
    assert Counter(state for state, _ in rows) == {"submitted": 6}
    assert len({number for _, number in rows}) == 6


def test_one_dossier_is_submitted_once(app, village):
    key = _draft(village, "Nguyễn Văn Một", "Việc tốt một")
    answers = at_once(app, [lambda: nominations.submit(_ctx(village), key).receipt_number] * 6)
    sent = [one for one in answers if one and one not in ("no_road", "stale")]
    row = db.session.scalars(sa.select(Nomination)).one()
    assert (row.state, sent) == ("submitted", [row.receipt_number])


def test_one_person_cannot_be_put_forward_twice_at_once(app, village):
    keys = [_draft(village, "Nguyễn Văn Hai", "Việc tốt hai"), _draft(village, "NGUYỄN VĂN HAI", "Việc tốt  hai")]
    at_once(app, [lambda key=key: nominations.submit(_ctx(village), key).receipt_number for key in keys])
    states = sorted(db.session.scalars(sa.select(Nomination.state)))
    assert states == ["draft", "submitted"]
