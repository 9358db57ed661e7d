"""Consent to be named in public, given or withdrawn after the decision; the public page follows at once.

Silence is no consent, and a withdrawal is carried out when it is recorded (Luật 91/2025/QH15).
"""

from __future__ import annotations

from core.domain.errors import Forbidden, Refused, Stale
from core.models import Award, Nomination
from core.services import audit, reach, register
from core.services.context import Context

#: What can be recorded once somebody is honoured, from what it stood at.
ANSWERS = ("given", "refused", "withdrawn")


def record(ctx: Context, award_key: str, answer: str, *, note: str = "", expected_version: int | None = None) -> Award:
    """Record the honouree's answer and return the entry.

    Raises ``Forbidden`` unless the actor stands on the nominating side or is the secretary, ``Stale`` when somebody
    recorded another answer meanwhile, ``Refused``: bad_consent, consent_unchanged, consent_not_given.
    """
    ctx.require("register.consent")
    award = reach.registered(ctx, award_key)
    row = ctx.session.get_one(Nomination, award.nomination_id, with_for_update=True, populate_existing=True)
    if not register.may_set_consent(ctx, award, row):
        raise Forbidden("register.consent")
    if answer not in ANSWERS:
        raise Refused("bad_consent")
    if expected_version is not None and row.version != expected_version:
        raise Stale(theirs={"answer": row.consent, "note": row.consent_note})
    if row.consent == answer:
        raise Refused("consent_unchanged")
    if answer == "withdrawn" and row.consent != "given":
        raise Refused("consent_not_given")
    old = row.consent
    row.consent, row.consent_on, row.consent_note = answer, ctx.today, note
    audit.note(ctx, "consent.record", f"award:{award.key}", old=old, new=answer, note=note)
    ctx.session.flush()
    return award
