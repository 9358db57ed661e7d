"""Decisions and what they give: offices, delegations, awards in the register, recovery after a revocation."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.models.base import Keyed, Model, Row, Stamped, UTCDateTime, Versioned, one_of
from core.models.event import Event
from core.models.nomination import Nomination
from core.models.nominee import KINDS
from core.models.unit import Unit
from core.models.user import User


class Office(Keyed, Stamped, Versioned, Model):
    """Who holds a signing office (an ``authority`` of the catalogue) in a unit, from a day until a day."""

    __tablename__ = "office"

    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    authority: Mapped[str] = mapped_column(sa.String(40))
    title: Mapped[str] = mapped_column(sa.String(120))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    from_on: Mapped[dt.date]
    to_on: Mapped[dt.date | None]

    unit: Mapped[Unit] = relationship()
    user: Mapped[User] = relationship()


class Delegation(Keyed, Stamped, Versioned, Model):
    """The paper by which somebody signs for an office: ``KT`` (deputy for the head) or ``TUQ`` (by authorisation)."""

    __tablename__ = "delegation"
    __table_args__ = (one_of("kind", ("KT", "TUQ"), name="kind"),)

    office_id: Mapped[int] = mapped_column(sa.ForeignKey("office.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(4))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(120))
    number: Mapped[str] = mapped_column(sa.String(80))
    from_on: Mapped[dt.date]
    to_on: Mapped[dt.date | None]

    office: Mapped[Office] = relationship()
    user: Mapped[User] = relationship()


class Decision(Keyed, Stamped, Versioned, Model):
    """The signed act: ``grant``, ``correct`` or ``revoke``. Once issued it is never edited."""

    __tablename__ = "decision"
    __table_args__ = (
        one_of("kind", ("grant", "correct", "revoke"), name="kind"),
        one_of("state", ("draft", "issued", "dropped"), name="state"),
        sa.UniqueConstraint("unit_id", "year", "number_key"),
    )

    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(sa.ForeignKey("event.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(10))
    state: Mapped[str] = mapped_column(sa.String(10), default="draft")
    title: Mapped[str] = mapped_column(sa.String(300))
    #: "123/QĐ-UBND" as printed; ``number_key`` is its folded form, unique in the unit's year once issued.
    number: Mapped[str | None] = mapped_column(sa.String(60))
    number_key: Mapped[str | None] = mapped_column(sa.String(60))
    year: Mapped[int | None]
    decided_on: Mapped[dt.date | None]
    signer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    signer_name: Mapped[str] = mapped_column(sa.String(120), default="")
    #: The lines above the name: ["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]
    signed_as: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    authority: Mapped[str] = mapped_column(sa.String(40), default="")
    delegation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("delegation.id"))
    base_salary: Mapped[int | None] = mapped_column(sa.BigInteger)
    #: Correction and revocation point at what they change, with reason and article.
    refers_to_id: Mapped[int | None] = mapped_column(sa.ForeignKey("decision.id"), index=True)
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    article: Mapped[str] = mapped_column(sa.String(200), default="")
    ground_code: Mapped[str] = mapped_column(sa.String(20), default="")
    issued_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))

    unit: Mapped[Unit] = relationship()
    event: Mapped[Event | None] = relationship()
    refers_to: Mapped[Decision | None] = relationship(remote_side="Decision.id")
    lines: Mapped[list[DecisionLine]] = relationship(
        back_populates="decision", order_by="DecisionLine.position", cascade="all, delete-orphan"
    )


class DecisionLine(Row, Model):
    """One nomination in a draft to grant, or one award that a correction or revocation touches."""

    __tablename__ = "decision_line"
    __table_args__ = (sa.UniqueConstraint("decision_id", "nomination_id"),)

    decision_id: Mapped[int] = mapped_column(sa.ForeignKey("decision.id", ondelete="CASCADE"))
    nomination_id: Mapped[int] = mapped_column(sa.ForeignKey("nomination.id"), index=True)
    award_id: Mapped[int | None] = mapped_column(sa.ForeignKey("award.id"))
    position: Mapped[int] = mapped_column(default=0)
    #: What a correction says instead: {"name": "…", "citation": "…"}
    change: Mapped[dict[str, str]] = mapped_column(sa.JSON, default=dict)

    decision: Mapped[Decision] = relationship(back_populates="lines")
    nomination: Mapped[Nomination] = relationship()
    award: Mapped[Award | None] = relationship(foreign_keys=[award_id])


class Award(Keyed, Stamped, Versioned, Model):
    """One entry of the register (sổ vàng): what a decision gave to whom."""

    __tablename__ = "award"
    __table_args__ = (
        one_of("state", ("valid", "corrected", "revoked"), name="state"),
        one_of("kind", KINDS, name="kind"),
        sa.UniqueConstraint("unit_id", "year", "register_number"),
        # one live award for one achievement: a database fact, not a check
        sa.Index(
            "uq_award_live_achievement",
            "achievement_id",
            unique=True,
            sqlite_where=sa.text("state <> 'revoked'"),
            postgresql_where=sa.text("state <> 'revoked'"),
        ),
        sa.Index("ix_award_unit_year_name", "unit_id", "year", "name_key", "id"),
        sa.Index("ix_award_event", "event_id", "award_code", "name_key", "id"),
    )

    #: The unit whose office signed.
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    nominating_unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(sa.ForeignKey("event.id"))
    decision_id: Mapped[int] = mapped_column(sa.ForeignKey("decision.id"), index=True)
    nomination_id: Mapped[int] = mapped_column(sa.ForeignKey("nomination.id"), index=True)
    nominee_id: Mapped[int] = mapped_column(sa.ForeignKey("nominee.id"), index=True)
    achievement_id: Mapped[int | None] = mapped_column(sa.ForeignKey("achievement.id"))
    kind: Mapped[str] = mapped_column(sa.String(20))
    award_code: Mapped[str] = mapped_column(sa.String(40))
    award_name: Mapped[str] = mapped_column(sa.String(200))
    commendation_type: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[str] = mapped_column(sa.String(200))
    name_key: Mapped[str] = mapped_column(sa.String(400))
    folded: Mapped[str] = mapped_column(sa.String(800))
    place: Mapped[str] = mapped_column(sa.String(200), default="")
    citation: Mapped[str] = mapped_column(sa.String(600), default="")
    story: Mapped[str] = mapped_column(sa.Text, default="")
    awarded_on: Mapped[dt.date]
    year: Mapped[int]
    register_number: Mapped[int]
    coefficient: Mapped[Decimal | None] = mapped_column(sa.Numeric(8, 3))
    base_salary: Mapped[int | None] = mapped_column(sa.BigInteger)
    #: Integer đồng; None: no statutory prize is known.
    prize: Mapped[int | None] = mapped_column(sa.BigInteger)
    prize_note: Mapped[str] = mapped_column(sa.String(300), default="")
    state: Mapped[str] = mapped_column(sa.String(10), default="valid")
    changed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("decision.id"))
    #: Set when an award it rested on was revoked: somebody has to look again.
    flagged_reason: Mapped[str] = mapped_column(sa.String(300), default="")
    presented_on: Mapped[dt.date | None]

    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id])
    nominating_unit: Mapped[Unit] = relationship(foreign_keys=[nominating_unit_id])
    event: Mapped[Event | None] = relationship()
    decision: Mapped[Decision] = relationship(foreign_keys=[decision_id])
    changed_by: Mapped[Decision | None] = relationship(foreign_keys=[changed_by_id])
    nomination: Mapped[Nomination] = relationship()


class RecoveryTask(Keyed, Stamped, Versioned, Model):
    """Something to get back after a revocation: the certificate or the money (Luật Thi đua, khen thưởng, Điều 93)."""

    __tablename__ = "recovery_task"
    __table_args__ = (one_of("what", ("object", "money"), name="what"),)

    award_id: Mapped[int] = mapped_column(sa.ForeignKey("award.id"), index=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    what: Mapped[str] = mapped_column(sa.String(10))
    amount: Mapped[int | None] = mapped_column(sa.BigInteger)
    done_on: Mapped[dt.date | None]
    note: Mapped[str] = mapped_column(sa.String(300), default="")

    award: Mapped[Award] = relationship()
