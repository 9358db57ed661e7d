"""The shape of a catalogue file: the keys of each entry and their types. How entries relate: ``catalog_check``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from core.domain.catalog_terms import KINDS
from core.domain.eligibility_checks import CHECK_KINDS
from core.domain.eligibility_facts import RATINGS, SCOPES

#: (where, what is wrong) of everything that does not fit
Faults = Iterator[tuple[str, str]]
Shape = Callable[[Any, str], Faults]

CONFIDENCES = ("A", "B", "C", "D")


def _is(test: Callable[[Any], bool], wanted: str) -> Shape:
    def shape(value: Any, where: str) -> Faults:
        if not test(value):
            yield where, f"is {value!r}, not {wanted}"

    return shape


def _is_decimal(value: Any) -> bool:
    """A number written as text: a float would carry the machine's rounding into money."""
    if not isinstance(value, str):
        return False
    try:
        return Decimal(value).is_finite() and Decimal(value) >= 0
    except InvalidOperation:
        return False


def _is_month_day(value: Any) -> bool:
    try:
        return (
            isinstance(value, str)
            and bool(re.fullmatch(r"\d\d-\d\d", value))
            and bool(date.fromisoformat(f"2027-{value}"))
        )
    except ValueError:
        return False


TEXT = _is(lambda v: isinstance(v, str) and v.strip() != "", "text")
CODE = _is(lambda v: isinstance(v, str) and bool(re.fullmatch(r"[A-Za-z0-9_/.-]{1,60}", v)), "a code")
NUMBER = _is(lambda v: isinstance(v, int) and not isinstance(v, bool), "a whole number")
FLAG = _is(lambda v: isinstance(v, bool), "true or false")
DAY = _is(lambda v: isinstance(v, date) and 1900 <= v.year <= 2200, "a day")
DECIMAL = _is(_is_decimal, "a number in quotes")
MONTH_DAY = _is(_is_month_day, 'a day of the year such as "12-10"')
URL = _is(lambda v: isinstance(v, str) and bool(re.fullmatch(r"https?://[^\s]+", v)), "an address")
ANYTHING = _is(lambda v: v is not None, "a value")


def one_of(*allowed: str) -> Shape:
    """One of a closed list."""
    return _is(lambda v: v in allowed, "one of " + ", ".join(allowed))


def maybe(inner: Shape) -> Shape:
    """The shape, or null."""

    def shape(value: Any, where: str) -> Faults:
        if value is not None:
            yield from inner(value, where)

    return shape


def list_of(inner: Shape, *, least: int = 0) -> Shape:
    """A list, each element of the shape."""

    def shape(value: Any, where: str) -> Faults:
        if not isinstance(value, list):
            yield where, f"is {value!r}, not a list"
            return
        if len(value) < least:
            yield where, f"holds fewer than {least}"
        for i, child in enumerate(value):
            name = child.get("id", i) if isinstance(child, dict) else i
            yield from inner(child, f"{where}[{name}]")

    return shape


def map_of(inner: Shape, *, key: Shape = CODE, least: int = 1) -> Shape:
    """A mapping from codes to entries of the shape."""

    def shape(value: Any, where: str) -> Faults:
        if not isinstance(value, dict):
            yield where, f"is {value!r}, not a mapping"
            return
        if len(value) < least:
            yield where, f"holds fewer than {least}"
        for code, child in value.items():
            yield from key(code, f"{where}: key {code}")
            yield from inner(child, f"{where}.{code}")

    return shape


def entry(**keys: Shape) -> Shape:
    """A mapping with exactly these keys; a name that ends in ``_`` may be absent, ``from_on`` is the key ``from``."""
    wanted = {_RENAMED.get(k.rstrip("_"), k.rstrip("_")): (inner, k.endswith("_")) for k, inner in keys.items()}

    def shape(value: Any, where: str) -> Faults:
        if not isinstance(value, dict):
            yield where, f"is {value!r}, not a mapping"
            return
        for key in value:
            if key not in wanted:
                yield where, f"unknown key {key!r}"
        for key, (inner, is_optional) in wanted.items():
            if key in value:
                yield from inner(value[key], f"{where}.{key}")
            elif not is_optional:
                yield where, f"the key {key!r} is missing"

    return shape


_RENAMED = {"from_on": "from", "to_on": "to"}


def _fact(**keys: Shape) -> Shape:
    """An entry that says how well it is known."""
    return entry(**keys, conf=CONF, sources_=CODES, article_=TEXT, note_=TEXT)


def _check(value: Any, where: str) -> Faults:
    """What the engine of ``core.domain.eligibility`` understands."""
    kind = value.get("kind") if isinstance(value, dict) else None
    if kind not in CHECK_KINDS:
        yield where, f"unknown check {kind!r}"
        return
    yield from entry(kind=TEXT, **_CHECK_KEYS.get(kind, {}))(value, where)


