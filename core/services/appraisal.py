"""The acts of the standing body on one dossier: receive, return, appraise, consult, decline, and its own notes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from core.domain import deadlines
from core.domain.deadlines import Due
from core.domain.errors import Objection, Refused
from core.domain.nomination import ROADS, State, Step
from core.models import Nomination, Remark
from core.services import audit, catalog, moves, nomination_rules, outbox, reach
from core.services.context import VIETNAM, Context, new_key

#: What a dossier is asked for; the parts and report fields of its own award are added to these.
FIELDS = ("nominee", "achievement", "result", "figures", "effect", "initiative", "citation", "consent")
#: Days a unit has to mend a dossier, where the secretary names no other day.
MENDING_DAYS = 5
MOST_REMARKS = 20
#: So much of the first remark is told in the notice of a return.
SHORT = 200
MOST_DAYS = 60


@dataclass(frozen=True, slots=True)
class Note:
    """A remark to send with a return: on one field or part (empty: on the whole dossier)."""

    about: str
    text: str


@dataclass(frozen=True, slots=True)
class Consult:
    """What the frozen rules say of the public notice (``days`` None: a duty of unknown length)."""

    days: int | None
    unit: str
    is_statutory: bool
    article: str | None
    needs_check: bool


def dossier(ctx: Context, key: str, *, for_update: bool = False) -> Nomination:
    """A dossier that this unit holds in its hands. Raises ``NotFound``, ``Forbidden``, ``Refused("not_handling")``."""
    ctx.require("nomination.appraise")
    row = reach.nomination(ctx, key, for_update=for_update)
    if not is_ours(ctx, row):
        raise Refused("not_handling", kind="conflict", name=row.nominee_name)
    return row


def is_ours(ctx: Context, row: Nomination) -> bool:
    """Whether the actor is of the standing body that holds this dossier in its hands."""
    return (
        ctx.may("nomination.appraise")
        and row.handling_unit_id == ctx.here.id
        and row.receipt_at is not None
        and reach.is_handling_side(ctx, row)
    )


def may_take(ctx: Context, row: Nomination, step: Step) -> bool:
    """Whether the actor may take ``step`` on this dossier now."""
    return (State(row.state), step) in ROADS and is_ours(ctx, row)


def receive(ctx: Context, key: str) -> Nomination:
    """Take the dossier in as complete: the clock of the appraisal starts anew from today."""
    row = dossier(ctx, key, for_update=True)
    limit = appraisal_limit(ctx, row)
    moves.move(ctx, row, Step.RECEIVE, due_on=limit.day if limit else None)
    return row


def appraisal_limit(ctx: Context, row: Nomination) -> Due | None:
    """The last day of an appraisal that begins today, by the catalogue of the receipt day and the calendar.

    The organiser's limit is frozen in the dossier; an upper unit has that of its own level. None: no limit is known.
    """
    calendar = catalog.calendar(ctx.session)
    if row.rules and row.handling_unit_id == row.organiser_id:
        limit = nomination_rules.Rulebook(row.rules, is_final=True).limit("appraise")
        return deadlines.due_in(limit["n"], limit["unit"], ctx.today, calendar=calendar) if limit else None
    current = catalog.current(ctx.session)
    kind = current.unit_kinds.get(row.handling_unit.kind)
    day = row.receipt_at.astimezone(VIETNAM).date() if row.receipt_at else ctx.today
    try:
        found = current.deadlines_for(
            row.award_code, day, ctype=row.event.commendation_type, level=kind.level if kind else None
        )
    except Refused:
        return None
    first = next((one for one in found if one.stage == "appraise" and one.n is not None), None)
    return deadlines.due(first, ctx.today, calendar) if first else None


def mending_day(ctx: Context) -> dt.date:
    """By when a returned dossier is asked back, where the secretary names no other day."""
    return deadlines.add_working_days(ctx.today, MENDING_DAYS, catalog.calendar(ctx.session))


def fields_of(ctx: Context, row: Nomination) -> list[tuple[str, str]]:
    """What a remark can be about: (name, label), the label empty for fields that every dossier has."""
    found = [(name, "") for name in FIELDS]
    rulebook, _no_rules = nomination_rules.try_of(ctx, row)
    if rulebook is not None:
        found += [(f"report.{one['code']}", one["label"]) for one in rulebook.report_fields()]
        found += [(f"part.{one['code']}", one["name"]) for one in rulebook.parts]
    return found


def give_back(ctx: Context, key: str, notes: Sequence[Note], *, due_on: dt.date) -> Nomination:
    """Return the dossier to be completed, with at least one remark, each on what it is about, and a day.

    Raises ``Refused`` beside the fields: remark_missing, unknown_field, due_in_the_past.
    """
    row = dossier(ctx, key, for_update=True)
    known = {name for name, _label in fields_of(ctx, row)} | {""}
    problems = []
    if not notes or len(notes) > MOST_REMARKS:
        problems.append(Objection("remark_missing", field="notes"))
    problems += [Objection("unknown_field", field="notes") for note in notes if note.about not in known]
    if due_on < ctx.today:
        problems.append(Objection("due_in_the_past", {"today": ctx.today}, field="due_on"))
    if problems:
        raise Refused.because(problems)
    for note in notes:
        _remark(ctx, row, note, audience="nominating")
    # what the unit reads first, in its notice and on its home page; all of it stands in the remarks
    moves.move(ctx, row, Step.RETURN, note=notes[0].text[:SHORT], due_on=due_on)
    if row.upper_unit_id is not None and row.organiser_id != ctx.here.id:
        # the unit that handed it up answers for it too
        outbox.tell(
            ctx,
            permission="nomination.appraise",
            unit_id=row.organiser_id,
            code="news_return",
            about=f"nomination:{row.key}",
            name=row.nominee_name,
            note="",
        )
    return row


def appraise(ctx: Context, key: str, *, conclusion: str) -> Nomination:
    """Find that the dossier meets what is asked. The conclusion stays among the appraisers; the clock runs on."""
    row = dossier(ctx, key, for_update=True)
    if conclusion:
        _remark(ctx, row, Note("", conclusion), audience="handling")
    moves.move(ctx, row, Step.APPRAISE, due_on=row.due_on)
    return row


def write_note(ctx: Context, key: str, text: str) -> Remark:
    """A note among the appraisers of this unit: the nominating unit never sees it, nor that there is one."""
    row = dossier(ctx, key, for_update=True)
    remark = _remark(ctx, row, Note("", text), audience="handling")
    audit.note(ctx, "remark.internal", f"nomination:{row.key}", remark=remark.key)
    ctx.session.flush()
    return remark


def notes_of(ctx: Context, row: Nomination) -> list[Remark]:
    """The notes that the appraisers of this unit wrote on a dossier, the oldest first."""
    if not ctx.may("nomination.appraise") or not reach.is_handling_side(ctx, row):
        return []
    query = (
        sa.select(Remark)
        .where(Remark.nomination_id == row.id, Remark.audience == "handling", Remark.unit_id == ctx.here.id)
        .order_by(Remark.id)
        .options(joinedload(Remark.user))
    )
    return list(ctx.session.scalars(query))


def decline(ctx: Context, key: str, *, reason: str) -> Nomination:
    """End the dossier without honour. The reason goes to the nominating unit."""
    row = dossier(ctx, key, for_update=True)
    moves.move(ctx, row, Step.DECLINE, note=reason)
    return row


def consult_rule(row: Nomination) -> Consult | None:
    """What the frozen rules say of the public notice; None for a dossier without frozen rules."""
    entry = (row.rules or {}).get("consultation")
    if not isinstance(entry, dict):
        return None
    ground = entry["ground"]
    return Consult(
        days=entry["days"],
        unit=entry["unit"] or deadlines.WORKING_DAY,
        is_statutory=entry["is_statutory"],
        article=ground["article"] or ground["note"],
        needs_check=ground["needs_check"],
    )


def open_consultation(ctx: Context, key: str, *, days: int) -> Nomination:
    """Put the nomination up for public comment for ``days`` of the rule's kind; a legal minimum is not undercut."""
    row = dossier(ctx, key, for_update=True)
    rule = consult_rule(row)
    if rule is not None and rule.is_statutory and rule.days is not None and days < rule.days:
        objection = Objection("consultation_too_short", {"days": rule.days}, field="days", ground=rule.article)
        raise Refused.because([objection])
    unit = rule.unit if rule else deadlines.WORKING_DAY
    last = deadlines.due_in(days, unit, ctx.today, calendar=catalog.calendar(ctx.session))
    moves.move(ctx, row, Step.OPEN_CONSULTATION, due_on=row.due_on)
    row.consult_from, row.consult_to, row.consult_result = ctx.today, last.day, ""
    ctx.session.flush()
    return row


def close_consultation(ctx: Context, key: str, *, result: str) -> Nomination:
    """Write down what came of the public notice. One that the law demands runs its full time."""
    row = dossier(ctx, key, for_update=True)
    rule = consult_rule(row)
    if rule is not None and rule.is_statutory and row.consult_to is not None and ctx.today <= row.consult_to:
        raise Refused("consultation_not_over", day=row.consult_to)
    moves.move(ctx, row, Step.CLOSE_CONSULTATION, due_on=row.due_on)
    row.consult_to = min(row.consult_to or ctx.today, ctx.today)
    row.consult_result = result
    ctx.session.flush()
    return row


def _remark(ctx: Context, row: Nomination, note: Note, *, audience: str) -> Remark:
    remark = Remark(
        key=new_key(),
        nomination_id=row.id,
        about=note.about,
        text=note.text,
        audience=audience,
        user_id=ctx.actor.id,
        unit_id=ctx.here.id,
        created_at=ctx.now,
    )
    ctx.session.add(remark)
    return remark
