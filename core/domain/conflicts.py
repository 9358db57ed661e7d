"""Who is barred from voting on a nomination, and why.

No rule of law is known here (the catalogue's ``recusal``, confidence D), so this is the product's policy, shown as
such: declare and abstain. A bar never changes the denominator: what passes is counted on all members, barred ones too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.domain.text import fold

IS_NOMINEE = "is_nominee"
OWN_UNIT = "own_unit"
PUT_FORWARD = "put_forward"
DECLARED = "declared"
#: In the order in which they are shown.
REASONS = (IS_NOMINEE, OWN_UNIT, PUT_FORWARD, DECLARED)


@dataclass(frozen=True, slots=True)
class Seat:
    """One member on the roll of a sitting."""

    member_id: int
    full_name: str
    #: The member's account, where there is one.
    person_id: int | None = None
    #: The unit the member comes from.
    home_unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the rules need to know of a nomination."""

    nominee_name: str
    #: The nominating unit.
    unit_id: int
    #: The nominee's account, where there is one.
    person_id: int | None = None
    #: The unit that a nominated collective is, where it is one of ours.
    as_unit_id: int | None = None
    #: Accounts that wrote or confirmed the dossier for the nominating unit.
    put_forward_by: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Bar:
    """One reason why one member does not vote on one nomination."""

    member_id: int
    reason: str
    note: str = ""


def bars(
    roll: Iterable[Seat],
    candidate: Candidate,
    *,
    declared: Mapping[int, str] | None = None,
    committee_unit_id: int | None = None,
) -> tuple[Bar, ...]:
    """Every bar on this candidate, by member in roll order, all reasons of each.

    ``declared`` holds what members declared themselves, by member. When the committee's own unit puts somebody forward
    (``committee_unit_id``), coming from that unit is what all members share and bars nobody.
    """
    notes = declared or {}
    found = []
    for seat in roll:
        found += [Bar(seat.member_id, reason) for reason in _reasons(seat, candidate, committee_unit_id)]
        if seat.member_id in notes:
            found.append(Bar(seat.member_id, DECLARED, notes[seat.member_id]))
    return tuple(found)


def barred_members(found: Iterable[Bar]) -> frozenset[int]:
    """The members that at least one bar names."""
    return frozenset(bar.member_id for bar in found)


def _reasons(seat: Seat, candidate: Candidate, committee_unit_id: int | None) -> list[str]:
    reasons = []
    if _is_nominee(seat, candidate):
        reasons.append(IS_NOMINEE)
    shares_unit = seat.home_unit_id is not None and (
        (seat.home_unit_id == candidate.unit_id and candidate.unit_id != committee_unit_id)
        or seat.home_unit_id == candidate.as_unit_id
    )
    if shares_unit:
        reasons.append(OWN_UNIT)
    if seat.person_id is not None and seat.person_id in candidate.put_forward_by:
        reasons.append(PUT_FORWARD)
    return reasons


def _is_nominee(seat: Seat, candidate: Candidate) -> bool:
    """The same account; or, where one of the accounts is unknown, the same name in the same or an unknown unit."""
    if seat.person_id is not None and candidate.person_id is not None:
        return seat.person_id == candidate.person_id
    same_name = fold(seat.full_name) == fold(candidate.nominee_name) != ""
    return same_name and seat.home_unit_id in (None, candidate.unit_id)
