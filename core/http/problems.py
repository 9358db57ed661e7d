"""From a refusal to an HTTP status: one table for both doors."""

from __future__ import annotations

from core.domain.errors import Refused

STATUS = {
    "refused": 422,
    "conflict": 409,
    "missing": 404,
    "forbidden": 403,
    "bad_input": 400,
    "too_large": 413,
    "busy": 503,
    "disk_full": 507,
}


def status_of(refused: Refused) -> int:
    """The status that answers this refusal."""
    return STATUS[refused.kind]
