"""Where our figures speak: which dossiers were sent with a unit's figures, so that its team knows they are in use."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from core.sdk import Desk, SentFigures, Window
from plugins.vneid_guidance.domain import TURNS
from plugins.vneid_guidance.models_official import Evidence


@dataclass(frozen=True, slots=True)
class Used:
    """How many dossiers hold figures of a unit, and the days that they are about."""

    dossiers: int
    window: Window


def remember(desk: Desk, nomination_id: int, new: str, at: dt.datetime) -> None:
    """Keep that a dossier was sent with our figures, forget it when it is withdrawn. A repeat changes nothing."""
    if new not in ("submitted", "withdrawn"):
        return
    desk.execute(sa.delete(Evidence).where(Evidence.nomination_id == nomination_id))
    sent = desk.sent_figures(nomination_id) if new == "submitted" else None
    if sent is None:
        return
    for unit_id in sorted(_units(desk, sent)):
        row = Evidence(nomination_id=nomination_id, unit_id=unit_id, at=at)
        row.first_on, row.last_on = sent.window.first, sent.window.last
        desk.add(row)


def _units(desk: Desk, sent: SentFigures) -> frozenset[int]:
    """The units whose sheets the figures were read from."""
    book = desk.tallies
    if sent.account_id is not None:
        return book.of_person(sent.account_id, book.below(desk.unit.id), sent.window).units
    if sent.as_unit_id is not None:
        return book.totals(book.below(sent.as_unit_id), sent.window, codes=[TURNS]).units
    return frozenset()


def of_unit(desk: Desk, unit_id: int, day: dt.date | None = None) -> Used | None:
    """What dossiers say with figures of a unit, or of one of its days; None where none does. Nobody is named."""
    e = Evidence
    query = sa.select(sa.func.count(e.id), sa.func.min(e.first_on), sa.func.max(e.last_on)).where(e.unit_id == unit_id)
    if day is not None:
        query = query.where(e.first_on <= day, e.last_on >= day)
    dossiers, first, last = desk.execute(query).one()
    return Used(dossiers, Window(first, last)) if dossiers else None
