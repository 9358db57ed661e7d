"""Events: what an organiser opens for a window of days, with phases, awards on offer, invited units and tasks."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.models.base import Keyed, Model, Row, Stamped, UTCDateTime, Versioned, one_of
from core.models.unit import Unit

#: The phases of an event in their order: receive dossiers, appraise, council, publish.
PHASES = ("receive", "appraise", "council", "publish")


class Event(Keyed, Stamped, Versioned, Model):
    """One round of honours. ``key`` is its slug in addresses."""

    __tablename__ = "event"
    __table_args__ = (
        one_of("state", ("draft", "announced", "closed"), name="state"),
        sa.CheckConstraint("window_to >= window_from", name="window"),
    )

    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(300))
    short_title: Mapped[str] = mapped_column(sa.String(80))
    folded: Mapped[str] = mapped_column(sa.String(600))
    #: Code of the catalogue's ``event_kinds``.
    kind: Mapped[str] = mapped_column(sa.String(40))
    #: Code of the catalogue's commendation types (loại hình), e.g. ``phong_trao_chuyen_de``.
    commendation_type: Mapped[str] = mapped_column(sa.String(40))
    state: Mapped[str] = mapped_column(sa.String(20), default="draft")
    summary: Mapped[str] = mapped_column(sa.Text, default="")
    #: ``[{"number", "issuer", "date", "title"}]`` from the highest to the nearest document.
    legal_basis: Mapped[list[dict[str, str]]] = mapped_column(sa.JSON, default=list)
    #: ``["…"]``
    themes: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    #: ``[{"text", "is_mandatory"}]``
    slogans: Mapped[list[dict[str, object]]] = mapped_column(sa.JSON, default=list)
    window_from: Mapped[dt.date]
    window_to: Mapped[dt.date]
    #: Unknown stays unknown: the screen says so and asks.
    report_due_on: Mapped[dt.date | None]
    report_to: Mapped[str] = mapped_column(sa.String(200), default="")
    copied_from_id: Mapped[int | None] = mapped_column(sa.ForeignKey("event.id"))
    #: Is the public roll of this event shown to people without an account?
    is_roll_public: Mapped[bool] = mapped_column(default=False)
    is_demo: Mapped[bool] = mapped_column(default=False)

    unit: Mapped[Unit] = relationship()
    phases: Mapped[list[EventPhase]] = relationship(
        back_populates="event", order_by="EventPhase.position", cascade="all, delete-orphan"
    )
    awards: Mapped[list[EventAward]] = relationship(
        back_populates="event", order_by="EventAward.position", cascade="all, delete-orphan"
    )
    invited: Mapped[list[EventUnit]] = relationship(back_populates="event", cascade="all, delete-orphan")
    tasks: Mapped[list[EventTask]] = relationship(
        back_populates="event", order_by="EventTask.position", cascade="all, delete-orphan"
    )


class EventPhase(Row, Model):
    """A stretch of time that opens and closes by itself: both instants belong to it."""

    __tablename__ = "event_phase"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "phase"),
        one_of("phase", PHASES, name="phase"),
        sa.CheckConstraint("closes_at >= opens_at", name="order"),
    )

    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    phase: Mapped[str] = mapped_column(sa.String(20))
    position: Mapped[int]
    opens_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    closes_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)

    event: Mapped[Event] = relationship(back_populates="phases")


class EventAward(Row, Model):
    """An award type on offer in an event, with its quotas (None: no quota)."""

    __tablename__ = "event_award"
    __table_args__ = (sa.UniqueConstraint("event_id", "award_code"),)

    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    award_code: Mapped[str] = mapped_column(sa.String(40))
    position: Mapped[int] = mapped_column(default=0)
    quota_total: Mapped[int | None]
    quota_per_unit: Mapped[int | None]
    note: Mapped[str] = mapped_column(sa.String(300), default="")

    event: Mapped[Event] = relationship(back_populates="awards")


class EventUnit(Row, Model):
    """A unit invited to nominate in an event: the denominator of "14/23 đơn vị đã gửi"."""

    __tablename__ = "event_unit"
    __table_args__ = (sa.UniqueConstraint("event_id", "unit_id"), sa.Index("ix_event_unit_unit_id", "unit_id"))

    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))

    event: Mapped[Event] = relationship(back_populates="invited")
    unit: Mapped[Unit] = relationship()


class EventTask(Keyed, Versioned, Model):
    """Dated work given to a unit by the plan: ``lead`` chủ trì, ``assist`` phối hợp, ``suggest`` đề nghị."""

    __tablename__ = "event_task"
    __table_args__ = (
        one_of("part", ("lead", "assist", "suggest"), name="part"),
        one_of("status", ("open", "doing", "done", "dropped"), name="status"),
    )

    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    part: Mapped[str] = mapped_column(sa.String(20))
    content: Mapped[str] = mapped_column(sa.Text)
    output: Mapped[str] = mapped_column(sa.String(300), default="")
    due_on: Mapped[dt.date | None]
    status: Mapped[str] = mapped_column(sa.String(20), default="open")
    note: Mapped[str] = mapped_column(sa.Text, default="")

    event: Mapped[Event] = relationship(back_populates="tasks")
    unit: Mapped[Unit] = relationship()
