"""Casting: one transaction, two rows, and nothing else that remembers it.

No audit line, no request id, no notice, no plugin: a digest of so small a secret is the secret.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from core.domain import envelopes
from core.domain.ballot import BallotState
from core.domain.errors import NotFound, Refused
from core.models import Ballot, BallotEnvelope, BallotTurnout, CommitteeMember, Sitting, SittingItem, User
from core.services import ballots, failpoints, reach_ballots, sealing
from core.services.context import Context


@dataclass(frozen=True, slots=True)
class Paper:
    """What lies before one member."""

    ballot: Ballot
    items: tuple[SittingItem, ...]
    has_voted: bool


def paper_of(ctx: Context, sitting_key: str, ballot_key: str) -> Paper:
    """The actor's ballot paper. Raises ``NotFound`` for who has no vote here, whatever the reason."""
    ctx.require("ballot.cast")
    row = reach_ballots.ballot(ctx, ballot_key, sitting=sitting_key)
    member = _voter(ctx, row)
    return Paper(row, tuple(ballots.items_of(ctx, row)), reach_ballots.has_voted(ctx, row, member))


def open_to(ctx: Context, row: Sitting) -> list[Ballot]:
    """The open ballots of a sitting in which the actor has a vote and did not cast it yet."""
    if not ctx.may("ballot.cast"):
        return []
    return list(ctx.session.scalars(reach_ballots.awaiting(ctx).where(Ballot.sitting_id == row.id)))


def cast(ctx: Context, sitting_key: str, ballot_key: str, *, nonce: str, marks: Sequence[str]) -> str:
    """Seal these marks and put them into the box; returns the receipt. The same form sent again finds its own envelope.

    Raises ``NotFound`` for who has no vote here, ``Refused``: ballot_not_open, already_voted, bad_mark, bad_nonce.
    """
    ctx.require("ballot.cast")
    row = reach_ballots.ballot(ctx, ballot_key, sitting=sitting_key, lock="share")
    member = _voter(ctx, row)
    place = envelopes.key_of(nonce, ballot=row.key)
    if reach_ballots.has_voted(ctx, row, member):
        return _own(ctx, row, place)
    if row.state != BallotState.OPEN:
        raise Refused("ballot_not_open", kind="conflict")
    if len(marks) != len(ballots.items_of(ctx, row)):
        raise Refused("bad_mark", kind="bad_input")
    content = envelopes.encode(marks)
    binding = envelopes.binding(ballot=row.key, key=place)
    sealed = sealing.seal(content, public=row.key_in_use.public, binding=binding)
    failpoints.hit("ballot.before_insert")
    try:
        with ctx.session.begin_nested():
            ctx.session.add(BallotTurnout(ballot_id=row.id, member_id=member.id))
            ctx.session.flush()
            failpoints.hit("ballot.after_turnout")
            ctx.session.add(BallotEnvelope(ballot_id=row.id, key=place, sealed=sealed))
            ctx.session.flush()
    except IntegrityError:
        # another request of the same member, at the same moment: it was first. Or somebody else's number, copied
        if not reach_ballots.has_voted(ctx, row, member):
            raise Refused("bad_nonce", kind="conflict") from None
        return _own(ctx, row, place)
    return envelopes.receipt(sealed)


def _voter(ctx: Context, row: Ballot) -> CommitteeMember:
    member = reach_ballots.own_seat(ctx, row)
    if member is None:
        raise NotFound
    user = ctx.session.get(User, ctx.actor.id)
    if user is None or user.tf_primary_method is None:
        raise Refused("second_factor_needed", kind="conflict")
    return member


def _own(ctx: Context, row: Ballot, place: str) -> str:
    sealed = reach_ballots.envelope(ctx, row, place)
    if sealed is None:
        raise Refused("already_voted", kind="conflict")
    return envelopes.receipt(sealed)
