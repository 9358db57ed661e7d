"""Tables of our own: named places where people are helped, and the states of paper slips. Nothing about a citizen."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from core.sdk.models import Keyed, Mapped, Model, Row, mapped_column, one_of, unit_fk
from plugins.vneid_guidance.domain import POINT_KINDS
from plugins.vneid_guidance.models_official import Evidence as Evidence
from plugins.vneid_guidance.models_official import OfficialFigure as OfficialFigure


class GuidancePoint(Keyed, Model):
    """A place where a team helps people. ``key`` stands in the counted entries."""

    __tablename__ = "vneid_guidance__point"
    __table_args__ = (
        sa.UniqueConstraint("unit_id", "name"),
        one_of("kind", tuple(code for code, _ in POINT_KINDS), name="kind"),
    )

    unit_id: Mapped[int] = unit_fk()
    name: Mapped[str] = mapped_column(sa.String(80))
    kind: Mapped[str] = mapped_column(sa.String(12))
    is_closed: Mapped[bool] = mapped_column(default=False)


class Slip(Row, Model):
    """A paper slip by its code: who holds it is nobody's business but theirs. Deleted after ninety days."""

    __tablename__ = "vneid_guidance__slip"
    __table_args__ = (
        sa.UniqueConstraint("unit_id", "code"),
        one_of("state", ("referred", "done", "lapsed"), name="state"),
    )

    unit_id: Mapped[int] = unit_fk()
    code: Mapped[str] = mapped_column(sa.String(5))
    state: Mapped[str] = mapped_column(sa.String(10), default="referred")
    #: Only to know when to delete it: a day, no hour.
    given_on: Mapped[dt.date]
