"""The key ceremony: three tellers get a share each on paper, the private key is forgotten before anybody votes."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from core.domain import ballot as rules
from core.domain import text
from core.domain.errors import Refused
from core.models import Ballot, BallotKey, Sitting
from core.services import audit, reach_ballots, reach_council, sealing, sittings
from core.services.context import Context, new_key


@dataclass(frozen=True, slots=True)
class Handout:
    """The key, and what each teller takes home: shown once, kept nowhere."""

    key: BallotKey
    shares: tuple[tuple[str, str], ...]


def make(ctx: Context, sitting_key: str, tellers: tuple[str, ...]) -> Handout:
    """A new key for a sitting; one that nobody voted under yet is replaced by it.

    Raises ``Refused``: tellers_three, tellers_twice, ballot_key_in_use once a vote was opened under the old one.
    """
    ctx.require("sitting.run")
    return make_as_operator(ctx, reach_council.sitting(ctx, sitting_key, for_update=True), tellers)


def make_as_operator(ctx: Context, row: Sitting, tellers: tuple[str, ...]) -> Handout:
    """The same at the server's own keyboard, for a sitting at hand."""
    sittings.refuse_unless_running(row)
    problems = rules.check_tellers(tellers, [text.fold(one) for one in tellers])
    if problems:
        raise Refused.because(problems)
    old = reach_ballots.key_of(ctx, row, for_update=True)
    if old is not None:
        if _is_used(ctx, old):
            raise Refused("ballot_key_in_use", kind="conflict")
        old.state = "replaced"
        ctx.session.flush()
    made = sealing.new_key()
    key = BallotKey(
        key=new_key(),
        sitting_id=row.id,
        public=made.public,
        tellers=list(tellers),
        made_by_id=ctx.actor.id,
        made_at=ctx.now,
    )
    ctx.session.add(key)
    ctx.session.flush()
    audit.note(ctx, "ballot.key_made", f"sitting:{row.key}", public=made.public, tellers=", ".join(tellers))
    return Handout(key, tuple(zip(tellers, made.shares, strict=True)))


def confirm_kept(ctx: Context, sitting_key: str) -> BallotKey:
    """Each of the three holds a share: from now on votes may be opened under this key."""
    ctx.require("sitting.run")
    row = reach_council.sitting(ctx, sitting_key, for_update=True)
    sittings.refuse_unless_running(row)
    key = reach_ballots.key_of(ctx, row, for_update=True)
    if key is None:
        raise Refused("ballot_key_missing", kind="conflict")
    key.state = "kept"
    ctx.session.flush()
    audit.note(ctx, "ballot.key_kept", f"sitting:{row.key}", public=key.public)
    return key


def rehearse(ctx: Context, sitting_key: str, shares: tuple[str, ...]) -> None:
    """Try two shares before anybody votes: they make the key whole, or the refusal names what is wrong."""
    ctx.require("sitting.run")
    row = reach_council.sitting(ctx, sitting_key)
    sealing.combine(shares, public=needed(ctx, row).public)
    audit.note(ctx, "ballot.key_rehearsed", f"sitting:{row.key}", shares=len(shares))


def needed(ctx: Context, row: Sitting) -> BallotKey:
    """The key in use; raises ``Refused("ballot_key_missing")`` before the ceremony."""
    key = reach_ballots.key_of(ctx, row)
    if key is None:
        raise Refused("ballot_key_missing", kind="conflict")
    return key


def may_replace(ctx: Context, key: BallotKey | None) -> bool:
    """Whether a new ceremony would take nothing away."""
    return key is None or not _is_used(ctx, key)


def _is_used(ctx: Context, key: BallotKey) -> bool:
    waiting = sa.select(Ballot.id).where(Ballot.key_id == key.id, Ballot.state.in_(rules.PENDING)).limit(1)
    return ctx.session.scalar(waiting) is not None
