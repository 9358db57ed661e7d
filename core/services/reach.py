"""The only place where an id becomes a row. Scope is in the query; unknown and foreign ids are one ``NotFound``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from core.domain.errors import Barred, NotFound
from core.domain.nomination import HONOURED, State
from core.domain.permissions import Held, Role, units_granting
from core.models import (
    Attachment,
    Award,
    CommitteeMember,
    Decision,
    Event,
    EventPhase,
    EventTask,
    EventUnit,
    Nomination,
    Nominee,
    RecoveryTask,
    Recusal,
    RoleGrant,
    Sitting,
    SittingItem,
    Unit,
    User,
)
from core.services.context import Actor, Context, EventRef, UnitRef

#: What the handling side may see: drafts and withdrawn drafts never leave the nominating unit.
_BEFORE_RECEIPT = (State.DRAFT.value, State.READY.value)


def actor_of(session: Session, user: User) -> Actor:
    """The actor that this account is right now: roles are read anew each time, so a withdrawn one bites at once."""
    rows = session.execute(
        sa.select(RoleGrant.role, RoleGrant.unit_id, Unit.path)
        .join(Unit, Unit.id == RoleGrant.unit_id)
        .where(RoleGrant.user_id == user.id, RoleGrant.ended_at.is_(None))
        .order_by(RoleGrant.id)
    )
    held = tuple(Held(Role(role), unit_id, path) for role, unit_id, path in rows)
    return Actor(id=user.id, login=user.login, name=user.full_name, held=held)


def unit_ref(unit: Unit) -> UnitRef:
    """The small frozen form of a unit."""
    return UnitRef(id=unit.id, key=unit.key, name=unit.name, path=unit.path, kind=unit.kind)


def event_ref(event: Event) -> EventRef:
    """The small frozen form of an event."""
    return EventRef(id=event.id, key=event.key, title=event.title, unit_id=event.unit_id, short_title=event.short_title)


def unit(ctx: Context, key: str) -> Unit:
    """A unit in which the actor holds anything; else ``NotFound``."""
    row = ctx.session.scalar(sa.select(Unit).where(Unit.key == key))
    if row is None or not ctx.actor.grants(unit_id=row.id, path=row.path):
        raise NotFound
    return row


def units_below(ctx: Context) -> sa.Select[Any]:
    """The units of this context's subtree, itself included, open ones first to last by name."""
    return sa.select(Unit).where(Unit.path.startswith(ctx.here.path, autoescape=True)).order_by(Unit.sort_key, Unit.id)


def unit_below(ctx: Context, key: str) -> Unit:
    """A unit of the subtree that this context administers; else ``NotFound``."""
    row = ctx.session.scalar(units_below(ctx).where(Unit.key == key))
    if row is None:
        raise NotFound
    return row


def visible_events(ctx: Context) -> sa.ColumnElement[bool]:
    """Condition on ``Event``: organised by this unit (any state), or announced with this unit invited."""
    here = ctx.here
    invited = sa.exists().where(EventUnit.event_id == Event.id, EventUnit.unit_id == here.id)
    is_organiser = Event.unit_id == here.id
    if not ctx.grants & {"event.manage", "event.read"}:
        return sa.false()
    return sa.or_(is_organiser, sa.and_(Event.state != "draft", invited))


def event(ctx: Context, key: str) -> Event:
    """An event that this unit organises or is invited to; else ``NotFound``."""
    row = ctx.session.scalar(sa.select(Event).where(Event.key == key, visible_events(ctx)))
    if row is None:
        raise NotFound
    return row


def own_event(ctx: Context, key: str) -> Event:
    """An event that this very unit organises; else ``NotFound``."""
    row = ctx.session.scalar(sa.select(Event).where(Event.key == key, Event.unit_id == ctx.here.id))
    if row is None:
        raise NotFound
    return row


def invitable_units(ctx: Context) -> sa.ColumnElement[bool]:
    """Condition on ``Unit``: this unit's subtree, and external units kept by it or by one of its upper units."""
    above = [int(part) for part in ctx.here.path.split("/") if part]
    return sa.or_(
        Unit.path.startswith(ctx.here.path, autoescape=True),
        sa.and_(Unit.is_external.is_(True), sa.or_(Unit.parent_id.is_(None), Unit.parent_id.in_(above))),
    )


