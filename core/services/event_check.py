"""The self-check of an event: gathers what the rules need to know around it, in a fixed number of queries."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from core.domain.catalog import Catalog
from core.domain.errors import Refused
from core.domain.event_check import AwardFacts, EventFacts, Finding, TaskFacts, check
from core.models import Committee, Event, EventAward, EventTask, EventUnit, Office
from core.services import catalog, events
from core.services.context import VIETNAM, Context
from core.services.event_parts import phases_of, types_of


def findings(ctx: Context, row: Event, tasks: list[EventTask]) -> tuple[Finding, ...]:
    """What is missing or contradicts itself in an event of this unit; empty for whoever does not manage it."""
    if row.unit_id != ctx.here.id or not ctx.may("event.manage"):
        return ()
    return check(facts_of(ctx, row, tasks), ctx.now, ctx.today)


def facts_of(ctx: Context, row: Event, tasks: list[EventTask]) -> EventFacts:
    """The event and its surroundings as the rules see them."""
    book = catalog.current(ctx.session)
    day = _decision_day(row)
    used = events.usage(ctx.session, row)
    held = _offices_held(ctx, row, day)
    invited = ctx.session.scalar(sa.select(sa.func.count()).where(EventUnit.event_id == row.id)) or 0
    return EventFacts(
        state=row.state,
        data=events.data_of(row),
        phases=phases_of(row),
        awards=tuple(
            _award(book, row, one, day=day, used=used.get(one.award_code, 0), held=held) for one in row.awards
        ),
        invited=invited,
        tasks=tuple(_task(one, ctx.today) for one in tasks),
        has_committee=_has_committee(ctx, row),
        has_regime=_has_regime(book, row.window_from),
        is_type_in_force=row.commendation_type in book.types_on(row.window_from),
        is_basis_copied=_is_basis_copied(ctx, row),
    )


def _decision_day(row: Event) -> dt.date:
    """The day on which decisions of this event are expected: when publishing begins, else when the window ends."""
    publish = events.phase_of(row, "publish")
    return publish.opens_at.astimezone(VIETNAM).date() if publish else row.window_to


def _offices_held(ctx: Context, row: Event, day: dt.date) -> frozenset[str]:
    query = sa.select(Office.authority).where(
        Office.unit_id == row.unit_id, Office.from_on <= day, sa.or_(Office.to_on.is_(None), Office.to_on >= day)
    )
    return frozenset(ctx.session.scalars(query))


def _award(book: Catalog, row: Event, one: EventAward, *, day: dt.date, used: int, held: frozenset[str]) -> AwardFacts:
    award = book.award_types.get(one.award_code)
    types = types_of(book, row)
    versions = [award.version_on(d) if award else None for d in (row.window_from, row.window_to)]
    return AwardFacts(
        code=one.award_code,
        name=award.name if award else one.award_code,
        is_in_force=all(versions),
        fits_type=award is not None and not types.isdisjoint(award.types),
        needs_check=any(version is not None and version.needs_check for version in versions),
        quota_total=one.quota_total,
        used=used,
        signer=_signer(book, row, one.award_code, day=day, held=held),
    )


def _signer(book: Catalog, row: Event, code: str, *, day: dt.date, held: frozenset[str]) -> str:
    award = book.award_types.get(code)
    version = award and (award.version_on(day) or award.version_on(row.window_from))
    if not version:
        return "yes"  # what is not in force has a finding of its own
    able = set(version.authorities)
    if able & held:
        return "yes"
    kind = book.unit_kinds.get(row.unit.kind)
    return "no" if kind is None or able & set(kind.authorities) else "above"


def _has_committee(ctx: Context, row: Event) -> bool:
    council = events.phase_of(row, "council")
    if council is None:
        return False
    first, last = (instant.astimezone(VIETNAM).date() for instant in (council.opens_at, council.closes_at))
    query = sa.select(Committee.id).where(
        Committee.unit_id == row.unit_id,
        Committee.from_on <= last,
        sa.or_(Committee.to_on.is_(None), Committee.to_on >= first),
    )
    return ctx.session.scalar(query.limit(1)) is not None


def _has_regime(book: Catalog, day: dt.date) -> bool:
    try:
        book.regime_on(day)
    except Refused:
        return False
    return True


def _is_basis_copied(ctx: Context, row: Event) -> bool:
    if row.copied_from_id is None or not row.legal_basis:
        return False
    source = ctx.session.scalar(sa.select(Event.legal_basis).where(Event.id == row.copied_from_id))
    return source == row.legal_basis


def _task(one: EventTask, today: dt.date) -> TaskFacts:
    is_closed = one.unit.closed_on is not None and one.unit.closed_on <= today
    return TaskFacts(one.part, one.unit.name, is_closed, one.due_on, one.status)
