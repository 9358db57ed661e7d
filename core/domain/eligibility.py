"""Whether a nominee meets the conditions of an award: each rule answered with its ground.

What the product knows (awards in its register, nominations under way) it judges itself; what only the unit knows
(yearly ratings, discipline, members) the unit attests, and a missing attestation is an objection that names what to
attest. Awards for đột xuất and chuyên đề never satisfy a prior-award rule (NĐ 152/2025 Điều 4), revoked ones neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from core.domain.catalog_terms import Data, EligibilityRule, Ground, Source
from core.domain.errors import Objection

#: Yearly ratings from the lowest; ``NOT_RATED`` for workers and farmers outside the rated groups.
RATINGS = ("KHTNV", "HTNV", "HTTNV", "HTXSNV")
NOT_RATED = "not_rated"
#: Reach of an initiative, from the narrowest.
SCOPES = ("co_so", "tinh", "toan_quoc")
#: Values of a yes-or-no attestation.
YES, NO = "yes", "no"

BLOCK, WARN = "block", "warn"


@dataclass(frozen=True, slots=True)
class Attestation:
    """What the unit vouches for under one rule. ``note`` says by what paper, where a claim needs one."""

    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class PriorAward:
    """An award of this nominee in the register."""

    award_code: str
    year: int
    ctype: str
    is_revoked: bool = False
    achievement_folded: str = ""
    initiative_folded: str = ""
    #: How to name it to the reader: "Giấy khen, QĐ 12/QĐ-UBND ngày 01/02/2026".
    label: str = ""


@dataclass(frozen=True, slots=True)
class LiveNomination:
    """Another nomination of this nominee that is under way or honoured."""

    award_code: str
    year: int
    achievement_folded: str = ""
    initiative_folded: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the rules may look at. Prior awards and nominations are those of the same nominee, this one left out."""

    award_code: str
    #: The year for which the award is proposed.
    year: int
    today: date
    achievement_folded: str = ""
    initiative_folded: str = ""
    #: Empty: no initiative is put forward.
    initiative_scope: str = ""
    prior: Sequence[PriorAward] = ()
    live: Sequence[LiveNomination] = ()
    #: Other dossiers and awards, of anybody, that use the same initiative: their labels.
    initiative_used_by: Sequence[str] = ()
    attestations: Mapping[str, Attestation] = field(default_factory=dict)
    #: Commendation types that never support a prior-award rule (the catalogue's ``usable_as_basis: false``).
    unusable_types: frozenset[str] = frozenset()
    #: Codes of the dossier parts that have a file.
    files: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a check fails: a code and its figures."""

    code: str
    params: dict[str, object]


@dataclass(frozen=True, slots=True)
class Answer:
    """One rule, answered."""

    rule: EligibilityRule
    problems: tuple[Problem, ...]

    @property
    def has_passed(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.problems

    @property
    def is_blocking(self) -> bool:
        """Whether the nomination cannot go on; a warning lets it pass."""
        return bool(self.problems) and self.rule.severity == BLOCK

    def objections(self) -> tuple[Objection, ...]:
        """One per problem, with the rule's text and ground; ``field`` names what to fill in: ``attest.E_HTTNV``."""
        return tuple(
            Objection(
                problem.code,
                {"rule": self.rule.code, "text": self.rule.name, **problem.params},
                field=_field(self.rule),
                ground=ground_text(self.rule.ground),
                needs_check=self.rule.needs_check,
                is_warning=self.rule.severity != BLOCK,
            )
            for problem in self.problems
        )


@dataclass(frozen=True, slots=True)
class Question:
    """What the unit has to attest. ``kind``: rating, yes_no, ratio, number, shares, date; claim is optional."""

    rule_code: str
    text: str
    kind: str
    is_required: bool = True
    #: For ratings: the text behind "không thuộc diện xếp loại"; None where that is no answer.
    not_rated: str | None = None


def rules_from(frozen: Mapping[str, object]) -> tuple[EligibilityRule, ...]:
    """The rules frozen in a dossier."""
    entries, sources = frozen.get("eligibility"), frozen.get("sources")
    known: Data = sources if isinstance(sources, dict) else {}
    return tuple(_rule_from(entry, known) for entry in entries) if isinstance(entries, list) else ()


