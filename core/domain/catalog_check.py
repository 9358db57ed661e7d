"""Proves a catalogue: its shape, its intervals, its references, its sources, and the worked examples of the law.

The build fails on a finding, and an administrator's version joins only when there is none.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from core.domain.catalog import Catalog
from core.domain.catalog_schema import misfits
from core.domain.catalog_terms import Data
from core.domain.deadlines import add_working_days, is_working_day
from core.domain.decision import prize
from core.domain.eligibility_facts import RATINGS
from core.domain.errors import Refused
from core.domain.voting import needed


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: the kind of fault, where it is, and what is wrong, in English."""

    code: str
    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


Findings = Iterator[Finding]

_ONE_DAY = timedelta(days=1)


def check(data: Any) -> list[Finding]:
    """Every fault of ``data``; empty when it is a catalogue. Never raises, whatever ``data`` is.

    A file of the wrong shape gets findings about its shape only: the rest would be noise.
    """
    found = [Finding("shape", m.where, m.message) for m in misfits(data)]
    if not found:
        found = [finding for question in _QUESTIONS for finding in question(data)]
    return found if found else list(_worked_examples(data))


# -------------------------------------------------------------------------------------------------- ids and text


def _ids(data: Data) -> Findings:
    lists = [
        "instruments",
        "regimes",
        "levels",
        "commendation_types",
        "deadlines",
        "award_types",
        "general_constraints",
    ]
    places = [(key, data[key]) for key in [*lists, "overlays", "retention", "ratings"]]
    places += [("money.stacking", data["money"]["stacking"]), ("revocation.grounds", data["revocation"]["grounds"])]
    for where, entries in places:
        for code, times in Counter(e["id"] for e in entries).items():
            if times > 1:
                yield Finding("duplicate", where, f"the id {code} stands {times} times")
    if tuple(r["id"] for r in data["ratings"]) != RATINGS:
        yield Finding("ratings", "ratings", f"are not {', '.join(RATINGS)}, in this order")


def _texts(data: Data) -> Findings:
    for where, value in _walk(data):
        if isinstance(value, str) and (
            unicodedata.normalize("NFC", value) != value or any(ord(c) < 32 or 127 <= ord(c) < 160 for c in value)
        ):
            yield Finding("text", where, "is not NFC, or holds control characters")


def _walk(value: Any, where: str = "catalogue") -> Iterator[tuple[str, Any]]:
    yield where, value
    if isinstance(value, dict):
        for key, child in value.items():
            yield from _walk(child, f"{where}.{key}")
    elif isinstance(value, list):
        for i, child in enumerate(value):
            name = child.get("id", i) if isinstance(child, dict) else i
            yield from _walk(child, f"{where}[{name}]")


# -------------------------------------------------------------------------------------------------- sources


def _sources(data: Data) -> Findings:
    """Every A or B has a source, on itself or around it; every named source is listed, every listed one named."""
    named: set[str] = set()
    yield from _sources_in(
        {k: v for k, v in data.items() if k != "sources"}, "catalogue", data["sources"], named, False
    )
    for code in sorted(set(data["sources"]) - named):
        yield Finding("source_unused", f"sources.{code}", "no fact names it")


def _sources_in(value: Any, where: str, known: Data, named: set[str], has_source: bool) -> Findings:
    if isinstance(value, dict):
        codes = value.get("sources")
        if isinstance(codes, list):
            named.update(codes)
            has_source = has_source or bool(codes)
            for code in codes:
                if code not in known:
                    yield Finding("source_unknown", where, f"unknown source {code}")
        if value.get("conf") in ("A", "B") and not has_source:
            yield Finding("source_missing", where, f"confidence {value['conf']} without a source")
        for key, child in value.items():
            yield from _sources_in(child, f"{where}.{key}", known, named, has_source)
    elif isinstance(value, list):
        for i, child in enumerate(value):
            name = child.get("id", i) if isinstance(child, dict) else i
            yield from _sources_in(child, f"{where}[{name}]", known, named, has_source)


# -------------------------------------------------------------------------------------------------- time


def _times(data: Data) -> Findings:
    for where, value in _walk(data):
        start, end = (value.get("from"), value.get("to")) if isinstance(value, dict) else (None, None)
        if isinstance(start, date) and isinstance(end, date) and end < start:
            yield Finding("span", where, f"ends {end} before it begins {start}")
    yield from _gapless(data["regimes"], "regimes")
    yield from _gapless(data["money"]["base_salary"], "money.base_salary")
    for award in data["award_types"]:
        yield from _gapless(award["versions"], f"award_types[{award['id']}].versions")