CONF = one_of(*CONFIDENCES)
CODES = list_of(CODE)
_CHECK_KEYS: dict[str, dict[str, Shape]] = {
    "any_of": {"of": list_of(_check, least=2)},
    "all_of": {"of": list_of(_check, least=2)},
    "yearly_rating": {"min": one_of(*RATINGS), "not_rated_": TEXT},
    "prior_award": {
        "award": CODE, "times": NUMBER, "same_year_": FLAG, "consecutive_": FLAG, "may_be_same_dossier_": FLAG,
    },
    "initiative": {"scope": one_of(*SCOPES)},
    "member_ratio": {"award": CODE, "num": NUMBER, "den": NUMBER},
    "member_count": {"award": CODE, "min": NUMBER},
    "no_member_discipline": {"at_least": CODE},
    "attest_with_file": {"part": CODE},
    "coauthor_share": {"sum": NUMBER, "min": NUMBER},
    "within": {"n": NUMBER, "unit": one_of("year"), "start": CODE},
}  # fmt: skip

_KIND = one_of(*KINDS)
_SPAN = {"from_on": DAY, "to_on": maybe(DAY)}
_UNIT = one_of("working_day", "calendar_day")
_SHARE = {"num": NUMBER, "den": NUMBER, "of": one_of("total_members", "invited")}
_VALUE = _fact(value=ANYTHING, removes_from_denominator_=FLAG)

VERSION = _fact(
    **_SPAN,
    regime=_is(lambda v: isinstance(v, str) or (isinstance(v, list) and v != []), "one regime or more"),
    authority=list_of(CODE, least=1),
    coef=map_of(maybe(DECIMAL), key=_KIND),
    coef_is_max_=FLAG,
    vote=CODE,
    dossier=CODE,
    consult=CODE,
    eligibility_override_=CODES,
    route_=one_of("standing_council_only", "council_then_ubnd"),
    added_=FLAG,
)

AWARD_TYPE = entry(
    id=CODE,
    name=TEXT,
    name_history_=list_of(entry(from_on=DAY, to_on=DAY, name=TEXT)),
    family=one_of("danh_hieu_thi_dua", "hinh_thuc_khen_thuong", "sang_kien", "ghi_nhan"),
    types=list_of(CODE, least=1),
    recipients=list_of(_KIND, least=1),
    certificate=maybe(
        entry(
            name=TEXT, frame_=FLAG, badge_=FLAG, box_=FLAG, size_mm_=list_of(NUMBER), must_not_be_called_=list_of(TEXT),
            conf_=CONF,
        )
    ),
    eligibility=CODES,
    escalate_only_=FLAG,
    bulk_=FLAG,
    dossier_by_type_=map_of(CODE),
    dossier_by_recipient_=map_of(CODE, key=_KIND),
    versions=list_of(VERSION, least=1),
)  # fmt: skip

_DAY_OFF = entry(date=DAY, name=TEXT, swap_with_=DAY, sources_=CODES, conf=CONF)

