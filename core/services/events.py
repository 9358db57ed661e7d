"""Events: written down, announced, closed, copied; and what everybody asks of one: is this phase open?"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm.attributes import flag_modified

from core.domain import event as rules
from core.domain.errors import Objection, Refused, Stale
from core.domain.event import Basis, EventData, Slogan
from core.domain.text import fold, slug
from core.models import AuditLine, Event, EventPhase, EventUnit, Unit, User
from core.services import audit, catalog, outbox, reach
from core.services.context import Context, new_key
from core.services.event_standing import Standing as Standing
from core.services.event_standing import standing as standing
from core.services.event_standing import usage as usage
from core.services.paging import Order, Page, fetch

# ---------------------------------------------------------------- asked by everybody


def phase_is_open(event: Event, phase: str, now: dt.datetime) -> bool:
    """Whether this phase of an announced event runs at ``now``. A draft or closed event has nothing open."""
    return event.state == "announced" and any(
        one.phase == phase and rules.stands(one, now) == "open" for one in event.phases
    )


def phase_of(event: Event, phase: str) -> EventPhase | None:
    """One phase, or None where the organiser set none."""
    return next((one for one in event.phases if one.phase == phase), None)


def is_invited(ctx: Context, event: Event) -> bool:
    """Whether this unit may nominate in the event."""
    query = sa.select(EventUnit.id).where(EventUnit.event_id == event.id, EventUnit.unit_id == ctx.here.id)
    return ctx.session.scalar(query) is not None


@dataclass(frozen=True, slots=True)
class OpenEvent:
    """An event that receives dossiers now."""

    key: str
    title: str
    short_title: str
    organiser: str
    is_own: bool
    closes_at: dt.datetime


def open_now(ctx: Context) -> list[OpenEvent]:
    """Events that receive dossiers of this unit at this moment, the one that closes first on top. One query."""
    query = (
        sa.select(Event.key, Event.title, Event.short_title, Unit.name, Event.unit_id, EventPhase.closes_at)
        .join(EventPhase, EventPhase.event_id == Event.id)
        .join(Unit, Unit.id == Event.unit_id)
        .where(
            reach.visible_events(ctx),
            sa.exists().where(EventUnit.event_id == Event.id, EventUnit.unit_id == ctx.here.id),
            Event.state == "announced",
            EventPhase.phase == "receive",
            EventPhase.opens_at <= ctx.now,
            EventPhase.closes_at >= ctx.now,
        )
        .order_by(EventPhase.closes_at, Event.id)
    )
    return [
        OpenEvent(key, title, short, organiser, unit_id == ctx.here.id, closes_at)
        for key, title, short, organiser, unit_id, closes_at in ctx.session.execute(query)
    ]


# ---------------------------------------------------------------- lists and pages

ORDER = Order((Event.window_from, Event.id), down=True)


def list_events(ctx: Context, *, box: str = "all", query: str = "", cursor: str | None = None) -> Page:
    """Events of this unit, newest window first. ``box``: ``all``, ``own`` (organised here) or ``invited``."""
    ctx.require("event.read")
    rows = (
        sa.select(
            Event.id,
            Event.key,
            Event.title,
            Event.state,
            Event.kind,
            Event.window_from,
            Event.window_to,
            Event.unit_id,
            Unit.name.label("organiser"),
            EventPhase.opens_at.label("receive_from"),
            EventPhase.closes_at.label("receive_to"),
        )
        .join(Unit, Unit.id == Event.unit_id)
        .outerjoin(EventPhase, sa.and_(EventPhase.event_id == Event.id, EventPhase.phase == "receive"))
        .where(reach.visible_events(ctx))
    )
    if box == "own":
        rows = rows.where(Event.unit_id == ctx.here.id)
    elif box == "invited":
        rows = rows.where(Event.unit_id != ctx.here.id)
    for word in words_of(query):
        rows = rows.where(Event.folded.contains(word, autoescape=True))
    return fetch(ctx.session, rows, ORDER, cursor=cursor)


def earlier(ctx: Context) -> list[tuple[str, str]]:
    """(key, title) of the last events organised here, to copy from."""
    ctx.require("event.manage")
    query = sa.select(Event.key, Event.title).where(Event.unit_id == ctx.here.id)
    return [(key, title) for key, title in ctx.session.execute(query.order_by(Event.id.desc()).limit(5))]


def words_of(query: str) -> list[str]:
    """The words of a search as columns of folded text hold them."""
    return fold(query[:200]).split()[:8]


def load(ctx: Context) -> Event:
    """The event of this context, for whoever may see it. Raises ``NotFound``."""
    ctx.require("event.read")
    return reach.event(ctx, _key(ctx))


def managed(ctx: Context) -> Event:
    """The event of this context for its organiser to change. Raises ``NotFound`` or ``Forbidden``."""
    ctx.require("event.manage")
    return reach.own_event(ctx, _key(ctx))


def _key(ctx: Context) -> str:
    if ctx.event is None:
        raise ValueError("this act needs an event")
    return ctx.event.key


# ---------------------------------------------------------------- writing down


def data_of(event: Event) -> EventData:
    """The event's own words as plain values."""
    return EventData(
        title=event.title,
        short_title=event.short_title,
        kind=event.kind,
        commendation_type=event.commendation_type,
        window_from=event.window_from,
        window_to=event.window_to,
        summary=event.summary,
        legal_basis=tuple(
            Basis(
                title=one.get("title", ""),
                number=one.get("number", ""),
                issuer=one.get("issuer", ""),
                on=dt.date.fromisoformat(one["date"]) if one.get("date") else None,
            )
            for one in event.legal_basis
        ),
        themes=tuple(event.themes),
        slogans=tuple(Slogan(str(one["text"]), bool(one.get("is_mandatory"))) for one in event.slogans),
        report_due_on=event.report_due_on,
        report_to=event.report_to,
    )


