"""The catalogue as people read it: what is in force on a day, and one award type with all its versions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from core.domain.catalog import Catalog
from core.domain.catalog_terms import (
    Authority,
    AwardType,
    AwardVersion,
    BaseSalary,
    Consultation,
    EligibilityRule,
    Part,
    Regime,
)
from core.domain.decision import prize
from core.domain.errors import NotFound, Refused
from core.domain.voting import VoteRule, needed
from core.services import catalog
from core.services.context import Context

FAMILIES = ("danh_hieu_thi_dua", "hinh_thuc_khen_thuong", "sang_kien", "ghi_nhan")
#: Sizes of committees for which the arithmetic of a vote is shown.
_EXAMPLES = (7, 9, 11)


@dataclass(frozen=True, slots=True)
class AwardLine:
    """One award type on a day; ``version`` None: not in force then."""

    award: AwardType
    name: str
    version: AwardVersion | None
    signed_by: tuple[str, ...]
    prizes: tuple[PrizeLine, ...]


@dataclass(frozen=True, slots=True)
class PrizeLine:
    """The prize for one kind of recipient; ``amount`` None: no statutory prize is known, ask."""

    kind: str
    coefficient: Decimal | None
    amount: int | None
    is_maximum: bool


@dataclass(frozen=True, slots=True)
class DossierLine:
    """The papers asked for: ``whom`` lists (kinds of recipient, names of the types) that ask for just these."""

    whom: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class VersionPage:
    """One version of an award type, spelled out."""

    version: AwardVersion
    is_now: bool
    regimes: tuple[Regime, ...]
    authorities: tuple[Authority, ...]
    prizes: tuple[PrizeLine, ...]
    vote: VoteRule | None
    #: (members, yes needed)
    examples: tuple[tuple[int, int], ...]
    consultation: Consultation
    rules: tuple[EligibilityRule, ...]
    dossiers: tuple[DossierLine, ...]


@dataclass(frozen=True, slots=True)
class AwardPage:
    """One award type: its versions newest first, with prizes by the base salary of today."""

    award: AwardType
    types: tuple[str, ...]
    salary: BaseSalary | None
    versions: tuple[VersionPage, ...]


@dataclass(frozen=True, slots=True)
class CatalogPage:
    """The whole catalogue on a day. ``regime`` None: no law is loaded for it."""

    day: dt.date
    regime: Regime | None
    instruments: tuple[str, ...]
    salary: BaseSalary | None
    families: tuple[tuple[str, tuple[AwardLine, ...]], ...]
    version: str


def on_day(ctx: Context, day: dt.date) -> CatalogPage:
    """Award types by family, each with the version that holds on ``day``."""
    ctx.require("catalog.read")
    book = catalog.current(ctx.session)
    regime, salary = _regime(book, day), _salary(book, day)
    return CatalogPage(
        day=day,
        regime=regime,
        instruments=tuple(_instrument(book, code) for code in regime.instruments) if regime else (),
        salary=salary,
        families=tuple(
            (family, tuple(_line(book, a, day, salary) for a in book.award_types.values() if a.family == family))
            for family in FAMILIES
        ),
        version=book.version,
    )


def award(ctx: Context, code: str) -> AwardPage:
    """One award type. Raises ``NotFound``."""
    ctx.require("catalog.read")
    book = catalog.current(ctx.session)
    found = book.award_types.get(code)
    if found is None:
        raise NotFound
    return page_of(book, found, ctx.today)


def page_of(book: Catalog, found: AwardType, today: dt.date) -> AwardPage:
    """The page of an award type in any catalogue, also one that is only tried out."""
    salary = _salary(book, today)
    types = [book.commendation_types[code] for code in found.types]
    return AwardPage(
        award=found,
        types=tuple(one.name for one in types),
        salary=salary,
        versions=tuple(_version(book, found, v, today, salary) for v in reversed(found.versions)),
    )


def _instrument(book: Catalog, code: str) -> str:
    one = book.instruments[code]
    return f"{one.number} {one.name}".strip()


def _regime(book: Catalog, day: dt.date) -> Regime | None:
    try:
        return book.regime_on(day)
    except Refused:
        return None


def _salary(book: Catalog, day: dt.date) -> BaseSalary | None:
    try:
        return book.base_salary_on(day)
    except Refused:
        return None


def _line(book: Catalog, one: AwardType, day: dt.date, salary: BaseSalary | None) -> AwardLine:
    version = one.version_on(day)
    return AwardLine(
        award=one,
        name=one.name_on(day),
        version=version,
        signed_by=tuple(book.authorities[a].name for a in version.authorities) if version else (),
        prizes=_prizes(book, version, salary) if version else (),
    )


def _prizes(book: Catalog, version: AwardVersion, salary: BaseSalary | None) -> tuple[PrizeLine, ...]:
    return tuple(
        PrizeLine(
            kind,
            coefficient,
            prize(coefficient, salary.amount, step=book.prize_step) if salary else None,
            version.is_coefficient_maximum,
        )
        for kind, coefficient in version.coefficients.items()
    )


def _version(
    book: Catalog, found: AwardType, version: AwardVersion, today: dt.date, salary: BaseSalary | None
) -> VersionPage:
    rule = book.vote_rules[version.vote]
    return VersionPage(
        version=version,
        is_now=version.is_on(today),
        regimes=tuple(book.regimes[code] for code in version.regimes),
        authorities=tuple(book.authorities[code] for code in version.authorities),
        prizes=_prizes(book, version, salary),
        vote=rule,
        examples=tuple((n, needed(rule, n)) for n in _EXAMPLES) if rule else (),
        consultation=book.consultations[version.consult],
        rules=tuple(book.eligibility_rules[code] for code in version.eligibility),
        dossiers=_dossiers(book, found, version, today),
    )


def _dossiers(book: Catalog, found: AwardType, version: AwardVersion, today: dt.date) -> tuple[DossierLine, ...]:
    """Which papers whom: kinds and types that ask for the same papers stand together."""
    day = today if version.is_on(today) else version.from_on
    groups: dict[tuple[tuple[str, bool], ...], tuple[dict[str, list[str]], tuple[Part, ...]]] = {}
    try:
        types = book.types_on(day)
        for code in (code for code in found.types if code in types):
            for kind in found.kinds:
                parts = book.dossier_parts_for(found.code, day, kind=kind, ctype=code)
                key = tuple((part.code, part.is_required) for part in parts)
                groups.setdefault(key, ({}, parts))[0].setdefault(types[code].name, []).append(kind)
    except Refused:  # a day without a regime: nothing is asked for
        return ()
    return tuple(DossierLine(_whom(kinds_of), parts) for kinds_of, parts in groups.values())


def _whom(kinds_of: dict[str, list[str]]) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """Types that mean the same kinds, in one line."""
    lines: dict[tuple[str, ...], list[str]] = {}
    for name, kinds in kinds_of.items():
        lines.setdefault(tuple(kinds), []).append(name)
    return tuple((kinds, tuple(names)) for kinds, names in lines.items())
