"""Correction and revocation: decisions of their own, which point at what they change and delete nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from core.domain import decision as rules
from core.domain import eligibility
from core.domain.errors import NotFound, Objection, Refused
from core.domain.nomination import LIVE, Step
from core.domain.text import name_key
from core.models import Award, Decision, DecisionLine, Nomination, RecoveryTask, Remark
from core.services import audit, decisions, moves, outbox, prior, reach, register
from core.services import catalog as catalogs
from core.services.context import Context, new_key

#: Luật Thi đua, khen thưởng: where revocation stands.
REVOCATION_ARTICLE = "Điều 93 Luật Thi đua, khen thưởng"


@dataclass(frozen=True, slots=True)
class Ground:
    """A reason of the catalogue for which an award is revoked."""

    code: str
    text: str


def grounds(ctx: Context) -> list[Ground]:
    """The grounds of revocation (Luật Điều 93), as the catalogue has them."""
    return [Ground(one.code, one.name) for one in catalogs.current(ctx.session).revocation_grounds.values()]


def original(ctx: Context, key: str) -> Decision:
    """An issued decision that granted something, to be changed. Raises ``NotFound``."""
    ctx.require("decision.draft")
    row = decisions.load(ctx, key)
    if row.kind != "grant" or row.state != "issued":
        raise NotFound
    return row


def awards_of(ctx: Context, decision: Decision) -> list[Award]:
    """What a decision granted and is still in force, in the order of the register."""
    a = Award
    query = sa.select(a).where(a.decision_id == decision.id, a.state != "revoked").order_by(a.register_number)
    return list(ctx.session.scalars(query))


def award_of(ctx: Context, decision: Decision, award_key: str) -> Award:
    """One of them. Raises ``NotFound``, also for one that was revoked."""
    row = reach.award(ctx, award_key)
    if row.decision_id != decision.id or row.state == "revoked":
        raise NotFound
    return row


def open_correction(ctx: Context, decision: Decision) -> Decision | None:
    """The draft that already collects corrections of this decision, if there is one."""
    d = Decision
    query = sa.select(d).where(d.refers_to_id == decision.id, d.kind == "correct", d.state == "draft")
    return ctx.session.scalar(query.order_by(d.id).limit(1))


def draft_correction(
    ctx: Context, key: str, award_key: str, *, name: str, citation: str, reason: str, article: str
) -> Decision:
    """Put the right spelling of one award into a draft of a correcting decision; the open one, or a new one.

    Raises ``NotFound`` and ``Refused("nothing_corrected")`` where nothing differs.
    """
    refers_to = original(ctx, key)
    award = award_of(ctx, refers_to, award_key)
    change = _change(award, name=name, citation=citation)
    row = open_correction(ctx, refers_to) or _draft(ctx, refers_to, "correct")
    row = decisions.load_draft(ctx, row.key)
    row.reason, row.article = reason, article
    line = next((one for one in row.lines if one.award_id == award.id), None)
    if line is None:
        line = DecisionLine(nomination_id=award.nomination_id, award_id=award.id, position=len(row.lines))
        row.lines.append(line)
    line.change = change
    audit.note(ctx, "decision.draft", f"decision:{row.key}", kind="correct", award=award.key)
    ctx.session.flush()
    return row


def draft_revocation(
    ctx: Context, key: str, award_keys: Sequence[str], *, ground_code: str, reason: str, article: str
) -> Decision:
    """A draft that revokes awards of one decision.

    Raises ``NotFound``, ``Refused``: nothing_picked, ground_missing.
    """
    refers_to = original(ctx, key)
    wanted = list(dict.fromkeys(award_keys))
    if not wanted:
        raise Refused.because([Objection("nothing_picked", field="awards")])
    if ground_code not in catalogs.current(ctx.session).revocation_grounds:
        raise Refused.because([Objection("ground_missing", {"grounds": ""}, field="ground_code")])
    by_key = {one.key: one for one in awards_of(ctx, refers_to)}
    if any(one not in by_key for one in wanted):
        raise NotFound
    row = _draft(ctx, refers_to, "revoke")
    row.reason, row.article, row.ground_code = reason, article, ground_code
    for position, award in enumerate(by_key[one] for one in wanted):
        row.lines.append(DecisionLine(nomination_id=award.nomination_id, award_id=award.id, position=position))
        audit.note(ctx, "decision.draft", f"decision:{row.key}", kind="revoke", award=award.key)
    ctx.session.flush()
    return row


def check(lines: Sequence[DecisionLine]) -> list[Objection]:
    """Why these lines can no longer be carried out: an award was revoked, or its text changed, since the draft."""
    found = []
    for line in lines:
        award = line.award
        if award is None or award.state == rules.AwardState.REVOKED:
            found.append(Objection("award_revoked", {"name": award.name if award else ""}))
        elif any(line.change.get(f"{field}_was", getattr(award, field)) != getattr(award, field) for field in _TEXTS):
            found.append(Objection("award_changed", {"name": award.name}))
    return found


def carry_out(ctx: Context, row: Decision) -> None:
    """Change the awards as an issued correction or revocation says. Raises ``Refused("award_revoked")``."""
    for line in row.lines:
        award = ctx.session.get_one(Award, line.award_id, with_for_update=True, populate_existing=True)
        award.state = rules.state_after(row.kind, rules.AwardState(award.state)).value
        award.changed_by_id = row.id
        if row.kind == "correct":
            _correct(award, line.change)
        else:
            _revoke(ctx, row, award)
        audit.note(ctx, f"award.{row.kind}", f"award:{award.key}", decision=row.number or "", reason=row.reason)
    ctx.session.flush()


# ---------------------------------------------------------------- inside

_TEXTS = ("name", "citation")


def _draft(ctx: Context, refers_to: Decision, kind: str) -> Decision:
    what = {"correct": "Điều chỉnh", "revoke": "Thu hồi khen thưởng tại"}[kind]
    row = Decision(
        key=new_key(),
        unit_id=ctx.here.id,
        event_id=refers_to.event_id,
        kind=kind,
        state="draft",
        title=f"{what} Quyết định số {refers_to.number}",
        refers_to_id=refers_to.id,
        created_at=ctx.now,
        created_by_id=ctx.actor.id,
    )
    ctx.session.add(row)
    ctx.session.flush()
    outbox.tell(
        ctx,
        permission="decision.issue",
        unit_id=ctx.here.id,
        code="news_decision_drafted",
        about=f"decision:{row.key}",
        title=row.title,
    )
    return row


def _change(award: Award, *, name: str, citation: str) -> dict[str, str]:
    change: dict[str, str] = {}
    for field, new in (("name", name), ("citation", citation)):
        old = getattr(award, field)
        if new and new != old:
            change |= {field: new, f"{field}_was": old}
    if not change:
        raise Refused.because([Objection("nothing_corrected", field="name")])
    return change


def _correct(award: Award, change: dict[str, str]) -> None:
    if new := change.get("name"):
        award.name, award.name_key = new, name_key(new)
    award.citation = change.get("citation", award.citation)
    award.folded = register.search_text(award.name, award.place, award.citation)


def _revoke(ctx: Context, row: Decision, award: Award) -> None:
    nomination = ctx.session.get_one(Nomination, award.nomination_id, with_for_update=True, populate_existing=True)
    moves.move(ctx, nomination, Step.REVOKE, note=row.reason)
    kind = catalogs.current(ctx.session).award_type(award.award_code)
    # a recognition never had a prize; an award under the law without a known sum has to be asked about
    paid = award.prize if award.prize is not None or kind.is_statutory else 0
    for task in rules.recoveries(has_certificate=kind.certificate is not None, paid=paid):
        ctx.session.add(
            RecoveryTask(
                key=new_key(),
                created_at=ctx.now,
                award_id=award.id,
                unit_id=ctx.here.id,
                what=task.what,
                amount=task.amount,
            )
        )
    _flag_dependants(ctx, row, award, nomination)


def _flag_dependants(ctx: Context, row: Decision, award: Award, nomination: Nomination) -> None:
    """Mark the nominee's other awards and dossiers whose frozen rules rest on an award of this code."""
    ids = prior.same_nominees(ctx, nomination) or [award.nominee_id]
    n = Nomination
    others = ctx.session.scalars(
        sa.select(n)
        .where(
            n.nominee_id.in_(ids),
            n.id != nomination.id,
            n.state.in_([state.value for state in LIVE]),
            n.receipt_at.is_not(None),
        )
        .order_by(n.id)
        .options(joinedload(n.event))
    )
    for other in others:
        if not eligibility.rests_on(eligibility.rules_from(other.rules or {}), award.award_code):
            continue
        reason = f"{award.award_name} năm {award.year} đã bị thu hồi theo Quyết định số {row.number}"
        later = ctx.session.scalar(sa.select(Award).where(Award.nomination_id == other.id, Award.state != "revoked"))
        if later is not None:
            later.flagged_reason = reason[:300]
            audit.note(ctx, "award.flag", f"award:{later.key}", reason=reason)
        ctx.session.add(
            Remark(
                key=new_key(),
                created_at=ctx.now,
                nomination_id=other.id,
                text=reason,
                audience="handling",
                user_id=ctx.actor.id,
                unit_id=ctx.here.id,
            )
        )
        outbox.tell(
            ctx,
            permission="nomination.appraise",
            unit_id=other.handling_unit_id,
            code="news_prior_award_revoked",
            about=f"nomination:{other.key}",
            name=other.nominee_name,
            award=award.award_name,
            number=row.number or "",
        )
