"""Adding a newer dated version of an award type: what it takes over, and what forbids it.

The merge itself is ``core.domain.catalog_merge``; a version in use is never edited, only closed by a newer one.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from core.domain.catalog_check import check
from core.domain.catalog_merge import Added, merge
from core.domain.catalog_reading import as_day, as_day_or_none
from core.domain.catalog_terms import Data
from core.domain.errors import Objection, Refused

#: Taken over from the version before it; dates, regimes, confidence and sources never are.
INHERITED = ("authority", "coef", "coef_is_max", "vote", "dossier", "consult", "eligibility_override", "route")


def new_entry(data: Data, award_code: str, changes: Data) -> dict[str, Any]:
    """A whole version entry: that of the newest version with ``changes`` (in the catalogue's words) laid over it.

    Confidence is C, shown as "cần kiểm tra", unless ``changes`` says better. Raises ``Refused("no_award_type")``.
    """
    last = _versions(data, award_code)[-1]
    kept = {key: copy.deepcopy(last[key]) for key in INHERITED if key in last}
    return {**kept, "conf": "C", **copy.deepcopy(dict(changes))}


def check_addition(
    shipped: Data, existing: Iterable[Added], new: Added, *, in_use_until: date | None = None
) -> dict[str, Any]:
    """The merged data with ``new`` in it, when it may join.

    ``in_use_until`` is the last day on which a dossier was received under this award type. Raises ``Refused`` with
    every reason: no_award_type, version_without_source, version_in_use (it begins on or before that day),
    version_overlaps (it begins on or before a version that exists), version_gap, no_regime, catalog_fault (``where``,
    ``fault`` and ``what``).
    """
    before = merge(shipped, existing)
    last = _versions(before, new.award_code)[-1]
    begins, ends = as_day(last["from"]), as_day_or_none(last["to"])
    span: dict[str, object] = {"day": new.from_on, "begins": begins, "ends": ends}
    reasons = []
    if not new.source.strip():
        reasons.append(Objection("version_without_source", field="source"))
    if in_use_until is not None and new.from_on <= in_use_until:
        reasons.append(Objection("version_in_use", {"day": in_use_until}, field="from_on"))
    if new.from_on <= begins:
        reasons.append(Objection("version_overlaps", span, field="from_on"))
    elif ends is not None and new.from_on > ends + timedelta(days=1):
        reasons.append(Objection("version_gap", span, field="from_on"))
    if not any(_is_on(regime, new.from_on) for regime in shipped["regimes"]):
        reasons.append(Objection("no_regime", {"day": new.from_on}, field="from_on"))
    if reasons:
        raise Refused.because(reasons)
    merged = merge(before, [new])
    faults = [Objection("catalog_fault", {"where": f.where, "fault": f.code, "what": f.message}) for f in check(merged)]
    if faults:
        raise Refused.because(faults)
    return merged


def _versions(data: Data, award_code: str) -> list[Data]:
    for award in data["award_types"]:
        if award["id"] == award_code:
            return list(award["versions"])
    raise Refused("no_award_type", award=award_code)


def _is_on(entry: Data, day: date) -> bool:
    end = as_day_or_none(entry["to"])
    return as_day(entry["from"]) <= day and (end is None or day <= end)
