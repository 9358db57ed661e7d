"""News: notices shown in the product, mail waiting to leave, and repeated requests that get their first answer."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.models.base import Keyed, Model, Row, Stamped, UTCDateTime


class Notice(Keyed, Stamped, Model):
    """A line under somebody's bell. ``code`` and ``params`` become words at the door."""

    __tablename__ = "notice"
    __table_args__ = (sa.Index("ix_notice_user_read", "user_id", "read_at", "id"),)

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    code: Mapped[str] = mapped_column(sa.String(60))
    params: Mapped[dict[str, object]] = mapped_column(sa.JSON, default=dict)
    #: What it is about, for the link: ``nomination:<key>``
    object: Mapped[str] = mapped_column(sa.String(120), default="")
    read_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)


class OutboxRow(Row, Stamped, Model):
    """Something that leaves after the act is committed. One row, one recipient."""

    __tablename__ = "outbox"
    __table_args__ = (sa.Index("ix_outbox_waiting", "sent_at", "parked_at", "due_at"),)

    kind: Mapped[str] = mapped_column(sa.String(20))
    payload: Mapped[dict[str, object]] = mapped_column(sa.JSON)
    due_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    parked_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    last_error: Mapped[str] = mapped_column(sa.String(300), default="")


class IdempotencyRow(Model):
    """A creating request that was answered: a repeat gets the same answer, another body under the same key a 409."""

    __tablename__ = "idempotency"

    key: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    route: Mapped[str] = mapped_column(sa.String(120))
    digest: Mapped[str] = mapped_column(sa.String(64))
    status: Mapped[int | None]
    location: Mapped[str | None] = mapped_column(sa.String(500))
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime, index=True)


class Counter(Model):
    """The last number given in a series, e.g. receipts of a unit's year."""

    __tablename__ = "counter"

    name: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    value: Mapped[int]


class JobRun(Model):
    """When a periodic job last ran, and the lock that keeps it single."""

    __tablename__ = "job_run"

    name: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    started_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    finished_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    last_error: Mapped[str] = mapped_column(sa.String(300), default="")
