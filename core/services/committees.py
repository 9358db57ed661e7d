"""Committees: set up by a decision, seats taken and left, the roll of a day."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from core.domain.errors import NotFound, Objection, Refused, Stale
from core.models import Committee, CommitteeMember, SittingSeat, Unit, User
from core.services import audit, reach, reach_council
from core.services.context import Context, new_key

#: In the order of the roll.
PARTS = ("chair", "vice_chair", "secretary", "member")


@dataclass(frozen=True, slots=True)
class CommitteeData:
    """The paper that set a committee up, and the days it is in force (``to_on`` None: until further notice)."""

    name: str
    decision_number: str
    decided_on: dt.date
    from_on: dt.date
    to_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class SeatData:
    """Who sits on a committee. ``login``: the member's account; ``home_unit``: key of the unit somebody comes from."""

    part: str
    full_name: str
    from_on: dt.date
    title: str = ""
    login: str | None = None
    home_unit: str | None = None


def listed(ctx: Context) -> list[tuple[Committee, int]]:
    """The committees of this unit, the newest first, each with the number of its members today."""
    today = ctx.today
    is_seated = sa.and_(CommitteeMember.committee_id == Committee.id, _is_on(CommitteeMember, today))
    count = sa.select(sa.func.count(CommitteeMember.id)).where(is_seated).scalar_subquery()
    query = (
        sa.select(Committee, count)
        .where(Committee.unit_id == ctx.here.id)
        .order_by(Committee.from_on.desc(), Committee.id.desc())
    )
    return [(row, number) for row, number in ctx.session.execute(query)]


def in_force(session: Session, unit_id: int, day: dt.date) -> tuple[Committee, ...]:
    """The committees of a unit that are in force on ``day``, the newest first; empty: there is none."""
    query = (
        sa.select(Committee)
        .where(Committee.unit_id == unit_id, _is_on(Committee, day))
        .order_by(Committee.from_on.desc(), Committee.id.desc())
    )
    return tuple(session.scalars(query))


def roll(session: Session, committee_id: int, day: dt.date) -> list[CommitteeMember]:
    """The members on ``day``, chair first: their number is the denominator of every vote of that day."""
    query = (
        sa.select(CommitteeMember)
        .where(CommitteeMember.committee_id == committee_id, _is_on(CommitteeMember, day))
        .order_by(_rank(), CommitteeMember.position, CommitteeMember.id)
        .options(joinedload(CommitteeMember.home_unit), joinedload(CommitteeMember.user))
    )
    return list(session.scalars(query))


def seats(session: Session, committee_id: int) -> list[CommitteeMember]:
    """Every seat, past ones too: those who sit first, in the order of the roll."""
    query = (
        sa.select(CommitteeMember)
        .where(CommitteeMember.committee_id == committee_id)
        .order_by(CommitteeMember.to_on.is_not(None), _rank(), CommitteeMember.position, CommitteeMember.id)
        .options(joinedload(CommitteeMember.home_unit), joinedload(CommitteeMember.user))
    )
    return list(session.scalars(query))


def seatable(ctx: Context) -> list[User]:
    """The accounts that may take a seat here: whoever was given a part in this unit's council, by name."""
    ids = reach.people_with(ctx, "sitting.confirm", ctx.here.id)
    return list(ctx.session.scalars(sa.select(User).where(User.id.in_(ids)).order_by(User.name_key, User.id)))


def home_units(ctx: Context) -> list[Unit]:
    """The units a member can come from: this unit and what is below it."""
    return list(ctx.session.scalars(reach.units_below(ctx).where(Unit.closed_on.is_(None))))


def create(ctx: Context, data: CommitteeData, *, chair: SeatData) -> Committee:
    """A new committee with its chair. Raises ``Refused`` with every problem at once."""
    ctx.require("committee.manage")
    row = Committee(key=new_key(), unit_id=ctx.here.id, created_at=ctx.now)
    _write(row, data)
    problems = _check_span(data) + _sit(ctx, row, dataclasses.replace(chair, part="chair", from_on=data.from_on))
    if problems:
        raise Refused.because(problems)
    ctx.session.add(row)
    ctx.session.flush()
    audit.note(ctx, "committee.create", f"committee:{row.key}", name=row.name, decision=row.decision_number)
    return row


def edit(ctx: Context, key: str, data: CommitteeData, *, expected_version: int | None) -> Committee:
    """Change what the paper says. Raises ``Stale`` when somebody saved first."""
    ctx.require("committee.manage")
    row = reach_council.committee(ctx, key, for_update=True)
    if expected_version != row.version:
        raise Stale(theirs={name: getattr(row, name) for name in CommitteeData.__slots__})
    if problems := _check_span(data):
        raise Refused.because(problems)
    _write(row, data)
    audit.note(ctx, "committee.edit", f"committee:{row.key}", name=row.name, decision=row.decision_number)
    ctx.session.flush()
    return row


def seat_of(committee: Committee, key: str) -> CommitteeMember:
    """A seat of this committee; else ``NotFound``."""
    for one in committee.members:
        if one.key == key:
            return one
    raise NotFound


def add_seat(ctx: Context, key: str, data: SeatData) -> None:
    """One more member from a day on. Raises ``Refused`` (chair_taken, account_seated, seat_outside_committee…)."""
    ctx.require("committee.manage")
    row = reach_council.committee(ctx, key, for_update=True)
    if problems := _sit(ctx, row, data):
        raise Refused.because(problems)
    ctx.session.flush()
    audit.note(ctx, "committee.add_seat", f"committee:{row.key}", part=data.part, name=data.full_name)


