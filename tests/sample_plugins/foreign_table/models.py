"""A table that looks like the core's."""

from __future__ import annotations

from core.sdk.models import Mapped, Model, Row, unit_fk


class Extra(Row, Model):
    """Where it has no business."""

    __tablename__ = "event_extra"

    unit_id: Mapped[int] = unit_fk()
