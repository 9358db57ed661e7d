"""Sealed ballots as the secretary runs them: opened for a group of candidates, closed with a seal, or given up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from core.domain import ballot as rules
from core.domain import envelopes, voting
from core.domain.ballot import BallotState, BallotStep
from core.domain.errors import NotFound, Objection, Refused
from core.models import Ballot, BallotItem, CommitteeMember, Sitting, SittingItem, User
from core.services import audit, paper_counts, reach_ballots, reach_council, recusals, sittings, vote_rules
from core.services.context import Context, new_key

METHOD = "sealed"


@dataclass(frozen=True, slots=True)
class Group:
    """Candidates that may share a ballot, and what the vote on them would be."""

    items: tuple[SittingItem, ...]
    barred: tuple[CommitteeMember, ...]
    entitled: tuple[CommitteeMember, ...]
    problems: tuple[Objection, ...]
    warnings: tuple[Objection, ...]


def groups(ctx: Context, row: Sitting) -> list[Group]:
    """The waiting candidates of an open sitting, by who is barred from them."""
    waiting = [item for item in sittings.items_of(ctx, row) if _is_free(item)]
    barred = _barred(ctx, row, waiting)
    return [_group(ctx, row, items, barred[items[0]]) for items in rules.groups(barred)]


def begin(ctx: Context, sitting_key: str, item_keys: Sequence[str]) -> Ballot:
    """Open the vote on these candidates for everybody in the room who is not barred from them.

    Raises ``Refused`` with every reason: nobody_chosen, ballot_item_taken, ballot_mixed_bars, no_quorum,
    nobody_may_vote, voter_without_account, voter_without_second_factor, ballot_key_missing, ballot_key_not_kept.
    """
    ctx.require("sitting.run")
    row = reach_council.sitting(ctx, sitting_key, for_update=True)
    sittings.refuse_unless_open(row)
    key = reach_ballots.key_of(ctx, row)
    if key is None or key.state != "kept":
        raise Refused("ballot_key_missing" if key is None else "ballot_key_not_kept", kind="conflict")
    items = _chosen(ctx, row, item_keys)
    barred = _barred(ctx, row, items)
    if len(set(barred.values())) > 1:
        raise Refused("ballot_mixed_bars")
    group = _group(ctx, row, tuple(items), barred[items[0]])
    if group.problems:
        raise Refused.because(group.problems)
    last = ctx.session.scalar(sa.select(sa.func.max(Ballot.number)).where(Ballot.sitting_id == row.id)) or 0
    ballot = Ballot(
        key=new_key(),
        sitting_id=row.id,
        key_id=key.id,
        number=last + 1,
        members=len(sittings.roll_of(ctx, row)),
        entitled=len(group.entitled),
        began_at=ctx.now,
        began_by_id=ctx.actor.id,
    )
    ballot.lines = [BallotItem(item_id=item.id, position=place) for place, item in enumerate(items)]
    for item in items:
        item.method = METHOD
    ctx.session.add(ballot)
    sittings.touch(row)
    ctx.session.flush()
    audit.note(
        ctx, "ballot.begin", f"ballot:{ballot.key}", sitting=row.key, public=key.public, items=len(items),
        entitled=ballot.entitled, members=ballot.members,
    )  # fmt: skip
    return ballot


def close(ctx: Context, sitting_key: str, ballot_key: str) -> Ballot:
    """Take no more votes and seal the box: number and root go into the audit in the same transaction.

    Raises ``Refused``: ballot_no_road, ballot_empty (give it up instead), ballot_uneven where rows were touched.
    """
    ctx.require("sitting.run")
    row = reach_ballots.ballot(ctx, ballot_key, sitting=sitting_key, lock="alone")
    state = rules.take(row.state, BallotStep.CLOSE)
    box, votes = reach_ballots.envelopes(ctx, row), reach_ballots.turnout(ctx, row)
    if len(box) != votes:
        raise Refused("ballot_uneven", kind="conflict", votes=votes, envelopes=len(box))
    if not box:
        raise Refused("ballot_empty")
    row.state, row.closed_at, row.closed_by_id = state.value, ctx.now, ctx.actor.id
    row.envelopes, row.root = len(box), envelopes.root(box)
    ctx.session.flush()
    audit.note(ctx, "ballot.close", f"ballot:{row.key}", envelopes=len(box), entitled=row.entitled, root=row.root)
    return row


def give_up(ctx: Context, sitting_key: str, ballot_key: str, *, reason: str) -> Ballot:
    """Set a ballot aside that was not opened: its envelopes stay shut, its candidates wait for another vote."""
    ctx.require("sitting.run")
    row = reach_ballots.ballot(ctx, ballot_key, sitting=sitting_key, lock="alone")
    state = rules.take(row.state, BallotStep.GIVE_UP)
    if not reason:
        raise Refused.because([Objection("ballot_needs_reason", field="reason")])
    row.state, row.void_reason = state.value, reason
    for item in items_of(ctx, row):
        item.method = paper_counts.METHOD
    ctx.session.flush()
    audit.note(ctx, "ballot.give_up", f"ballot:{row.key}", reason=reason, envelopes=reach_ballots.turnout(ctx, row))
    return row


def items_of(ctx: Context, row: Ballot) -> list[SittingItem]:
    """The candidates on a ballot, in the order in which every envelope speaks of them."""
    query = (
        reach_council.visible_items(ctx)
        .join(BallotItem, BallotItem.item_id == SittingItem.id)
        .where(BallotItem.ballot_id == row.id)
        .order_by(BallotItem.position)
    )
    return list(ctx.session.scalars(query))


def progress(ctx: Context, row: Ballot) -> int | None:
    """How many have voted, where the number betrays nobody; the final one once the box is closed."""
    if row.state != BallotState.OPEN:
        return row.envelopes
    return rules.progress(reach_ballots.turnout(ctx, row), row.entitled)


def receipts(ctx: Context, row: Ballot) -> list[str]:
    """What anybody may compare a receipt with once the box is closed; in order of the text, not of voting."""
    if row.state == BallotState.OPEN:
        return []
    return sorted(envelopes.receipt(sealed) for sealed in reach_ballots.envelopes(ctx, row).values())


def _is_free(item: SittingItem) -> bool:
    return item.outcome is None and item.entered_by_id is None and item.method == paper_counts.METHOD


def _chosen(ctx: Context, row: Sitting, keys: Sequence[str]) -> list[SittingItem]:
    if not keys:
        raise Refused.because([Objection("nobody_chosen", field="items")])
    found = {item.key: item for item in sittings.items_of(ctx, row)}
    if not set(keys) <= found.keys():
        raise NotFound
    items = [found[key] for key in found if key in set(keys)]
    taken = [item for item in items if not _is_free(item)]
    if taken:
        names = ", ".join(item.nomination.nominee_name for item in taken)
        raise Refused("ballot_item_taken", kind="conflict", names=names)
    if len(items) > envelopes.MOST_ITEMS:
        raise Refused("ballot_too_long", most=envelopes.MOST_ITEMS)
    return items


def _barred(ctx: Context, row: Sitting, items: Sequence[SittingItem]) -> dict[SittingItem, frozenset[int]]:
    seated = {seat.member_id for seat in sittings.roll_of(ctx, row)}
    bars = recusals.bars_on(ctx, [item.nomination_id for item in items])
    return {item: frozenset({bar.member.id for bar in bars[item.nomination_id]} & seated) for item in items}


def _group(ctx: Context, row: Sitting, items: tuple[SittingItem, ...], barred: frozenset[int]) -> Group:
    seats = sittings.roll_of(ctx, row)
    entitled = tuple(seat.member for seat in seats if seat.attendance == "present" and seat.member_id not in barred)
    num, den, _needs_check = vote_rules.quorum_share(ctx)
    present = sum(seat.attendance == "present" for seat in seats)
    problems = voting.check_attendance(members=len(seats), present=present, num=num, den=den)
    problems += _without_sign_in(ctx, entitled)
    if not entitled:
        problems.append(Objection("nobody_may_vote"))
    return Group(
        items,
        tuple(seat.member for seat in seats if seat.member_id in barred),
        entitled,
        tuple(problems),
        tuple(rules.warn_before(len(entitled))),
    )


def _without_sign_in(ctx: Context, members: Sequence[CommitteeMember]) -> list[Objection]:
    """Who of them cannot prove who they are: no account, or one that a password alone opens."""
    ids = [one.user_id for one in members if one.user_id is not None]
    query = sa.select(User.id).where(User.id.in_(ids), User.active, User.tf_primary_method.is_not(None))
    strong = set(ctx.session.scalars(query))
    found = [Objection("voter_without_account", {"name": one.full_name}) for one in members if one.user_id is None]
    return found + [
        Objection("voter_without_second_factor", {"name": one.full_name})
        for one in members
        if one.user_id is not None and one.user_id not in strong
    ]
