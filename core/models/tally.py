"""Counted figures: a sheet for each team, plugin and day, and rows that are added and reversed, never edited."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.models.base import Keyed, Model, Row, UTCDateTime, Versioned, one_of
from core.models.unit import Unit
from core.models.user import User


class TallySheet(Keyed, Versioned, Model):
    """What one unit counted on one day for one plugin, and where it stands: counted, sent, approved, locked."""

    __tablename__ = "tally_sheet"
    __table_args__ = (
        sa.UniqueConstraint("unit_id", "plugin", "day"),
        one_of("state", ("draft", "submitted", "returned", "approved", "locked"), name="state"),
        sa.Index("ix_tally_sheet_plugin_day", "plugin", "day", "unit_id"),
    )

    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    plugin: Mapped[str] = mapped_column(sa.String(24))
    day: Mapped[dt.date]
    state: Mapped[str] = mapped_column(sa.String(12), default="draft")
    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    submitted_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    submitted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    approved_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    locked_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    locked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    #: Why it was given back.
    note: Mapped[str] = mapped_column(sa.String(500), default="")

    unit: Mapped[Unit] = relationship()
    approved_by: Mapped[User | None] = relationship(foreign_keys=[approved_by_id])
    submitted_by: Mapped[User | None] = relationship(foreign_keys=[submitted_by_id])


class TallyLock(Row, Model):
    """A closed period: the days between, both included, take no new rows in the unit and in all units below it."""

    __tablename__ = "tally_lock"
    __table_args__ = (
        sa.UniqueConstraint("unit_id", "plugin", "first_on", "last_on"),
        sa.CheckConstraint("last_on >= first_on", name="period"),
    )

    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    plugin: Mapped[str] = mapped_column(sa.String(24))
    first_on: Mapped[dt.date]
    last_on: Mapped[dt.date]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class Tally(Row, Model):
    """One counted entry. Append-only: a correction is a row that reverses another and, if need be, a new one.

    For one sheet and indicator, taps and a day total are alternatives, never a sum. ``quantity`` is never 0 by
    accident: nothing recorded means no row.
    """

    __tablename__ = "tally"
    __table_args__ = (
        # the device makes it: a resend finds its own row
        sa.UniqueConstraint("unit_id", "client_id"),
        # a row is reversed once
        sa.UniqueConstraint("reverses_id"),
        one_of("source", ("tap", "day_total", "paper", "import"), name="source"),
        sa.CheckConstraint("quantity >= 0", name="quantity"),
        sa.Index("ix_tally_sheet", "sheet_id", "indicator"),
        sa.Index("ix_tally_recorded_by", "recorded_by_id", "plugin", "day"),
        sa.Index("ix_tally_unit_plugin_day", "unit_id", "plugin", "day"),
    )

    client_id: Mapped[str] = mapped_column(sa.String(36))
    sheet_id: Mapped[int] = mapped_column(sa.ForeignKey("tally_sheet.id"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    plugin: Mapped[str] = mapped_column(sa.String(24))
    indicator: Mapped[str] = mapped_column(sa.String(20))
    day: Mapped[dt.date]
    quantity: Mapped[int]
    source: Mapped[str] = mapped_column(sa.String(12))
    #: Code of a place of the plugin's own; empty: not said.
    place: Mapped[str] = mapped_column(sa.String(40), default="")
    #: Codes of the plugin's own about this entry (kind of paper, outcome, blocker); nothing about a person.
    detail: Mapped[dict[str, object]] = mapped_column(sa.JSON, default=dict)
    reverses_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tally.id"))
    #: Why: over the soft cap, outside the window, a correction.
    reason: Mapped[str] = mapped_column(sa.String(300), default="")
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    #: When the device says it happened; the server's own clock is ``at``.
    claimed_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime)

    sheet: Mapped[TallySheet] = relationship()
