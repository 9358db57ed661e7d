"""Whether a nominee meets the conditions of an award: each rule answered with its ground.

What the product knows (awards in its register, nominations under way) it judges itself; what only the unit knows
(yearly ratings, discipline, members) the unit attests, and a missing attestation is an objection that names what to
attest. Awards for đột xuất and chuyên đề never satisfy a prior-award rule (NĐ 152/2025 Điều 4), revoked ones neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.domain.catalog_terms import Data, EligibilityRule, Ground, Source
from core.domain.eligibility_checks import problems
from core.domain.eligibility_facts import BLOCK, Facts, Problem
from core.domain.eligibility_facts import Attestation as Attestation
from core.domain.eligibility_facts import LiveNomination as LiveNomination
from core.domain.eligibility_facts import PriorAward as PriorAward
from core.domain.errors import Objection


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
    return tuple(Answer(rule, tuple(problems(rule.check, rule, facts))) for rule in rules)


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


# -------------------------------------------------------------------------------------------------- questions

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
