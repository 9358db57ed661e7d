"""Votes counted on all members: thresholds in integers, the arithmetic of paper ballots, and the outcome.

Thresholds: NĐ 98/2023 Điều 30.7 as carried by the catalogue; written opinions of absent members count, and a recusal
never shrinks the denominator.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.domain.errors import Objection, Refused

#: The only denominator in use. Profiles of the catalogue that say "attending" are unconfirmed: see ``VoteRule.note``.
TOTAL_MEMBERS = "total_members"


@dataclass(frozen=True, slots=True)
class VoteRule:
    """What it takes to pass: ``yes / members`` at least (or, when ``strict``, more than) ``num / den``."""

    num: int
    den: int
    strict: bool = False
    #: always ``total_members``
    denominator: str = TOTAL_MEMBERS
    code: str = ""
    name: str = ""
    article: str | None = None
    conf: str = "D"
    #: a law or a quy chế demands the vote; False: the unit may go without
    is_required: bool = False
    sources: tuple[str, ...] = ()
    #: why the figure may need care, in Vietnamese
    note: str | None = None

    def __post_init__(self) -> None:
        if not 0 < self.num <= self.den:
            raise Refused("bad_vote_rule", num=self.num, den=self.den)
        if self.denominator != TOTAL_MEMBERS:
            raise Refused("bad_vote_rule", denominator=self.denominator)

    @property
    def needs_check(self) -> bool:
        """Whether the threshold is of confidence C or D."""
        return self.conf in ("C", "D")

    def to_dict(self) -> dict[str, object]:
        """The rule as it is frozen into a dossier; ``from_dict`` reads it back."""
        return {
            "code": self.code,
            "name": self.name,
            "num": self.num,
            "den": self.den,
            "strict": self.strict,
            "denominator": self.denominator,
            "required": self.is_required,
            "article": self.article,
            "sources": list(self.sources),
            "conf": self.conf,
            "note": self.note,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, object]) -> VoteRule:
        """The rule that was frozen. Raises ``Refused("bad_vote_rule")`` when the figures make no rule."""
        num, den, sources = data.get("num"), data.get("den"), data.get("sources")
        if not isinstance(num, int) or not isinstance(den, int):
            raise Refused("bad_vote_rule", num=num, den=den)
        article, note = data.get("article"), data.get("note")
        return cls(
            num=num,
            den=den,
            strict=data.get("strict") is True,
            denominator=str(data.get("denominator", TOTAL_MEMBERS)),
            code=str(data.get("code", "")),
            name=str(data.get("name", "")),
            article=None if article is None else str(article),
            conf=str(data.get("conf", "D")),
            is_required=data.get("required") is True,
            sources=tuple(str(x) for x in sources) if isinstance(sources, list | tuple) else (),
            note=None if note is None else str(note),
        )


def passes(yes: int, rule: VoteRule, *, members: int) -> bool:
    """Whether ``yes`` is enough of *all* members; integers only. 8 of 9 is below 90 %, 9 of 10 is not."""
    have, want = yes * rule.den, rule.num * members
    return members > 0 and (have > want or (have == want and not rule.strict))


def needed(rule: VoteRule, members: int) -> int:
    """The smallest number of yes that passes. 9 members: 80 % takes 8, 90 % takes all 9."""
    if rule.strict:
        return members * rule.num // rule.den + 1
    return max(1, -(-members * rule.num // rule.den))


def has_quorum(present: int, *, members: int, num: int = 2, den: int = 3) -> bool:
    """Whether enough members are in the room; the catalogue's default is two thirds of all members."""
    return members > 0 and present * den >= num * members


