"""One thing that waits for somebody, as the rooms of the house find it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass

from core.services import reach
from core.services.context import Context

#: Rows of one kind that are read at most; a longer list has a page of its own.
MOST = 100

#: What there is to do, most pressing first where the due days are equal. Codes; the door has the words.
KINDS = (
    "mend",
    "confirm",
    "finish",
    "receive",
    "appraise",
    "close_consultation",
    "to_council",
    "conclude",
    "to_decision",
    "second_round",
    "read_agenda",
    "cast_vote",
    "enter_counts",
    "confirm_counts",
    "sign",
    "recover",
    "task",
    "check_event",
    "report",
)


#: Many of these are said once, with their number; the others are each a thing of their own.
GATHERED = frozenset(KINDS[: KINDS.index("read_agenda")]) | {"recover"}


@dataclass(frozen=True, slots=True)
class Todo:
    """``kind`` says what to do; ``about`` is ``noun:key``; ``why`` is a person's own words or empty."""

    kind: str
    unit_id: int
    about: str
    name: str
    why: str = ""
    due_on: dt.date | None = None
    event_key: str = ""
    event_title: str = ""
    number: int = 1

    @property
    def rank(self) -> int:
        """Place among equals."""
        return KINDS.index(self.kind)

    @property
    def key(self) -> str:
        """The key of what it is about."""
        return self.about.partition(":")[2]

    def as_many(self, number: int) -> Todo:
        """The same thing to do, ``number`` times, said once."""
        return dataclasses.replace(self, number=number, why="")


def units_with(ctx: Context, permission: str) -> frozenset[int]:
    """Ids of the units in which the actor holds ``permission``: all of them, or the one of this context."""
    ids = reach.units_where(ctx, permission)
    return ids if ctx.unit is None else ids & {ctx.unit.id}
