"""The parts of an event that its organiser sets: phases, awards on offer, invited units; and its copy a year later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from core.domain import event as rules
from core.domain.catalog import Catalog
from core.domain.catalog_terms import AwardType
from core.domain.errors import Objection, Refused
from core.domain.event import Phase
from core.domain.nomination import State
from core.models import Event, EventAward, EventPhase, EventTask, EventUnit, Nomination, Unit
from core.services import audit, catalog, events, reach
from core.services.context import VIETNAM, Context, new_key
from core.services.paging import Order, Page, fetch

# ---------------------------------------------------------------- phases


def phases_of(row: Event) -> tuple[Phase, ...]:
    """The event's phases as plain values, in their order."""
    return tuple(Phase(one.phase, one.opens_at, one.closes_at) for one in row.phases)


def set_phases(ctx: Context, phases: Sequence[Phase], *, expected_version: int | None) -> Event:
    """Give the event these phases and no others.

    While an announced event runs, what has begun keeps its beginning, and an end may be put off: the audit line says
    from when to when. Raises ``Stale``, or ``Refused`` with every reason.
    """
    row = events.managed(ctx)
    old = {one.phase: one for one in phases_of(row)}
    events.refuse_stale(ctx, row, expected_version, theirs={"phases": tuple(old.values())})
    new = {one.phase: one for one in phases}
    found = rules.check_phases(phases)
    if row.state == "announced":
        for name in rules.PHASES:
            found += rules.check_phase_change(old.get(name), new.get(name), ctx.now)
    if found:
        raise Refused.because(found)
    kept = {one.phase: one for one in row.phases}
    for name, stored in kept.items():
        if name not in new:
            row.phases.remove(stored)
    for position, name in enumerate(rules.PHASES):
        if name in new:
            _set_phase(row, kept.get(name), new[name], position)
    _note_phases(ctx, row, old, new)
    events.touch(row)
    ctx.session.flush()
    return row


def _set_phase(row: Event, stored: EventPhase | None, phase: Phase, position: int) -> None:
    if stored is None:
        stored = EventPhase(phase=phase.phase)
        row.phases.append(stored)
    stored.position, stored.opens_at, stored.closes_at = position, phase.opens_at, phase.closes_at


def _note_phases(ctx: Context, row: Event, old: dict[str, Phase], new: dict[str, Phase]) -> None:
    for name in rules.PHASES:
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        is_extended = (
            before is not None and after is not None and rules.stands(before, ctx.now) != "before"
        ) and after.closes_at > before.closes_at
        audit.note(
            ctx,
            "event.phase_extended" if is_extended else "event.phase_set",
            f"event:{row.key}",
            phase=name,
            old=_span(before),
            new=_span(after),
        )


def _span(phase: Phase | None) -> str:
    return "" if phase is None else f"{phase.opens_at.isoformat()}/{phase.closes_at.isoformat()}"


# ---------------------------------------------------------------- awards on offer

#: Thanks without legal form: any event may say them.
RECOGNITION = "ghi_nhan"


@dataclass(frozen=True, slots=True)
class Offer:
    """An award on offer with its quotas; None: no limit."""

    award_code: str
    quota_total: int | None = None
    quota_per_unit: int | None = None
    note: str = ""


def types_of(book: Catalog, row: Event) -> frozenset[str]:
    """The commendation types under which the event may give: its own, those of its kind, and thanks, always."""
    kind = book.event_kinds.get(row.kind)
    return frozenset({row.commendation_type, RECOGNITION, *(kind.types if kind else ())})


def offerable(book: Catalog, row: Event) -> list[AwardType]:
    """Award types that the event may offer: in force on the first or last day of its window, and of its types."""
    found: dict[str, AwardType] = {}
    types = types_of(book, row)
    for day in (row.window_from, row.window_to):
        try:
            offered = book.offered(day)
        except Refused:  # a day without a regime offers nothing; the self-check says so
            continue
        found |= {award.code: award for award in offered if types.intersection(award.types, book.types_on(day))}
    return list(found.values())