def _gapless(spans: Iterable[Data], where: str) -> Findings:
    """In order, each beginning the day after the one before it ended."""
    for before, after in itertools.pairwise(spans):
        if before["to"] is None or after["from"] <= before["to"]:
            yield Finding("overlap", where, f"{after['from']} begins before {before['from']} has ended")
        elif after["from"] != before["to"] + _ONE_DAY:
            yield Finding("gap", where, f"nothing holds from {before['to'] + _ONE_DAY} until {after['from']}")


# -------------------------------------------------------------------------------------------------- references


def _references(data: Data) -> Findings:
    known = {
        key: {e["id"] for e in data[key]}
        for key in ("instruments", "regimes", "levels", "commendation_types", "award_types", "deadlines", "overlays")
    }
    for where, code, kind in _named(data):
        if code not in known.get(kind, ()) and code not in (data[kind] if isinstance(data[kind], dict) else ()):
            yield Finding("unknown", where, f"{code} is not among the {kind}")


def _named(data: Data) -> Iterator[tuple[str, str, str]]:
    """Each code that stands for an entry elsewhere: where, the code, the section it must be in."""

    def each(where: str, codes: Iterable[str | None], kind: str) -> Iterator[tuple[str, str, str]]:
        yield from ((where, code, kind) for code in codes if code is not None)

    for x in data["instruments"]:
        yield from each(f"instruments[{x['id']}]", [x.get("replaced_by")], "instruments")
    for x in data["regimes"]:
        yield from each(f"regimes[{x['id']}]", x["instruments"], "instruments")
        yield from each(f"regimes[{x['id']}]", x["local_levels"], "levels")
    for x in data["regime_selection"]["transition"]:
        yield from each("regime_selection.transition", [x["from"], x["to"]], "regimes")
    for code, x in data["authorities"].items():
        yield from each(f"authorities.{code}", [x["level"]], "levels")
    for code, x in data["recipient_kinds"].items():
        yield from each(f"recipient_kinds.{code}", [x.get("prize_as")], "recipient_kinds")
    for code, x in data["unit_kinds"].items():
        yield from each(f"unit_kinds.{code}", [x["level"]], "levels")
        yield from each(f"unit_kinds.{code}", x["authorities"], "authorities")
    for code, x in data["event_kinds"].items():
        yield from each(f"event_kinds.{code}", x["types"], "commendation_types")
    yield from _named_in_dossiers(data, each)
    for x in data["award_types"]:
        yield from _named_in_award(x, each)
    for code, x in data["eligibility_rules"].items():
        yield from _named_in_check(x["check"], f"eligibility_rules.{code}", each)
    for x in data["overlays"]:
        where = f"overlays[{x['id']}]"
        yield from each(where, x["deadlines"], "deadlines")
        yield from each(where, x["dossier_add"], "award_types")
        yield from each(where, [p for parts in x["dossier_add"].values() for p in parts], "dossier_parts")


_Each = Callable[[str, Iterable[str | None], str], Iterator[tuple[str, str, str]]]


def _named_in_dossiers(data: Data, each: _Each) -> Iterator[tuple[str, str, str]]:
    for code, x in data["dossier_parts"].items():
        where = f"dossier_parts.{code}"
        yield from each(where, [x["form"]], "forms")
        yield from each(where, x.get("report", {}).values(), "report_sections")
        yield from each(where, [x.get("scope")], "overlays")
    for code, x in data["report_sections"].items():
        for section in x["sections"]:
            where = f"report_sections.{code}[{section['id']}]"
            yield from each(where, section.get("fields", ()), "report_fields")
            yield from each(where, section.get("tables", ()), "report_tables")
    for code, x in data["dossier_profiles"].items():
        where = f"dossier_profiles.{code}"
        yield from each(where, x["required"] + x.get("recommended", []), "dossier_parts")
        for waiver in x.get("waivable", ()):
            yield from each(where, [waiver["part"]], "dossier_parts")
            yield from each(where, waiver["awards"], "award_types")
            yield from each(where, waiver["regimes"], "regimes")
    for x in data["deadlines"]:
        where = f"deadlines[{x['id']}]"
        yield from each(where, x.get("levels", ()), "levels")
        yield from each(where, x.get("awards", ()), "award_types")
        yield from each(where, x.get("exempt", ()), "commendation_types")
        yield from each(where, [s for s in [x.get("scope")] if s != "reissue"], "overlays")


