"""The honour roll that everybody may read: who agreed to be named, by a decision in force, and no more of them.

Luật 91/2025/QH15 and the catalogue's ``publication``: name, post or unit, award, achievement, commune; the birth year
only where two honourees of one roll share a name. Every column is named here, so nothing else slips onto a page.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from core.domain.errors import Refused
from core.domain.text import fold
from core.models import Award, Decision, Event, EventAward, Nomination, Nominee, Unit
from core.services import finding, paging, reach
from core.services.context import Context

#: Names on one page of a roll: people leaf through it like a book.
PAGE_SIZE = 60
EVENTS_PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class RollEvent:
    """A roll in the list of rolls."""

    key: str
    title: str
    unit_name: str
    window_from: dt.date
    window_to: dt.date
    count: int


@dataclass(frozen=True, slots=True)
class Honouree:
    """One line of a roll. ``birth_year`` only where the name alone does not say who."""

    key: str
    name: str
    birth_year: int | None
    place: str
    unit_name: str
    award_name: str
    citation: str
    is_corrected: bool

    @property
    def belongs_to(self) -> str:
        """Post and unit in one line, each said once."""
        return _belongs_to(self.place, self.unit_name)


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a filter, with how many names stand behind it."""

    value: str
    label: str
    count: int

    @property
    def pair(self) -> tuple[str, str]:
        """As a list of choices takes it."""
        return self.value, self.label


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the reader asked for; "" and None: no filter."""

    award: str = ""
    unit: str = ""
    year: int | None = None
    q: str = ""


@dataclass(frozen=True, slots=True)
class Roll:
    """One page of the roll of an event."""

    event: Event
    organiser: str
    honourees: Sequence[Honouree]
    next: str | None
    prev: str | None
    total: int
    awards: Sequence[Choice]
    units: Sequence[Choice]
    years: Sequence[Choice]

    @property
    def groups(self) -> list[tuple[str, list[Honouree]]]:
        """The names of this page under the name of their award."""
        return [(name, list(rows)) for name, rows in itertools.groupby(self.honourees, lambda one: one.award_name)]


@dataclass(frozen=True, slots=True)
class Paper:
    """A decision as the public page names it."""

    number: str
    decided_on: dt.date
    office: str


@dataclass(frozen=True, slots=True)
class Story:
    """The page of one honouree."""

    event_key: str
    event_title: str
    organiser: str
    name: str
    birth_year: int | None
    kind: str
    place: str
    unit_name: str
    award_name: str
    citation: str
    story: str
    register_number: int
    decision: Paper
    correction: Paper | None

    @property
    def belongs_to(self) -> str:
        """Post and unit in one line, each said once."""
        return _belongs_to(self.place, self.unit_name)


def _belongs_to(place: str, unit_name: str) -> str:
    """Post and unit in one line, each said once: "Trưởng thôn, Thôn Đông" needs no "Thôn Đông" behind it."""
    if not place or fold(place) in fold(unit_name):
        return unit_name
    return place if fold(unit_name) in fold(place) else f"{place} · {unit_name}"


def events(ctx: Context, *, q: str = "", cursor: str | None = None) -> tuple[Sequence[RollEvent], paging.Page]:
    """The published rolls, newest first, each with the number of names on it."""
    query = (
        sa.select(Event.id, Event.key, Event.title, Event.window_from, Event.window_to, Unit.name.label("unit_name"))
        .join(Unit, Unit.id == Event.unit_id)
        .where(reach.is_roll_published(ctx), *finding.holds(Event.folded, q))
    )
    order = paging.Order((Event.window_to, Event.id), down=True)
    page = paging.fetch(ctx.session, query, order, cursor=cursor, size=EVENTS_PAGE_SIZE)
    counts: dict[int | None, int] = dict(
        ctx.session.execute(
            _public(Award.event_id, sa.func.count())
            .where(Award.event_id.in_([row.id for row in page.rows]))
            .group_by(Award.event_id)
        ).all()
    )
    found = [RollEvent(r.key, r.title, r.unit_name, r.window_from, r.window_to, counts.get(r.id, 0)) for r in page.rows]
    return found, page


def roll(ctx: Context, event_key: str, wanted: Wanted, *, cursor: str | None = None) -> Roll:
    """One page of an event's roll, by award in the order of the event and then by given name.

    Raises ``NotFound`` where no roll is published and ``Refused("bad_parameter")`` for a filter that it does not offer.
    """
    event = reach.published_event(ctx, event_key)
    awards, units, years = (_choices(ctx, event, what) for what in ("award", "unit", "year"))
    _check(wanted, awards, units, years)
    places = _places(ctx, event)
    awards.sort(key=lambda one: places.get(one.value, len(places)))
    rank = sa.case(places or {"": 0}, value=Award.award_code, else_=len(places) + 1).label("award_rank")
    query = _line(rank).where(Award.event_id == event.id, *_filters(wanted))
    order = paging.Order((rank, Award.name_key, Award.id))  # type: ignore[arg-type] - a label sorts like a column
    page = paging.fetch(ctx.session, query, order, cursor=cursor, size=PAGE_SIZE)
    return Roll(
        event=event,
        organiser=ctx.session.scalars(sa.select(Unit.name).where(Unit.id == event.unit_id)).one(),
        honourees=_honourees(page.rows, _namesakes(ctx, event.id, [r.name_key for r in page.rows])),
        next=page.next,
        prev=page.prev,
        total=sum(one.count for one in awards),
        awards=awards,
        units=units,
        years=years,
    )


def story(ctx: Context, event_key: str, award_key: str) -> Story:
    """The page of one honouree. Raises ``NotFound`` for what is not, or no longer, public."""
    award = reach.published_award(ctx, event_key, award_key)
    organiser, signer = aliased(Unit), aliased(Unit)
    row = ctx.session.execute(
        sa.select(
            Event.title,
            organiser.name.label("organiser"),
            signer.name.label("office"),
            Unit.name.label("unit_name"),
            Nominee.birth_year,
            Decision.number,
            Decision.decided_on,
        )
        .select_from(Award)
        .join(Event, Event.id == Award.event_id)
        .join(organiser, organiser.id == Event.unit_id)
        .join(signer, signer.id == Award.unit_id)
        .join(Unit, Unit.id == Award.nominating_unit_id)
        .join(Nominee, Nominee.id == Award.nominee_id)
        .join(Decision, Decision.id == Award.decision_id)
        .where(Award.id == award.id)
    ).one()
    is_shared = award.name_key in _namesakes(ctx, award.event_id, [award.name_key])
    return Story(
        event_key=event_key,
        event_title=row.title,
        organiser=row.organiser,
        name=award.name,
        birth_year=row.birth_year if is_shared and award.kind == "individual" else None,
        kind=award.kind,
        place=award.place,
        unit_name=row.unit_name,
        award_name=award.award_name,
        citation=award.citation,
        story=award.story,
        register_number=award.register_number,
        decision=Paper(row.number, row.decided_on, row.office),
        correction=_correction(ctx, award, row.office),
    )


def _correction(ctx: Context, award: Award, office: str) -> Paper | None:
    if award.changed_by_id is None:
        return None
    query = sa.select(Decision.number, Decision.decided_on).where(Decision.id == award.changed_by_id)
    number, decided_on = ctx.session.execute(query).one()
    return Paper(number, decided_on, office)


def _public(*columns: Any) -> sa.Select[Any]:
    """These columns of the awards that everybody may know of."""
    joined = sa.select(*columns).select_from(Award).join(Nomination, Nomination.id == Award.nomination_id)
    return joined.where(reach.is_honour_public())


def _line(rank: sa.Label[int]) -> sa.Select[Any]:
    what = (Award.id, Award.key, Award.name, Award.name_key, Award.kind, Award.place, Award.award_name, Award.citation)
    return (
        _public(*what, Award.state, Unit.name.label("unit_name"), Nominee.birth_year, rank)
        .join(Unit, Unit.id == Award.nominating_unit_id)
        .join(Nominee, Nominee.id == Award.nominee_id)
    )


def _places(ctx: Context, event: Event) -> dict[str, int]:
    """Where each award stands in the event's own order."""
    query = sa.select(EventAward.award_code).where(EventAward.event_id == event.id).order_by(EventAward.position)
    return {code: at for at, code in enumerate(ctx.session.scalars(query))}


