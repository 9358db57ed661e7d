"""The ledger of official figures, and which dossiers our figures speak in. Rows are added; a figure is never edited."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from core.sdk.models import (
    Keyed,
    Mapped,
    Model,
    Row,
    UTCDateTime,
    mapped_column,
    nomination_fk,
    one_of,
    unit_fk,
    user_fk,
)

STATES = ("entered", "confirmed", "refused", "replaced", "reversed")


class OfficialFigure(Keyed, Model):
    """What the police say of an area on a day: one version. A correction is a further version of the same day.

    ``unit_id`` is the area (a commune), ``office_id`` the unit whose officer entered it. A figure that was not given is
    NULL and never 0.
    """

    __tablename__ = "vneid_guidance__official_figure"
    __table_args__ = (
        sa.UniqueConstraint("unit_id", "as_of", "version"),
        one_of("state", STATES, name="state"),
        sa.CheckConstraint("confirmed_by_id <> entered_by_id", name="two_persons"),
        sa.CheckConstraint("activated <= collected", name="activated_within_collected"),
        sa.CheckConstraint("collected <= eligible", name="collected_within_eligible"),
        sa.Index("ix_vneid_guidance__official_figure_office", "office_id", "as_of"),
    )

    unit_id: Mapped[int] = unit_fk()
    office_id: Mapped[int] = unit_fk()
    as_of: Mapped[dt.date]
    version: Mapped[int]
    state: Mapped[str] = mapped_column(sa.String(10), default="entered")
    eligible: Mapped[int | None]
    collected: Mapped[int | None]
    activated: Mapped[int | None]
    insured: Mapped[int | None]
    health_books: Mapped[int | None]
    social_accounts: Mapped[int | None]
    signatures: Mapped[int | None]
    ready: Mapped[int | None]
    #: Number and symbol of the paper that the figures were taken from.
    document: Mapped[str] = mapped_column(sa.String(120))
    #: Why a cumulative figure fell, or why an earlier version was wrong.
    reason: Mapped[str] = mapped_column(sa.String(300), default="")
    entered_by_id: Mapped[int | None] = user_fk()
    entered_by: Mapped[str] = mapped_column(sa.String(120))
    entered_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    confirmed_by_id: Mapped[int | None] = user_fk()
    confirmed_by: Mapped[str] = mapped_column(sa.String(120), default="")
    confirmed_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    #: Who refused or reversed it, when and why.
    ended_by: Mapped[str] = mapped_column(sa.String(120), default="")
    ended_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    ended_why: Mapped[str] = mapped_column(sa.String(300), default="")


class Evidence(Row, Model):
    """A dossier that was sent with figures of a unit: so that the counting team sees that they are in use."""

    __tablename__ = "vneid_guidance__evidence"
    __table_args__ = (sa.UniqueConstraint("nomination_id", "unit_id"),)

    #: The unit whose figures speak.
    unit_id: Mapped[int] = unit_fk(index=True)
    nomination_id: Mapped[int] = nomination_fk()
    first_on: Mapped[dt.date]
    last_on: Mapped[dt.date]
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