def _named_in_award(award: Data, each: _Each) -> Iterator[tuple[str, str, str]]:
    where = f"award_types[{award['id']}]"
    yield from each(where, award["types"], "commendation_types")
    yield from each(where, award["recipients"], "recipient_kinds")
    yield from each(where, award["eligibility"], "eligibility_rules")
    yield from each(where, award.get("dossier_by_type", {}), "commendation_types")
    yield from each(where, award.get("dossier_by_type", {}).values(), "dossier_profiles")
    yield from each(where, award.get("dossier_by_recipient", {}).values(), "dossier_profiles")
    for version in award["versions"]:
        at = f"{where}.{version['from']}"
        yield from each(at, version["authority"], "authorities")
        yield from each(at, [version["vote"]], "vote_profiles")
        yield from each(at, [version["dossier"]], "dossier_profiles")
        yield from each(at, [version["consult"]], "consultation_profiles")
        yield from each(at, version.get("eligibility_override", ()), "eligibility_rules")
        yield from each(at, _regimes_of(version), "regimes")


def _named_in_check(check: Data, where: str, each: _Each) -> Iterator[tuple[str, str, str]]:
    yield from each(where, [check.get("award")], "award_types")
    yield from each(where, [check.get("part")], "dossier_parts")
    for child in check.get("of", ()):
        yield from _named_in_check(child, where, each)


def _regimes_of(version: Data) -> list[str]:
    regime = version["regime"]
    return [regime] if isinstance(regime, str) else list(regime)


# -------------------------------------------------------------------------------------------------- awards


def _versions(data: Data) -> Findings:
    """Each version lies inside the regimes it names, is signed by offices that exist, and prices every recipient."""
    regimes = {r["id"]: r for r in data["regimes"]}
    multiplier = Decimal(data["money"]["household_multiplier"]["value"])
    for award in data["award_types"]:
        for version in award["versions"]:
            where = f"award_types[{award['id']}].{version['from']}"
            named = [regimes[r] for r in _regimes_of(version) if r in regimes]
            if named and version["from"] < min(r["from"] for r in named):
                yield Finding("regime", where, "begins before the regimes it names")
            if named and version["to"] and all(r["to"] and r["to"] < version["to"] for r in named):
                yield Finding("regime", where, "outlives the regimes it names")
            yield from _offices(data, award, version, where)
            coef = version["coef"]
            if set(coef) != set(award["recipients"]):
                yield Finding(
                    "coefficient", where, f"prices {sorted(coef)}, recipients are {sorted(award['recipients'])}"
                )
            one, household = coef.get("ca_nhan"), coef.get("ho_gia_dinh")
            if one and household and Decimal(household) != Decimal(one) * multiplier:
                yield Finding("household", where, f"a household's coefficient is {household}, not {multiplier} × {one}")


def _offices(data: Data, award: Data, version: Data, where: str) -> Findings:
    levels = {x["id"]: x for x in data["levels"]}
    is_statutory = award["family"] in ("danh_hieu_thi_dua", "hinh_thuc_khen_thuong")
    for code in version["authority"]:
        office = data["authorities"].get(code)
        level = levels.get(office["level"]) if office else None
        if level and level["to"] and (version["to"] is None or version["to"] > level["to"]):
            yield Finding("office", where, f"{code} outlives its level, which ended {level['to']}")
        if level and version["from"] < level["from"]:
            yield Finding("office", where, f"{code} signs before its level began {level['from']}")
        if is_statutory == (code == "BAN_TO_CHUC"):
            message = "an organiser signs no statutory award" if is_statutory else f"{code} signs what is no award"
            if is_statutory or award["family"] == "ghi_nhan":
                yield Finding("office", where, message)


def _votes(data: Data) -> Findings:
    for code, x in data["vote_profiles"].items():
        where = f"vote_profiles.{code}"
        if ("num" in x) != ("den" in x) or ("num" in x) != ("denominator" in x):
            yield Finding("vote", where, "num, den and denominator go together")
        elif "num" in x and not 0 < x["num"] <= x["den"]:
            yield Finding("vote", where, f"{x['num']}/{x['den']} is no share")
        elif x.get("denominator") == "attending" and x["conf"] in ("A", "B"):
            yield Finding("vote", where, "a share of those attending is unconfirmed: confidence C or D")


def _deadlines(data: Data) -> Findings:
    for x in data["deadlines"]:
        is_counted, is_fixed = all(k in x for k in ("n", "unit", "start")), "fixed" in x
        if is_counted == is_fixed or any(k in x for k in ("n", "unit", "start")) != is_counted:
            yield Finding("deadline", f"deadlines[{x['id']}]", "is either n, unit and start, or fixed")


