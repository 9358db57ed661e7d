"""The doctor: every data invariant, each a small read-only function, run together."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core.models import Nominee, User
from core.services import (
    doctor_ballots,
    doctor_files,
    doctor_house,
    doctor_plugins,
    doctor_privacy,
    doctor_records,
)
from core.services.doctor_base import CHECKS, Finding, Patient

#: Level 2 of NĐ 85/2016 ends at 10,000 persons; we speak up before.
PERSONS_WARNED_AT = 9_000

__all__ = ["CHECKS", "PERSONS_WARNED_AT", "Finding", "Patient", "count_persons", "examine"]

_PARTS = (doctor_ballots, doctor_files, doctor_house, doctor_plugins, doctor_privacy, doctor_records)


def examine(patient: Patient) -> list[Finding]:
    """All findings of all checks, by name of the check. An empty list: healthy."""
    return [finding for name in sorted(CHECKS) for finding in CHECKS[name](patient)]


def count_persons(session: Session) -> int:
    """Persons whose data this installation holds: accounts and individual nominees."""
    accounts = session.scalar(sa.select(sa.func.count()).select_from(User)) or 0
    persons = sa.select(sa.func.count()).select_from(Nominee).where(Nominee.kind == "individual")
    return accounts + (session.scalar(persons) or 0)
