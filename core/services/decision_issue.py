"""The signer's act: number, date, signature, and everything that follows from them in one transaction.

The office is resolved on the decision date, from the offices and delegations of that day; the base salary of that day
is frozen. Once issued, no service changes a decision.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from core.domain import decision as rules
from core.domain.catalog_terms import Authority
from core.domain.document_number import DocumentNumber, read_symbol, suggest_symbol
from core.domain.errors import FieldProblem, Objection, Refused
from core.domain.nomination import Step
from core.models import Award, Decision, DecisionLine, Delegation, Nomination, Office
from core.services import (
    audit,
    decision_changes,
    decision_pick,
    decisions,
    failpoints,
    moves,
    numbers,
    outbox,
    prizes,
    register,
)
from core.services import catalog as catalogs
from core.services.context import VIETNAM, Context, new_key


@dataclass(frozen=True, slots=True)
class Paper:
    """What the signer writes: the number, its symbol, the date."""

    number: int
    symbol: str
    decided_on: date


@dataclass(frozen=True, slots=True)
class Review:
    """The decision as it will be issued: shown on the page before the act that cannot be undone."""

    decision: Decision
    number: DocumentNumber
    decided_on: date
    signature: rules.Signature
    bill: prizes.Bill | None


def suggested_symbol(ctx: Context) -> str:
    """The symbol to propose: the last one this unit used, else what its kind of unit writes."""
    last = ctx.session.scalar(
        sa.select(Decision.number)
        .where(Decision.unit_id == ctx.here.id, Decision.state == "issued")
        .order_by(Decision.id.desc())
        .limit(1)
    )
    return suggest_symbol(unit_kind=ctx.here.kind, last_used=last)


def review(ctx: Context, key: str, paper: Paper, *, expected_version: int | None = None) -> Review:
    """Look at a draft as it would be issued by the actor; nothing is written.

    Raises ``NotFound``, ``Stale`` when the draft changed since the page was opened, and ``Refused`` with every reason:
    number, symbol and date, what the decision lacks, who may not sign and why, achievements awarded already.
    """
    ctx.require("decision.issue")
    row = decisions.load_draft(ctx, key, expected_version=expected_version)
    found: list[Objection] = []
    number = _number(paper, found)
    lines = _lines(ctx, row)
    nominations = [line.nomination for line in lines]
    signature = _signature(ctx, row, nominations, paper.decided_on, found)
    original = row.refers_to
    found += rules.check_issue(
        rules.Draft(
            kind=row.kind,
            number=number.text if number else "?",
            decided_on=paper.decided_on,
            line_count=len(lines),
            # who may not sign has said so already
            is_signed=True,
            original_on=original.decided_on if original else None,
            reason=row.reason,
            article=row.article,
            ground_code=row.ground_code,
            rests_on=_rests_on(ctx, nominations) if row.kind == "grant" else None,
        ),
        ctx.today,
        grounds=catalogs.current(ctx.session).revocation_grounds,
    )
    if number and _is_taken(ctx, number, paper.decided_on.year):
        found.append(Objection("number_taken", {"number": number.text, "year": _year(paper)}, field="number"))
    if row.kind == "grant":
        found += _awarded_already(ctx, nominations)
    else:
        found += decision_changes.check(lines)
    if found or number is None or signature is None:
        raise Refused.because([_plain(ctx, one) for one in found])
    bill = prizes.work_out(ctx, nominations, paper.decided_on) if row.kind == "grant" else None
    return Review(row, number, paper.decided_on, signature, bill)


def issue(ctx: Context, key: str, paper: Paper, *, expected_version: int | None = None) -> Decision:
    """Issue a draft in the actor's own name: grant, correct or revoke, with all that depends on it.

    Raises as ``review``; ``number_taken`` and ``achievement_awarded`` also when another decision came a moment before.
    """
    seen = review(ctx, key, paper, expected_version=expected_version)
    row = seen.decision
    row.number, row.number_key = seen.number.text, seen.number.key
    row.year, row.decided_on, row.issued_at = paper.decided_on.year, paper.decided_on, ctx.now
    row.signer_id, row.signer_name = ctx.actor.id, ctx.actor.name
    row.signed_as, row.authority = list(seen.signature.lines), seen.signature.authority
    row.delegation_id = seen.signature.delegation_id
    row.base_salary = seen.bill.base_salary if seen.bill else None
    row.state = "issued"
    try:
        with ctx.session.begin_nested():
            ctx.session.flush()
            if seen.bill is not None:
                _grant(ctx, row, seen.bill)
            else:
                decision_changes.carry_out(ctx, row)
    except IntegrityError as error:
        raise _came_second(error, seen.number) from error
    audit.note(
        ctx,
        "decision.issue",
        f"decision:{row.key}",
        kind=row.kind,
        number=seen.number.text,
        date=paper.decided_on.isoformat(),
        signed_as=" / ".join(row.signed_as),
        lines=len(row.lines),
        total=seen.bill.total if seen.bill else 0,
    )
    outbox.tell(
        ctx,
        permission="decision.draft",
        unit_id=ctx.here.id,
        code=f"news_decision_issued_{row.kind}",
        about=f"decision:{row.key}",
        number=seen.number.text,
        title=row.title,
    )
    return row


# ---------------------------------------------------------------- looking


def _number(paper: Paper, found: list[Objection]) -> DocumentNumber | None:
    try:
        return DocumentNumber(paper.number, read_symbol(paper.symbol))
    except FieldProblem as problem:
        found.append(Objection(problem.code, problem.params, field="symbol"))
        return None


def _year(paper: Paper) -> str:
    return str(paper.decided_on.year)


def _lines(ctx: Context, row: Decision) -> list[DecisionLine]:
    line = DecisionLine
    query = sa.select(line).where(line.decision_id == row.id).order_by(line.position, line.id)
    loaded = joinedload(line.nomination).options(
        joinedload(Nomination.nominee), joinedload(Nomination.achievement), joinedload(Nomination.event)
    )
    return list(ctx.session.scalars(query.options(loaded, joinedload(line.award))))


def _signature(
    ctx: Context, row: Decision, nominations: Sequence[Nomination], day: date, found: list[Objection]
) -> rules.Signature | None:
    """How the actor signs; None, with the reasons added to ``found``, where the actor may not."""
    try:
        wanted = _authorities(ctx, row, nominations, day)
        return rules.may_sign(ctx.actor.id or 0, day, wanted=wanted, **_powers(ctx))
    except Refused as refused:
        found.extend(refused.objections)
        return None


def _authorities(ctx: Context, row: Decision, nominations: Sequence[Nomination], day: date) -> list[Authority]:
    """The offices that may sign: of all the awards on the decision date, or of the decision that is changed.

    Luật Thi đua, khen thưởng, Điều 93: the level that granted is the level that cancels.
    """
    catalog = catalogs.current(ctx.session)
    if row.refers_to is not None:
        return [catalog.authorities[row.refers_to.authority]]
    codes = sorted({one.award_code for one in nominations})
    shared = decision_pick.shared_offices(catalog, codes, day)
    if codes and not shared:
        names = ", ".join(catalog.award_type(code).name for code in codes)
        raise Refused.because([Objection("mixed_offices", {"awards": names})])
    return [catalog.authorities[code] for code in sorted(shared)]


def _powers(ctx: Context) -> dict[str, list[rules.Office] | list[rules.Delegation]]:
    """Offices and delegations of this unit, past and present, as the rules see them."""
    offices = list(ctx.session.scalars(sa.select(Office).where(Office.unit_id == ctx.here.id).order_by(Office.id)))
    papers = ctx.session.scalars(
        sa.select(Delegation).join(Office).where(Office.unit_id == ctx.here.id).order_by(Delegation.id)
    )
    return {
        "offices": [
            rules.Office(one.id, one.authority, one.user_id, one.from_on, one.to_on, one.title) for one in offices
        ],
        "delegations": [
            rules.Delegation(
                one.kind, one.office_id, one.user_id, one.number, one.from_on, one.to_on, one.title, one.id
            )
            for one in papers
        ],
    }


def _rests_on(ctx: Context, nominations: Sequence[Nomination]) -> date | None:
    """The last of what the decision rests on: receipts, public notices, confirmed counts."""
    days = [vote.confirmed_on for vote in decision_pick.votes_of(ctx, [one.id for one in nominations]).values()]
    days += [one.receipt_at.astimezone(VIETNAM).date() for one in nominations if one.receipt_at]
    days += [one.consult_to for one in nominations if one.consult_to]
    return max(days, default=None)


def _is_taken(ctx: Context, number: DocumentNumber, year: int) -> bool:
    d = Decision
    same = sa.exists().where(d.unit_id == ctx.here.id, d.year == year, d.number_key == number.key)
    return bool(ctx.session.scalar(sa.select(same)))


def _awarded_already(ctx: Context, nominations: Sequence[Nomination]) -> list[Objection]:
    """One achievement, one award in force (Luật Thi đua, khen thưởng, Điều 5)."""
    ids = [one.achievement_id for one in nominations if one.achievement_id is not None]
    twice = {one for one in ids if ids.count(one) > 1} if len(ids) != len(set(ids)) else set()
    query = (
        sa.select(Award.achievement_id, Award.award_name, Decision.number)
        .join(Decision, Decision.id == Award.decision_id)
        .where(Award.achievement_id.in_(ids), Award.state != "revoked")
    )
    given = {achievement: (award, number) for achievement, award, number in ctx.session.execute(query)}
    found = []
    for one in nominations:
        if one.achievement_id in given:
            award, number = given[one.achievement_id]
            params: dict[str, object] = {"name": one.nominee_name, "award": award, "number": number or ""}
            found.append(Objection("achievement_awarded", params, ground=_ONE_AWARD))
        elif one.achievement_id in twice:
            found.append(Objection("achievement_twice_here", {"name": one.nominee_name}, ground=_ONE_AWARD))
    return found


_ONE_AWARD = "Luật Thi đua, khen thưởng, Điều 5"


def _plain(ctx: Context, one: Objection) -> Objection:
    """The objection with lists as words and codes of offices as names, as a sentence needs them."""
    names = catalogs.current(ctx.session).authorities
    params = {name: ", ".join(map(str, v)) if isinstance(v, list | tuple) else v for name, v in one.params.items()}
    if (office := params.get("office")) in names:
        params["office"] = names[str(office)].name
    return dataclasses.replace(one, params=params)


# ---------------------------------------------------------------- writing


def _grant(ctx: Context, row: Decision, bill: prizes.Bill) -> None:
    money = {one.nomination_id: one for one in bill.lines}
    series = f"register:{row.unit_id}:{row.year}"
    lines = _lines(ctx, row)
    _lock(ctx, [line.nomination_id for line in lines])
    for line in lines:
        nomination = line.nomination
        award = _award(ctx, row, nomination, money[nomination.id])
        award.register_number = numbers.take_number(ctx.session, series)
        ctx.session.add(award)
        ctx.session.flush()
        line.award_id = award.id
        moves.move(ctx, nomination, Step.AWARD, note=row.number or "")
        failpoints.hit("decision.after_line")


def _lock(ctx: Context, ids: Sequence[int]) -> None:
    """Hold these nominations until commit, as they stand now; in one order, so that no two decisions wait in turn."""
    query = sa.select(Nomination).where(Nomination.id.in_(ids)).order_by(Nomination.id).with_for_update(of=Nomination)
    ctx.session.execute(query.execution_options(populate_existing=True)).all()


def _award(ctx: Context, row: Decision, nomination: Nomination, money: prizes.Worked) -> Award:
    """The entry of the register: what it says is copied here, and later edits of the nominee do not reach it."""
    who, what = nomination.nominee, nomination.achievement
    place = ", ".join(filter(None, (who.position, who.workplace))) if who else ""
    citation = nomination.citation or (what.title if what else "")
    return Award(
        key=new_key(),
        created_at=ctx.now,
        unit_id=row.unit_id,
        nominating_unit_id=nomination.unit_id,
        event_id=nomination.event_id,
        decision_id=row.id,
        nomination_id=nomination.id,
        nominee_id=nomination.nominee_id,
        achievement_id=nomination.achievement_id,
        kind=nomination.kind,
        award_code=nomination.award_code,
        award_name=money.award_name,
        commendation_type=_commendation_type(nomination),
        name=nomination.nominee_name,
        name_key=nomination.name_key,
        folded=register.search_text(nomination.nominee_name, place, citation),
        place=place[:200],
        citation=citation,
        story="\n\n".join(filter(None, (what.result, what.figures, what.effect))) if what else "",
        awarded_on=row.decided_on,
        year=row.year,
        coefficient=money.coefficient if money.amount is not None else None,
        base_salary=row.base_salary,
        prize=money.amount,
        prize_note=money.note,
    )


def _commendation_type(nomination: Nomination) -> str:
    frozen = (nomination.rules or {}).get("type")
    if isinstance(frozen, dict) and frozen.get("code"):
        return str(frozen["code"])
    return nomination.event.commendation_type


def _came_second(error: IntegrityError, number: DocumentNumber) -> Refused:
    """The sentence for a uniqueness that the database, not the check before it, found broken."""
    text = str(error.orig)
    if "achievement" in text:
        objection = Objection("achievement_awarded_meanwhile", ground=_ONE_AWARD)
        return Refused.because([objection], kind="conflict")
    if "number_key" in text or "uq_decision" in text:
        return Refused.because([Objection("number_taken", {"number": number.text, "year": ""}, field="number")])
    raise error
