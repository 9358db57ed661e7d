"""Checks of the sealed ballots: what was closed is still what lies there, and nothing in it can be read."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from core.domain import envelopes
from core.models import Ballot, BallotCount, BallotEnvelope, BallotItem, BallotTurnout, SittingItem
from core.services.doctor_base import Finding, Patient, check

#: Sealed content begins with random bytes; in clear it would begin like this.
_CLEAR = b"VDB1"


@check("ballot.used_eq_envelopes")
def every_voter_has_an_envelope(patient: Patient) -> Iterator[Finding]:
    """As many envelopes as members who voted, and as many as were closed; never more than were entitled."""
    b = Ballot
    votes, box = _number(BallotTurnout), _number(BallotEnvelope)
    query = sa.select(b.key, b.state, b.entitled, b.envelopes, votes, box).order_by(b.id)
    for key, state, entitled, closed, voted, kept in patient.session.execute(query):
        is_sealed = state in ("closed", "opened")
        if voted != kept or voted > entitled or (is_sealed and kept != closed):
            detail = f"{voted} voted, {kept} envelopes, {closed} at closing, {entitled} entitled"
            yield Finding("ballot.used_eq_envelopes", f"ballot:{key}", detail)


@check("ballot.tally_sum")
def counts_add_up(patient: Patient) -> Iterator[Finding]:
    """Every candidate of an opened ballot has a count of all its envelopes, equal to the record's."""
    c, i = BallotCount, SittingItem
    same = sa.and_(c.yes == i.yes, c.no == i.no, c.blank == i.blank, c.invalid == i.invalid)
    is_wrong = sa.or_(c.item_id.is_(None), c.envelopes != Ballot.envelopes, sa.not_(same))
    query = (
        sa.select(Ballot.key, i.key)
        .join(BallotItem, BallotItem.ballot_id == Ballot.id)
        .join(i, i.id == BallotItem.item_id)
        .outerjoin(c, sa.and_(c.ballot_id == Ballot.id, c.item_id == i.id))
        .where(Ballot.state == "opened", is_wrong)
        .order_by(Ballot.id, BallotItem.position)
    )
    for key, item in patient.session.execute(query):
        yield Finding("ballot.tally_sum", f"ballot:{key}", f"the count of sitting_item:{item} is not the record's")
    early = sa.select(Ballot.key).join(c, c.ballot_id == Ballot.id).where(Ballot.state != "opened").distinct()
    for key in patient.session.scalars(early):
        yield Finding("ballot.tally_sum", f"ballot:{key}", "counted although it was never opened")


@check("ballot.merkle")
def seals_are_whole(patient: Patient) -> Iterator[Finding]:
    """The envelopes of every closed box still make the root that was written at its closing."""
    closed = sa.select(Ballot.id, Ballot.key, Ballot.root).where(Ballot.state.in_(("closed", "opened")))
    for ballot_id, key, root in patient.session.execute(closed.order_by(Ballot.id)).all():
        rows = sa.select(BallotEnvelope.key, BallotEnvelope.sealed).where(BallotEnvelope.ballot_id == ballot_id)
        if envelopes.root({row.key: row.sealed for row in patient.session.execute(rows)}) != root:
            yield Finding("ballot.merkle", f"ballot:{key}", "the envelopes are not those that were sealed")


@check("ballot.no_plaintext")
def envelopes_are_sealed(patient: Patient) -> Iterator[Finding]:
    """No envelope lies open, and all of one ballot are of one length."""
    e, size = BallotEnvelope, sa.func.length(BallotEnvelope.sealed)
    query = (
        sa.select(Ballot.key, sa.func.min(size), sa.func.max(size), _items())
        .join(e, e.ballot_id == Ballot.id)
        .group_by(Ballot.id, Ballot.key)
    )
    for key, least, most, items in patient.session.execute(query.order_by(Ballot.id)):
        if not least == most == len(_CLEAR) + 2 + items + 48:
            yield Finding("ballot.no_plaintext", f"ballot:{key}", "an envelope is longer or shorter than the others")
    rows = sa.select(Ballot.key, e.sealed).join(e, e.ballot_id == Ballot.id).execution_options(yield_per=1000)
    for key, sealed in patient.session.execute(rows):
        if _CLEAR in bytes(sealed):
            yield Finding("ballot.no_plaintext", f"ballot:{key}", "an envelope lies open")


def _number(table: type[BallotTurnout] | type[BallotEnvelope]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).where(table.ballot_id == Ballot.id).scalar_subquery()


def _items() -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).where(BallotItem.ballot_id == Ballot.id).scalar_subquery()