def set_awards(ctx: Context, offers: Sequence[Offer], *, expected_version: int | None) -> Event:
    """Offer these awards and no others. One that a dossier asks for stays.

    Raises ``Stale``, or ``Refused``: award_twice, award_not_offerable, award_in_use, quota_below_use.
    """
    row = events.managed(ctx)
    stored = {one.award_code: one for one in row.awards}
    events.refuse_stale(ctx, row, expected_version, theirs={"awards": tuple(_offer(one) for one in row.awards)})
    book = catalog.current(ctx.session)
    used, asked = events.usage(ctx.session, row), _asked_for(ctx, row)
    allowed = {award.code for award in offerable(book, row)} | stored.keys()
    found = _bad_offers(offers, allowed, used, book)
    new = {one.award_code: one for one in offers}
    for code in stored.keys() - new.keys():
        if code in asked:
            found.append(Objection("award_in_use", {"award": _name(book, code), "count": asked[code]}))
    if found:
        raise Refused.because(found)
    for code, one in stored.items():
        if code not in new:
            row.awards.remove(one)
    for position, offer in enumerate(offers):
        one = stored.get(offer.award_code)
        if one is None:
            one = EventAward(award_code=offer.award_code)
            row.awards.append(one)
        one.position, one.note = position, offer.note
        one.quota_total, one.quota_per_unit = offer.quota_total, offer.quota_per_unit
    audit.note(ctx, "event.awards", f"event:{row.key}", awards=",".join(_offer_word(one) for one in offers))
    events.touch(row)
    ctx.session.flush()
    return row


def _offer(one: EventAward) -> Offer:
    return Offer(one.award_code, one.quota_total, one.quota_per_unit, one.note)


def _offer_word(one: Offer) -> str:
    limits = ["-" if n is None else str(n) for n in (one.quota_total, one.quota_per_unit)]
    return f"{one.award_code}:{'/'.join(limits)}"


def _asked_for(ctx: Context, row: Event) -> dict[str, int]:
    """Dossiers by award, drafts too: they would lose what they ask for."""
    n = Nomination
    query = sa.select(n.award_code, sa.func.count()).where(n.event_id == row.id, n.state != State.WITHDRAWN.value)
    return dict(ctx.session.execute(query.group_by(n.award_code)).all())


def _name(book: Catalog, code: str) -> str:
    award = book.award_types.get(code)
    return award.name if award else code


def _bad_offers(offers: Sequence[Offer], allowed: set[str], used: dict[str, int], book: Catalog) -> list[Objection]:
    found, seen = [], set()
    for at, one in enumerate(offers):
        name = _name(book, one.award_code)
        if one.award_code in seen:
            found.append(Objection("award_twice", {"award": name}, field=f"awards-{at}"))
        elif one.award_code not in allowed:
            found.append(Objection("award_not_offerable", {"award": name}, field=f"awards-{at}"))
        seen.add(one.award_code)
        if one.quota_total is not None and one.quota_total < used.get(one.award_code, 0):
            params = {"award": name, "count": used[one.award_code], "quota": one.quota_total}
            found.append(Objection("quota_below_use", params, field=f"awards-{at}"))
        if None not in (one.quota_total, one.quota_per_unit) and one.quota_per_unit > one.quota_total:  # type: ignore[operator]
            found.append(Objection("quota_per_unit_above_total", {"award": name}, field=f"awards-{at}"))
    return found


# ---------------------------------------------------------------- invited units

UNIT_ORDER = Order((Unit.sort_key, Unit.id))
UNIT_BOXES = ("direct", "below", "external", "invited")


def units_to_invite(ctx: Context, *, box: str, query: str = "", cursor: str | None = None, size: int = 100) -> Page:
    """Units that the organiser may tick, with ``is_invited`` and ``has_dossiers``.

    ``box``: ``direct`` children and the organiser itself, everything ``below``, ``external``, or the ``invited`` ones.
    """
    row = events.managed(ctx)
    invited = sa.exists().where(EventUnit.event_id == row.id, EventUnit.unit_id == Unit.id)
    busy = sa.exists().where(Nomination.event_id == row.id, Nomination.unit_id == Unit.id)
    boxes = {
        "direct": sa.or_(Unit.parent_id == ctx.here.id, Unit.id == ctx.here.id),
        "below": Unit.path.startswith(ctx.here.path, autoescape=True),
        "external": Unit.is_external.is_(True),
        "invited": invited,
    }
    rows = sa.select(
        Unit.id, Unit.key, Unit.name, Unit.kind, Unit.sort_key, invited.label("is_invited"), busy.label("has_dossiers")
    ).where(reach.invitable_units(ctx), boxes[box])
    if box != "invited":
        rows = rows.where(sa.or_(Unit.closed_on.is_(None), Unit.closed_on > ctx.today))
    for word in events.words_of(query):
        rows = rows.where(Unit.folded.contains(word, autoescape=True))
    return fetch(ctx.session, rows, UNIT_ORDER, cursor=cursor, size=size)


