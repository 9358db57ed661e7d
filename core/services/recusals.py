"""Who does not vote on whom: conflicts that the rules find, and those that members declare.

No statute on this is known, so it is the product's policy and shown as such. A bar shuts the dossier for that member on
every page (``reach.not_barred``) and never shrinks the roll.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from core.domain import conflicts
from core.domain.errors import NotFound, Objection, Refused
from core.domain.nomination import Step
from core.models import (
    CommitteeMember,
    Nomination,
    NominationStep,
    Nominee,
    Recusal,
    Sitting,
    SittingItem,
    WrittenOpinion,
)
from core.services import audit, reach_ballots, reach_council
from core.services.context import Context

#: What a member may declare.
DECLARED = ("relative", "direct_work", "interest", "other")
#: What the rules find by themselves.
FOUND = (conflicts.IS_NOMINEE, conflicts.OWN_UNIT, conflicts.PUT_FORWARD)

_WRITERS = (Step.ASK_CONFIRMATION.value, Step.SUBMIT.value)


@dataclass(frozen=True, slots=True)
class Bar:
    """One member who does not vote on one candidate."""

    member: CommitteeMember
    reason: str
    note: str
    is_declared: bool


def bars_on(ctx: Context, nomination_ids: Iterable[int]) -> dict[int, list[Bar]]:
    """The bars on these nominations, by nomination, in the order of the roll."""
    ids = list(nomination_ids)
    found: dict[int, list[Bar]] = {one: [] for one in ids}
    query = (
        sa.select(Recusal)
        .join(Recusal.member)
        .where(Recusal.nomination_id.in_(ids))
        .order_by(CommitteeMember.position, CommitteeMember.id)
        .options(joinedload(Recusal.member))
    )
    for row in ctx.session.scalars(query):
        found[row.nomination_id].append(Bar(row.member, row.reason, row.note, row.reason in DECLARED))
    return found


def settle(ctx: Context, sitting: Sitting, roll: Sequence[CommitteeMember]) -> None:
    """Write down the conflicts that the rules find between this roll and the candidates still to be voted on.

    Found bars that no longer hold (a seat corrected) are taken back; declared ones never are.
    """
    # who may vote in a sealed ballot was fixed when it was opened
    waiting = sa.select(SittingItem.nomination_id).where(
        SittingItem.sitting_id == sitting.id, SittingItem.outcome.is_(None), SittingItem.method != "sealed"
    )
    ids = list(ctx.session.scalars(waiting))
    members = [one.id for one in roll]
    known = {
        (row.nomination_id, row.member_id): row
        for row in ctx.session.scalars(
            sa.select(Recusal).where(Recusal.nomination_id.in_(ids), Recusal.member_id.in_(members))
        )
    }
    wanted: dict[tuple[int, int], str] = {}
    for nomination_id, candidate in _candidates(ctx, ids).items():
        for bar in conflicts.bars(_seats(roll), candidate, committee_unit_id=sitting.unit_id):
            wanted.setdefault((nomination_id, bar.member_id), bar.reason)  # the first reason is the strongest
    for pair, row in known.items():
        if row.reason in FOUND and pair not in wanted:
            ctx.session.delete(row)
    for pair, reason in wanted.items():
        if pair not in known:
            _add(ctx, nomination_id=pair[0], member_id=pair[1], reason=reason, note="", declared_by_id=None)
    ctx.session.flush()


def would_bar(ctx: Context, nomination: Nomination, roll: Sequence[CommitteeMember], *, unit_id: int) -> str | None:
    """The reason why the actor, as one of this roll, may not handle this nomination in the council; None: free."""
    own = [one for one in roll if one.user_id is not None and one.user_id == ctx.actor.id]
    candidate = _candidates(ctx, [nomination.id])[nomination.id]
    found = conflicts.bars(_seats(own), candidate, committee_unit_id=unit_id)
    return found[0].reason if found else None


def declare(ctx: Context, item_key: str, *, reason: str, note: str) -> None:
    """The actor, as a member, steps back from one candidate. From then on the dossier is shut to the actor.

    Raises ``NotFound`` for who has no seat on that committee, ``Refused("already_counted")`` after the vote.
    """
    ctx.require("sitting.declare_conflict")
    item = reach_council.sitting_item(ctx, item_key, for_update=True)
    own = own_seat(ctx, item.sitting)
    if own is None:
        raise NotFound
    _declare(ctx, item, own, reason=reason, note=note)


def own_seat(ctx: Context, sitting: Sitting) -> CommitteeMember | None:
    """The seat that the actor holds today on this sitting's committee."""
    for one in sitting.committee.members:
        if one.user_id is not None and one.user_id == ctx.actor.id and (one.to_on is None or one.to_on >= ctx.today):
            return one
    return None