def create(ctx: Context, data: EventData, *, copied_from: Event | None = None) -> Event:
    """A draft that only this unit sees. Raises ``Refused`` with every reason."""
    ctx.require("event.manage")
    _refuse_bad(ctx, data, old=copied_from)
    row = Event(
        key=f"{slug(data.short_title or data.title, limit=18) or 'dot'}-{new_key(4)}",
        unit_id=ctx.here.id,
        state="draft",
        created_at=ctx.now,
        copied_from_id=copied_from.id if copied_from else None,
    )
    _write(row, data)
    ctx.session.add(row)
    ctx.session.flush()
    audit.note(ctx, "event.create", f"event:{row.key}", title=row.title)
    return row


def edit(ctx: Context, data: EventData, *, expected_version: int | None) -> Event:
    """Change the event's words. Raises ``Stale`` with the stored words, or ``Refused``."""
    row = managed(ctx)
    refuse_stale(ctx, row, expected_version, theirs=_words(row))
    _refuse_bad(ctx, data, old=row)
    before = _words(row)
    _write(row, data)
    ctx.session.flush()
    changed = sorted(name for name, value in _words(row).items() if before[name] != value)
    if changed:
        audit.note(ctx, "event.edit", f"event:{row.key}", changed=",".join(changed))
    return row


def refuse_stale(ctx: Context, row: Event, expected: int | None, *, theirs: dict[str, object]) -> None:
    """Raise ``Stale`` when somebody saved this event since the form was opened."""
    if expected is not None and expected != row.version:
        raise Stale(theirs=theirs, by=last_editor(ctx, f"event:{row.key}"))


def last_editor(ctx: Context, obj: str) -> str | None:
    """Who changed a thing last, by name."""
    query = (
        sa.select(User.full_name)
        .join(AuditLine, AuditLine.actor == User.login)
        .where(AuditLine.object == obj)
        .order_by(AuditLine.seq.desc())
        .limit(1)
    )
    return ctx.session.scalar(query)


def touch(row: Event) -> None:
    """Raise the event's version when only its parts changed, so that a stale form of them is noticed."""
    flag_modified(row, "title")


def _words(row: Event) -> dict[str, object]:
    names = ("title", "short_title", "kind", "commendation_type", "summary", "legal_basis", "themes", "slogans")
    more = ("window_from", "window_to", "report_due_on", "report_to")
    return {name: getattr(row, name) for name in (*names, *more)}


def _write(row: Event, data: EventData) -> None:
    row.title = data.title
    row.short_title = (data.short_title or data.title)[:80]
    row.folded = fold(f"{data.title} {data.short_title}")[:600]
    row.kind, row.commendation_type = data.kind, data.commendation_type
    row.summary = data.summary
    row.legal_basis = [
        {"number": b.number, "issuer": b.issuer, "date": b.on.isoformat() if b.on else "", "title": b.title}
        for b in data.legal_basis
    ]
    row.themes = list(data.themes)
    row.slogans = [{"text": s.text, "is_mandatory": s.is_mandatory} for s in data.slogans]
    row.window_from, row.window_to = data.window_from, data.window_to
    row.report_due_on, row.report_to = data.report_due_on, data.report_to


def _refuse_bad(ctx: Context, data: EventData, *, old: Event | None = None) -> None:
    """What was already there may stay, also when it left the catalogue: the self-check says so, nothing is invented."""
    found = rules.check_data(data)
    book = catalog.current(ctx.session)
    kept = (old.kind, old.commendation_type) if old is not None else ("", "")
    if data.kind not in {*book.event_kinds, kept[0]}:
        found.append(Objection("event_kind_unknown", field="kind"))
    if data.commendation_type not in {*book.types_on(data.window_from), kept[1]}:
        found.append(Objection("event_type_not_in_force", {"day": data.window_from}, field="commendation_type"))
    if found:
        raise Refused.because(found)


# ---------------------------------------------------------------- states


def take_step(ctx: Context, step: str, *, expected_version: int | None = None) -> Event:
    """``announce``, ``close`` or ``reopen``. Announcing tells the heads and writers of the invited units."""
    row = managed(ctx)
    refuse_stale(ctx, row, expected_version, theirs={"state": row.state})
    old, row.state = row.state, rules.take(row.state, step)
    audit.note(ctx, f"event.{step}", f"event:{row.key}", old=old, new=row.state)
    if step == "announce":
        _tell_invited(ctx, row)
    ctx.session.flush()
    return row


def _tell_invited(ctx: Context, row: Event) -> None:
    for unit_id in ctx.session.scalars(sa.select(EventUnit.unit_id).where(EventUnit.event_id == row.id)):
        outbox.tell(
            ctx,
            permission="nomination.write",
            unit_id=unit_id,
            code="news_event_announced",
            about=f"event:{row.key}",
            title=row.short_title,
        )


def show_roll(ctx: Context, *, is_public: bool) -> Event:
    """Open the public honour roll to everybody, or shut it again.

    Raises ``Refused("roll_not_yet")`` before the publish phase of an announced event has begun.
    """
    row = managed(ctx)
    phase = phase_of(row, "publish")
    has_begun = phase is not None and rules.stands(phase, ctx.now) != "before"
    if is_public and (row.state == "draft" or not has_begun):
        raise Refused("roll_not_yet", day=phase.opens_at if phase else None)
    row.is_roll_public = is_public
    audit.note(ctx, "event.roll_shown" if is_public else "event.roll_hidden", f"event:{row.key}")
    ctx.session.flush()
    return row
