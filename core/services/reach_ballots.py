"""Ballots and their keys by address, scope in the query: who is barred from one candidate finds no ballot with it."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from core.domain.ballot import PENDING
from core.domain.errors import NotFound, Refused
from core.models import (
    Ballot,
    BallotEnvelope,
    BallotItem,
    BallotKey,
    BallotTurnout,
    CommitteeMember,
    Nomination,
    Sitting,
    SittingItem,
    SittingSeat,
)
from core.services import reach
from core.services.context import Context


def visible_ballots(ctx: Context) -> sa.Select[tuple[Ballot]]:
    """The ballots of this unit without a candidate that a conflict keeps from the actor."""
    return _free(ctx).where(Sitting.unit_id == ctx.here.id)


def awaiting(ctx: Context) -> sa.Select[tuple[Ballot]]:
    """The open ballots of any unit in which the actor sits in the room, is not barred, and has not voted."""
    has_seat = (
        sa.exists()
        .where(SittingSeat.sitting_id == Ballot.sitting_id, SittingSeat.attendance == "present")
        .where(CommitteeMember.id == SittingSeat.member_id, CommitteeMember.user_id == (ctx.actor.id or 0))
        .where(~sa.exists().where(BallotTurnout.ballot_id == Ballot.id, BallotTurnout.member_id == CommitteeMember.id))
    )
    return _free(ctx).where(Ballot.state == "open", has_seat).order_by(Ballot.id)


def _free(ctx: Context) -> sa.Select[tuple[Ballot]]:
    is_kept = sa.exists().where(
        BallotItem.ballot_id == Ballot.id,
        SittingItem.id == BallotItem.item_id,
        ~reach.not_barred(ctx, SittingItem.nomination_id),
    )
    return sa.select(Ballot).join(Sitting, Sitting.id == Ballot.sitting_id).where(~is_kept)


def ballot(ctx: Context, key: str, *, sitting: str, lock: str = "") -> Ballot:
    """A ballot under the sitting of the address; else ``NotFound``, also for who is barred.

    ``lock``: ``share`` lets many vote at once and keeps the closing out until they are done, ``alone`` the reverse.
    """
    query = visible_ballots(ctx).where(Ballot.key == key, Sitting.key == sitting)
    if lock:
        query = query.with_for_update(read=lock == "share", of=Ballot).execution_options(populate_existing=True)
    row = ctx.session.scalar(query) if ctx.may("sitting.read") else None
    if row is None:
        raise _missing(ctx, key)
    return row


def ballots_of(ctx: Context, sitting: Sitting, *, for_update: bool = False) -> list[Ballot]:
    """The ballots of a sitting that the actor may know of, in their order. ``for_update`` locks and reads anew."""
    query = visible_ballots(ctx).where(Ballot.sitting_id == sitting.id).order_by(Ballot.number)
    if for_update:
        query = query.with_for_update(of=Ballot).execution_options(populate_existing=True)
    return list(ctx.session.scalars(query))


def key_of(ctx: Context, sitting: Sitting, *, for_update: bool = False) -> BallotKey | None:
    """The key in use at a sitting; None before the ceremony."""
    query = sa.select(BallotKey).where(BallotKey.sitting_id == sitting.id, BallotKey.state != "replaced")
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    return ctx.session.scalar(query)


def own_seat(ctx: Context, row: Ballot) -> CommitteeMember | None:
    """The actor's seat on the roll of this sitting, if the actor is in the room; None: no vote here."""
    query = (
        sa.select(CommitteeMember)
        .join(SittingSeat, SittingSeat.member_id == CommitteeMember.id)
        .where(
            SittingSeat.sitting_id == row.sitting_id,
            SittingSeat.attendance == "present",
            CommitteeMember.user_id == ctx.actor.id,
        )
    )
    return ctx.session.scalar(query)


def has_voted(ctx: Context, row: Ballot, member: CommitteeMember) -> bool:
    """Whether a vote of this member is in the box."""
    return ctx.session.get(BallotTurnout, (row.id, member.id)) is not None


def envelope(ctx: Context, row: Ballot, place: str) -> bytes | None:
    """The envelope at one place in the box."""
    query = sa.select(BallotEnvelope.sealed).where(BallotEnvelope.ballot_id == row.id, BallotEnvelope.key == place)
    return ctx.session.scalar(query)


def envelopes(ctx: Context, row: Ballot) -> dict[str, bytes]:
    """The whole box, by place."""
    query = sa.select(BallotEnvelope.key, BallotEnvelope.sealed).where(BallotEnvelope.ballot_id == row.id)
    return {row.key: row.sealed for row in ctx.session.execute(query.order_by(BallotEnvelope.key))}


def voters(ctx: Context, row: Ballot) -> list[CommitteeMember]:
    """Who voted, in the order of the roll: never the order of voting."""
    query = (
        sa.select(CommitteeMember)
        .join(BallotTurnout, BallotTurnout.member_id == CommitteeMember.id)
        .where(BallotTurnout.ballot_id == row.id)
        .order_by(CommitteeMember.position, CommitteeMember.id)
    )
    return list(ctx.session.scalars(query))


def turnout(ctx: Context, row: Ballot) -> int:
    """How many voted."""
    query = sa.select(sa.func.count()).select_from(BallotTurnout).where(BallotTurnout.ballot_id == row.id)
    return ctx.session.scalar(query) or 0


def refuse_while_voting(
    ctx: Context, *, sitting_id: int | None = None, item_id: int | None = None, states: Sequence[str] = PENDING
) -> None:
    """Raise ``Refused("ballot_in_progress")`` where envelopes of this sitting, or on this candidate, still wait.

    What a vote was opened on (the room, the bars) does not change under it.
    """
    query = sa.select(Ballot.number).where(Ballot.state.in_(states)).order_by(Ballot.number).limit(1)
    if item_id is not None:
        query = query.join(BallotItem, BallotItem.ballot_id == Ballot.id).where(BallotItem.item_id == item_id)
    else:
        query = query.where(Ballot.sitting_id == sitting_id)
    number = ctx.session.scalar(query)
    if number is not None:
        raise Refused("ballot_in_progress", kind="conflict", number=number)


def _missing(ctx: Context, key: str) -> NotFound:
    on_ballot = (
        sa.select(SittingItem.nomination_id)
        .join(BallotItem, BallotItem.item_id == SittingItem.id)
        .join(Ballot, Ballot.id == BallotItem.ballot_id)
        .join(Sitting, Sitting.id == Ballot.sitting_id)
        .where(Ballot.key == key, Sitting.unit_id == ctx.here.id)
    )
    return reach.missing(ctx, Nomination.id.in_(on_ballot))
