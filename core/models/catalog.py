"""What administrators add to the shipped catalogue: newer dated versions of award types, and days of the calendar."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.models.base import Keyed, Model, Stamped, Versioned, one_of


class CatalogVersion(Keyed, Stamped, Model):
    """A newer version of an award type, as the catalogue writes one. Added, never edited."""

    __tablename__ = "catalog_version"
    __table_args__ = (sa.UniqueConstraint("award_code", "from_on"),)

    award_code: Mapped[str] = mapped_column(sa.String(40))
    from_on: Mapped[dt.date]
    data: Mapped[dict[str, object]] = mapped_column(sa.JSON)
    source: Mapped[str] = mapped_column(sa.String(400))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    added_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))


class CalendarDay(Stamped, Versioned, Model):
    """A day off or a Saturday worked, beside or against the shipped calendar."""

    __tablename__ = "calendar_day"
    __table_args__ = (one_of("kind", ("off", "worked", "normal"), name="kind"),)

    day: Mapped[dt.date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(10))
    name: Mapped[str] = mapped_column(sa.String(120))
    source: Mapped[str] = mapped_column(sa.String(300), default="")


class CalendarYear(Stamped, Model):
    """A year whose days off an administrator has compared with the announcement: time limits in it are certain."""

    __tablename__ = "calendar_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(sa.String(300))
    confirmed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
