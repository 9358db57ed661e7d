"""The lists of nominations: three boxes, filters, search, pages. Flat in the number of rows.

A page reads columns of one table by one index; ``nomination_search`` chooses which.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from core.domain import deadlines
from core.domain.errors import Forbidden, NotFound, Refused
from core.domain.nomination import HONOURED, UNDER_REVIEW, UNDISCLOSED, State
from core.models import Event, EventUnit, Nomination, NominationWord, Unit
from core.services import catalog as catalogs
from core.services import faces, nomination_search, reach, reach_nominations, search_words
from core.services.context import Context
from core.services.paging import Page, fetch

BOXES = {
    "own": "nomination.read_own",
    "incoming": "nomination.read_incoming",
    "handed_up": "nomination.read_incoming",
}
SORTS = ("new", "name", "due")
#: Chips count no further: "99+".
MOST_COUNTED = 99
MOST_EVENTS = 60
GROUP_HONOURED = "honoured"
_SENT = tuple(s.value for s in State if s not in (State.DRAFT, State.READY))
#: What the nominating side may filter by: the faces that it sees.
_OWN_STATES = (
    *(s.value for s in (State.DRAFT, State.READY, State.SUBMITTED, State.RETURNED)),
    UNDER_REVIEW,
    GROUP_HONOURED,
    *(s.value for s in (State.DECLINED, State.WITHDRAWN, State.REVOKED)),
)
STATES = {"own": _OWN_STATES, "incoming": (*_SENT, GROUP_HONOURED), "handed_up": (*_SENT, GROUP_HONOURED)}
#: The chips of each box, with their counts.
CHIPS = {
    "own": ("draft", "ready", "returned", UNDER_REVIEW, GROUP_HONOURED),
    "incoming": ("submitted", "received", "returned", "appraised", "on_ballot", "passed", "signing", GROUP_HONOURED),
    "handed_up": ("submitted", "received", "appraised", "on_ballot", "passed", "signing", GROUP_HONOURED),
}
_GROUPS = {
    UNDER_REVIEW: tuple(sorted(s.value for s in UNDISCLOSED | {State.SUBMITTED})),
    GROUP_HONOURED: tuple(sorted(s.value for s in HONOURED)),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to list; every part comes from an allow-list."""

    box: str
    event: str = ""
    award: str = ""
    state: str = ""
    q: str = ""
    sort: str = "new"


