"""Who can go into a decision of this unit, and what keeps the others out of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from core.domain.catalog import Catalog
from core.domain.errors import Objection, Refused
from core.domain.nomination import State
from core.models import Event, Nomination, Office, SittingItem
from core.services import catalog as catalogs
from core.services import paging, reach, vote_rules
from core.services.context import VIETNAM, Context

#: Names on one page of the list to pick from.
PAGE_SIZE = 100
_READY = (State.PASSED.value, State.APPRAISED.value)


@dataclass(frozen=True, slots=True)
class Vote:
    """The confirmed count by which a nomination passed."""

    got: int
    needed: int
    members: int
    confirmed_on: date
    sitting: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A nomination that waits for a decision. ``obstacle`` None: it may be picked."""

    nomination: Nomination
    award_name: str
    vote: Vote | None
    obstacle: Objection | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """An event with nominations that wait for a decision of this unit."""

    event: Event
    passed: int
    appraised: int


def waiting(ctx: Context) -> list[Waiting]:
    """Events in which nominations wait for this unit's decision, the latest first."""
    n = Nomination
    query = (
        sa.select(
            n.event_id,
            sa.func.sum(sa.case((n.state == State.PASSED.value, 1), else_=0)),
            sa.func.sum(sa.case((n.state == State.APPRAISED.value, 1), else_=0)),
        )
        .where(_ready(ctx))
        .group_by(n.event_id)
    )
    counts = {event_id: (int(passed), int(appraised)) for event_id, passed, appraised in ctx.session.execute(query)}
    events = ctx.session.scalars(
        sa.select(Event).where(Event.id.in_(counts)).order_by(Event.window_to.desc(), Event.id.desc())
    )
    return [Waiting(event, *counts[event.id]) for event in events]


def candidates(ctx: Context, event: Event, *, cursor: str | None = None) -> tuple[list[Candidate], paging.Page]:
    """Who waits in one event, by award and name, each with what stands in the way."""
    n = Nomination
    order = paging.Order((n.award_code, n.name_key, n.id))
    keys = sa.select(n.id, n.award_code, n.name_key).where(_ready(ctx), n.event_id == event.id)
    page = paging.fetch(ctx.session, keys, order, cursor=cursor, size=PAGE_SIZE)
    return judge(ctx, _rows(ctx, [row.id for row in page.rows])), page


def all_ready(ctx: Context, event: Event) -> list[Nomination]:
    """Everybody of the event who may be picked now."""
    n = Nomination
    ids = ctx.session.scalars(sa.select(n.id).where(_ready(ctx), n.event_id == event.id))
    return [one.nomination for one in judge(ctx, _rows(ctx, list(ids))) if one.obstacle is None]


def judge(ctx: Context, rows: Sequence[Nomination]) -> list[Candidate]:
    """Each with its vote and with what keeps it out of a decision of this unit today."""
    catalog, votes, offices = catalogs.current(ctx.session), votes_of(ctx, [row.id for row in rows]), our_offices(ctx)
    return [
        Candidate(
            row,
            catalog.award_type(row.award_code).name_on(ctx.today),
            votes.get(row.id),
            _obstacle(ctx, row, catalog, offices),
        )
        for row in rows
    ]


def votes_of(ctx: Context, ids: Iterable[int]) -> dict[int, Vote]:
    """The confirmed counts by which these nominations passed, by nomination."""
    item = SittingItem
    rows = ctx.session.scalars(
        sa.select(item)
        .where(item.nomination_id.in_(list(ids)), item.outcome == "passed", item.confirmed_at.is_not(None))
        .order_by(item.confirmed_at, item.id)
        .options(joinedload(item.sitting))
    )
    return {
        row.nomination_id: Vote(
            row.got or 0,
            row.needed or 0,
            row.members or 0,
            row.confirmed_at.astimezone(VIETNAM).date() if row.confirmed_at else row.sitting.held_at.date(),
            row.sitting.title,
        )
        for row in rows
    }


def our_offices(ctx: Context, day: date | None = None) -> frozenset[str]:
    """The signing offices that somebody holds in this unit on a day (today)."""
    on = day or ctx.today
    return frozenset(
        ctx.session.scalars(
            sa.select(Office.authority).where(
                Office.unit_id == ctx.here.id, Office.from_on <= on, sa.or_(Office.to_on.is_(None), Office.to_on >= on)
            )
        )
    )


def shared_offices(catalog: Catalog, award_codes: Iterable[str], day: date) -> frozenset[str]:
    """The authorities that may grant all of these awards on a day; empty: they need decisions of their own.

    Raises ``Refused`` where an award has no rules that day.
    """
    each = [frozenset(catalog.award_version(code, day).authorities) for code in set(award_codes)]
    return frozenset.intersection(*each) if each else frozenset()


def _ready(ctx: Context) -> sa.ColumnElement[bool]:
    n = Nomination
    return sa.and_(n.handling_unit_id == ctx.here.id, n.state.in_(_READY), reach.visible_nominations(ctx))


def _rows(ctx: Context, ids: Sequence[int]) -> list[Nomination]:
    n = Nomination
    query = sa.select(n).where(n.id.in_(ids)).order_by(n.award_code, n.name_key, n.id)
    return list(ctx.session.scalars(query.options(joinedload(n.unit), joinedload(n.event), joinedload(n.achievement))))


def _obstacle(ctx: Context, row: Nomination, catalog: Catalog, offices: frozenset[str]) -> Objection | None:
    if row.state == State.APPRAISED.value:
        rule = vote_rules.rule_for(ctx, row)
        if rule is not None and rule.is_required:
            return Objection("vote_needed", {"rule": rule.name}, ground=rule.article, needs_check=rule.needs_check)
    notice = _notice_missing(ctx, row)
    if notice is not None:
        return notice
    try:
        wanted = catalog.award_version(row.award_code, ctx.today).authorities
    except Refused as refused:
        return refused.objections[0]
    if offices.isdisjoint(wanted):
        return _above_us(catalog, wanted, unit_kind=ctx.here.kind)
    return None


def _notice_missing(ctx: Context, row: Nomination) -> Objection | None:
    """A public notice that the law demands goes before the decision."""
    duty = (row.rules or {}).get("consultation")
    if not isinstance(duty, dict) or not duty.get("is_statutory") or not duty.get("days"):
        return None
    if row.consult_to is not None and row.consult_to < ctx.today:
        return None
    ground = duty.get("ground")
    article = ground.get("article") if isinstance(ground, dict) else None
    return Objection("notice_needed", {"days": duty["days"]}, ground=article)


def _above_us(catalog: Catalog, wanted: Sequence[str], *, unit_kind: str) -> Objection:
    """Either nobody holds the office here, or the award belongs to another level: hand it up."""
    own = catalog.unit_kinds[unit_kind].authorities if unit_kind in catalog.unit_kinds else ()
    names = ", ".join(catalog.authorities[code].name for code in wanted)
    if not set(own).isdisjoint(wanted):
        mine = ", ".join(catalog.authorities[code].name for code in wanted if code in own)
        return Objection("office_empty", {"offices": mine})
    return Objection("above_power", {"offices": names})
