"""Sittings: planned, opened with a fixed roll, closed with their minutes, or cancelled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload
from sqlalchemy.orm.attributes import flag_modified

from core.domain import voting
from core.domain.errors import Objection, Refused, Stale
from core.models import (
    Committee,
    CommitteeMember,
    Event,
    Nomination,
    Sitting,
    SittingItem,
    SittingSeat,
    WrittenOpinion,
)
from core.services import audit, committees, outbox, paging, reach, reach_ballots, reach_council, recusals, vote_rules
from core.services.context import VIETNAM, Context, new_key

ORDER = paging.Order((Sitting.held_at, Sitting.id), down=True)
ATTENDANCE = ("present", "absent", "unknown")


@dataclass(frozen=True, slots=True)
class SittingData:
    """When and where a committee meets, and for which event (None: dossiers of any event)."""

    title: str
    held_at: dt.datetime
    place: str = ""


@dataclass(frozen=True, slots=True)
class Quorum:
    """Whether enough members are in the room, with the sum behind it."""

    present: int
    members: int
    needed: int
    num: int
    den: int
    is_met: bool
    needs_check: bool


def listed(ctx: Context, *, cursor: str | None, committee: Committee | None = None) -> paging.Page:
    """The sittings of this unit, the latest first; each row: key, title, held_at, place, state, committee, event."""
    query = (
        sa.select(
            Sitting.id,
            Sitting.key,
            Sitting.title,
            Sitting.held_at,
            Sitting.place,
            Sitting.state,
            Committee.name.label("committee"),
            Event.short_title.label("event"),
        )
        .join(Committee, Committee.id == Sitting.committee_id)
        .outerjoin(Event, Event.id == Sitting.event_id)
        .where(Sitting.unit_id == ctx.here.id)
    )
    if committee is not None:
        query = query.where(Sitting.committee_id == committee.id)
    return paging.fetch(ctx.session, query, ORDER, cursor=cursor)


def mine(ctx: Context) -> list[Sitting]:
    """The sittings of the actor's committees in this unit that are planned or open, the next one first."""
    ctx.require("nomination.judge")
    seated = sa.exists().where(
        CommitteeMember.committee_id == Sitting.committee_id,
        CommitteeMember.user_id == ctx.actor.id,
        sa.or_(CommitteeMember.to_on.is_(None), CommitteeMember.to_on >= ctx.today),
    )
    query = (
        sa.select(Sitting)
        .where(Sitting.unit_id == ctx.here.id, Sitting.state.in_(("planned", "open")), seated)
        .order_by(Sitting.held_at, Sitting.id)
        .options(joinedload(Sitting.committee))
    )
    return list(ctx.session.scalars(query))


def events_of(ctx: Context) -> list[Event]:
    """The events that this unit organises and that a sitting can be about, the newest first."""
    query = (
        sa.select(Event)
        .where(Event.unit_id == ctx.here.id, Event.state != "draft")
        .order_by(Event.window_from.desc(), Event.id.desc())
        .limit(50)
    )
    return list(ctx.session.scalars(query))


def plan(ctx: Context, committee_key: str, data: SittingData, *, event_key: str | None) -> Sitting:
    """A new sitting of a committee that is in force on its day."""
    ctx.require("sitting.run")
    committee = reach_council.committee(ctx, committee_key)
    event = reach.own_event(ctx, event_key) if event_key else None
    _refuse_without_committee(committee, data.held_at)
    row = Sitting(
        key=new_key(),
        committee_id=committee.id,
        unit_id=ctx.here.id,
        event_id=event.id if event else None,
        title=data.title,
        held_at=data.held_at,
        place=data.place,
        created_at=ctx.now,
    )
    ctx.session.add(row)
    ctx.session.flush()
    audit.note(ctx, "sitting.plan", f"sitting:{row.key}", title=row.title, at=data.held_at.isoformat())
    roll = committees.roll(ctx.session, committee.id, _day(data.held_at))
    _tell(ctx, row, roll, "news_sitting_planned")
    return row


