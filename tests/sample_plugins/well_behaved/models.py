"""One table: what was noted, by unit."""

from __future__ import annotations

import sqlalchemy as sa

from core.sdk.models import Mapped, Model, Row, mapped_column, unit_fk


class Note(Row, Model):
    """A noted word."""

    __tablename__ = "well_behaved__note"
    __table_args__ = (sa.UniqueConstraint("unit_id", "word"),)

    unit_id: Mapped[int] = unit_fk()
    word: Mapped[str] = mapped_column(sa.String(80))
