"""The audit chain: one line an act, hashed to the line before; payloads apart, so that personal data can be erased."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.models.base import Model, UTCDateTime


class AuditLine(Model):
    """One link. Append-only: triggers refuse UPDATE, DELETE and REPLACE on both engines."""

    __tablename__ = "audit"

    seq: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime, index=True)
    actor: Mapped[str] = mapped_column(sa.String(80))
    role: Mapped[str] = mapped_column(sa.String(120))
    unit: Mapped[str] = mapped_column(sa.String(60), index=True)
    action: Mapped[str] = mapped_column(sa.String(60))
    object: Mapped[str] = mapped_column(sa.String(120), index=True)
    payload_hash: Mapped[str] = mapped_column(sa.String(64))
    prev: Mapped[str] = mapped_column(sa.String(64))
    h: Mapped[str] = mapped_column(sa.String(64))


class AuditPayload(Model):
    """What the line is about, salted: erasing it leaves the chain whole."""

    __tablename__ = "audit_payload"

    seq: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer, "sqlite"),
        sa.ForeignKey("audit.seq"),
        primary_key=True,
        autoincrement=False,
    )
    salt: Mapped[str] = mapped_column(sa.String(32))
    json: Mapped[str | None] = mapped_column(sa.Text)


class AuditHead(Model):
    """The one row that appends lock: no forks."""

    __tablename__ = "audit_head"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(sa.BigInteger)
    h: Mapped[str] = mapped_column(sa.String(64))