def edit_seat(ctx: Context, key: str, seat_key: str, data: SeatData) -> CommitteeMember:
    """Correct a seat's name, title, account and unit. Refused once the seat was on a roll: past minutes stay."""
    ctx.require("committee.manage")
    row = reach_council.committee(ctx, key, for_update=True)
    seat = seat_of(row, seat_key)
    if has_sat(ctx.session, seat):
        raise Refused("seat_has_sat", name=seat.full_name)
    user_id, problems = _account(ctx, row, data, seat)
    home_unit_id, more = _home_unit(ctx, data.home_unit)
    if found := problems + more:
        raise Refused.because(found)
    seat.full_name, seat.title, seat.user_id, seat.home_unit_id = data.full_name, data.title, user_id, home_unit_id
    ctx.session.flush()
    audit.note(ctx, "committee.edit_seat", f"committee:{row.key}", part=seat.part, name=seat.full_name)
    return seat


def end_seat(ctx: Context, key: str, seat_key: str, *, to_on: dt.date) -> CommitteeMember:
    """Let a member leave: ``to_on`` is the last day on the roll. The seat stays in the record."""
    ctx.require("committee.manage")
    row = reach_council.committee(ctx, key, for_update=True)
    seat = seat_of(row, seat_key)
    if seat.to_on is not None:
        raise Refused("seat_ended", name=seat.full_name, day=seat.to_on)
    if to_on < seat.from_on:
        raise Refused.because([Objection("seat_ends_before_it_began", {"day": seat.from_on}, field="to_on")])
    seat.to_on = to_on
    ctx.session.flush()
    audit.note(ctx, "committee.end_seat", f"committee:{row.key}", name=seat.full_name, to=to_on.isoformat())
    return seat


def has_sat(session: Session, seat: CommitteeMember) -> bool:
    """Whether the seat is on the roll of any sitting."""
    return session.scalar(sa.select(SittingSeat.id).where(SittingSeat.member_id == seat.id).limit(1)) is not None


def sat(session: Session, committee_id: int) -> set[int]:
    """Ids of the seats of a committee that are on the roll of some sitting: their words stay as they are."""
    query = (
        sa.select(SittingSeat.member_id)
        .join(CommitteeMember, CommitteeMember.id == SittingSeat.member_id)
        .where(CommitteeMember.committee_id == committee_id)
        .distinct()
    )
    return set(session.scalars(query))


def chairs(members: Sequence[CommitteeMember]) -> list[CommitteeMember]:
    """The chairs among these members: a roll needs exactly one."""
    return [one for one in members if one.part == "chair"]


def _is_on(table: type[Committee] | type[CommitteeMember], day: dt.date) -> sa.ColumnElement[bool]:
    return sa.and_(table.from_on <= day, sa.or_(table.to_on.is_(None), table.to_on >= day))


def _rank() -> sa.ColumnElement[int]:
    return sa.case({part: rank for rank, part in enumerate(PARTS)}, value=CommitteeMember.part, else_=len(PARTS))


def _write(row: Committee, data: CommitteeData) -> None:
    for name in CommitteeData.__slots__:
        setattr(row, name, getattr(data, name))


def _check_span(data: CommitteeData) -> list[Objection]:
    found = []
    if data.to_on is not None and data.to_on < data.from_on:
        found.append(Objection("ends_before_it_begins", {"day": data.from_on}, field="to_on"))
    if data.from_on < data.decided_on:
        found.append(Objection("in_force_before_decision", {"day": data.decided_on}, field="from_on"))
    return found


def _sit(ctx: Context, committee: Committee, data: SeatData) -> list[Objection]:
    """Give somebody a seat, or say every reason against it."""
    user_id, problems = _account(ctx, committee, data, None)
    home_unit_id, more = _home_unit(ctx, data.home_unit)
    problems += more
    if data.from_on < committee.from_on or (committee.to_on is not None and data.from_on > committee.to_on):
        problems.append(Objection("seat_outside_committee", {"day": committee.from_on}, field="from_on"))
    if data.part == "chair" and (taken := chairs(_seated(committee, data.from_on))):
        problems.append(Objection("chair_taken", {"name": taken[0].full_name}, field="part"))
    if problems:
        return problems
    seat = CommitteeMember(
        key=new_key(),
        position=len(committee.members),
        part=data.part,
        full_name=data.full_name,
        title=data.title,
        user_id=user_id,
        home_unit_id=home_unit_id,
        from_on=data.from_on,
    )
    committee.members.append(seat)
    return []


def _seated(committee: Committee, day: dt.date) -> list[CommitteeMember]:
    return [one for one in committee.members if one.to_on is None or one.to_on >= day]


def _account(
    ctx: Context, committee: Committee, data: SeatData, own: CommitteeMember | None
) -> tuple[int | None, list[Objection]]:
    if not data.login:
        return None, []
    user_id = next((one.id for one in seatable(ctx) if one.login == data.login), None)
    if user_id is None:
        return None, [Objection("account_has_no_part", field="login")]
    taken = next((one for one in _seated(committee, data.from_on) if one is not own and one.user_id == user_id), None)
    if taken is not None:
        return None, [Objection("account_seated", {"name": taken.full_name}, field="login")]
    return user_id, []


def _home_unit(ctx: Context, key: str | None) -> tuple[int | None, list[Objection]]:
    if not key:
        return None, []
    try:
        return reach.unit_below(ctx, key).id, []
    except NotFound:
        return None, [Objection("no_choice", field="home_unit")]