def quorum(members: int, *, num: int = 2, den: int = 3) -> int:
    """The smallest attendance that makes a sitting."""
    return max(1, -(-members * num // den))


def is_odd_recommended(members: int) -> bool:
    """Whether an even roll deserves a hint: an odd number is recommended, and required in schools."""
    return members > 0 and members % 2 == 0


# -------------------------------------------------------------------------------------------------- paper ballots


@dataclass(frozen=True, slots=True)
class PaperCount:
    """The paper ballots on one candidate, as the tellers counted them."""

    issued: int
    returned: int
    valid: int
    invalid: int
    yes: int
    no: int
    blank: int = 0


#: Every code that ``check_count`` may answer.
COUNT_CODES = frozenset(
    """
    count_out_of_range present_above_members barred_above_present issued_above_entitled returned_above_issued
    opinions_above_absent yes_above_entitled returned_not_valid_plus_invalid marks_not_valid
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
#: No committee is larger; keeps absurd figures out of every later sum.
MOST_PAPERS = 10_000


def check_count(
    count: PaperCount,
    *,
    members: int,
    present: int,
    barred: int = 0,
    barred_absent: int = 0,
    opinions_yes: int = 0,
    opinions_no: int = 0,
    opinions_blank: int = 0,
) -> list[Objection]:
    """Every relation that these figures break; empty when they can be true.

    ``present`` counts members in the room, ``barred`` those among them who may not vote on this candidate,
    ``barred_absent`` the barred who stayed away, ``opinions_*`` the written opinions of absent members. Each objection
    names its field and both figures.
    """
    figures = {name: getattr(count, name) for name in PaperCount.__slots__}
    figures |= {"members": members, "present": present, "barred": barred, "barred_absent": barred_absent}
    figures |= {"opinions_yes": opinions_yes, "opinions_no": opinions_no, "opinions_blank": opinions_blank}
    wrong = [
        Objection("count_out_of_range", {"field": name, "got": value, "most": MOST_PAPERS}, field=name)
        for name, value in figures.items()
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_PAPERS
    ]
    if wrong:
        return wrong
    opinions = opinions_yes + opinions_no + opinions_blank
    entitled = max(0, members - barred - barred_absent)
    at_most = (
        ("present_above_members", "present", present, members),
        ("barred_above_present", "barred", barred, present),
        ("issued_above_entitled", "issued", count.issued, max(0, present - barred)),
        ("returned_above_issued", "returned", count.returned, count.issued),
        ("opinions_above_absent", "opinions_yes", opinions, max(0, members - present - barred_absent)),
        ("yes_above_entitled", "yes", count.yes + opinions_yes, entitled),
    )
    equal = (
        ("returned_not_valid_plus_invalid", "returned", count.returned, count.valid + count.invalid),
        ("marks_not_valid", "valid", count.yes + count.no + count.blank, count.valid),
    )
    return [
        Objection(code, {"got": got, "most": most}, field=field) for code, field, got, most in at_most if got > most
    ] + [Objection(code, {"got": got, "want": want}, field=field) for code, field, got, want in equal if got != want]


def check_attendance(*, members: int, present: int, num: int = 2, den: int = 3) -> list[Objection]:
    """Why a sitting with this attendance cannot vote; empty when it can."""
    if not 0 <= present <= members:
        return [Objection("present_above_members", {"got": present, "most": members}, field="present")]
    if not has_quorum(present, members=members, num=num, den=den):
        figures = {"present": present, "members": members, "needed": quorum(members, num=num, den=den)}
        return [Objection("no_quorum", {**figures, "num": num, "den": den}, field="present")]
    return []


# -------------------------------------------------------------------------------------------------- outcome


@dataclass(frozen=True, slots=True)
class Outcome:
    """The arithmetic behind one result, in the parts a sentence needs: "cần 8/9 trên tổng số thành viên; đạt 8"."""

    needed: int
    got: int
    members: int
    has_passed: bool
    yes_in_room: int
    yes_in_writing: int
    no_in_room: int
    no_in_writing: int
    blank: int
    invalid: int
    rule: VoteRule

    @property
    def silent(self) -> int:
        """Members who said neither yes nor no: absent without opinion, barred, blank, invalid or not returned."""
        spoken = self.yes_in_room + self.yes_in_writing + self.no_in_room + self.no_in_writing
        return max(0, self.members - spoken)

    @property
    def missing(self) -> int:
        """How many yes are lacking; 0 when it passed."""
        return max(0, self.needed - self.got)

    def to_dict(self) -> dict[str, object]:
        """The figures for minutes and the audit; the rule as frozen."""
        return {
            "needed": self.needed,
            "got": self.got,
            "members": self.members,
            "passed": self.has_passed,
            "yes": self.yes_in_room,
            "no": self.no_in_room,
            "blank": self.blank,
            "invalid": self.invalid,
            "opinions_yes": self.yes_in_writing,
            "opinions_no": self.no_in_writing,
            "rule": self.rule.to_dict(),
        }


def tally(count: PaperCount, opinions_yes: int, opinions_no: int, *, rule: VoteRule, members: int) -> Outcome:
    """The outcome of a count that ``check_count`` found possible: papers and written opinions, over all members."""
    got = count.yes + opinions_yes
    return Outcome(
        needed=needed(rule, members),
        got=got,
        members=members,
        has_passed=passes(got, rule, members=members),
        yes_in_room=count.yes,
        yes_in_writing=opinions_yes,
        no_in_room=count.no,
        no_in_writing=opinions_no,
        blank=count.blank,
        invalid=count.invalid,
        rule=rule,
    )


def can_still_pass(rule: VoteRule, *, members: int, barred: int) -> bool:
    """Whether the members who may vote are enough at all: with 9 members and 90 %, one recusal already decides."""
    return passes(max(0, members - barred), rule, members=members)


def is_secrecy_thin(count: PaperCount) -> bool:
    """Whether the figures themselves reveal single votes: fewer than three papers, or all valid papers alike."""
    return count.valid > 0 and (count.valid < 3 or count.valid in (count.yes, count.no, count.blank))
