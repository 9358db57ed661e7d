"""A sealed ballot's life, who may vote on what together, and when a figure would tell how somebody voted."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from core.domain.envelopes import ItemCount
from core.domain.errors import Objection, Refused
from core.domain.voting import PaperCount

Item = TypeVar("Item", bound=Hashable)

#: Two of three tellers open the box.
TELLERS = 3
NEEDED_TELLERS = 2
#: Fewer voters than this cannot hide one another.
FEWEST_VOTERS = 3
#: Wrong shares in a row before the box rests, and for how long.
MOST_WRONG_TRIES = 5
REST_MINUTES = 15


class BallotState(StrEnum):
    """``void``: given up (a wrong group, two shares lost); its candidates wait for another vote."""

    OPEN = "open"
    CLOSED = "closed"
    OPENED = "opened"
    VOID = "void"


class BallotStep(StrEnum):
    """What is done to a ballot."""

    CLOSE = "close"
    OPEN_BOX = "open_box"
    GIVE_UP = "give_up"


_ROADS = {
    (BallotState.OPEN, BallotStep.CLOSE): BallotState.CLOSED,
    (BallotState.CLOSED, BallotStep.OPEN_BOX): BallotState.OPENED,
    (BallotState.OPEN, BallotStep.GIVE_UP): BallotState.VOID,
    (BallotState.CLOSED, BallotStep.GIVE_UP): BallotState.VOID,
}
#: The envelopes still decide something.
PENDING = (BallotState.OPEN, BallotState.CLOSED)


def take(state: str, step: BallotStep) -> BallotState:
    """Where a step leads; raises ``Refused("ballot_no_road")``. A closed ballot takes no vote again, ever."""
    road = _ROADS.get((BallotState(state), step))
    if road is None:
        raise Refused("ballot_no_road", kind="conflict", state=state, step=step.value)
    return road


def groups(barred: Mapping[Item, frozenset[int]]) -> list[tuple[Item, ...]]:
    """The candidates that may share a ballot: those from whom exactly the same members are barred, in their order."""
    found: dict[frozenset[int], list[Item]] = {}
    for item, members in barred.items():
        found.setdefault(members, []).append(item)
    return [tuple(items) for items in found.values()]


def progress(cast: int, entitled: int) -> int | None:
    """How many have voted, where that number tells nothing about one person; None while it would.

    Not before the second envelope, and never in a room of two or less.
    """
    return cast if cast >= 2 and entitled >= FEWEST_VOTERS else None


def warn_before(entitled: int) -> list[Objection]:
    """What to say aloud before a vote is opened that cannot be secret."""
    if entitled < FEWEST_VOTERS:
        return [Objection("secrecy_few_voters", {"got": entitled, "least": FEWEST_VOTERS}, is_warning=True)]
    return []


def is_thin(count: ItemCount) -> bool:
    """Whether this count tells how single members voted: under three envelopes, or all of one mind."""
    same = count.envelopes in (count.yes, count.no, count.blank, count.invalid)
    return count.envelopes > 0 and (count.envelopes < FEWEST_VOTERS or same)


def as_papers(count: ItemCount, *, entitled: int) -> PaperCount:
    """The count in the figures of the record: what was given out is what the room was entitled to."""
    valid = count.yes + count.no + count.blank
    return PaperCount(
        issued=entitled,
        returned=count.envelopes,
        valid=valid,
        invalid=count.invalid,
        yes=count.yes,
        no=count.no,
        blank=count.blank,
    )


def check_tellers(names: Sequence[str], folded: Iterable[str]) -> list[Objection]:
    """Why these are not three tellers; empty when they are. ``folded``: the names without marks and case."""
    if len(names) != TELLERS or not all(names):
        return [Objection("tellers_three", {"want": TELLERS}, field="tellers")]
    if len(set(folded)) != TELLERS:
        return [Objection("tellers_twice", field="tellers")]
    return []
