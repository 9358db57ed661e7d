"""Units: the tree of offices, villages, schools and firms, with the names they once had."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.models.base import Keyed, Model, Row, Stamped, Versioned


class Unit(Keyed, Stamped, Versioned, Model):
    """A node of the unit tree. ``key`` is its slug in addresses and never changes, even when the unit is renamed."""

    __tablename__ = "unit"

    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    #: ``/1/4/``: ids of all upper units and its own, so that "below" is a prefix.
    path: Mapped[str] = mapped_column(sa.String(200), index=True, default="")
    #: Code of the catalogue's ``unit_kinds``.
    kind: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[str] = mapped_column(sa.String(200))
    short_name: Mapped[str] = mapped_column(sa.String(80))
    sort_key: Mapped[str] = mapped_column(sa.String(400), index=True)
    folded: Mapped[str] = mapped_column(sa.String(400))
    is_external: Mapped[bool] = mapped_column(default=False)
    closed_on: Mapped[dt.date | None]
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"))

    parent: Mapped[Unit | None] = relationship(foreign_keys=[parent_id], remote_side="Unit.id")
    aliases: Mapped[list[UnitAlias]] = relationship(back_populates="unit", order_by="UnitAlias.id")


class UnitAlias(Row, Stamped, Model):
    """A name the unit had or is also known by; ``reason``: ``alias``, ``rename`` or ``merge``."""

    __tablename__ = "unit_alias"

    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    folded: Mapped[str] = mapped_column(sa.String(400), index=True)
    reason: Mapped[str] = mapped_column(sa.String(20))
    until_on: Mapped[dt.date | None]
    ground: Mapped[str | None] = mapped_column(sa.String(300))

    unit: Mapped[Unit] = relationship(back_populates="aliases")