def edit(ctx: Context, key: str, data: SittingData, *, expected_version: int | None) -> Sitting:
    """Move a planned sitting to another time or place, or name it better."""
    ctx.require("sitting.run")
    row = reach_council.sitting(ctx, key, for_update=True)
    if expected_version != row.version:
        raise Stale(theirs={name: getattr(row, name) for name in SittingData.__slots__})
    _refuse_unless(row, "planned")
    _refuse_without_committee(row.committee, data.held_at)
    row.title, row.held_at, row.place = data.title, data.held_at, data.place
    audit.note(ctx, "sitting.edit", f"sitting:{row.key}", title=row.title, at=data.held_at.isoformat())
    _tell(ctx, row, committees.roll(ctx.session, row.committee_id, _day(data.held_at)), "news_sitting_planned")
    ctx.session.flush()
    return row


def open_sitting(ctx: Context, key: str) -> Sitting:
    """Begin: the roll of today becomes the denominator of every vote, and conflicts are looked for once more.

    Raises ``Refused`` with every reason: agenda_empty, no_members, chair_missing, committee_not_in_force.
    """
    ctx.require("sitting.run")
    row = reach_council.sitting(ctx, key, for_update=True)
    _refuse_unless(row, "planned")
    roll = committees.roll(ctx.session, row.committee_id, ctx.today)
    problems = _check_roll(roll)
    if row.committee not in committees.in_force(ctx.session, ctx.here.id, ctx.today):
        problems.append(Objection("committee_not_in_force", {"day": ctx.today}))
    if not row.items:
        problems.append(Objection("agenda_empty"))
    if problems:
        raise Refused.because(problems)
    row.state, row.opened_at = "open", ctx.now
    row.roll = [SittingSeat(member_id=one.id, position=place) for place, one in enumerate(roll)]
    ctx.session.flush()
    recusals.settle(ctx, row, roll)
    audit.note(ctx, "sitting.open", f"sitting:{row.key}", members=len(roll), candidates=len(row.items))
    return row


def close(ctx: Context, key: str, *, minutes: str) -> Sitting:
    """End a sitting: every candidate has an outcome or was taken off. Nothing in it changes afterwards."""
    ctx.require("sitting.run")
    row = reach_council.sitting(ctx, key, for_update=True)
    _refuse_unless(row, "open")
    if waiting := sum(item.outcome is None for item in row.items):
        raise Refused("items_without_outcome", number=waiting)
    row.state, row.closed_at, row.minutes = "closed", ctx.now, minutes
    results = {outcome: sum(item.outcome == outcome for item in row.items) for outcome in ("passed", "failed")}
    audit.note(ctx, "sitting.close", f"sitting:{row.key}", **results)
    ctx.session.flush()
    return row


def record_attendance(
    ctx: Context, key: str, marks: dict[str, tuple[str, str]], *, expected_version: int | None
) -> Sitting:
    """Who is in the room: ``{member key: (present | absent | unknown, note)}``. Each vote keeps its own number.

    Raises ``Refused`` where somebody who already sent a written opinion on an open vote would become present, and while
    a sealed ballot is under way.
    """
    ctx.require("sitting.run")
    row = reach_council.sitting(ctx, key, for_update=True)
    _refuse_unless(row, "open")
    reach_ballots.refuse_while_voting(ctx, sitting_id=row.id)
    if expected_version != row.version:
        raise Stale(theirs={seat.member.key: (seat.attendance, seat.note) for seat in roll_of(ctx, row)})
    writers = {one.member_id for item in row.items if item.outcome is None for one in item.opinions}
    problems = []
    for seat in roll_of(ctx, row):
        attendance, note = marks.get(seat.member.key, (seat.attendance, seat.note))
        if attendance not in ATTENDANCE:
            problems.append(Objection("no_choice"))
        elif attendance == "present" and seat.member_id in writers:
            problems.append(Objection("present_with_opinion", {"name": seat.member.full_name}))
        else:
            seat.attendance, seat.note = attendance, note
    if problems:
        raise Refused.because(problems)
    touch(row)
    ctx.session.flush()
    quorum = quorum_of(ctx, row)
    audit.note(ctx, "sitting.attendance", f"sitting:{row.key}", present=quorum.present, members=quorum.members)
    return row


