"""What it does every hour."""

from __future__ import annotations

from core.sdk import Desk
from well_behaved.models import Note


def count(desk: Desk) -> None:
    """One word an hour and unit."""
    desk.add(Note(unit_id=desk.unit.id, word=f"giờ {desk.now.isoformat()}"))
