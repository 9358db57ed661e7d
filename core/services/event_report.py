"""The results report of an event: what the core knows, and a chapter of each plugin that acts in it.

The organiser reads about everybody; another unit about itself and the units below it, and never whether a dossier that
is still being judged was found good or not. A fixed number of queries, however much there is.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from core.domain.nomination import HONOURED, State, public_face
from core.domain.views import Window
from core.models import Award, Decision, Event, EventTask, EventUnit, Nomination, Unit
from core.plugin.answers import ReportChapter
from core.services import audit, catalog, events, plugin_sets
from core.services.context import Context
from core.services.desk import event_view

_NOT_SENT = (State.DRAFT.value, State.READY.value)
_HONOURED = frozenset(state.value for state in HONOURED)
_KINDS = ("individual", "collective", "household")


@dataclass(frozen=True, slots=True)
class Nominated:
    """Dossiers of one award and kind of nominee. ``considering`` hides what is not yet disclosed."""

    award: str
    kind: str
    sent: int
    honoured: int
    considering: int
    not_chosen: int
    withdrawn: int
    revoked: int


@dataclass(frozen=True, slots=True)
class Taking:
    """An invited unit. ``sent`` None: it sent nothing, which is no 0."""

    unit: str
    sent: int | None
    honoured: int | None


@dataclass(frozen=True, slots=True)
class Issued:
    """A decision in force: how many entries it gave, or touched where it corrects or revokes."""

    number: str
    day: dt.date | None
    unit: str
    kind: str
    title: str
    entries: int


@dataclass(frozen=True, slots=True)
class Honoured:
    """Who holds one award today, by kind; ``revoked`` are counted nowhere else."""

    award: str
    by_kind: Mapping[str, int]
    revoked: int


@dataclass(frozen=True, slots=True)
class Work:
    """Tasks of one unit; ``late``: the day has passed and they are not done; ``no_day``: the plan names none."""

    unit: str
    given: int
    done: int
    late: int
    no_day: int


@dataclass(frozen=True, slots=True)
class Guest:
    """A chapter that a plugin wrote."""

    plugin: str
    chapter: ReportChapter


@dataclass(frozen=True, slots=True)
class Report:
    """Everything one report says. ``taken_part`` of ``invited``: "x/y đơn vị đã gửi hồ sơ"."""

    event: Event
    is_whole: bool
    nominated: tuple[Nominated, ...]
    taking: tuple[Taking, ...]
    decisions: tuple[Issued, ...]
    honoured: tuple[Honoured, ...]
    work: tuple[Work, ...]
    guests: tuple[Guest, ...] = ()
    #: Titles of the plugins that act here and could not be heard.
    failed: tuple[str, ...] = ()
    #: The audit's head at this moment, to be printed beneath.
    anchor: tuple[int, str] = field(default=(0, ""))

    @property
    def taken_part(self) -> int:
        """Units that sent at least one dossier."""
        return sum(1 for one in self.taking if one.sent is not None)


def build(ctx: Context) -> Report:
    """The report of the event of this context, as this unit may read it. Raises ``Forbidden`` or ``NotFound``."""
    ctx.require("report.read")
    event = events.load(ctx)
    is_whole = event.unit_id == ctx.here.id
    sent = _sent(ctx, event, is_whole=is_whole)
    guests, failed = _guests(ctx, event)
    decided = _decided(ctx, event, is_whole=is_whole)
    return Report(
        event=event,
        is_whole=is_whole,
        nominated=_nominated(ctx, event, sent),
        taking=_taking(ctx, event, sent, is_whole=is_whole),
        decisions=decided,
        honoured=_honoured(ctx, event, is_whole=is_whole),
        work=_work(ctx, event, is_whole=is_whole),
        guests=guests,
        failed=failed,
        anchor=audit.head(ctx.session),
    )


def note_export(ctx: Context) -> None:
    """Remember that the figures were taken away as a file."""
    audit.note(ctx, "report.exported", f"event:{ctx.event.key if ctx.event else '-'}", form="csv")


def _in_scope(ctx: Context, column: sa.ColumnElement[int], *, is_whole: bool) -> sa.ColumnElement[bool]:
    """Condition: ``column`` is a unit that this report is about."""
    if is_whole:
        return sa.true()
    return column.in_(sa.select(Unit.id).where(Unit.path.startswith(ctx.here.path, autoescape=True)))


#: (unit, award, kind, face of the state) -> dossiers
Sent = Counter[tuple[int, str, str, str]]


def _sent(ctx: Context, event: Event, *, is_whole: bool) -> Sent:
    n = Nomination
    rows = ctx.session.execute(
        sa.select(n.unit_id, n.award_code, n.kind, n.state, sa.func.count())
        .where(
            n.event_id == event.id,
            n.state.not_in(_NOT_SENT),
            n.receipt_at.is_not(None),
            _in_scope(ctx, n.unit_id, is_whole=is_whole),
        )
        .group_by(n.unit_id, n.award_code, n.kind, n.state)
    )
    found: Sent = Counter()
    for unit_id, award, kind, state, count in rows:
        found[unit_id, award, kind, public_face(State(state), is_handling_side=is_whole)] += count
    return found


def _nominated(ctx: Context, event: Event, sent: Sent) -> tuple[Nominated, ...]:
    """By award in the order of the event, then by kind."""
    book = catalog.current(ctx.session)
    order = {one.award_code: one.position for one in event.awards}
    groups: dict[tuple[str, str], Counter[str]] = {}
    for (_unit, award, kind, face), count in sent.items():
        groups.setdefault((award, kind), Counter())[face] += count
    known = sorted(groups, key=lambda pair: (order.get(pair[0], len(order)), pair[0], _KINDS.index(pair[1])))
    found = []
    for code, kind in known:
        faces = groups[code, kind]
        honoured = sum(faces[one] for one in _HONOURED)
        refused, gone, revoked = (faces[one.value] for one in (State.DECLINED, State.WITHDRAWN, State.REVOKED))
        total = sum(faces.values())
        considering = total - honoured - refused - gone - revoked
        type_ = book.award_types.get(code)
        name = type_.name_on(event.window_from) if type_ else code
        found.append(Nominated(name, kind, total, honoured, considering, refused, gone, revoked))
    return tuple(found)


def _taking(ctx: Context, event: Event, sent: Sent, *, is_whole: bool) -> tuple[Taking, ...]:
    units = ctx.session.execute(
        sa.select(Unit.id, Unit.name)
        .join(EventUnit, EventUnit.unit_id == Unit.id)
        .where(EventUnit.event_id == event.id, _in_scope(ctx, EventUnit.unit_id, is_whole=is_whole))
        .order_by(Unit.sort_key, Unit.id)
    )
    totals: Counter[int] = Counter()
    honoured: Counter[int] = Counter()
    for (unit_id, _award, _kind, face), count in sent.items():
        if face != State.WITHDRAWN.value:
            totals[unit_id] += count
            honoured[unit_id] += count if face in _HONOURED else 0
    return tuple(
        Taking(name, totals[unit_id], honoured[unit_id]) if unit_id in totals else Taking(name, None, None)
        for unit_id, name in units
    )


def _decided(ctx: Context, event: Event, *, is_whole: bool) -> tuple[Issued, ...]:
    """Issued decisions that gave or changed an award of this event."""
    rows = ctx.session.execute(
        sa.select(
            Decision.number, Decision.decided_on, Unit.name, Decision.kind, Decision.title, sa.func.count(Award.id)
        )
        .join(Unit, Unit.id == Decision.unit_id)
        .join(Award, sa.or_(Award.decision_id == Decision.id, Award.changed_by_id == Decision.id))
        .where(
            Award.event_id == event.id,
            Decision.state == "issued",
            _in_scope(ctx, Award.nominating_unit_id, is_whole=is_whole),
        )
        .group_by(Decision.id, Decision.number, Decision.decided_on, Unit.name, Decision.kind, Decision.title)
        .order_by(Decision.decided_on, Decision.id)
    )
    return tuple(Issued(*row) for row in rows)


def _honoured(ctx: Context, event: Event, *, is_whole: bool) -> tuple[Honoured, ...]:
    a = Award
    rows = ctx.session.execute(
        sa.select(a.award_name, a.kind, a.state, sa.func.count())
        .where(a.event_id == event.id, _in_scope(ctx, a.nominating_unit_id, is_whole=is_whole))
        .group_by(a.award_name, a.kind, a.state)
        .order_by(a.award_name, a.kind, a.state)
    )
    held: dict[str, Counter[str]] = {}
    revoked: Counter[str] = Counter()
    for name, kind, state, count in rows:
        held.setdefault(name, Counter())
        if state == "revoked":
            revoked[name] += count
        else:
            held[name][kind] += count
    return tuple(Honoured(name, {kind: by[kind] for kind in _KINDS}, revoked[name]) for name, by in held.items())


def _work(ctx: Context, event: Event, *, is_whole: bool) -> tuple[Work, ...]:
    rows = ctx.session.execute(
        sa.select(Unit.id, Unit.name, EventTask.status, EventTask.due_on)
        .join(Unit, Unit.id == EventTask.unit_id)
        .where(
            EventTask.event_id == event.id,
            EventTask.status != "dropped",
            _in_scope(ctx, EventTask.unit_id, is_whole=is_whole),
        )
        .order_by(Unit.sort_key, Unit.id, EventTask.id)
    )
    names: dict[int, str] = {}
    given, done, late, no_day = Counter[int](), Counter[int](), Counter[int](), Counter[int]()
    for unit_id, name, status, due_on in rows:
        names[unit_id] = name
        given[unit_id] += 1
        done[unit_id] += status == "done"
        late[unit_id] += status != "done" and due_on is not None and due_on < ctx.today
        no_day[unit_id] += status != "done" and due_on is None
    return tuple(Work(name, given[one], done[one], late[one], no_day[one]) for one, name in names.items())


def _guests(ctx: Context, event: Event) -> tuple[tuple[Guest, ...], tuple[str, ...]]:
    """Chapters of the plugins that act in the event, in their own order of places; and who could not be heard."""
    found = plugin_sets.of_event(ctx, event)
    heard = found.gate.report_chapters(
        plugin_sets.desks(ctx, unit=plugin_sets.unit_view(ctx.here)),
        unit=plugin_sets.unit_view(ctx.here),
        event=event_view(event),
        window=Window(event.window_from, event.window_to),
    )
    installed = ctx.registry.installed
    title = {name: one.title for name, one in installed.items()}
    chapters = sorted(heard.items(), key=lambda pair: pair[1].position)
    # what could not even be imported may have had a chapter
    silent = (
        name for name in found.gate.silent if "report_chapters" in (installed[name].hooks or ("report_chapters",))
    )
    failed = dict.fromkeys((*heard.failed, *silent))
    return tuple(Guest(title[name], one) for name, one in chapters), tuple(title[name] for name in failed)