@dataclass(frozen=True, slots=True)
class Line:
    """One nomination in a list, as this side may know it."""

    key: str
    name: str
    kind: str
    award: str
    face: str
    unit: str
    event: str
    receipt: str | None
    due_on: dt.date | None
    days_left: int | None


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a box, with what the page offers to narrow it."""

    wanted: Wanted
    boxes: tuple[str, ...]
    lines: tuple[Line, ...]
    page: Page
    events: tuple[tuple[str, str], ...]
    awards: tuple[tuple[str, str], ...]
    #: (state, count up to ``MOST_COUNTED`` + 1); None: not counted, since the list is narrowed.
    chips: tuple[tuple[str, int | None], ...]


def boxes_of(ctx: Context) -> tuple[str, ...]:
    """The boxes that the actor may open here, the likeliest first."""
    open_ones = [box for box, permission in BOXES.items() if ctx.may(permission)]
    return tuple(sorted(open_ones, key=lambda box: (box != "incoming", box != "own")))


def read(ctx: Context, arguments: Mapping[str, str]) -> Wanted:
    """The wish in a query string.

    Raises ``Forbidden`` for a box, ``Refused("bad_parameter")`` for anything unknown.
    """
    ctx.require("nomination.list")
    boxes = boxes_of(ctx)
    box = arguments.get("box") or boxes[0]
    if box not in BOXES:
        raise Refused("bad_parameter", kind="bad_input")
    if box not in boxes:
        raise Forbidden(BOXES[box])
    wanted = Wanted(
        box,
        event=arguments.get("event", ""),
        award=arguments.get("award", ""),
        state=arguments.get("state", ""),
        q=arguments.get("q", "")[:200].strip(),
        sort=arguments.get("sort") or "new",
    )
    is_key = wanted.event.replace("-", "").isalnum() and wanted.event.isascii()
    if wanted.event and not is_key:
        raise Refused("bad_parameter", kind="bad_input")
    if wanted.sort not in SORTS or wanted.state not in ("", *STATES[box]):
        raise Refused("bad_parameter", kind="bad_input")
    if wanted.award and wanted.award not in catalogs.current(ctx.session).award_types:
        raise Refused("bad_parameter", kind="bad_input")
    return wanted


def listing(ctx: Context, wanted: Wanted, *, cursor: str | None = None) -> Listing:
    """One page. Raises ``Refused``: bad_parameter (an event that this box does not know), bad_cursor."""
    catalog = catalogs.current(ctx.session)
    event_id = _event_id(ctx, wanted) if wanted.event else None
    n = Nomination
    columns = (
        n.id, n.key, n.nominee_name, n.name_key, n.kind, n.award_code, n.state, n.unit_id, n.event_id,
        n.receipt_number, n.due_on, n.upper_unit_id,
    )  # fmt: skip
    way = _way(ctx, wanted, event_id)
    if way.by_word:
        columns = (*columns, NominationWord.nomination_id)
    page = fetch(ctx.session, sa.select(*columns).where(*way.conditions), way.order, cursor=cursor)
    units = _names(ctx, Unit.id, Unit.short_name, {row.unit_id for row in page.rows})
    events, options = _events(ctx, wanted.box, {row.event_id for row in page.rows})
    calendar = catalogs.calendar(ctx.session)
    is_own = wanted.box == "own"
    lines = []
    for row in page.rows:
        state = State(row.state)
        # a date that moves while the dossier is under review would tell how far it has come
        due = None if is_own and faces.is_undisclosed(state, row.upper_unit_id) else row.due_on
        award = catalog.award_types.get(row.award_code)
        lines.append(
            Line(
                key=row.key,
                name=row.nominee_name,
                kind=row.kind,
                award=award.name_on(ctx.today) if award else row.award_code,
                face=faces.face_of(state, upper_unit_id=row.upper_unit_id, is_handling_side=not is_own),
                unit=units.get(row.unit_id, ""),
                event=events.get(row.event_id, ""),
                receipt=row.receipt_number,
                due_on=due,
                days_left=deadlines.working_days_between(ctx.today, due, calendar) if due else None,
            )
        )
    awards = tuple((code, award.name) for code, award in catalog.award_types.items())
    return Listing(wanted, boxes_of(ctx), tuple(lines), page, options, awards, _chips(ctx, wanted))


def _event_id(ctx: Context, wanted: Wanted) -> int:
    """An event that this unit knows, or of which something lies in the box; others are as unknown as none."""
    try:
        return reach_nominations.listed_event_id(ctx, wanted.box, wanted.event)
    except NotFound:
        raise Refused("bad_parameter", kind="bad_input") from None


def states_of(wanted: str) -> tuple[str, ...]:
    """The stored states behind a word of the filter."""
    return _GROUPS.get(wanted, (wanted,))


def _way(ctx: Context, wanted: Wanted, event_id: int | None) -> nomination_search.Way:
    n = Nomination
    more: list[sa.ColumnElement[bool]] = []
    if wanted.sort == "due":  # what is due to nobody is not in this order
        more.append(n.due_on.is_not(None))
        if wanted.box == "own":
            more.append(faces.is_disclosed())
    if wanted.award:
        more.append(n.award_code == wanted.award)
    if wanted.box == "own":
        more += faces.has_own_face(wanted.state)
    return nomination_search.find_way(
        ctx,
        wanted.box,
        sort=wanted.sort,
        event_id=event_id,
        states=states_of(wanted.state) if wanted.state else (),
        more=more,
        words=search_words.split(wanted.q, limit=6) if wanted.q else None,
    )


# ------------------------------------------------------------------------------------------------ around the list


def _names(ctx: Context, id_: Any, name: Any, wanted: set[int]) -> dict[int, str]:
    return dict(ctx.session.execute(sa.select(id_, name).where(id_.in_(wanted))).all()) if wanted else {}


def _events(ctx: Context, box: str, shown: set[int]) -> tuple[dict[int, str], tuple[tuple[str, str], ...]]:
    """Titles of the events on this page, and the choices of the filter, newest first."""
    invited = sa.exists().where(EventUnit.event_id == Event.id, EventUnit.unit_id == ctx.here.id)
    is_choice = Event.unit_id == ctx.here.id
    if box == "own":
        is_choice = sa.or_(is_choice, sa.and_(invited, Event.state != "draft"))
    query = (
        sa.select(Event.id, Event.key, Event.short_title, is_choice.label("is_choice"))
        .where(sa.or_(is_choice, Event.id.in_(shown)))
        .order_by(Event.window_from.desc(), Event.id.desc())
        .limit(MOST_EVENTS + len(shown))
    )
    rows = ctx.session.execute(query).all()
    choices = tuple((row.key, row.short_title) for row in rows if row.is_choice or box == "handed_up")
    return {row.id: row.short_title for row in rows}, choices[:MOST_EVENTS]


def _chips(ctx: Context, wanted: Wanted) -> tuple[tuple[str, int | None], ...]:
    """The states of the box and how many are in each, counted up to a limit: it costs the same in any house."""
    names = CHIPS[wanted.box]
    if wanted.event or wanted.award or wanted.q:
        return tuple((name, None) for name in names)
    n = Nomination
    scope = reach.nominations_in(ctx, wanted.box)
    counts = []
    for name in names:
        own = faces.has_own_face(name) if wanted.box == "own" else []
        some = sa.select(n.id).where(scope, n.state.in_(states_of(name)), *own).limit(MOST_COUNTED + 1)
        counts.append(sa.select(sa.func.count()).select_from(some.subquery()).scalar_subquery())
    return tuple(zip(names, ctx.session.execute(sa.select(*counts)).one(), strict=True))


def narrowed(wanted: Wanted, **changes: str) -> Wanted:
    """The same wish with some parts changed."""
    return replace(wanted, **changes)