def units_to_invite(ctx: Context, keys: Sequence[str]) -> list[Unit]:
    """These units, in the order of their names; ``NotFound`` when one of them may not be invited from here."""
    wanted = set(keys)
    if not all(key.isascii() and key.isprintable() for key in wanted):
        raise NotFound  # no key looks like this, and PostgreSQL does not even compare NUL
    query = sa.select(Unit).where(Unit.key.in_(wanted), invitable_units(ctx)).order_by(Unit.sort_key, Unit.id)
    rows = list(ctx.session.scalars(query))
    if len(rows) != len(wanted):
        raise NotFound
    return rows


def event_task(ctx: Context, key: str) -> EventTask:
    """A task of an event organised here, or one that an announced event gives to this unit; else ``NotFound``."""
    given = sa.and_(EventTask.unit_id == ctx.here.id, Event.state != "draft") if ctx.may("event.task") else sa.false()
    own = Event.unit_id == ctx.here.id if ctx.may("event.manage") else sa.false()
    row = ctx.session.scalar(
        sa.select(EventTask).join(Event, Event.id == EventTask.event_id).where(EventTask.key == key, sa.or_(given, own))
    )
    if row is None:
        raise NotFound
    return row


# ---------------------------------------------------------------- nominations


def nominations_in(ctx: Context, box: str, *, by_index: bool = True) -> sa.ColumnElement[bool]:
    """Condition on ``Nomination`` for one box of this unit; nothing at all without the permission.

    ``own``: put forward by it. ``incoming``: sent to it as organiser. ``handed_up``: handed to it from below.
    ``by_index`` False: the same rows, asked so that no planner walks the box's index when another way in is shorter.
    CASE hides the column and, being tested for NULL only, is taken for nearly always true; an expression compared with
    a value is taken for nearly never true, and PostgreSQL would begin with the few rows that it then expects.
    """
    here, n = ctx.here.id, Nomination

    def is_here(column: Any) -> sa.ColumnElement[bool]:
        return column == here if by_index else sa.case((column == here, 1)).is_not(None)

    if box == "own" and ctx.may("nomination.read_own"):
        return is_here(n.unit_id)
    if box == "incoming" and ctx.may("nomination.read_incoming"):
        sent = sa.and_(n.state.not_in(_BEFORE_RECEIPT), n.receipt_at.is_not(None))
        return sa.and_(is_here(n.organiser_id), sent, not_barred(ctx))
    if box == "handed_up" and ctx.may("nomination.read_incoming"):
        return sa.and_(is_here(n.upper_unit_id), not_barred(ctx))
    return sa.false()


def _member_condition(ctx: Context) -> sa.ColumnElement[bool]:
    """A committee member sees what is on an agenda of the committee, except where barred."""
    if not ctx.may("nomination.judge"):
        return sa.false()
    n, member = Nomination, CommitteeMember
    return sa.exists().where(
        SittingItem.nomination_id == n.id,
        SittingItem.sitting_id == Sitting.id,
        Sitting.unit_id == ctx.here.id,
        Sitting.state != "cancelled",
        member.committee_id == Sitting.committee_id,
        member.user_id == ctx.actor.id,
        sa.or_(member.to_on.is_(None), member.to_on >= ctx.today),
    )


def visible_nominations(ctx: Context) -> sa.ColumnElement[bool]:
    """Condition on ``Nomination``: whatever the actor may read in the name of this unit, by any role."""
    boxes = [nominations_in(ctx, box) for box in ("own", "incoming", "handed_up")]
    return sa.or_(*boxes, sa.and_(_member_condition(ctx), not_barred(ctx)))


def not_barred(ctx: Context, column: Any = Nomination.id) -> sa.ColumnElement[bool]:
    """Condition on ``Nomination`` (or on another ``column`` with its id): no conflict of the actor's shuts it.

    It shuts the whole dossier, its counts and its outcome, whatever other role the person holds on the handling side;
    who put the nomination forward still reads it as the nominating unit does.
    """
    return column.not_in(_barred_nominations(ctx))


