"""Each check of the ballots sees the fault it is for, planted where the triggers are out of the way."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from core.domain import envelopes
from core.models import db
from core.services import doctor
from core.services.doctor import Patient
from tests.ballots import SealedCouncil
from tests.conftest import NOW

FAULTS = {
    "envelope removed": ("DELETE FROM ballot_envelope", {"ballot.merkle", "ballot.used_eq_envelopes"}),
    "voter removed": ("DELETE FROM ballot_turnout", {"ballot.used_eq_envelopes"}),
    "key moved": ("UPDATE ballot_envelope SET key = 'f'", {"ballot.merkle"}),
    "root": ("UPDATE ballot SET root = 'f'", {"ballot.merkle"}),
    "entitled": ("UPDATE ballot SET entitled = 9, envelopes = 8", {"ballot.used_eq_envelopes", "ballot.tally_sum"}),
    "count": ("UPDATE ballot_count SET yes = 0, no = 1", {"ballot.tally_sum"}),
    "count removed": ("DELETE FROM ballot_count", {"ballot.tally_sum"}),
    "never opened": ("UPDATE ballot SET state = 'closed'", {"ballot.tally_sum"}),
    "in clear": (
        "UPDATE ballot_envelope SET sealed = :clear", {"ballot.merkle", "ballot.no_plaintext"},
    ),
}  # fmt: skip


@pytest.fixture
def council(make, context_of):
    made = SealedCouncil(make, context_of)
    ballot = made.begun(made.nomination())
    made.cast(ballot, made.chair, "yes")
    made.close(ballot)
    made.open_box(ballot.sitting)
    return made


def found(app) -> set[str]:
    db.session.rollback()
    patient = Patient(session=db.session(), now=NOW, config=dict(app.config))
    return {one.check for one in doctor.examine(patient) if one.check.startswith("ballot.")}


def test_a_whole_vote_has_no_finding(app, council):
    assert found(app) == set()


@pytest.mark.parametrize("fault", FAULTS)
def test_the_fault_is_named(app, council, databases, fault):
    statement, wanted = FAULTS[fault]
    for table in ("ballot_envelope", "ballot_turnout", "ballot_count"):
        if not databases.is_sqlite:
            db.session.execute(sa.text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            continue
        triggers = sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :t")
        for (name,) in db.session.execute(triggers, {"t": table}).all():
            db.session.execute(sa.text(f"DROP TRIGGER {name}"))
    clear = {"clear": b"\0" * 24 + envelopes.encode(["yes"]) + b"\0" * 24} if ":clear" in statement else {}
    assert db.session.execute(sa.text(statement), clear).rowcount == 1
    db.session.commit()
    assert found(app) == wanted
    if not databases.is_sqlite:
        for table in ("ballot_envelope", "ballot_turnout", "ballot_count"):
            db.session.execute(sa.text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
        db.session.commit()
