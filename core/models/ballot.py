"""Sealed ballots: the tellers' key, who voted, and envelopes that name nobody. Two tables alone are no secrecy.

Turnout and envelopes carry no time, no address, no running number; what is in an envelope only two tellers can read.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.models.base import Keyed, Model, UTCDateTime, Versioned, one_of
from core.models.committee import CommitteeMember, Sitting, SittingItem
from core.models.user import User


class BallotKey(Keyed, Model):
    """The public key of one sitting's ballots. The private one was split among three tellers and forgotten."""

    __tablename__ = "ballot_key"
    __table_args__ = (
        one_of("state", ("made", "kept", "replaced"), name="state"),
        # one key in use: two would make it a guess which shares open the box
        sa.Index(
            "uq_ballot_key_in_use",
            "sitting_id",
            unique=True,
            sqlite_where=sa.text("state <> 'replaced'"),
            postgresql_where=sa.text("state <> 'replaced'"),
        ),
    )

    sitting_id: Mapped[int] = mapped_column(sa.ForeignKey("sitting.id"), index=True)
    public: Mapped[str] = mapped_column(sa.String(64))
    tellers: Mapped[list[str]] = mapped_column(sa.JSON)
    state: Mapped[str] = mapped_column(sa.String(10), default="made")
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    made_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    wrong_tries: Mapped[int] = mapped_column(default=0, server_default="0")
    rests_until: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)

    sitting: Mapped[Sitting] = relationship()


class Ballot(Keyed, Versioned, Model):
    """One vote on candidates from whom the same members are barred."""

    __tablename__ = "ballot"
    __table_args__ = (
        sa.UniqueConstraint("sitting_id", "number"),
        one_of("state", ("open", "closed", "opened", "void"), name="state"),
        sa.CheckConstraint("envelopes IS NULL OR envelopes <= entitled", name="envelopes"),
        sa.CheckConstraint("entitled <= members", name="entitled"),
    )

    sitting_id: Mapped[int] = mapped_column(sa.ForeignKey("sitting.id"), index=True)
    key_id: Mapped[int] = mapped_column(sa.ForeignKey("ballot_key.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(sa.String(10), default="open")
    #: The whole roll, and those of it who may vote here: in the room and not barred.
    members: Mapped[int]
    entitled: Mapped[int]
    began_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    began_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    closed_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    #: Written at close: how many envelopes, and the seal over all of them.
    envelopes: Mapped[int | None]
    root: Mapped[str | None] = mapped_column(sa.String(64))
    opened_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    opened_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    void_reason: Mapped[str] = mapped_column(sa.String(300), default="", server_default="")

    sitting: Mapped[Sitting] = relationship()
    key_in_use: Mapped[BallotKey] = relationship()
    lines: Mapped[list[BallotItem]] = relationship(back_populates="ballot", order_by="BallotItem.position")
    counts: Mapped[list[BallotCount]] = relationship(order_by="BallotCount.item_id")
    closed_by: Mapped[User | None] = relationship(foreign_keys=[closed_by_id])
    opened_by: Mapped[User | None] = relationship(foreign_keys=[opened_by_id])


class BallotItem(Model):
    """A candidate on a ballot; ``position`` is its place in every envelope."""

    __tablename__ = "ballot_item"
    __table_args__ = (sa.UniqueConstraint("ballot_id", "position"),)

    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey("ballot.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("sitting_item.id"), primary_key=True, index=True)
    position: Mapped[int]

    ballot: Mapped[Ballot] = relationship(back_populates="lines")
    item: Mapped[SittingItem] = relationship()


class BallotTurnout(Model):
    """That a member voted. Its primary key is one member, one vote."""

    __tablename__ = "ballot_turnout"
    __table_args__ = {"sqlite_with_rowid": False}

    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey("ballot.id"), primary_key=True, autoincrement=False)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("committee_member.id"), primary_key=True, autoincrement=False)

    member: Mapped[CommitteeMember] = relationship()


class BallotEnvelope(Model):
    """One sealed vote, under a name that only its own form could compute."""

    __tablename__ = "ballot_envelope"
    __table_args__ = {"sqlite_with_rowid": False}

    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey("ballot.id"), primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(sa.LargeBinary)


class BallotCount(Model):
    """What the opened box said about one candidate: all that is ever kept of the votes."""

    __tablename__ = "ballot_count"
    __table_args__ = (
        sa.CheckConstraint("envelopes = yes + no + blank + invalid", name="sum"),
        {"sqlite_with_rowid": False},
    )

    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey("ballot.id"), primary_key=True, autoincrement=False)
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("sitting_item.id"), primary_key=True, autoincrement=False)
    yes: Mapped[int]
    no: Mapped[int]
    blank: Mapped[int]
    invalid: Mapped[int]
    envelopes: Mapped[int]

    item: Mapped[SittingItem] = relationship()
