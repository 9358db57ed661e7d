"""Decisions: who may sign on a day, what an issued decision holds, the money, and what correction and revocation do.

The signing office must have authority for the award on the *decision* date; KT. and TUQ. need a delegation valid that
day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum

from core.domain.catalog_terms import Authority
from core.domain.errors import Objection, Refused

# -------------------------------------------------------------------------------------------------- signing


@dataclass(frozen=True, slots=True)
class Office:
    """Who holds a signing office in a unit, from a day until a day (both included)."""

    office_id: int
    authority: str
    holder_id: int
    from_on: date
    to_on: date | None = None
    #: As printed above the signature; empty: the catalogue's title of the authority.
    title: str = ""

    def is_held(self, day: date) -> bool:
        """Whether somebody holds it on ``day``."""
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)


@dataclass(frozen=True, slots=True)
class Delegation:
    """The paper by which somebody signs for an office: ``KT`` (a deputy for the head) or ``TUQ`` (by authorisation)."""

    kind: str
    office_id: int
    person_id: int
    number: str
    from_on: date
    to_on: date | None = None
    #: The signer's own title: "PHÓ CHỦ TỊCH"
    title: str = ""
    delegation_id: int | None = None

    def is_valid(self, day: date) -> bool:
        """Whether it covers ``day``."""
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)


@dataclass(frozen=True, slots=True)
class Signature:
    """How a decision is signed: the lines above the name, by which office, under which delegation."""

    authority: str
    office_id: int
    lines: tuple[str, ...]
    #: None: by the holder of the office; else KT or TUQ
    kind: str | None = None
    delegation_id: int | None = None
    delegation_number: str | None = None


def may_sign(
    person_id: int,
    day: date,
    *,
    wanted: Sequence[Authority],
    offices: Iterable[Office],
    delegations: Iterable[Delegation] = (),
) -> Signature:
    """How ``person_id`` signs an award that ``wanted`` may grant on the decision date ``day``.

    ``offices`` and ``delegations`` are those of the deciding unit, past and present. An own office goes before a
    delegation. Raises ``Refused("may_not_sign")`` with every reason: no_office, office_cannot_sign, office_not_held,
    delegation_not_valid, kt_not_allowed, tuq_not_allowed.
    """
    able = {authority.code: authority for authority in wanted}
    by_id = {office.office_id: office for office in offices}
    reasons: list[Objection] = []
    for office in by_id.values():
        if office.holder_id != person_id:
            continue
        problem = _office_problem(office, day, able)
        if problem is None:
            return Signature(office.authority, office.office_id, (_title(office, able),))
        reasons.append(problem)
    for delegation in delegations:
        if delegation.person_id != person_id or delegation.office_id not in by_id:
            continue
        office = by_id[delegation.office_id]
        problem = _office_problem(office, day, able) or _delegation_problem(delegation, day, able[office.authority])
        if problem is None:
            lines = (f"{delegation.kind}. {_title(office, able)}", delegation.title.upper())
            return Signature(
                office.authority,
                office.office_id,
                tuple(filter(None, lines)),
                kind=delegation.kind,
                delegation_id=delegation.delegation_id,
                delegation_number=delegation.number,
            )
        reasons.append(problem)
    if not reasons:
        reasons.append(Objection("no_office", {"offices": [a.name for a in wanted], "day": day}))
    raise Refused("may_not_sign", objections=tuple(reasons), day=day)


def _office_problem(office: Office, day: date, able: dict[str, Authority]) -> Objection | None:
    if office.authority not in able:
        offices = [a.name for a in able.values()]
        return Objection("office_cannot_sign", {"office": office.authority, "offices": offices, "day": day})
    if not office.is_held(day):
        name = able[office.authority].name
        return Objection("office_not_held", {"office": name, "from": office.from_on, "to": office.to_on, "day": day})
    return None


def _delegation_problem(delegation: Delegation, day: date, authority: Authority) -> Objection | None:
    if delegation.kind not in ("KT", "TUQ"):
        return Objection("delegation_unknown", {"kind": delegation.kind})
    if delegation.kind == "KT" and not authority.may_be_signed_kt:
        return Objection("kt_not_allowed", {"office": authority.name})
    if delegation.kind == "TUQ" and not authority.may_be_signed_tuq:
        return Objection("tuq_not_allowed", {"office": authority.name})
    if not delegation.number.strip():
        return Objection("delegation_without_number", {"kind": delegation.kind})
    if not delegation.is_valid(day):
        span: dict[str, object] = {"from": delegation.from_on, "to": delegation.to_on}
        return Objection("delegation_not_valid", {"number": delegation.number, "day": day, **span})
    return None


def _title(office: Office, able: dict[str, Authority]) -> str:
    return (office.title.strip() or able[office.authority].title).upper()


# -------------------------------------------------------------------------------------------------- what it holds


@dataclass(frozen=True, slots=True)
class Draft:
    """A decision about to be issued, as the rules see it."""

    #: grant, correct or revoke
    kind: str
    number: str
    decided_on: date | None
    line_count: int
    is_signed: bool
    #: The day of the decision that is corrected or revoked.
    original_on: date | None = None
    reason: str = ""
    article: str = ""
    ground_code: str = ""
    #: The last sitting or appraisal that it rests on.
    rests_on: date | None = None


def check_issue(draft: Draft, today: date, *, grounds: Collection[str] = ()) -> list[Objection]:
    """Everything that keeps ``draft`` from being issued; empty when it is complete.

    ``grounds`` are the catalogue's codes of revocation grounds (Luật Thi đua, khen thưởng, Điều 93).
    """
    if draft.kind not in ("grant", "correct", "revoke"):
        return [Objection("decision_kind_unknown", {"kind": draft.kind})]
    found = []
    if not draft.number.strip():
        found.append(Objection("number_missing", field="number"))
    if draft.line_count < 1:
        found.append(Objection("decision_empty", field="lines"))
    if not draft.is_signed:
        found.append(Objection("signer_missing", field="signer"))
    found += _date_problems(draft, today)
    if draft.kind != "grant":
        found += _change_problems(draft, grounds)
    return found


def _date_problems(draft: Draft, today: date) -> list[Objection]:
    day = draft.decided_on
    if day is None:
        return [Objection("date_missing", field="decided_on")]
    if day > today:
        return [Objection("date_in_future", {"day": day, "today": today}, field="decided_on")]
    if draft.rests_on and day < draft.rests_on:
        return [Objection("date_before_sitting", {"day": day, "sitting": draft.rests_on}, field="decided_on")]
    if draft.original_on and day < draft.original_on:
        return [Objection("date_before_original", {"day": day, "original": draft.original_on}, field="decided_on")]
    return []


def _change_problems(draft: Draft, grounds: Collection[str]) -> list[Objection]:
    """A correction or revocation is a decision of its own: it names what it changes, why, and under which article."""
    found = []
    if draft.original_on is None:
        found.append(Objection("original_missing", field="refers_to"))
    if not draft.reason.strip():
        found.append(Objection("reason_missing", field="reason"))
    if not draft.article.strip():
        found.append(Objection("article_missing", field="article"))
    if draft.kind == "revoke" and draft.ground_code not in grounds:
        found.append(Objection("ground_missing", {"grounds": sorted(grounds)}, field="ground_code"))
    return found


# -------------------------------------------------------------------------------------------------- money


def prize(coef: Decimal | None, base: int, *, step: int = 10_000) -> int | None:
    """Coefficient × base salary of the decision date, rounded up to ``step`` đồng; None: no prize is known, ask.

    NĐ 152/2025 Điều 49. 0,3 × 2.530.000 is 760.000.
    """
    if coef is None:
        return None
    return int((coef * base / step).to_integral_value(rounding=ROUND_CEILING)) * step


@dataclass(frozen=True, slots=True)
class Prize:
    """The prize of one award to one recipient, before the stacking rules."""

    key: int
    amount: int | None
    #: danh hiệu, as against a hình thức
    is_title: bool
    #: The time over which a title is counted: "2026", "2025-2026".
    period: str = ""


@dataclass(frozen=True, slots=True)
class Payable:
    """What is paid for one award: ``amount`` None means ask; ``rule`` is the stacking rule that decided."""

    key: int
    amount: int | None
    rule: str | None = None


def stack(prizes: Sequence[Prize]) -> tuple[Payable, ...]:
    """What one recipient is paid for the awards of one decision (NĐ 152/2025 Điều 49), in the order given.

    ST1: of several titles over the same period only the highest is paid, the first of equals. ST2: titles over
    different periods, ST3: several forms, and ST4: a title and a form: each is paid.
    """
    titles = [p for p in prizes if p.is_title]
    forms = [p for p in prizes if not p.is_title]
    answers = []
    for item in prizes:
        rivals = [p for p in titles if p.period == item.period] if item.is_title else []
        if len(rivals) > 1:
            best = max(rivals, key=lambda p: -1 if p.amount is None else p.amount)
            # a title of unknown prize is not overruled by guesswork
            amount = item.amount if item is best or item.amount is None else 0
            answers.append(Payable(item.key, amount, "ST1"))
        elif item.is_title and len(titles) > 1:
            answers.append(Payable(item.key, item.amount, "ST2"))
        elif titles and forms:
            answers.append(Payable(item.key, item.amount, "ST4"))
        else:
            answers.append(Payable(item.key, item.amount, "ST3" if len(forms) > 1 else None))
    return tuple(answers)


# -------------------------------------------------------------------------------------------------- afterwards


class AwardState(StrEnum):
    """Where an award stands in the register; nothing is ever deleted from it."""

    VALID = "valid"
    CORRECTED = "corrected"
    REVOKED = "revoked"


_AFTER = {
    ("correct", AwardState.VALID): AwardState.CORRECTED,
    ("correct", AwardState.CORRECTED): AwardState.CORRECTED,
    ("revoke", AwardState.VALID): AwardState.REVOKED,
    ("revoke", AwardState.CORRECTED): AwardState.REVOKED,
}


def state_after(kind: str, state: AwardState) -> AwardState:
    """The award's state after a ``correct`` or ``revoke`` decision; revoked is for good.

    Raises ``Refused("award_revoked")`` for an award that is revoked already.
    """
    try:
        return _AFTER[kind, state]
    except KeyError:
        raise Refused("award_revoked", kind="conflict") from None


@dataclass(frozen=True, slots=True)
class Recovery:
    """Something to get back after a revocation (Luật Điều 93): ``object`` or ``money``."""

    what: str
    amount: int | None = None


def recoveries(*, has_certificate: bool, paid: int | None) -> tuple[Recovery, ...]:
    """What a revoked award leaves to recover. ``paid`` None: no sum is known, so the money is asked about too."""
    found = [Recovery("object")] if has_certificate else []
    if paid != 0:
        found.append(Recovery("money", paid))
    return tuple(found)