def _rule_from(entry: Data, known: Data) -> EligibilityRule:
    ground = entry["ground"]
    sources = tuple(
        Source(code, known.get(code, {}).get("what", code), known.get(code, {}).get("url"))
        for code in ground["sources"]
    )
    return EligibilityRule(
        code=entry["code"],
        name=entry["text"],
        ground=Ground(ground["article"], sources, ground["conf"], ground["note"]),
        check=entry["check"],
        severity=entry["severity"],
    )


def evaluate(rules: Iterable[EligibilityRule], facts: Facts) -> tuple[Answer, ...]:
    """Every rule answered, in order, passed or not."""
    return tuple(Answer(rule, tuple(_problems(rule.check, rule, facts))) for rule in rules)


def objections(answers: Iterable[Answer]) -> list[Objection]:
    """Everything in the way, blocking rules first."""
    found = [objection for answer in answers for objection in answer.objections()]
    return sorted(found, key=lambda o: o.is_warning)


def questions(rules: Iterable[EligibilityRule]) -> tuple[Question, ...]:
    """What to ask the unit, one question a rule at most."""
    return tuple(question for rule in rules if (question := _question(rule, rule.check)))


def ground_text(ground: Ground) -> str | None:
    """The ground in one line: the article, or what the first source is."""
    if ground.article:
        return ground.article
    return ground.sources[0].what if ground.sources else None


def rests_on(rules: Iterable[EligibilityRule], award_code: str) -> bool:
    """Whether a prior award of this code supports these rules: when it is revoked, somebody must look again."""
    return any(award_code in _awards_in(rule.check) for rule in rules)


def _awards_in(check: Data) -> set[str]:
    own = {check["award"]} if check["kind"] == "prior_award" else set()
    return own.union(*(_awards_in(child) for child in check.get("of", ())))


# -------------------------------------------------------------------------------------------------- the checks


def _problems(check: Data, rule: EligibilityRule, facts: Facts) -> list[Problem]:
    kind = check["kind"]
    if kind == "all_of":
        return [problem for child in check["of"] for problem in _problems(child, rule, facts)]
    if kind == "any_of":
        tried = [_problems(child, rule, facts) for child in check["of"]]
        return [] if any(not problems for problems in tried) else [p for problems in tried for p in problems]
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


def _within(check: Data, rule: EligibilityRule, facts: Facts) -> list[Problem]:
    try:
        start = date.fromisoformat(_attested(rule, facts))
    except ValueError:
        return [Problem("attest_date", {"start": check["start"]})]
    years = check["n"]
    end = (
        start.replace(year=start.year + years)
        if (start.month, start.day) != (2, 29)
        else date(start.year + years, 3, 1)
    )
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
#: Every kind of check that a rule of the catalogue may name.
CHECK_KINDS = frozenset(_CHECKS) | {"any_of", "all_of"}

_ASKED = {
    "prior_award": "claim",
    "yearly_rating": "rating",
    "no_open_case": "yes_no",
    "no_member_discipline": "yes_no",
    "score_sheet": "yes_no",
    "attest": "yes_no",
    "attest_with_file": "yes_no",
    "member_ratio": "ratio",
    "member_count": "number",
    "coauthor_share": "shares",
    "within": "date",
}


#: Where an objection of a check points when nothing is attested for it.
_FIELDS = {"unique_achievement": "achievement", "initiative": "initiative", "initiative_unused": "initiative"}


def _field(rule: EligibilityRule) -> str | None:
    return f"attest.{rule.code}" if _question(rule, rule.check) else _FIELDS.get(rule.check["kind"])


def _question(rule: EligibilityRule, check: Data, *, is_required: bool = True) -> Question | None:
    kind = check["kind"]
    if kind in ("any_of", "all_of"):
        needed = is_required and kind == "all_of"
        return next((q for c in check["of"] if (q := _question(rule, c, is_required=needed))), None)
    if kind not in _ASKED:
        return None
    asked = _ASKED[kind]
    return Question(rule.code, rule.name, asked, is_required and asked != "claim", check.get("not_rated"))
