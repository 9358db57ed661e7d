"""The way into the table for one wish, so that a list costs the same in a small and in a large house.

A list walks the index of its order and stops after a page; that is quick as long as every few rows fit. Where few fit
(a rare word, two words that rarely meet, one state among many, an old event), the walk would read the whole table, so
the few are found first, through their own index, and sorted. Which of the two it is, counts that stop early tell, and
for words a trial of the walk's first rows.

Planners know neither how often words meet nor how a hidden condition turns out. PostgreSQL takes "is not null" for
nearly always true and "equals" an expression for nearly never true; the conditions here are written in the one form or
the other according to what was counted, so that it stays on the way chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from core.models import Nomination, NominationWord
from core.services import reach
from core.services.context import Context
from core.services.paging import Order

#: So few rows are found and sorted; more are met soon on the way through the order's index.
RARE = 2000
#: So many rows of a walk are tried; where ``DENSE`` of them fit, a page is full after a walk about as long as ``RARE``.
TRIED = 250
DENSE = 6
#: More than all people of one given name, who stand together in the order of names: so many are met everywhere.
EVERYWHERE = 25

Condition = sa.ColumnElement[bool]
Ids = sa.Select[tuple[int]]
_n, _w = Nomination, NominationWord


@dataclass(frozen=True, slots=True)
class Way:
    """Conditions on ``Nomination`` (joined to ``NominationWord`` where ``by_word``), and the order they go with."""

    conditions: tuple[Condition, ...]
    order: Order
    by_word: bool = False


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a row must fit beside words: its box, as a way in or as a mere test of each row, and everything else."""

    by_index: Condition
    probed: Condition
    event: tuple[Condition, ...]
    states: tuple[Condition, ...]
    more: tuple[Condition, ...]
    sort: str
    is_own: bool

    @property
    def order(self) -> Order:
        """The order of the list."""
        return order_of(self.sort)

    @property
    def rest(self) -> tuple[Condition, ...]:
        """All but the box."""
        return (*self.more, *self.states, *self.event)

    @property
    def tests(self) -> tuple[Condition, ...]:
        """All of it, with no way in for a planner."""
        return (self.probed, *self.more, *self.states, *(_hidden(one) for one in self.event))

    def walked(self, *tests: Condition) -> Way:
        """Row after row in the order of the list: of the event where one is wished, else of the box."""
        return Way((self.probed if self.event else self.by_index, *self.rest, *tests), self.order)

    def narrow(self) -> Ids:
        """Those of the box that are in the event and in one of the states."""
        by_event = bool(self.event) and not self.is_own
        return sa.select(_n.id).where(self.probed if by_event else self.by_index, *self.event, *self.states)

    def tried(self, sort: str, *tests: Condition) -> Ids:
        """Those of the first rows of a walk in this order that pass ``tests``."""
        order = order_of(sort)
        columns = [column.desc() if order.down else column.asc() for column in order.columns]
        known = [_n.due_on.is_not(None)] if sort == "due" else []
        first = sa.select(_n.id).where(*(self.event or (self.by_index,)), *known).order_by(*columns).limit(TRIED)
        return sa.select(_n.id).where(_n.id.in_(first), *tests)


def _hidden(condition: Condition) -> Condition:
    """The same, as no way in."""
    return sa.case((condition, 1)).is_not(None)


def order_of(sort: str) -> Order:
    """The order of a list."""
    if sort == "name":
        return Order((_n.name_key, _n.id))
    return Order((_n.due_on, _n.id)) if sort == "due" else Order((_n.id,), down=True)


def find_way(
    ctx: Context,
    box: str,
    *,
    sort: str,
    event_id: int | None = None,
    states: Sequence[str] = (),
    more: Sequence[Condition] = (),
    words: Sequence[str] | None = None,
) -> Way:
    """The shortest way to the rows of ``box`` that fit everything. ``words`` None: no search; empty: nothing to find.

    The last word may be the beginning of one.
    """
    wish = _Wish(
        *(reach.nominations_in(ctx, box, by_index=one) for one in (True, False)),
        event=() if event_id is None else (_n.event_id == event_id,),
        states=(_n.state.in_(states),) if states else (),
        more=tuple(more),
        sort=sort,
        is_own=box == "own",
    )
    if words is not None:
        return _way_of_words(ctx, words, wish)
    if wish.event:
        own = sa.select(_n.id).where(wish.by_index, *wish.event)
        is_few = box == "own" and _count(ctx, [own.limit(RARE + 1)])[0] <= RARE
        return Way((wish.by_index, *wish.rest), wish.order) if is_few else wish.walked()
    if states and sort != "new":
        few = sa.select(_n.id).where(wish.by_index, *wish.states)
        if _count(ctx, [few.limit(RARE + 1)])[0] <= RARE:
            return Way((_n.id.in_(few), wish.probed, *wish.rest), wish.order)
    return wish.walked()