def roll_of(ctx: Context, row: Sitting) -> list[SittingSeat]:
    """The fixed roll, chair first, with the members' names: one query."""
    query = (
        sa.select(SittingSeat)
        .where(SittingSeat.sitting_id == row.id)
        .order_by(SittingSeat.position, SittingSeat.id)
        .options(joinedload(SittingSeat.member).joinedload(CommitteeMember.home_unit))
    )
    return list(ctx.session.scalars(query))


def quorum_of(ctx: Context, row: Sitting) -> Quorum:
    """The sum behind "đủ số thành viên họp"."""
    num, den, needs_check = vote_rules.quorum_share(ctx)
    seats = roll_of(ctx, row)
    present = sum(seat.attendance == "present" for seat in seats)
    return Quorum(
        present=present,
        members=len(seats),
        needed=voting.quorum(len(seats), num=num, den=den),
        num=num,
        den=den,
        is_met=voting.has_quorum(present, members=len(seats), num=num, den=den),
        needs_check=needs_check,
    )


def items_of(ctx: Context, row: Sitting) -> list[SittingItem]:
    """The candidates of a sitting that the actor may see, in their order."""
    return items_of_all(ctx, [row])[row.id]


def items_of_all(ctx: Context, rows: Sequence[Sitting]) -> dict[int, list[SittingItem]]:
    """The same for several sittings, by sitting, in as many queries as for one."""
    query = (
        reach_council.visible_items(ctx)
        .where(SittingItem.sitting_id.in_([row.id for row in rows]))
        .order_by(SittingItem.position, SittingItem.id)
        .options(
            contains_eager(SittingItem.nomination).joinedload(Nomination.unit),
            selectinload(SittingItem.opinions).joinedload(WrittenOpinion.member),
            joinedload(SittingItem.entered_by),
            joinedload(SittingItem.confirmed_by),
        )
    )
    found: dict[int, list[SittingItem]] = {row.id: [] for row in rows}
    for item in ctx.session.scalars(query):
        found[item.sitting_id].append(item)
    return found


def touch(row: Sitting) -> None:
    """Raise the version although only seats or candidates changed, so that two pages cannot overwrite each other."""
    flag_modified(row, "title")


def refuse_unless_running(row: Sitting) -> None:
    """Raise ``Refused`` unless the sitting is planned or open."""
    if row.state not in ("planned", "open"):
        raise Refused("sitting_is_over", kind="conflict")


def refuse_unless_open(row: Sitting) -> None:
    """Raise ``Refused`` unless the sitting is open."""
    _refuse_unless(row, "open")


def _refuse_unless(row: Sitting, state: str) -> None:
    if row.state != state:
        raise Refused("sitting_not_planned" if state == "planned" else "sitting_not_open", kind="conflict")


def _refuse_without_committee(committee: Committee, held_at: dt.datetime) -> None:
    day = _day(held_at)
    if day < committee.from_on or (committee.to_on is not None and day > committee.to_on):
        raise Refused.because([Objection("committee_not_in_force", {"day": day}, field="day")])


def _check_roll(roll: Sequence[CommitteeMember]) -> list[Objection]:
    if not roll:
        return [Objection("no_members")]
    count = len(committees.chairs(roll))
    return [] if count == 1 else [Objection("chair_missing", {"number": count})]


def _day(instant: dt.datetime) -> dt.date:
    return instant.astimezone(VIETNAM).date()


def _tell(ctx: Context, row: Sitting, roll: Sequence[CommitteeMember], code: str) -> None:
    ids = [one.user_id for one in roll if one.user_id is not None and one.user_id != ctx.actor.id]
    at = row.held_at.astimezone(VIETNAM)
    outbox.tell_people(
        ctx, ids, code=code, about=f"sitting:{row.key}", name=row.title, at=f"{at:%H:%M %d/%m/%Y}", place=row.place
    )
