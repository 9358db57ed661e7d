"""The terms of the catalogue, typed: each one dated where the law dates it, each one with its ground."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

#: The catalogue's recipient kinds in the product's own words.
KINDS = {"ca_nhan": "individual", "tap_the": "collective", "ho_gia_dinh": "household", "dia_ban": "area"}

#: A mapping as a YAML or JSON reader gives it.
Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """Something that can be opened and read."""

    code: str
    what: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a fact is believed: article, sources and confidence, A (read) to D (from memory)."""

    article: str | None = None
    sources: tuple[Source, ...] = ()
    conf: str = "D"
    note: str | None = None

    @property
    def needs_check(self) -> bool:
        """Whether screens must say "cần kiểm tra" instead of showing the fact as law."""
        return self.conf in ("C", "D")

    def to_dict(self) -> dict[str, object]:
        """The ground as it is frozen beside a fact, naming its sources by code."""
        return {
            "article": self.article,
            "sources": [s.code for s in self.sources],
            "conf": self.conf,
            "needs_check": self.needs_check,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Term:
    """What every term has: a code that never changes, a Vietnamese name, and its ground."""

    code: str
    name: str
    ground: Ground

    @property
    def needs_check(self) -> bool:
        """Whether the term is of confidence C or D."""
        return self.ground.needs_check


@dataclass(frozen=True, slots=True)
class Dated(Term):
    """A term in force from a day until a day, both included; ``to_on`` None: until further notice."""

    from_on: date
    to_on: date | None

    def is_on(self, day: date) -> bool:
        """Whether the term is in force on ``day``."""
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)


@dataclass(frozen=True, slots=True)
class Instrument(Dated):
    """A law, decree, circular; ``name`` is its title, which may be empty."""

    number: str
    kind: str
    status: str


@dataclass(frozen=True, slots=True)
class Regime(Dated):
    """The set of instruments by which a dossier received on a day is judged."""

    instruments: tuple[str, ...]
    levels: tuple[str, ...]
    #: By when somebody must look whether the instruments are replaced.
    review_by: date | None


@dataclass(frozen=True, slots=True)
class Level(Dated):
    """A level of government; ``rank`` grows upwards."""

    rank: int


@dataclass(frozen=True, slots=True)
class Authority(Term):
    """An office that signs. ``title`` is the line above the signature."""

    title: str
    level: str
    may_be_signed_kt: bool
    may_be_signed_tuq: bool


@dataclass(frozen=True, slots=True)
class UnitKind(Term):
    """What a unit is; ``authorities`` are the offices its head may hold."""

    level: str | None
    has_standing: bool
    authorities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EventKind(Term):
    """What an organiser opens, with the commendation types that go with it."""

    types: tuple[str, ...]
    example: str


@dataclass(frozen=True, slots=True)
class CommendationType(Dated):
    """Loại hình khen thưởng (Luật Điều 8)."""

    #: False for đột xuất, chuyên đề and recognitions: such awards never support a công trạng one (NĐ 152/2025 Điều 4).
    is_usable_as_basis: bool
    is_statutory: bool
    is_out_of_scope: bool
    cycle: str


@dataclass(frozen=True, slots=True)
class Part(Term):
    """One paper of a dossier, as one award asks for it."""

    is_required: bool
    #: nominating_unit, organiser or committee
    by: str
    is_generated: bool
    #: Code of the report sections that are filled in on screen instead of uploading this paper; None: no such form.
    report: str | None
    form_number: str | None
    #: The number of the form is inferred: say "cần kiểm tra".
    is_form_unsure: bool
    must_be_signed: bool
    must_be_sealed: bool
    #: The yearly rating that makes this part unnecessary.
    waived_by_rating: str | None
    waiver: str | None

    @property
    def is_uploaded(self) -> bool:
        """Whether the nominating unit attaches it before it submits."""
        return self.by == "nominating_unit" and not self.is_generated and self.report is None


