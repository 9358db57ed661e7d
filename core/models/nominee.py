"""Nominees: persons, collectives and households in one table, so that one index finds who was put forward before."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.models.base import Keyed, Model, Stamped, Versioned, one_of
from core.models.unit import Unit

KINDS = ("individual", "collective", "household")


class Nominee(Keyed, Stamped, Versioned, Model):
    """Who can be honoured. No identity number, no card image: the product has no need of them."""

    __tablename__ = "nominee"
    __table_args__ = (
        one_of("kind", KINDS, name="kind"),
        sa.Index("ix_nominee_unit_kind_name", "unit_id", "kind", "name_key"),
        sa.Index("ix_nominee_folded", "folded"),
    )

    kind: Mapped[str] = mapped_column(sa.String(20))
    #: The unit that keeps the record.
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    #: Full name; a collective's name; a household's head ("Hộ ông Nguyễn Văn A").
    name: Mapped[str] = mapped_column(sa.String(200))
    name_key: Mapped[str] = mapped_column(sa.String(400))
    folded: Mapped[str] = mapped_column(sa.String(400))
    #: Birth date where the report form asks for it; never public, and only the year tells namesakes apart.
    born_on: Mapped[dt.date | None]
    birth_year: Mapped[int | None]
    gender: Mapped[str | None] = mapped_column(sa.String(10))
    position: Mapped[str] = mapped_column(sa.String(200), default="")
    workplace: Mapped[str] = mapped_column(sa.String(200), default="")
    #: Village or street; shown to staff only.
    place: Mapped[str] = mapped_column(sa.String(200), default="")
    phone: Mapped[str] = mapped_column(sa.String(30), default="")
    #: Number of people of a collective or household, and how many are women (a tie-break hint of NĐ 152/2025 Điều 4).
    head_count: Mapped[int | None]
    women_count: Mapped[int | None]
    #: The account of this person, where there is one (conflicts of interest).
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    #: The unit that this collective is, where it is one of ours.
    as_unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"))

    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id])


class Achievement(Keyed, Stamped, Versioned, Model):
    """What an award is for. One achievement, one form of award (Luật Thi đua, khen thưởng, Điều 5)."""

    __tablename__ = "achievement"
    __table_args__ = (sa.Index("ix_achievement_folded", "folded"),)

    nominee_id: Mapped[int] = mapped_column(sa.ForeignKey("nominee.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(300))
    folded: Mapped[str] = mapped_column(sa.String(600))
    period_from: Mapped[dt.date | None]
    period_to: Mapped[dt.date | None]
    result: Mapped[str] = mapped_column(sa.Text, default="")
    figures: Mapped[str] = mapped_column(sa.Text, default="")
    effect: Mapped[str] = mapped_column(sa.Text, default="")

    nominee: Mapped[Nominee] = relationship()
