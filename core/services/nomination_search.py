"""The way into the table for one wish, so that a list costs the same in a small and in a large house.

A list walks the index of its order and stops after a page; that is quick as long as every few rows fit. Where few fit
(a rare word, two words that rarely meet, one state among many, an old event), the walk would read the whole table, so
the few are found first, through their own index, and sorted. Which of the two it is, counts that stop early tell.
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
#: How far words are counted, to tell the rarest of several common ones.
FAR = 5_000

Condition = sa.ColumnElement[bool]
_n, _w = Nomination, NominationWord


@dataclass(frozen=True, slots=True)
class Way:
    """Conditions on ``Nomination`` (joined to ``NominationWord`` where ``by_word``), and the order they go with."""

    conditions: tuple[Condition, ...]
    order: Order
    by_word: bool = False


@dataclass(frozen=True, slots=True)
class _Boxes:
    """The box as a way in through its index, and as a mere test of each row."""

    by_index: Condition
    probed: Condition


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
    order = order_of(sort)
    rest = list(more)
    if states:
        rest.append(_n.state.in_(states))
    if event_id is not None:
        rest.append(_n.event_id == event_id)
    boxes = _Boxes(*(reach.nominations_in(ctx, box, by_index=one) for one in (True, False)))
    if words is not None:
        return _way_of_words(ctx, words, rest, order, boxes, in_event=event_id is not None)
    if event_id is not None:
        own = sa.select(_n.id).where(boxes.by_index, _n.event_id == event_id)
        is_few = box == "own" and _count(ctx, [own], RARE)[0] <= RARE
        return Way((boxes.by_index if is_few else boxes.probed, *rest), order)
    if states and sort != "new":
        few = sa.select(_n.id).where(boxes.by_index, _n.state.in_(states))
        if _count(ctx, [few], RARE)[0] <= RARE:
            return Way((_n.id.in_(few), boxes.probed, *rest), order)
    return Way((boxes.by_index, *rest), order)


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

    def postings(self) -> sa.Select[tuple[int]]:
        """Ids of the nominations that have it."""
        w = aliased(_w)
        return sa.select(w.nomination_id).where(self.test(w))

    def is_in(self, id_: Any) -> Condition:
        """Whether the nomination with this id has it."""
        w = aliased(_w)
        return sa.exists().where(w.nomination_id == id_, self.test(w))


def _way_of_words(
    ctx: Context, texts: Sequence[str], rest: list[Condition], order: Order, boxes: _Boxes, *, in_event: bool
) -> Way:
    if not texts:
        return Way((sa.false(),), order)
    words = [_Word(text, at == len(texts) - 1 and len(text) > 1) for at, text in enumerate(texts)]
    *counts, in_box = _count(ctx, [*(one.postings() for one in words), sa.select(_n.id).where(boxes.by_index)], FAR)
    if not all(counts):
        return Way((sa.false(),), order)
    words = [word for _count_of, word in sorted(zip(counts, words, strict=True), key=lambda pair: pair[0])]
    if min(counts) <= RARE:
        others = [one.is_in(_n.id) for one in words[1:]]
        return Way((_n.id.in_(words[0].postings()), boxes.probed, *rest, *others), order)
    every = [one.is_in(_n.id) for one in words]
    if in_box < min(counts):
        return Way((boxes.by_index, *rest, *every), order)
    if in_event:
        return Way((boxes.probed, *rest, *every), order)
    return _way_of_common_words(ctx, words, rest, order, boxes) or Way((boxes.by_index, *rest, *every), order)


def _way_of_common_words(
    ctx: Context, words: list[_Word], rest: list[Condition], order: Order, boxes: _Boxes
) -> Way | None:
    """Through the rows of the rarest whole word; None where the order's own index is the better way."""
    lead = next((one for one in words if not one.is_beginning), None)
    others = [one for one in words if one is not lead]
    if lead is None:
        return None
    if len(order.columns) == 1:
        # a word's rows lie in the order of their ids: the newest that have the other words too
        tests = (lead.test(_w), *(one.is_in(_w.nomination_id) for one in others))
        return Way(
            (_w.nomination_id == _n.id, *tests, boxes.probed, *rest), Order((_w.nomination_id,), down=True), True
        )
    if not others:
        return None
    w = aliased(_w)
    together = sa.select(w.nomination_id).where(lead.test(w), *(one.is_in(w.nomination_id) for one in others))
    found = ctx.session.scalars(together.limit(RARE + 1)).all()
    return Way((_n.id.in_(found), boxes.probed, *rest), order) if len(found) <= RARE else None


def _count(ctx: Context, queries: Sequence[sa.Select[tuple[int]]], limit: int) -> Sequence[int]:
    """How many rows each query has, counted no further than ``limit`` + 1; one round trip."""
    counted = (
        sa.select(sa.func.count()).select_from(query.limit(limit + 1).subquery()).scalar_subquery() for query in queries
    )
    return ctx.session.execute(sa.select(*counted)).one()