def _calendar(data: Data) -> Findings:
    off = Counter(d["date"] for d in data["calendar"]["days_off"])
    worked = Counter(d["date"] for d in data["calendar"]["days_worked"])
    for day, times in (off + worked).items():
        if times > 1:
            yield Finding("calendar", "calendar", f"{day} stands {times} times")
    for day in worked:
        if day.weekday() < 5:
            yield Finding("calendar", "calendar.days_worked", f"{day} is no weekend")
    for entry in data["calendar"]["days_off"]:
        if (swap := entry.get("swap_with")) and swap not in worked:
            yield Finding(
                "calendar", "calendar.days_off", f"{entry['date']} is swapped with {swap}, which is not worked"
            )


_QUESTIONS: tuple[Callable[[Data], Findings], ...] = (
    _ids, _texts, _sources, _times, _references, _versions, _votes, _deadlines, _calendar,
)  # fmt: skip


# -------------------------------------------------------------------------------------------------- worked examples

_PRIZES = (
    (date(2026, 11, 21), {"0.3": 760_000, "0.45": 1_140_000, "0.6": 1_520_000, "0.8": 2_030_000, "1.0": 2_530_000}),
    (date(2026, 11, 21), {"1.5": 3_800_000, "2.25": 5_700_000, "3.0": 7_590_000, "3.5": 8_860_000, "12": 30_360_000}),
    (date(2026, 6, 30), {"0.3": 710_000, "0.45": 1_060_000, "0.6": 1_410_000, "0.8": 1_880_000, "4.5": 10_530_000}),
)
#: profile, members, the smallest yes that passes
_VOTES = (
    ("pct80_total", 9, 8), ("pct80_total", 10, 8), ("pct80_total", 11, 9),
    ("pct90_total", 9, 9), ("pct90_total", 10, 9), ("pct90_total", 11, 10),
    ("two_thirds_total", 9, 6), ("two_thirds_total", 7, 5), ("majority", 10, 6), ("majority", 9, 5),
)  # fmt: skip
#: award, profile: Luật 2022 and NĐ 98/2023 Điều 30.7
_MUST_VOTE = {
    "CSTDCS": "pct80_total", "CO_TINH": "pct80_total", "CO_CP": "pct80_total", "CSTD_TINH": "pct90_total",
    "CSTDTQ": "pct90_total",
}  # fmt: skip
_WORKING_DAYS = ((date(2026, 11, 20), 20, date(2026, 12, 21)), (date(2027, 2, 2), 5, date(2027, 2, 16)))


def _worked_examples(data: Data) -> Findings:
    """What the law is known to come to: the file as shipped must give these figures."""
    try:
        catalog = Catalog.from_data(data)
        yield from _figures(catalog)
        yield from _dates(catalog)
    except (Refused, KeyError, TypeError, ValueError) as problem:
        yield Finding("example", "catalogue", f"cannot answer the worked examples: {problem!r}")


def _figures(catalog: Catalog) -> Findings:
    for day, figures in _PRIZES:
        base = catalog.base_salary_on(day).amount
        for coef, want in figures.items():
            if (got := prize(Decimal(coef), base, step=catalog.prize_step)) != want:
                yield Finding("example", "money", f"{coef} on {day} comes to {got}, not {want}")
    for profile, members, want in _VOTES:
        rule = catalog.vote_rules.get(profile)
        if rule is None or needed(rule, members) != want:
            yield Finding("example", f"vote_profiles.{profile}", f"does not ask {want} of {members}")
    for code, profile in _MUST_VOTE.items():
        for version in catalog.award_type(code).versions:
            if not version.is_added and version.vote != profile:
                yield Finding(
                    "example", f"award_types[{code}].{version.from_on}", f"is voted by {version.vote}, not {profile}"
                )


def _dates(catalog: Catalog) -> Findings:
    for start, n, end in _WORKING_DAYS:
        if (got_day := add_working_days(start, n, catalog.calendar)) != end:
            yield Finding("example", "calendar", f"{n} working days from {start} end on {got_day}, not {end}")
    if is_working_day(date(2026, 1, 2), catalog.calendar) or not is_working_day(date(2026, 1, 10), catalog.calendar):
        yield Finding("example", "calendar", "02/01/2026 was swapped with 10/01/2026")
    for day, is_communes in ((date(2025, 6, 30), False), (date(2025, 7, 1), True)):
        if catalog.grantable_by("CSTDCS", day, {"CT_UBND_XA"}) is not is_communes:
            yield Finding("example", "award_types[CSTDCS]", "its signing moved to the commune on 01/07/2025")
