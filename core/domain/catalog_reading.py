"""Terms of the catalogue, read from the plain data of its file.

The data is expected to have passed ``core.domain.catalog_check``; what is malformed here raises ``KeyError``,
``ValueError`` or ``TypeError`` and never gives a half-read term.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from core.domain.catalog_terms import (
    KINDS,
    Authority,
    AwardType,
    AwardVersion,
    BaseSalary,
    CommendationType,
    Constraint,
    Consultation,
    Data,
    Deadline,
    EligibilityRule,
    EventKind,
    Ground,
    Instrument,
    Level,
    Regime,
    Retention,
    RevocationGround,
    Source,
    UnitKind,
)
from core.domain.voting import TOTAL_MEMBERS, VoteRule

#: Said with every rule whose source counts only those attending.
ATTENDING_NOTE = (
    "Nguồn ghi tỷ lệ trên số người dự họp nhưng chưa được xác nhận: phần mềm tính trên tổng số thành viên cho đến khi"
    " đơn vị nhập quy định riêng có căn cứ."
)


def as_day(value: object) -> date:
    """A day from YAML (a date) or JSON (ISO text)."""
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        return date.fromisoformat(value)
    raise TypeError(f"not a day: {value!r}")


def as_day_or_none(value: object) -> date | None:
    """As ``as_day``; None stays None."""
    return None if value is None else as_day(value)


class Reader:
    """Reads one catalogue; knows its sources, so that every term carries its ground."""

    def __init__(self, data: Data) -> None:
        self.data = data
        self.sources = {code: Source(code, s["what"], s.get("url")) for code, s in data["sources"].items()}

    def ground(self, term: Data, *, around: Data | None = None) -> Ground:
        """The term's own ground, or that of the mapping around it."""
        outer = around or {}
        codes = term.get("sources", outer.get("sources", ()))
        return Ground(
            article=term.get("article", outer.get("article")),
            sources=tuple(self.sources[code] for code in codes),
            conf=term.get("conf", outer.get("conf", "D")),
            note=term.get("note"),
        )

    def named(self, key: str) -> Iterator[tuple[str, Data, dict[str, Any]]]:
        """Entries of a mapping section: code, entry, and what every term has."""
        for code, entry in self.data[key].items():
            yield code, entry, {"code": code, "name": entry.get("name", ""), "ground": self.ground(entry)}

    def listed(self, entries: Iterable[Data]) -> Iterator[tuple[Data, dict[str, Any]]]:
        """Entries of a list section, with what every dated term has."""
        for entry in entries:
            yield (
                entry,
                {
                    "code": entry["id"],
                    "name": entry.get("name", entry.get("title", "")),
                    "ground": self.ground(entry),
                    "from_on": as_day(entry["from"]),
                    "to_on": as_day_or_none(entry.get("to")),
                },
            )

    def instruments(self) -> dict[str, Instrument]:
        return {
            t["code"]: Instrument(**t, number=x["number"], kind=x["kind"], status=x["status"])
            for x, t in self.listed(self.data["instruments"])
        }

    def regimes(self) -> dict[str, Regime]:
        return {
            t["code"]: Regime(
                **t,
                instruments=tuple(x["instruments"]),
                levels=tuple(x["local_levels"]),
                review_by=as_day_or_none(x.get("review_by")),
            )
            for x, t in self.listed(self.data["regimes"])
        }

    def levels(self) -> dict[str, Level]:
        return {t["code"]: Level(**t, rank=x["rank"]) for x, t in self.listed(self.data["levels"])}

    def authorities(self) -> dict[str, Authority]:
        return {
            code: Authority(
                **t,
                title=x["title"],
                level=x["level"],
                may_be_signed_kt=x["may_be_signed_kt"],
                may_be_signed_tuq=x["may_be_signed_tuq"],
            )
            for code, x, t in self.named("authorities")
        }

    def unit_kinds(self) -> dict[str, UnitKind]:
        return {
            code: UnitKind(**t, level=x["level"], has_standing=x["has_standing"], authorities=tuple(x["authorities"]))
            for code, x, t in self.named("unit_kinds")
        }

    def event_kinds(self) -> dict[str, EventKind]:
        return {
            code: EventKind(**t, types=tuple(x["types"]), example=x.get("example", ""))
            for code, x, t in self.named("event_kinds")
        }

    def commendation_types(self) -> dict[str, CommendationType]:
        return {
            t["code"]: CommendationType(
                **t,
                is_usable_as_basis=x["usable_as_basis"],
                is_statutory=x.get("is_statutory", True),
                is_out_of_scope=x.get("out_of_scope", False),
                cycle=x["cycle"],
            )
            for x, t in self.listed(self.data["commendation_types"])
        }

    def vote_rules(self) -> dict[str, VoteRule | None]:
        """By profile; None where no vote is taken."""
        return {code: self._vote_rule(code, x) for code, x in self.data["vote_profiles"].items()}

    def _vote_rule(self, code: str, entry: Data) -> VoteRule | None:
        if "num" not in entry:
            return None
        note = entry.get("note")
        if entry["denominator"] != TOTAL_MEMBERS:
            note = " ".join(filter(None, (note, ATTENDING_NOTE)))
        return VoteRule(
            num=entry["num"],
            den=entry["den"],
            strict=entry.get("strict", False),
            code=code,
            name=entry["name"],
            article=entry.get("article"),
            conf=entry["conf"],
            is_required=entry["required"],
            sources=tuple(entry.get("sources", ())),
            note=note,
        )

    def consultations(self) -> dict[str, Consultation]:
        return {
            code: Consultation(
                **t, days=x["days"], unit=x.get("unit", "working_day"), is_statutory=x.get("is_statutory", False)
            )
            for code, x, t in self.named("consultation_profiles")
        }

    def deadlines(self) -> dict[str, Deadline]:
        return {
            x["id"]: Deadline(
                code=x["id"],
                name=x["what"],
                ground=self.ground(x),
                stage=x["stage"],
                n=x.get("n"),
                unit=x.get("unit"),
                start=x.get("start"),
                fixed=x.get("fixed"),
                year_offset=x.get("year_offset", 0),
                is_strictly_before=x.get("strict_before", False),
                exempt=tuple(x.get("exempt", ())),
                levels=tuple(x.get("levels", ())),
                awards=tuple(x.get("awards", ())),
                scope=x.get("scope"),
            )
            for x in self.data["deadlines"]
        }

    def eligibility_rules(self) -> dict[str, EligibilityRule]:
        return {
            code: EligibilityRule(code, x["text"], self.ground(x), check=x["check"], severity=x["severity"])
            for code, x in self.data["eligibility_rules"].items()
        }

    def constraints(self) -> tuple[Constraint, ...]:
        return tuple(
            Constraint(
                code=x["id"],
                name=x["text"],
                ground=self.ground(x),
                from_on=as_day(x.get("from", date.min)),
                to_on=as_day_or_none(x.get("to")),
                is_hint_only=x.get("effect") == "hint_only",
            )
            for x in self.data["general_constraints"]
        )

    def base_salaries(self) -> tuple[BaseSalary, ...]:
        return tuple(
            BaseSalary(
                code=x["instrument"],
                name=x["instrument"],
                ground=self.ground(x),
                from_on=as_day(x["from"]),
                to_on=as_day_or_none(x["to"]),
                amount=x["amount"],
            )
            for x in self.data["money"]["base_salary"]
        )

    def revocation_grounds(self) -> dict[str, RevocationGround]:
        around = self.data["revocation"]
        return {x["id"]: RevocationGround(x["id"], x["text"], self.ground(x, around=around)) for x in around["grounds"]}

    def retention(self) -> tuple[Retention, ...]:
        return tuple(
            Retention(code=x["id"], name=x["what"], ground=self.ground(x), years=x["years"])
            for x in self.data["retention"]
        )

    def award_types(self) -> dict[str, AwardType]:
        return {x["id"]: self._award_type(x) for x in self.data["award_types"]}

    def _award_type(self, entry: Data) -> AwardType:
        return AwardType(
            code=entry["id"],
            name=entry["name"],
            name_history=tuple((as_day(h["from"]), as_day(h["to"]), h["name"]) for h in entry.get("name_history", ())),
            family=entry["family"],
            types=tuple(entry["types"]),
            kinds=tuple(KINDS[k] for k in entry["recipients"]),
            certificate=entry["certificate"],
            is_escalate_only=entry.get("escalate_only", False),
            is_bulk=entry.get("bulk", False),
            dossier_by_type=dict(entry.get("dossier_by_type", {})),
            dossier_by_kind={KINDS[k]: v for k, v in entry.get("dossier_by_recipient", {}).items()},
            versions=tuple(self._version(entry, v) for v in entry["versions"]),
        )

    def _version(self, award: Data, entry: Data) -> AwardVersion:
        regime = entry["regime"]
        return AwardVersion(
            award_code=award["id"],
            from_on=as_day(entry["from"]),
            to_on=as_day_or_none(entry["to"]),
            regimes=(regime,) if isinstance(regime, str) else tuple(regime),
            authorities=tuple(entry["authority"]),
            coefficients={KINDS[k]: None if c is None else Decimal(str(c)) for k, c in entry["coef"].items()},
            is_coefficient_maximum=entry.get("coef_is_max", False),
            vote=entry["vote"],
            dossier=entry["dossier"],
            consult=entry["consult"],
            eligibility=tuple(entry.get("eligibility_override", award["eligibility"])),
            route=entry.get("route"),
            is_added=entry.get("added", False),
            ground=self.ground(entry),
        )