def set_invited(ctx: Context, *, shown: Iterable[str], ticked: Iterable[str]) -> Event:
    """Of the units ``shown`` (keys), invite those ``ticked`` and no others; units not shown stay as they are.

    A unit that already has a dossier in the event stays invited. Raises ``Refused("unit_has_dossiers")`` naming each,
    and ``NotFound`` for a unit which this organiser may not invite.
    """
    row = events.managed(ctx)
    shown, ticked = list(dict.fromkeys(shown)), set(ticked)
    units = reach.units_to_invite(ctx, shown)
    stored = {one.unit_id: one for one in row.invited}
    busy = set(ctx.session.scalars(sa.select(Nomination.unit_id).where(Nomination.event_id == row.id).distinct()))
    added = [unit for unit in units if unit.key in ticked and unit.id not in stored]
    removed = [unit for unit in units if unit.key not in ticked and unit.id in stored]
    if stuck := [unit for unit in removed if unit.id in busy]:
        raise Refused.because([Objection("unit_has_dossiers", {"unit": unit.name}) for unit in stuck])
    for unit in removed:
        row.invited.remove(stored[unit.id])
    row.invited.extend(EventUnit(unit_id=unit.id) for unit in added)
    if added or removed:
        audit.note(
            ctx,
            "event.units",
            f"event:{row.key}",
            added=",".join(unit.key for unit in added),
            removed=",".join(unit.key for unit in removed),
        )
        events.touch(row)
    ctx.session.flush()
    return row


# ---------------------------------------------------------------- copy


def copy(ctx: Context, *, years: int, title: str, short_title: str) -> Event:
    """The event of this context again, ``years`` later, as a draft.

    Everything is copied and every date moved by whole years; the report deadline is unknown again, tasks are open
    again, units that closed are left out or replaced by the one they merged into. Raises ``Refused``.
    """
    source = events.managed(ctx)
    data = rules.shift(events.data_of(source), years, title=title, short_title=short_title)
    row = events.create(ctx, data, copied_from=source)
    row.phases = [
        EventPhase(
            phase=one.phase,
            position=one.position,
            opens_at=rules.shift_instant(one.opens_at, years, zone=VIETNAM),
            closes_at=rules.shift_instant(one.closes_at, years, zone=VIETNAM),
        )
        for one in source.phases
    ]
    row.awards = [
        EventAward(
            award_code=one.award_code,
            position=one.position,
            quota_total=one.quota_total,
            quota_per_unit=one.quota_per_unit,
            note=one.note,
        )
        for one in source.awards
    ]
    tasks = list(source.tasks)
    now_at = _present_units(ctx, {one.unit_id for one in source.invited} | {one.unit_id for one in tasks})
    invited = dict.fromkeys(now_at[one.unit_id] for one in source.invited if now_at.get(one.unit_id))
    row.invited = [EventUnit(unit_id=unit_id) for unit_id in invited]
    row.tasks = [_copied_task(one, now_at[one.unit_id], years) for one in tasks if now_at.get(one.unit_id)]
    audit.note(ctx, "event.copy", f"event:{row.key}", source=source.key, years=years)
    ctx.session.flush()
    return row


def _copied_task(one: EventTask, unit_id: int, years: int) -> EventTask:
    return EventTask(
        key=new_key(),
        unit_id=unit_id,
        position=one.position,
        part=one.part,
        content=one.content,
        output=one.output,
        due_on=rules.shift_day(one.due_on, years) if one.due_on else None,
    )


def _present_units(ctx: Context, ids: set[int]) -> dict[int, int | None]:
    """Each unit as it stands today: itself, the one it merged into, or None where it closed without one."""
    query = sa.select(Unit.id, Unit.closed_on, Unit.merged_into_id).where(Unit.id.in_(ids))
    found: dict[int, int | None] = {}
    for unit_id, closed_on, merged_into in ctx.session.execute(query):
        is_closed = closed_on is not None and closed_on <= ctx.today
        found[unit_id] = merged_into if is_closed else unit_id
    return found


def years_to_next(row: Event, today: dt.date) -> int:
    """How many years later the next event of this kind would be held: the first whose window is not over."""
    years = max(1, today.year - row.window_from.year)
    return years if rules.shift_day(row.window_to, years) >= today else years + 1
