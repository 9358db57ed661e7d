"""Checks of what should not be held at all."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from core.domain.privacy import holds_identity_number
from core.models import Achievement, Nomination, Nominee
from core.services.doctor_base import Finding, Patient, check

_MOST = 50


@check("privacy.id_number_in_text")
def no_identity_numbers(patient: Patient) -> Iterator[Finding]:
    """No free text holds what looks like an identity number: the product has no need of one."""
    a, n, p = Achievement, Nomination, Nominee
    found = 0
    for noun, query in (
        ("achievement", sa.select(a.key, a.title, a.result, a.figures, a.effect)),
        ("nomination", sa.select(n.key, n.citation, n.consent_note)),
        ("nominee", sa.select(p.key, p.name, p.position, p.workplace, p.place)),
    ):
        for key, *texts in patient.session.execute(query.execution_options(yield_per=5000)):
            if any(holds_identity_number(text) for text in texts if text):
                yield Finding("privacy.id_number_in_text", f"{noun}:{key}", "looks like an identity number", "warn")
                found += 1
                if found >= _MOST:
                    return
