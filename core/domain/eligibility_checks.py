"""The checks that a rule of the catalogue may name: each answers with what stands in the way."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from core.domain.catalog_terms import Data, EligibilityRule
from core.domain.eligibility_facts import NO, NOT_RATED, RATINGS, SCOPES, YES, Facts, Problem


def problems(check: Data, rule: EligibilityRule, facts: Facts) -> list[Problem]:
    """What stands in the way under one check; empty when it is met."""
    kind = check["kind"]
    if kind == "all_of":
        return [problem for child in check["of"] for problem in problems(child, rule, facts)]
    if kind == "any_of":
        tried = [problems(child, rule, facts) for child in check["of"]]
        if any(not found for found in tried):
            return []
        # each is one way out, not one more duty: the reader must be able to tell
        return [replace(p, params={**p.params, "is_alternative": True}) for found in tried for p in found]
    return _CHECKS[kind](check, rule, facts)


def _prior_award(check: Data, rule: EligibilityRule, facts: Facts) -> list[Problem]:
    """Enough usable awards of one code, where asked in consecutive years that end this year or the year before.

    What lies outside the register may be claimed with the number of its decision; a year whose award was revoked may
    not be.
    """
    code, times = check["award"], check["times"]
    mine = [a for a in facts.prior if a.award_code == code]
    usable = {a.year for a in mine if not a.is_revoked and a.ctype not in facts.unusable_types}
    revoked = {a.year for a in mine if a.is_revoked} - usable
    if check.get("may_be_same_dossier"):
        usable |= {n.year for n in facts.live if n.award_code == code}
    wanted = _years_wanted(check, facts.year, usable)
    lacking = sorted(wanted - usable) if wanted else []
    if not lacking and len(usable) >= times:
        return []
    claim = facts.attestations.get(rule.code)
    is_revoked = bool(revoked & set(lacking)) or (not wanted and bool(revoked))
    if claim and claim.value == YES and not is_revoked:
        return [] if claim.note.strip() else [Problem("attest_number_missing", {"award": code, "years": lacking})]
    figures = {"award": code, "times": times, "found": len(usable & wanted if wanted else usable), "years": lacking}
    return [Problem("prior_award_revoked" if is_revoked else "prior_award_missing", figures)]


def _years_wanted(check: Data, year: int, usable: set[int]) -> set[int]:
    """The years in which the award must have been given; empty: any years."""
    if check.get("same_year"):
        return {year}
    if not check.get("consecutive"):
        return set()
    windows = [set(range(end - check["times"] + 1, end + 1)) for end in (year, year - 1)]
    return min(windows, key=lambda years: len(years - usable))


def _never_before(check: Data, _rule: EligibilityRule, facts: Facts) -> list[Problem]:
    code = check.get("award", facts.award_code)
    labels = [a.label for a in facts.prior if a.award_code == code and not a.is_revoked]
    labels += [n.label for n in facts.live if n.award_code == code]
    return [Problem("given_before", {"where": labels})] if labels else []


def _unique_achievement(_check: Data, _rule: EligibilityRule, facts: Facts) -> list[Problem]:
    mine = facts.achievement_folded
    if not mine:
        return [Problem("achievement_missing", {})]
    labels = [a.label for a in facts.prior if a.achievement_folded == mine and not a.is_revoked]
    labels += [n.label for n in facts.live if n.achievement_folded == mine]
    return [Problem("achievement_used", {"where": labels})] if labels else []


def _initiative(check: Data, _rule: EligibilityRule, facts: Facts) -> list[Problem]:
    wanted = check["scope"]
    if not facts.initiative_folded:
        return [Problem("initiative_missing", {"scope": wanted})]
    if facts.initiative_scope not in SCOPES or SCOPES.index(facts.initiative_scope) < SCOPES.index(wanted):
        return [Problem("initiative_too_narrow", {"scope": wanted, "found": facts.initiative_scope})]
    return []


def _initiative_unused(_check: Data, _rule: EligibilityRule, facts: Facts) -> list[Problem]:
    mine = facts.initiative_folded
    if not mine:
        return []
    labels = [a.label for a in facts.prior if a.initiative_folded == mine and not a.is_revoked]
    labels += [n.label for n in facts.live if n.initiative_folded == mine]
    labels += list(facts.initiative_used_by)
    return [Problem("initiative_used", {"where": list(dict.fromkeys(labels))})] if labels else []


def _yearly_rating(check: Data, rule: EligibilityRule, facts: Facts) -> list[Problem]:
    value = _attested(rule, facts)
    if value == NOT_RATED and check.get("not_rated"):
        return []
    if value not in RATINGS:
        return [Problem("attest_rating", {"at_least": check["min"]})]
    if RATINGS.index(value) < RATINGS.index(check["min"]):
        return [Problem("rating_too_low", {"at_least": check["min"], "found": value})]
    return []


def _attest(check: Data, rule: EligibilityRule, facts: Facts) -> list[Problem]:
    value = _attested(rule, facts)
    if value == NO:
        return [Problem("condition_not_met", {})]
    if value != YES:
        return [Problem("attest_missing", {})]
    part = check.get("part")
    return [Problem("attest_file_missing", {"part": part})] if part and part not in facts.files else []


_RATIO = re.compile(r"\s*(\d{1,6})\s*/\s*(\d{1,6})\s*", re.ASCII)


def _member_ratio(check: Data, rule: EligibilityRule, facts: Facts) -> list[Problem]:
    match = _RATIO.fullmatch(_attested(rule, facts))
    part, whole = (int(g) for g in match.groups()) if match else (0, 0)
    if not 0 <= part <= whole or not whole:
        return [Problem("attest_ratio", {"num": check["num"], "den": check["den"]})]
    if part * check["den"] < check["num"] * whole:
        return [Problem("ratio_too_low", {"num": check["num"], "den": check["den"], "found": f"{part}/{whole}"})]
    return []


def _member_count(check: Data, rule: EligibilityRule, facts: Facts) -> list[Problem]:
    value = _attested(rule, facts)
    if not re.fullmatch(r"\d{1,6}", value, re.ASCII):
        return [Problem("attest_number", {"at_least": check["min"]})]
    if int(value) < check["min"]:
        return [Problem("count_too_low", {"at_least": check["min"], "found": int(value)})]
    return []


def _coauthor_share(check: Data, rule: EligibilityRule, facts: Facts) -> list[Problem]:
    parts = [p.strip() for p in re.split(r"[;,+]", _attested(rule, facts))]
    if not all(re.fullmatch(r"\d{1,3}", p, re.ASCII) for p in parts):
        return [Problem("attest_shares", {"sum": check["sum"], "least": check["min"]})]
    shares = [int(p) for p in parts]
    if sum(shares) != check["sum"] or min(shares) < check["min"]:
        return [Problem("shares_wrong", {"sum": check["sum"], "least": check["min"], "found": shares})]
    return []


#: A first use before this is a slip of the keyboard.
_EARLIEST = date(1990, 1, 1)


def _within(check: Data, rule: EligibilityRule, facts: Facts) -> list[Problem]:
    try:
        start = date.fromisoformat(_attested(rule, facts))
    except ValueError:
        return [Problem("attest_date", {"start": check["start"]})]
    if not _EARLIEST <= start <= facts.today:
        return [Problem("attest_date", {"start": check["start"]})]
    leap = (start.month, start.day) == (2, 29)
    end = date(start.year + check["n"], 3, 1) if leap else start.replace(year=start.year + check["n"])
    return [Problem("too_late", {"start": start, "last_day": end})] if facts.today > end else []


def _attested(rule: EligibilityRule, facts: Facts) -> str:
    found = facts.attestations.get(rule.code)
    return found.value if found else ""


_CHECKS = {
    "prior_award": _prior_award,
    "never_before": _never_before,
    "unique_achievement": _unique_achievement,
    "initiative": _initiative,
    "initiative_unused": _initiative_unused,
    "yearly_rating": _yearly_rating,
    "no_open_case": _attest,
    "no_member_discipline": _attest,
    "score_sheet": _attest,
    "attest": _attest,
    "attest_with_file": _attest,
    "member_ratio": _member_ratio,
    "member_count": _member_count,
    "coauthor_share": _coauthor_share,
    "within": _within,
}
#: Every code that a problem may carry: the doors have a sentence for each.
PROBLEM_CODES = frozenset(
    """
    prior_award_missing prior_award_revoked given_before achievement_missing achievement_used initiative_missing
    initiative_too_narrow initiative_used rating_too_low condition_not_met ratio_too_low count_too_low shares_wrong
    too_late attest_missing attest_rating attest_ratio attest_number attest_number_missing attest_file_missing
    attest_shares attest_date
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
#: Every kind of check that a rule of the catalogue may name.
CHECK_KINDS = frozenset(_CHECKS) | {"any_of", "all_of"}