def _honourees(rows: Sequence[Any], shared: frozenset[str]) -> list[Honouree]:
    return [
        Honouree(
            key=row.key,
            name=row.name,
            birth_year=row.birth_year if row.kind == "individual" and row.name_key in shared else None,
            place=row.place,
            unit_name=row.unit_name,
            award_name=row.award_name,
            citation=row.citation,
            is_corrected=row.state == "corrected",
        )
        for row in rows
    ]


def _namesakes(ctx: Context, event_id: int | None, names: Sequence[str]) -> frozenset[str]:
    """Which of these names two different people carry on this roll."""
    query = (
        _public(Award.name_key)
        .where(Award.event_id == event_id, Award.kind == "individual", Award.name_key.in_(set(names)))
        .group_by(Award.name_key)
        .having(sa.func.count(sa.distinct(Award.nominee_id)) > 1)
    )
    return frozenset(ctx.session.scalars(query))


def _choices(ctx: Context, event: Event, what: str) -> list[Choice]:
    """The values of one filter that lead to at least one name."""
    value, label, order = {
        "award": (Award.award_code, sa.func.max(Award.award_name), sa.func.max(Award.award_name)),
        "unit": (Unit.key, sa.func.max(Unit.name), sa.func.max(Unit.sort_key)),
        "year": (Award.year, sa.func.max(Award.year), sa.func.max(Award.year)),
    }[what]
    query = _public(value, label, sa.func.count()).where(Award.event_id == event.id)
    if what == "unit":
        query = query.join(Unit, Unit.id == Award.nominating_unit_id)
    rows = ctx.session.execute(query.group_by(value).order_by(order)).all()
    return [Choice(str(code), str(name), count) for code, name, count in rows]


def _check(wanted: Wanted, awards: Sequence[Choice], units: Sequence[Choice], years: Sequence[Choice]) -> None:
    asked = ((wanted.award, awards), (wanted.unit, units), (str(wanted.year or ""), years))
    for value, offered in asked:
        if value and value not in {one.value for one in offered}:
            raise Refused("bad_parameter", kind="bad_input")


def _filters(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = list(finding.holds(Award.folded, wanted.q))
    if wanted.award:
        found.append(Award.award_code == wanted.award)
    if wanted.year:
        found.append(Award.year == wanted.year)
    if wanted.unit:
        found.append(reach.put_forward_by(wanted.unit))
    return found