@dataclass(frozen=True, slots=True)
class Deadline(Term):
    """A time limit as a rule: ``n`` units from (or, negative, before) an act, or a ``fixed`` day of the year."""

    stage: str
    n: int | None
    unit: str | None
    #: The act that starts the clock: received, complete_dossier, decision, outcome, event.
    start: str | None
    #: "MM-DD"
    fixed: str | None = None
    year_offset: int = 0
    is_strictly_before: bool = False
    exempt: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    awards: tuple[str, ...] = ()
    #: None: everywhere; else the overlay or the special act that it belongs to.
    scope: str | None = None


@dataclass(frozen=True, slots=True)
class Consultation(Term):
    """Public notice before a decision; ``days`` None: the duty exists, its length is unknown."""

    days: int | None
    unit: str
    is_statutory: bool


@dataclass(frozen=True, slots=True)
class EligibilityRule(Term):
    """One condition. ``name`` is its text; ``check`` what the engine of ``core.domain.eligibility`` does."""

    check: Data
    #: block or warn
    severity: str


@dataclass(frozen=True, slots=True)
class Constraint(Dated):
    """A principle that goes beyond one award; ``name`` is its text."""

    #: It may order a list, never decide.
    is_hint_only: bool


@dataclass(frozen=True, slots=True)
class BaseSalary(Dated):
    """Mức lương cơ sở; ``name`` is the instrument's number."""

    amount: int


@dataclass(frozen=True, slots=True)
class RevocationGround(Term):
    """A reason for which an award is revoked (Luật Điều 93)."""


@dataclass(frozen=True, slots=True)
class Retention(Term):
    """How long papers are kept; ``years`` None: for ever."""

    years: int | None


@dataclass(frozen=True, slots=True)
class AwardVersion:
    """The rules of an award type from a day until a day."""

    award_code: str
    from_on: date
    to_on: date | None
    regimes: tuple[str, ...]
    authorities: tuple[str, ...]
    #: Per kind of recipient; None: no statutory prize is known, ask.
    coefficients: Mapping[str, Decimal | None]
    is_coefficient_maximum: bool
    vote: str
    dossier: str
    consult: str
    eligibility: tuple[str, ...]
    route: str | None
    #: Added by an administrator of this installation.
    is_added: bool
    ground: Ground

    @property
    def needs_check(self) -> bool:
        """Whether the version is of confidence C or D."""
        return self.ground.needs_check

    def is_on(self, day: date) -> bool:
        """Whether this version holds on ``day``."""
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)


@dataclass(frozen=True, slots=True)
class AwardType:
    """A title or form of award, with all its dated versions in order."""

    code: str
    name: str
    name_history: tuple[tuple[date, date, str], ...]
    #: danh_hieu_thi_dua, hinh_thuc_khen_thuong, sang_kien or ghi_nhan
    family: str
    types: tuple[str, ...]
    #: individual, collective, household, area
    kinds: tuple[str, ...]
    #: None: there is no certificate form, money only.
    certificate: Data | None
    #: Whom this place can only propose to: communes and departments never grant it.
    is_escalate_only: bool
    #: Entered as a list of hundreds, decided in one decision.
    is_bulk: bool
    dossier_by_type: Mapping[str, str]
    dossier_by_kind: Mapping[str, str]
    versions: tuple[AwardVersion, ...]

    @property
    def is_statutory(self) -> bool:
        """Whether it is an award under the law; recognitions and initiatives are not."""
        return self.family in ("danh_hieu_thi_dua", "hinh_thuc_khen_thuong")

    @property
    def is_title(self) -> bool:
        """Whether it is a danh hiệu (as against a hình thức): the prize rules tell them apart."""
        return self.family == "danh_hieu_thi_dua"

    def name_on(self, day: date) -> str:
        """What it was called on ``day``."""
        return next((name for start, end, name in self.name_history if start <= day <= end), self.name)

    def version_on(self, day: date) -> AwardVersion | None:
        """The version that holds on ``day``, if any."""
        return next((v for v in self.versions if v.is_on(day)), None)