def _barred_nominations(ctx: Context) -> sa.Select[tuple[int]]:
    return (
        sa.select(Recusal.nomination_id)
        .join(CommitteeMember, CommitteeMember.id == Recusal.member_id)
        .where(CommitteeMember.user_id == (ctx.actor.id or 0))  # nobody is not "no account"
    )


def is_barred(ctx: Context, row: Nomination) -> bool:
    """Whether a conflict of the actor's shuts the handling side of this dossier."""
    query = _barred_nominations(ctx).where(Recusal.nomination_id == row.id).limit(1)
    return ctx.session.scalar(query) is not None


def nomination(ctx: Context, key: str, *, for_update: bool = False) -> Nomination:
    """A nomination the actor may read here; else ``NotFound``. ``for_update`` locks the row until commit."""
    query = sa.select(Nomination).where(Nomination.key == key, visible_nominations(ctx))
    if for_update:
        query = query.with_for_update(of=Nomination)
    row = ctx.session.scalar(query)
    if row is None:
        raise missing(ctx, Nomination.key == key)
    return row


def missing(ctx: Context, condition: sa.ColumnElement[bool]) -> NotFound:
    """What to raise for a nomination that was not found: ``Barred`` where only a conflict keeps it from the actor."""
    kept = sa.select(Nomination.id).where(condition, Nomination.id.in_(_barred_nominations(ctx))).limit(1)
    return NotFound() if ctx.session.scalar(kept) is None else Barred()


def is_handling_side(ctx: Context, row: Nomination) -> bool:
    """Whether the actor reads this dossier as organiser, upper unit or council, not as the nominating unit."""
    here = ctx.here.id
    if row.unit_id == here and (
        not ctx.grants & {"nomination.read_incoming", "nomination.judge"} or is_barred(ctx, row)
    ):
        return False
    return here in (row.organiser_id, row.upper_unit_id, row.handling_unit_id) and bool(
        ctx.grants & {"nomination.read_incoming", "nomination.judge"}
    )


def attachment(ctx: Context, key: str) -> Attachment:
    """A file of a dossier the actor may read; files follow their dossier."""
    row = ctx.session.scalar(
        sa.select(Attachment)
        .join(Nomination, Nomination.id == Attachment.nomination_id)
        .where(Attachment.key == key, Attachment.removed_at.is_(None), visible_nominations(ctx))
        .options(joinedload(Attachment.nomination))
    )
    if row is None:
        raise NotFound
    return row


def nominee(ctx: Context, key: str) -> Nominee:
    """A nominee whose record this unit keeps; else ``NotFound``."""
    row = ctx.session.scalar(sa.select(Nominee).where(Nominee.key == key, Nominee.unit_id == ctx.here.id))
    if row is None or not ctx.may("nominee.read"):
        raise NotFound
    return row


# ---------------------------------------------------------------- decisions, register (the council: reach_council.py)


def decision(ctx: Context, key: str) -> Decision:
    """A decision of this unit; else ``NotFound``."""
    row = ctx.session.scalar(sa.select(Decision).where(Decision.key == key, Decision.unit_id == ctx.here.id))
    if row is None or not ctx.may("decision.read"):
        raise NotFound
    return row


def award(ctx: Context, key: str) -> Award:
    """An entry of this unit's register; else ``NotFound``."""
    row = ctx.session.scalar(sa.select(Award).where(Award.key == key, Award.unit_id == ctx.here.id))
    if row is None or not ctx.may("register.read"):
        raise NotFound
    return row


def awards_in(ctx: Context, box: str) -> sa.ColumnElement[bool]:
    """Condition on ``Award`` for one shelf of the register; nothing at all without the permission.

    ``signed``: given by an office of this unit. ``received``: given by another unit to who this unit put forward, or in
    an event that it organised.
    """
    here = ctx.here.id
    if not ctx.may("register.read"):
        return sa.false()
    if box == "signed":
        return Award.unit_id == here
    organised = Award.event_id.in_(sa.select(Event.id).where(Event.unit_id == here))
    return sa.and_(Award.unit_id != here, sa.or_(Award.nominating_unit_id == here, organised))