FILE = entry(
    schema_version=_is(lambda v: v == 1 and v is not True, "1"),
    catalog_version=TEXT,
    instruments=list_of(
        _fact(
            id=CODE, number=TEXT, kind=one_of("luat", "nghi_dinh", "thong_tu", "quyet_dinh"), title_=TEXT,
            issued_=DAY, **_SPAN, status=one_of("in_force", "amended", "expiring", "replaced"), replaced_by_=CODE,
            consolidated_as_=TEXT, articles_=list_of(TEXT),
        ),
        least=1,
    ),
    regimes=list_of(
        _fact(id=CODE, **_SPAN, instruments=list_of(CODE, least=1), local_levels=CODES, review_by_=DAY), least=1
    ),
    regime_selection=entry(
        key_date=TEXT, evidence_required=FLAG, transition=list_of(_fact(from_on=CODE, to_on=CODE, text=TEXT))
    ),
    levels=list_of(_fact(id=CODE, name=TEXT, rank=NUMBER, **_SPAN), least=1),
    authorities=map_of(_fact(name=TEXT, title=TEXT, level=CODE, may_be_signed_kt=FLAG, may_be_signed_tuq=FLAG)),
    recipient_kinds=map_of(_fact(name=TEXT, kind=one_of(*KINDS.values()), includes_=CODES, prize_as_=_KIND), key=_KIND),
    unit_kinds=map_of(_fact(name=TEXT, level=maybe(CODE), has_standing=FLAG, authorities=CODES)),
    event_kinds=map_of(_fact(name=TEXT, types=list_of(CODE, least=1), example_=TEXT)),
    commendation_types=list_of(
        _fact(
            id=CODE, name=TEXT, **_SPAN, usable_as_basis=FLAG, cycle=TEXT, skip_notice_days_=FLAG, is_statutory_=FLAG,
            out_of_scope_=FLAG,
        ),
        least=1,
    ),
    money=entry(
        base_salary=list_of(_fact(**_SPAN, amount=NUMBER, instrument=TEXT), least=1),
        key_date=one_of("decision_date"),
        rounding=_fact(mode=one_of("up"), step=NUMBER),
        household_multiplier=_fact(value=DECIMAL),
        payer=_fact(text=TEXT),
        stacking=list_of(_fact(id=CODE, text=TEXT, pay=one_of("highest_only", "all"))),
        non_statutory_prizes=_fact(text=TEXT),
    ),
    vote_profiles=map_of(
        _fact(
            name=TEXT, required=FLAG, num_=NUMBER, den_=NUMBER, strict_=FLAG,
            denominator_=one_of("total_members", "attending"), absent_written_opinion_=FLAG, quorum_=entry(**_SHARE),
        )
    ),
    council_defaults=entry(
        quorum=_fact(**_SHARE), award_session_attendance=_fact(**_SHARE, scope=CODE), chair=_VALUE,
        members_decided_by=_VALUE, odd_number=_VALUE, secret_ballot=_VALUE, max_rounds=_VALUE,
        over_quota=_VALUE, tie_break=_VALUE, substitute_may_vote=_VALUE, guests_vote=_VALUE, recusal=_VALUE,
    ),
    consultation_profiles=map_of(_fact(days=maybe(NUMBER), unit_=_UNIT, is_statutory_=FLAG, where_=TEXT)),
    publication=_fact(publish_fields=CODES, never_publish=CODES),
    dossier_parts=map_of(
        entry(
            name=TEXT, form=maybe(CODE), by=one_of("nominating_unit", "organiser", "committee"), signed_=FLAG,
            sealed_=FLAG, generated_=FLAG, report_=map_of(CODE, key=_KIND), needs_record_=CODE, scope_=CODE,
        )
    ),
    forms=map_of(_fact(number=TEXT, name=TEXT)),
    report_fields=map_of(
        entry(label=TEXT, kind=one_of("line", "text", "date", "number"), required_=FLAG, personal_=FLAG, nominee_=CODE)
    ),
    report_tables=map_of(entry(label=TEXT, columns=list_of(entry(id=CODE, label=TEXT), least=1))),
    report_sections=map_of(
        _fact(
            name=TEXT, signatures=list_of(TEXT, least=1),
            sections=list_of(entry(id=CODE, title=TEXT, fields_=CODES, tables_=CODES), least=1),
        )
    ),
    dossier_profiles=map_of(
        _fact(
            required=list_of(CODE, least=1), recommended_=CODES, copies=NUMBER, simplified_=FLAG, overridable=FLAG,
            waivable_=list_of(entry(part=CODE, awards=CODES, regimes=CODES, rating=one_of(*RATINGS), text=TEXT)),
        )
    ),
    deadlines=list_of(
        _fact(
            id=CODE, stage=CODE, what=TEXT, n_=NUMBER, unit_=_UNIT,
            start_=one_of("received", "complete_dossier", "decision", "outcome", "event"), fixed_=MONTH_DAY,
            year_offset_=NUMBER, strict_before_=FLAG, exempt_=CODES, levels_=CODES, awards_=CODES, scope_=CODE,
        )
    ),
    award_types=list_of(AWARD_TYPE, least=1),
    eligibility_rules=map_of(_fact(text=TEXT, check=_check, severity=one_of("block", "warn"))),
    ratings=list_of(entry(id=one_of(*RATINGS), name=TEXT)),
    general_constraints=list_of(
        _fact(id=CODE, text=TEXT, from_on_=DAY, to_on_=maybe(DAY), effect_=one_of("hint_only")), least=1
    ),
    revocation=_fact(grounds=list_of(entry(id=CODE, text=TEXT), least=1), effects=CODES),
    overlays=list_of(
        _fact(
            id=CODE, name=TEXT, instrument=TEXT, **_SPAN, deadlines=CODES, dossier_add=map_of(CODES, least=0),
            violation_check_agencies_=list_of(TEXT),
        )
    ),
    calendar=entry(
        sources=CODES, conf=CONF, confirmed_years=list_of(NUMBER), days_off=list_of(_DAY_OFF),
        days_worked=list_of(_DAY_OFF),
    ),
    retention=list_of(_fact(id=CODE, what=TEXT, years=maybe(NUMBER)), least=1),
    sources=map_of(entry(url_=maybe(URL), what=TEXT)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Misfit:
    """One place that has not the shape it should have."""

    where: str
    message: str


def misfits(data: Any) -> list[Misfit]:
    """Everything in ``data`` that has not the shape of a catalogue; never raises, whatever ``data`` is."""
    return [Misfit(where, message) for where, message in FILE(data, "catalogue")]
