"""Where our figures speak: which dossiers were sent with a unit's figures, so that its team knows they are in use."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from core.sdk import Desk, Window
from plugins.vneid_guidance.models_official import Evidence


@dataclass(frozen=True, slots=True)
class Used:
    """How many dossiers hold figures of a unit, and the days that they are about."""

    dossiers: int
    window: Window


def remember(desk: Desk, nomination_id: int, new: str, at: dt.datetime) -> None:
    """Keep that a dossier was sent with our figures, forget it when it is withdrawn. A repeat changes nothing."""
    e = Evidence
    if new == "withdrawn":
        desk.execute(sa.delete(e).where(e.nomination_id == nomination_id))
        return
    sent = desk.sent_figures(nomination_id) if new == "submitted" else None
    if sent is None:
        return
    unit_id = sent.as_unit_id or sent.unit_id
    row = desk.scalar(sa.select(e).where(e.nomination_id == nomination_id, e.unit_id == unit_id))
    if row is None:
        row = Evidence(nomination_id=nomination_id, unit_id=unit_id, at=at)
        row.first_on, row.last_on = sent.window.first, sent.window.last
        desk.add(row)
    else:
        row.first_on, row.last_on, row.at = sent.window.first, sent.window.last, at
        desk.flush()


def of_unit(desk: Desk, unit_id: int) -> Used | None:
    """What dossiers say with figures of a unit; None where none does. Who is put forward is not told."""
    e = Evidence
    dossiers, first, last = desk.execute(
        sa.select(sa.func.count(e.id), sa.func.min(e.first_on), sa.func.max(e.last_on)).where(e.unit_id == unit_id)
    ).one()
    return Used(dossiers, Window(first, last)) if dossiers else None