def put_forward_by(unit_key: str) -> sa.ColumnElement[bool]:
    """Condition on ``Award``: this unit put its holder forward. A filter within what the reader may see already."""
    return Award.nominating_unit_id.in_(sa.select(Unit.id).where(Unit.key == unit_key))


def registered(ctx: Context, key: str) -> Award:
    """An entry on either shelf of this unit's register; else ``NotFound``."""
    on_a_shelf = sa.or_(awards_in(ctx, "signed"), awards_in(ctx, "received"))
    row = ctx.session.scalar(sa.select(Award).where(Award.key == key, on_a_shelf))
    if row is None:
        raise NotFound
    return row


def recovery_task(ctx: Context, key: str) -> RecoveryTask:
    """Something this unit has to get back; else ``NotFound``."""
    row = ctx.session.scalar(
        sa.select(RecoveryTask).where(RecoveryTask.key == key, RecoveryTask.unit_id == ctx.here.id)
    )
    if row is None or not ctx.may("decision.read"):
        raise NotFound
    return row


# ---------------------------------------------------------------- what everybody may read


def is_roll_published(ctx: Context) -> sa.ColumnElement[bool]:
    """Condition on ``Event``: its organiser shows the roll, and the publish phase has begun or the event is over."""
    has_begun = sa.exists().where(
        EventPhase.event_id == Event.id, EventPhase.phase == "publish", EventPhase.opens_at <= ctx.now
    )
    return sa.and_(Event.is_roll_public.is_(True), sa.or_(Event.state == "closed", has_begun), Event.state != "draft")


def is_honour_public() -> sa.ColumnElement[bool]:
    """Condition on ``Award`` joined to its ``Nomination``: in force, and the honouree agreed to be named."""
    return sa.and_(
        Award.state != "revoked",
        Nomination.consent == "given",
        Nomination.state.in_([one.value for one in HONOURED]),
    )


def published_event(ctx: Context, key: str) -> Event:
    """An event whose roll everybody may read; else ``NotFound``."""
    row = ctx.session.scalar(sa.select(Event).where(Event.key == key, is_roll_published(ctx)))
    if row is None:
        raise NotFound
    return row


def published_award(ctx: Context, event_key: str, key: str) -> Award:
    """One honouree on a published roll; else ``NotFound``."""
    row = ctx.session.scalar(
        sa.select(Award)
        .join(Nomination, Nomination.id == Award.nomination_id)
        .join(Event, Event.id == Award.event_id)
        .where(Award.key == key, Event.key == event_key, is_honour_public(), is_roll_published(ctx))
    )
    if row is None:
        raise NotFound
    return row


def account(ctx: Context, key: str) -> User:
    """An account that holds, or held, a role in the subtree this context administers; else ``NotFound``."""
    in_subtree = sa.exists().where(
        RoleGrant.user_id == User.id,
        RoleGrant.unit_id == Unit.id,
        Unit.path.startswith(ctx.here.path, autoescape=True),
    )
    row = ctx.session.scalar(sa.select(User).where(User.key == key, in_subtree))
    if row is None or not ctx.may("account.manage"):
        raise NotFound
    return row


def people_with(ctx: Context, permission: str, unit_id: int) -> list[int]:
    """Ids of the active accounts that hold ``permission`` directly in a unit (for notices)."""
    from_roles = [role.value for role in Role if permission in _keys_of(role)]
    return list(
        ctx.session.scalars(
            sa.select(RoleGrant.user_id)
            .join(User, User.id == RoleGrant.user_id)
            .where(
                RoleGrant.unit_id == unit_id,
                RoleGrant.role.in_(from_roles),
                RoleGrant.ended_at.is_(None),
                User.active.is_(True),
            )
            .distinct()
        )
    )


def _keys_of(role: Role) -> frozenset[str]:
    return Actor(id=None, login="", name="", held=(Held(role, 0, "/0/"),)).grants(unit_id=0, path="/0/")


def units_where(ctx: Context, permission: str) -> frozenset[int]:
    """Ids of the units in which the actor holds ``permission`` directly."""
    return units_granting(ctx.actor.held, permission)
