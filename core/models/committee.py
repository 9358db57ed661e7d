"""Committees and their sittings, counted on paper for now: attendance, counts, written opinions, recusals."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.models.base import Keyed, Model, Row, Stamped, UTCDateTime, Versioned, one_of
from core.models.event import Event
from core.models.nomination import Nomination
from core.models.unit import Unit
from core.models.user import User


def _once(name: str, *columns: str, where: str) -> sa.Index:
    """A unique index over the rows for which ``where`` holds, on both engines."""
    return sa.Index(name, *columns, unique=True, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


class Committee(Keyed, Stamped, Versioned, Model):
    """A council that judges, with the decision that set it up and the days it is in force."""

    __tablename__ = "committee"

    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    decision_number: Mapped[str] = mapped_column(sa.String(80))
    decided_on: Mapped[dt.date]
    from_on: Mapped[dt.date]
    to_on: Mapped[dt.date | None]

    unit: Mapped[Unit] = relationship()
    members: Mapped[list[CommitteeMember]] = relationship(
        back_populates="committee", order_by="CommitteeMember.position"
    )


class CommitteeMember(Keyed, Model):
    """A seat. Ended, never deleted: the roll of a past day must stay."""

    __tablename__ = "committee_member"
    __table_args__ = (
        one_of("part", ("chair", "vice_chair", "member", "secretary"), name="part"),
        sa.CheckConstraint("to_on IS NULL OR to_on >= from_on", name="span"),
        # one chair, and one seat for one account: a second would count twice in every denominator
        _once("uq_committee_member_chair", "committee_id", where="part = 'chair' AND to_on IS NULL"),
        _once("uq_committee_member_account", "committee_id", "user_id", where="to_on IS NULL"),
    )

    committee_id: Mapped[int] = mapped_column(sa.ForeignKey("committee.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    part: Mapped[str] = mapped_column(sa.String(20))
    full_name: Mapped[str] = mapped_column(sa.String(120))
    title: Mapped[str] = mapped_column(sa.String(160), default="")
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"), index=True)
    #: The unit the member comes from: its own nominations bar this member.
    home_unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"))
    from_on: Mapped[dt.date]
    to_on: Mapped[dt.date | None]

    committee: Mapped[Committee] = relationship(back_populates="members")
    user: Mapped[User | None] = relationship()
    home_unit: Mapped[Unit | None] = relationship()


class Sitting(Keyed, Stamped, Versioned, Model):
    """One meeting of a committee. The roll is fixed when it opens; its size is the denominator."""

    __tablename__ = "sitting"
    __table_args__ = (one_of("state", ("planned", "open", "closed", "cancelled"), name="state"),)

    committee_id: Mapped[int] = mapped_column(sa.ForeignKey("committee.id"), index=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(sa.ForeignKey("event.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    held_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    place: Mapped[str] = mapped_column(sa.String(200), default="")
    state: Mapped[str] = mapped_column(sa.String(20), default="planned")
    opened_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    minutes: Mapped[str] = mapped_column(sa.Text, default="")

    committee: Mapped[Committee] = relationship()
    unit: Mapped[Unit] = relationship()
    event: Mapped[Event | None] = relationship()
    roll: Mapped[list[SittingSeat]] = relationship(back_populates="sitting", order_by="SittingSeat.position")
    items: Mapped[list[SittingItem]] = relationship(back_populates="sitting", order_by="SittingItem.position")


class SittingSeat(Row, Model):
    """One member on the roll of a sitting, with attendance."""

    __tablename__ = "sitting_seat"
    __table_args__ = (
        sa.UniqueConstraint("sitting_id", "member_id"),
        one_of("attendance", ("unknown", "present", "absent"), name="attendance"),
    )

    sitting_id: Mapped[int] = mapped_column(sa.ForeignKey("sitting.id"))
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("committee_member.id"))
    position: Mapped[int] = mapped_column(default=0)
    attendance: Mapped[str] = mapped_column(sa.String(10), default="unknown")
    note: Mapped[str] = mapped_column(sa.String(300), default="")

    sitting: Mapped[Sitting] = relationship(back_populates="roll")
    member: Mapped[CommitteeMember] = relationship()


class SittingItem(Keyed, Versioned, Model):
    """One candidate on the agenda, with the paper count once entered, and confirmed by a second person.

    ``method`` is ``paper`` today; a sealed electronic ballot is another method of the same item.
    """

    __tablename__ = "sitting_item"
    __table_args__ = (
        sa.UniqueConstraint("sitting_id", "nomination_id", "round"),
        one_of("method", ("paper", "sealed"), name="method"),
        one_of("outcome", ("passed", "failed"), name="outcome"),
        sa.CheckConstraint("confirmed_by_id IS NULL OR confirmed_by_id <> entered_by_id", name="two_persons"),
        sa.CheckConstraint("returned <= issued", name="returned"),
        sa.CheckConstraint("returned = valid + invalid", name="valid"),
        sa.CheckConstraint("valid = yes + no + blank", name="marks"),
        # a nomination waits for one outcome at a time, whatever two secretaries do at once
        _once("uq_sitting_item_waiting", "nomination_id", where="outcome IS NULL"),
    )

    sitting_id: Mapped[int] = mapped_column(sa.ForeignKey("sitting.id"))
    nomination_id: Mapped[int] = mapped_column(sa.ForeignKey("nomination.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    round: Mapped[int] = mapped_column(default=1)
    method: Mapped[str] = mapped_column(sa.String(10), default="paper")
    #: The rule frozen in the dossier, copied so that the arithmetic is shown from one row.
    rule: Mapped[dict[str, object]] = mapped_column(sa.JSON, default=dict)
    members: Mapped[int | None]
    issued: Mapped[int | None]
    returned: Mapped[int | None]
    valid: Mapped[int | None]
    invalid: Mapped[int | None]
    yes: Mapped[int | None]
    no: Mapped[int | None]
    blank: Mapped[int | None]
    entered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    entered_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    confirmed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    confirmed_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    #: What the second person counted where it differs from the first: nothing is confirmed until they agree.
    second: Mapped[dict[str, int] | None] = mapped_column(sa.JSON(none_as_null=True))
    second_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    #: Members in the room at that vote.
    present: Mapped[int | None]
    #: Yes in all (ballots and written opinions) and needed, as confirmed.
    got: Mapped[int | None]
    needed: Mapped[int | None]
    outcome: Mapped[str | None] = mapped_column(sa.String(10))

    sitting: Mapped[Sitting] = relationship(back_populates="items")
    nomination: Mapped[Nomination] = relationship()
    entered_by: Mapped[User | None] = relationship(foreign_keys=[entered_by_id])
    confirmed_by: Mapped[User | None] = relationship(foreign_keys=[confirmed_by_id])
    second_by: Mapped[User | None] = relationship(foreign_keys=[second_by_id])
    opinions: Mapped[list[WrittenOpinion]] = relationship(back_populates="item", order_by="WrittenOpinion.id")


class WrittenOpinion(Row, Model):
    """How an absent member counts: open, listed in the minutes, once."""

    __tablename__ = "written_opinion"
    __table_args__ = (sa.UniqueConstraint("item_id", "member_id"), one_of("mark", ("yes", "no", "blank"), name="mark"))

    item_id: Mapped[int] = mapped_column(sa.ForeignKey("sitting_item.id"))
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("committee_member.id"))
    mark: Mapped[str] = mapped_column(sa.String(10))
    note: Mapped[str] = mapped_column(sa.String(300), default="")

    item: Mapped[SittingItem] = relationship(back_populates="opinions")
    member: Mapped[CommitteeMember] = relationship()


class Recusal(Row, Stamped, Model):
    """A bar on one member for one nomination. It never shrinks the roll."""

    __tablename__ = "recusal"
    __table_args__ = (sa.UniqueConstraint("nomination_id", "member_id"),)

    nomination_id: Mapped[int] = mapped_column(sa.ForeignKey("nomination.id"))
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("committee_member.id"), index=True)
    reason: Mapped[str] = mapped_column(sa.String(30))
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    declared_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))

    member: Mapped[CommitteeMember] = relationship()
