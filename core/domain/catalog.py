"""The catalogue by date: which rules hold on a day, and their frozen copy for a dossier.

A dossier follows the law of the day it was received for appraisal (Luật 06/2026/QH16 Điều 4.4), so every question takes
a day, and ``freeze`` answers all of them at once in plain data with a hash.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from core.domain.catalog_reading import Reader, as_day
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
    Part,
    Regime,
    Retention,
    RevocationGround,
    UnitKind,
)
from core.domain.deadlines import Calendar
from core.domain.errors import Refused
from core.domain.freezing import freeze
from core.domain.freezing import hash_frozen as hash_frozen
from core.domain.voting import VoteRule

_FROM_US = {ours: theirs for theirs, ours in KINDS.items()}


@dataclass(frozen=True, slots=True)
class Catalog:
    """The rules of the shipped file with the versions that administrators added; built by ``from_data``."""

    version: str
    instruments: Mapping[str, Instrument]
    regimes: Mapping[str, Regime]
    levels: Mapping[str, Level]
    authorities: Mapping[str, Authority]
    unit_kinds: Mapping[str, UnitKind]
    event_kinds: Mapping[str, EventKind]
    commendation_types: Mapping[str, CommendationType]
    #: None where a profile takes no vote
    vote_rules: Mapping[str, VoteRule | None]
    consultations: Mapping[str, Consultation]
    deadlines: Mapping[str, Deadline]
    eligibility_rules: Mapping[str, EligibilityRule]
    constraints: tuple[Constraint, ...]
    base_salaries: tuple[BaseSalary, ...]
    revocation_grounds: Mapping[str, RevocationGround]
    retention: tuple[Retention, ...]
    award_types: Mapping[str, AwardType]
    calendar: Calendar
    #: Prizes are rounded up to multiples of this many đồng.
    prize_step: int
    #: The file as read: what has no term of its own.
    data: Data
    reader: Reader

    @classmethod
    def from_data(cls, data: Data) -> Catalog:
        """The catalogue of checked ``data``. Raises ``KeyError``, ``TypeError`` or ``ValueError`` on malformed data."""
        read = Reader(data)
        days = data["calendar"]
        return cls(
            version=data["catalog_version"],
            instruments=read.instruments(),
            regimes=read.regimes(),
            levels=read.levels(),
            authorities=read.authorities(),
            unit_kinds=read.unit_kinds(),
            event_kinds=read.event_kinds(),
            commendation_types=read.commendation_types(),
            vote_rules=read.vote_rules(),
            consultations=read.consultations(),
            deadlines=read.deadlines(),
            eligibility_rules=read.eligibility_rules(),
            constraints=read.constraints(),
            base_salaries=read.base_salaries(),
            revocation_grounds=read.revocation_grounds(),
            retention=read.retention(),
            award_types=read.award_types(),
            calendar=Calendar(
                days_off=frozenset(as_day(d["date"]) for d in days["days_off"]),
                days_worked=frozenset(as_day(d["date"]) for d in days["days_worked"]),
                confirmed_years=frozenset(days["confirmed_years"]),
            ),
            prize_step=data["money"]["rounding"]["step"],
            data=data,
            reader=read,
        )

    # ---------------------------------------------------------------- by date

    def regime_on(self, day: date) -> Regime:
        """The regime in force. Raises ``Refused("no_regime")``: no law is assumed where none is loaded."""
        for regime in self.regimes.values():
            if regime.is_on(day):
                return regime
        raise Refused("no_regime", day=day)

    def award_type(self, code: str) -> AwardType:
        """Raises ``Refused("no_award_type")`` for an unknown code."""
        try:
            return self.award_types[code]
        except KeyError:
            raise Refused("no_award_type", award=code) from None

    def award_version(self, code: str, day: date) -> AwardVersion:
        """The version of ``code`` on ``day``. Raises ``Refused``: no_award_type, no_regime, no_award_version."""
        award = self.award_type(code)
        self.regime_on(day)
        if found := award.version_on(day):
            return found
        raise Refused("no_award_version", award=award.name, day=day)

    def offered(self, day: date, kind: str | None = None, ctype: str | None = None) -> tuple[AwardType, ...]:
        """Award types that can be given on ``day``, to this ``kind``, under this commendation type; file order.

        Raises ``Refused("no_regime")`` on a day without one.
        """
        self.regime_on(day)
        return tuple(
            award
            for award in self.award_types.values()
            if award.version_on(day)
            and (kind is None or kind in award.kinds)
            and any(t in self.types_on(day) for t in award.types)
            and (ctype is None or (ctype in award.types and ctype in self.types_on(day)))
        )

    def types_on(self, day: date) -> dict[str, CommendationType]:
        """The commendation types in force on ``day`` that this product serves."""
        return {c: t for c, t in self.commendation_types.items() if t.is_on(day) and not t.is_out_of_scope}

    def types_for_event(self, event_kind: str, day: date) -> tuple[CommendationType, ...]:
        """The commendation types that go with a kind of event on ``day``; the first is the one to propose."""
        on = self.types_on(day)
        return tuple(on[code] for code in self.event_kinds[event_kind].types if code in on)

    def base_salary_on(self, day: date) -> BaseSalary:
        """Mức lương cơ sở of a decision date. Raises ``Refused("no_base_salary")``."""
        for salary in self.base_salaries:
            if salary.is_on(day):
                return salary
        raise Refused("no_base_salary", day=day)

    # ---------------------------------------------------------------- of one award

    def vote_rule_for(self, code: str, day: date) -> VoteRule | None:
        """The vote that ``code`` takes on ``day``, counted on total members; None: no vote."""
        return self.vote_rules[self.award_version(code, day).vote]

    def grantable_by(self, code: str, day: date, authorities: Collection[str]) -> bool:
        """Whether one of ``authorities`` may sign this award on ``day``; if not, it can only be proposed upwards."""
        return not set(self.award_version(code, day).authorities).isdisjoint(authorities)

    def consultation_for(self, code: str, day: date) -> Consultation:
        """The public notice that goes before the decision."""
        return self.consultations[self.award_version(code, day).consult]

    def eligibility_for(self, code: str, day: date) -> tuple[EligibilityRule, ...]:
        """The conditions of ``code`` on ``day``."""
        return tuple(self.eligibility_rules[r] for r in self.award_version(code, day).eligibility)

    def dossier_parts_for(
        self, code: str, day: date, *, kind: str, ctype: str, overlays: Collection[str] = ()
    ) -> tuple[Part, ...]:
        """The papers of the dossier, required ones first.

        The commendation type's profile wins over the recipient's, and that over the version's own. ``overlays`` are the
        provincial rules that hold where the dossier is handled.
        """
        version = self.award_version(code, day)
        award = self.award_type(code)
        name = award.dossier_by_type.get(ctype) or award.dossier_by_kind.get(kind) or version.dossier
        profile = self.data["dossier_profiles"][name]
        ground = self.reader.ground(profile)
        parts = [self._part(p, profile, version, kind=kind, ground=ground) for p in profile["required"]]
        for overlay in self._overlays(day, overlays):
            own = self.reader.ground(overlay)
            extra = overlay["dossier_add"].get(code, ())
            parts += [self._part(p, profile, version, kind=kind, ground=own) for p in extra]
        return tuple(parts) + tuple(
            self._part(p, profile, version, kind=kind, ground=ground, is_required=False)
            for p in profile.get("recommended", ())
        )

    def _part(
        self, code: str, profile: Data, version: AwardVersion, *, kind: str, ground: Ground, is_required: bool = True
    ) -> Part:
        entry = self.data["dossier_parts"][code]
        form = self.data["forms"].get(entry.get("form")) or {}
        waiver: Data = next(
            (
                w
                for w in profile.get("waivable", ())
                if w["part"] == code and version.award_code in w["awards"] and set(w["regimes"]) & set(version.regimes)
            ),
            {},
        )
        return Part(
            code=code,
            name=entry["name"],
            ground=ground,
            is_required=is_required,
            by=entry["by"],
            is_generated=entry.get("generated", False),
            report=entry.get("report", {}).get(_FROM_US[kind]),
            form_number=form.get("number"),
            is_form_unsure=bool(form) and self.ground_of(form).needs_check,
            must_be_signed=entry.get("signed", False),
            must_be_sealed=entry.get("sealed", False),
            waived_by_rating=waiver.get("rating"),
            waiver=waiver.get("text"),
        )

    def _overlays(self, day: date, wanted: Collection[str]) -> list[Data]:
        return [
            x
            for x in self.data["overlays"]
            if x["id"] in wanted and as_day(x["from"]) <= day and (x["to"] is None or day <= as_day(x["to"]))
        ]

    def deadlines_for(
        self, code: str, day: date, *, ctype: str, level: str | None = None, overlays: Collection[str] = ()
    ) -> tuple[Deadline, ...]:
        """The time limits of a dossier handled at ``level`` (None: at the lowest level that may sign)."""
        version = self.award_version(code, day)
        at = level or self._lowest_level(version)
        local = {c for x in self._overlays(day, overlays) for c in x["deadlines"]}
        found = [
            d
            for d in self.deadlines.values()
            if (d.scope is None or d.code in local)
            and (not d.levels or at in d.levels)
            and (not d.awards or code in d.awards)
            and ctype not in d.exempt
        ]
        # a limit written for this award stands instead of the general one of the same stage
        special = {d.stage for d in found if d.awards}
        return tuple(d for d in found if d.awards or d.stage not in special)

    def _lowest_level(self, version: AwardVersion) -> str:
        return min((self.authorities[a].level for a in version.authorities), key=lambda code: self.levels[code].rank)

    def freeze(
        self, code: str, day: date, kind: str, ctype: str, *, level: str | None = None, overlays: Collection[str] = ()
    ) -> dict[str, object]:
        """Everything that holds for one dossier received on ``day``: see ``core.domain.freezing.freeze``."""
        return freeze(self, code, day, kind=kind, ctype=ctype, level=level, overlays=overlays)

    def ground_of(self, entry: Data, *, around: Data | None = None) -> Ground:
        """The ground of an entry of ``data`` that has no term of its own."""
        return self.reader.ground(entry, around=around)
