"""A sealed vote from the key ceremony to the outcome: who may vote, once, and what is left of it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from core.models import BallotCount, db
from core.services import ballots
from tests.ballots import SealedCouncil


@pytest.fixture
def council(make, context_of):
    return SealedCouncil(make, context_of)


def test_a_vote_from_ceremony_to_outcome(council):
    first, second = council.nomination(), council.nomination()
    ballot = council.begun(first, second)
    receipts = [council.cast(ballot, user, "yes", "no" if n else "yes") for n, user in enumerate(council.voters)]
    assert len(set(receipts)) == 9
    council.close(ballot)
    assert ballots.receipts(council.ctx, ballot) == sorted(receipts)
    council.open_box(ballot.sitting)
    counts = db.session.scalars(sa.select(BallotCount))
    rows = {row.item_id: (row.yes, row.no, row.blank, row.invalid) for row in counts}
    items = [council.item(ballot.sitting, one) for one in (first, second)]
    assert rows == {items[0].id: (9, 0, 0, 0), items[1].id: (1, 8, 0, 0)}
    assert [(one.outcome, one.got, one.needed, one.members) for one in items] == [
        ("passed", 9, 8, 9),
        ("failed", 1, 8, 9),
    ]
    assert (first.state, second.state) == ("passed", "failed")