@dataclass(frozen=True, slots=True)
class _Word:
    """One word of a search: a whole word, or the beginning of one."""

    text: str
    is_beginning: bool

    def test(self, w: Any) -> Condition:
        """The condition on a row of words."""
        if self.is_beginning:
            return sa.and_(w.word >= self.text, w.word < self.text + "\U0010ffff")
        return w.word == self.text

    def postings(self, *others: _Word) -> Ids:
        """Ids of the nominations that have it and the others; a planner may join them as it likes."""
        w, o = aliased(_w), aliased(_w)
        return sa.select(w.nomination_id).where(
            self.test(w), *(sa.exists().where(o.nomination_id == w.nomination_id, one.test(o)) for one in others)
        )

    def is_in(self, id_: Any) -> Condition:
        """Whether the nomination with this id has it, as is expected."""
        return self._found(id_).is_not(None)

    def is_even_in(self, id_: Any) -> Condition:
        """Whether the nomination with this id has it, which is not expected."""
        return self._found(id_) == 1

    def _found(self, id_: Any) -> sa.ScalarSelect[int]:
        w = aliased(_w)
        return sa.select(sa.literal_column("1")).where(w.nomination_id == id_, self.test(w)).limit(1).scalar_subquery()


def _way_of_words(ctx: Context, texts: Sequence[str], wish: _Wish) -> Way:
    if not texts:
        return Way((sa.false(),), wish.order)
    words = [_Word(text, at == len(texts) - 1 and len(text) > 1) for at, text in enumerate(texts)]
    every = [one.is_in(_n.id) for one in words]
    narrow = wish.narrow()
    sorts = ("new", "name") if wish.sort == "name" else (wish.sort,)
    in_box, *found = _count(
        ctx,
        [
            narrow.limit(RARE + 1),
            *(one.postings().limit(RARE + 1) for one in words),
            *(wish.tried("new", test) for test in every),
            *(wish.tried(sort, *wish.tests, *every) for sort in sorts),
        ],
    )
    counts, shares, fitting = found[: len(words)], found[len(words) : -len(sorts)], found[-len(sorts) :]
    if not all(counts):
        return Way((sa.false(),), wish.order)
    if in_box <= RARE and in_box < min(counts):
        return Way((_n.id.in_(narrow), *wish.tests, *every), wish.order)
    if min(counts) > RARE and (fitting[0] >= EVERYWHERE or min(fitting) >= DENSE):
        return wish.walked(*every)
    ranked = sorted(zip(counts, shares, words, strict=True), key=lambda one: one[:2])
    words = [word for _count_of, _share, word in ranked]
    if min(counts) > RARE and wish.sort == "new" and (way := _way_through_a_word(words, wish)):
        return way
    return Way((_n.id.in_(words[0].postings(*words[1:])), *wish.tests), wish.order)


def _way_through_a_word(words: list[_Word], wish: _Wish) -> Way | None:
    """The newest rows of the rarest whole word that have the other words too: a word's rows lie in their ids' order."""
    lead = next((one for one in words if not one.is_beginning), None)
    if lead is None:
        return None
    tests = [lead.test(_w), *(one.is_even_in(_w.nomination_id) for one in words if one is not lead)]
    return Way((_w.nomination_id == _n.id, *tests, *wish.tests), Order((_w.nomination_id,), down=True), True)


def _count(ctx: Context, queries: Sequence[Ids]) -> Sequence[int]:
    """How many rows each query has; one round trip."""
    counted = (sa.select(sa.func.count()).select_from(query.subquery()).scalar_subquery() for query in queries)
    return ctx.session.execute(sa.select(*counted)).one()