def record(ctx: Context, item_key: str, member_key: str, *, reason: str, note: str) -> None:
    """The secretary writes down what a member declared in the room."""
    ctx.require("sitting.run")
    item = reach_council.sitting_item(ctx, item_key, for_update=True)
    member = next((one for one in item.sitting.committee.members if one.key == member_key), None)
    if member is None:
        raise NotFound
    _declare(ctx, item, member, reason=reason, note=note)


def _declare(ctx: Context, item: SittingItem, member: CommitteeMember, *, reason: str, note: str) -> None:
    if reason not in DECLARED:
        raise Refused.because([Objection("no_choice", field="reason")])
    if reason == "other" and not note:
        raise Refused.because([Objection("conflict_needs_words", field="note")])
    if item.outcome is not None:
        raise Refused("already_counted", kind="conflict")
    reach_ballots.refuse_while_voting(ctx, item_id=item.id)
    query = sa.select(Recusal).where(Recusal.nomination_id == item.nomination_id, Recusal.member_id == member.id)
    row = ctx.session.scalar(query)
    if row is not None and row.reason in DECLARED:
        raise Refused("already_declared", kind="conflict", name=member.full_name)
    if row is not None:
        row.reason, row.note, row.declared_by_id = reason, note, ctx.actor.id
    else:
        _add(
            ctx,
            nomination_id=item.nomination_id,
            member_id=member.id,
            reason=reason,
            note=note,
            declared_by_id=ctx.actor.id,
        )
    # who may not vote has no opinion that counts
    ctx.session.execute(
        sa.delete(WrittenOpinion).where(WrittenOpinion.item_id == item.id, WrittenOpinion.member_id == member.id)
    )
    ctx.session.flush()
    audit.note(
        ctx,
        "sitting.declare_conflict",
        f"sitting_item:{item.key}",
        member=member.full_name,
        reason=reason,
        is_own=int(member.user_id == ctx.actor.id),
    )


def _add(
    ctx: Context, *, nomination_id: int, member_id: int, reason: str, note: str, declared_by_id: int | None
) -> None:
    ctx.session.add(
        Recusal(
            nomination_id=nomination_id,
            member_id=member_id,
            reason=reason,
            note=note,
            declared_by_id=declared_by_id,
            created_at=ctx.now,
        )
    )


def _seats(roll: Sequence[CommitteeMember]) -> list[conflicts.Seat]:
    return [conflicts.Seat(one.id, one.full_name, one.user_id, one.home_unit_id) for one in roll]


def _candidates(ctx: Context, ids: list[int]) -> Mapping[int, conflicts.Candidate]:
    """What the rules need to know of these nominations: two queries, however many there are."""
    n = Nomination
    rows = ctx.session.execute(
        sa.select(n.id, n.nominee_name, n.unit_id, n.created_by_id, Nominee.user_id, Nominee.as_unit_id)
        .outerjoin(Nominee, Nominee.id == n.nominee_id)
        .where(n.id.in_(ids))
    )
    hands: dict[int, set[int]] = {one: set() for one in ids}
    steps = sa.select(NominationStep.nomination_id, NominationStep.user_id).where(
        NominationStep.nomination_id.in_(ids), NominationStep.step.in_(_WRITERS), NominationStep.user_id.is_not(None)
    )
    for nomination_id, user_id in ctx.session.execute(steps):
        hands[nomination_id].add(user_id)
    return {
        row.id: conflicts.Candidate(
            nominee_name=row.nominee_name,
            unit_id=row.unit_id,
            person_id=row.user_id,
            as_unit_id=row.as_unit_id,
            put_forward_by=frozenset(hands[row.id] | ({row.created_by_id} if row.created_by_id else set())),
        )
        for row in rows
    }
