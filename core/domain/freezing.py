"""The frozen copy of the rules that a dossier was received under, and its hash.

It is read for years after the catalogue moved on, so it is plain JSON data, complete in itself, and never edited.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING

from core.domain.catalog_terms import AwardType, AwardVersion, Consultation, Deadline, EligibilityRule, Part
from core.domain.errors import Refused
from core.domain.voting import VoteRule

if TYPE_CHECKING:
    from core.domain.catalog import Catalog

#: Format of what ``freeze`` gives; readers of old dossiers look at it.
FROZEN_FORMAT = 1


def freeze(
    catalog: Catalog,
    code: str,
    day: date,
    *,
    kind: str,
    ctype: str,
    level: str | None = None,
    overlays: Collection[str] = (),
) -> dict[str, object]:
    """Everything that holds for one dossier received on ``day``, as JSON-able data that needs no catalogue to read.

    ``level`` is that of the handling unit (None: the lowest that may sign). Grounds name sources by code; ``sources``
    says what each one is. Raises ``Refused``: no_regime, no_award_type, no_award_version, kind_not_offered,
    type_not_offered.
    """
    award, version = catalog.award_type(code), catalog.award_version(code, day)
    _refuse_mismatch(catalog, award, day, kind=kind, ctype=ctype)
    parts = catalog.dossier_parts_for(code, day, kind=kind, ctype=ctype, overlays=overlays)
    report = next((p.report for p in parts if p.report), None)
    rule = catalog.vote_rules[version.vote]
    limits = catalog.deadlines_for(code, day, ctype=ctype, level=level, overlays=overlays)
    frozen: dict[str, object] = {
        "format": FROZEN_FORMAT,
        "catalog_version": catalog.version,
        "day": day.isoformat(),
        "kind": kind,
        "needs_check": version.needs_check,
        "regime": _regime(catalog, day),
        "award": _award(award, day),
        "version": _version(version, kind),
        "type": _type(catalog, ctype),
        "authorities": [_authority(catalog, a) for a in version.authorities],
        "vote": None if rule is None else rule.to_dict(),
        "quorum": _quorum(catalog),
        "parts": [_part(p) for p in parts],
        "report": None if report is None else _report(catalog, report),
        "eligibility": [_rule(catalog.eligibility_rules[r]) for r in version.eligibility],
        "constraints": _constraints(catalog, day),
        "deadlines": [_deadline(d) for d in limits],
        "consultation": _consultation(catalog.consultations[version.consult]),
    }
    known = catalog.reader.sources
    frozen["sources"] = {c: {"what": known[c].what, "url": known[c].url} for c in sorted(_sources_in(frozen))}
    return frozen


def hash_frozen(frozen: Mapping[str, object]) -> str:
    """SHA-256 of the canonical form (sorted keys, no spaces, UTF-8), in hex: equal for equal rules.

    Raises ``ValueError`` for a float: no figure of a rule may depend on how a machine rounds.
    """
    _refuse_floats(frozen)
    canonical = json.dumps(frozen, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def frozen_vote_rule(frozen: Mapping[str, object]) -> VoteRule | None:
    """The vote rule of a frozen dossier; None: no vote is taken."""
    rule = frozen.get("vote")
    return VoteRule.from_dict(rule) if isinstance(rule, dict) else None


def _sources_in(value: object) -> set[str]:
    """Every source code that a ground inside ``value`` names."""
    if isinstance(value, list):
        return {code for child in value for code in _sources_in(child)}
    if not isinstance(value, Mapping):
        return set()
    own = value.get("sources")
    found = set(own) if isinstance(own, list) else set()
    return found.union(*(_sources_in(child) for child in value.values()))


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise ValueError(f"a float in frozen rules: {value!r}")
    children = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
    for child in children:
        _refuse_floats(child)


def _refuse_mismatch(catalog: Catalog, award: AwardType, day: date, *, kind: str, ctype: str) -> None:
    if kind not in award.kinds:
        raise Refused("kind_not_offered", award=award.name, recipient=kind)
    if ctype not in award.types or ctype not in catalog.types_on(day):
        raise Refused("type_not_offered", award=award.name, type=ctype, day=day)


def _regime(catalog: Catalog, day: date) -> dict[str, object]:
    regime = catalog.regime_on(day)
    return {
        "code": regime.code,
        "from": regime.from_on.isoformat(),
        "to": regime.to_on.isoformat() if regime.to_on else None,
        "instruments": [
            {"code": i, "number": catalog.instruments[i].number, "name": catalog.instruments[i].name}
            for i in regime.instruments
        ],
        "ground": regime.ground.to_dict(),
    }


def _award(award: AwardType, day: date) -> dict[str, object]:
    return {
        "code": award.code,
        "name": award.name_on(day),
        "family": award.family,
        "is_statutory": award.is_statutory,
        "is_title": award.is_title,
        "certificate": _plain(award.certificate) if award.certificate else None,
        "escalate_only": award.is_escalate_only,
        "bulk": award.is_bulk,
    }


def _version(version: AwardVersion, kind: str) -> dict[str, object]:
    coefficient = version.coefficients.get(kind)
    return {
        "from": version.from_on.isoformat(),
        "to": version.to_on.isoformat() if version.to_on else None,
        "coefficient": None if coefficient is None else str(coefficient),
        "coefficient_is_maximum": version.is_coefficient_maximum,
        "route": version.route,
        "added": version.is_added,
        "ground": version.ground.to_dict(),
    }


def _type(catalog: Catalog, code: str) -> dict[str, object]:
    found = catalog.commendation_types[code]
    return {
        "code": code,
        "name": found.name,
        "usable_as_basis": found.is_usable_as_basis,
        "is_statutory": found.is_statutory,
        "ground": found.ground.to_dict(),
    }


def _authority(catalog: Catalog, code: str) -> dict[str, object]:
    found = catalog.authorities[code]
    return {
        "code": code,
        "name": found.name,
        "title": found.title,
        "level": found.level,
        "kt": found.may_be_signed_kt,
        "tuq": found.may_be_signed_tuq,
        "ground": found.ground.to_dict(),
    }


def _quorum(catalog: Catalog) -> dict[str, object]:
    quorum = catalog.data["council_defaults"]["quorum"]
    return {"num": quorum["num"], "den": quorum["den"], "ground": catalog.ground_of(quorum).to_dict()}


def _part(part: Part) -> dict[str, object]:
    return {
        "code": part.code,
        "name": part.name,
        "required": part.is_required,
        "by": part.by,
        "generated": part.is_generated,
        "report": part.report,
        "uploaded": part.is_uploaded,
        "form": part.form_number,
        "form_needs_check": part.is_form_unsure,
        "signed": part.must_be_signed,
        "sealed": part.must_be_sealed,
        "waived_by_rating": part.waived_by_rating,
        "waiver": part.waiver,
        "ground": part.ground.to_dict(),
    }


def _report(catalog: Catalog, code: str) -> dict[str, object]:
    report = catalog.data["report_sections"][code]
    return {
        "code": code,
        "name": report["name"],
        "signatures": list(report["signatures"]),
        "ground": catalog.ground_of(report).to_dict(),
        "sections": [
            {
                "code": section["id"],
                "title": section["title"],
                "fields": [_field(catalog, f) for f in section.get("fields", ())],
                "tables": [_table(catalog, t) for t in section.get("tables", ())],
            }
            for section in report["sections"]
        ],
    }


def _field(catalog: Catalog, code: str) -> dict[str, object]:
    field = catalog.data["report_fields"][code]
    return {
        "code": code,
        "label": field["label"],
        "kind": field["kind"],
        "required": field.get("required", False),
        "personal": field.get("personal", False),
        "nominee": field.get("nominee"),
    }


def _table(catalog: Catalog, code: str) -> dict[str, object]:
    table = catalog.data["report_tables"][code]
    columns = [{"code": c["id"], "label": c["label"]} for c in table["columns"]]
    return {"code": code, "label": table["label"], "columns": columns}


def _rule(rule: EligibilityRule) -> dict[str, object]:
    return {
        "code": rule.code,
        "text": rule.name,
        "check": _plain(rule.check),
        "severity": rule.severity,
        "ground": rule.ground.to_dict(),
    }


def _plain(value: object) -> object:
    """The value with every mapping and sequence copied, so that no later change reaches what was frozen."""
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value


def _constraints(catalog: Catalog, day: date) -> list[dict[str, object]]:
    return [{"code": c.code, "text": c.name, "ground": c.ground.to_dict()} for c in catalog.constraints if c.is_on(day)]


def _deadline(deadline: Deadline) -> dict[str, object]:
    return {
        "code": deadline.code,
        "name": deadline.name,
        "stage": deadline.stage,
        "n": deadline.n,
        "unit": deadline.unit,
        "start": deadline.start,
        "fixed": deadline.fixed,
        "year_offset": deadline.year_offset,
        "strictly_before": deadline.is_strictly_before,
        "ground": deadline.ground.to_dict(),
    }


def _consultation(consultation: Consultation) -> dict[str, object]:
    return {
        "code": consultation.code,
        "days": consultation.days,
        "unit": consultation.unit,
        "is_statutory": consultation.is_statutory,
        "ground": consultation.ground.to_dict(),
    }
