"""A table that takes each word once."""

from __future__ import annotations

import sqlalchemy as sa

from core.sdk.models import Mapped, Model, Row, mapped_column, unit_fk


class Once(Row, Model):
    """A word, once."""

    __tablename__ = "poisons_session__once"
    __table_args__ = (sa.UniqueConstraint("word"),)

    unit_id: Mapped[int] = unit_fk()
    word: Mapped[str] = mapped_column(sa.String(80))
