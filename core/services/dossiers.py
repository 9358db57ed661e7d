"""One dossier to read: the story, where it stands, what happened, each as the reader's side may know it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from core.domain import deadlines
from core.domain.nomination import UNDISCLOSED, State, Step
from core.models import Attachment, Nomination, NominationStep, Remark
from core.services import attachments, faces, nomination_rules, reach, remarks
from core.services import catalog as catalogs
from core.services.context import Context
from core.services.nomination_rules import Rulebook

#: Held by the nominating unit itself.
_AT_HOME = frozenset({State.DRAFT, State.READY, State.RETURNED})
_ENDED = frozenset({State.DECLINED, State.WITHDRAWN, State.REVOKED, State.ARCHIVED, State.PRESENTED, State.AWARDED})


@dataclass(frozen=True, slots=True)
class Passed:
    """One line of the history. ``who`` is a unit where the reader may not know the person."""

    step: str
    at: dt.datetime
    who: str
    note: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything that the page of a dossier shows."""

    row: Nomination
    #: The state as this side may know it.
    face: str
    is_own: bool
    is_handling_side: bool
    rulebook: Rulebook | None
    #: The unit that holds it now; None when nobody has anything left to do.
    holder: str | None
    due_on: dt.date | None
    days_left: int | None
    history: tuple[Passed, ...]
    files: tuple[Attachment, ...]
    remarks: tuple[Remark, ...]
    #: Fields of the nominee as the dossier keeps them: as sent, or as the record says today.
    nominee: dict[str, Any]


def view(ctx: Context, key: str) -> Dossier:
    """The dossier for this reader. Raises ``NotFound``."""
    row = reach.nomination(ctx, key)
    is_handling = reach.is_handling_side(ctx, row)
    state = State(row.state)
    is_hidden = not is_handling and faces.is_undisclosed(state, row.upper_unit_id)
    rulebook, _no_rules = nomination_rules.try_of(ctx, row)
    due = None if is_hidden else row.due_on
    holder = None
    if state not in _ENDED:
        # to its own unit a dossier under review is with the unit it was sent to, however far it went up
        shown = row.organiser if is_hidden else row.handling_unit
        holder = (row.unit if state in _AT_HOME else shown).name
    left = deadlines.working_days_between(ctx.today, due, catalogs.calendar(ctx.session)) if due else None
    return Dossier(
        row=row,
        face=faces.face_of(state, upper_unit_id=row.upper_unit_id, is_handling_side=is_handling),
        is_own=row.unit_id == ctx.here.id,
        is_handling_side=is_handling,
        rulebook=rulebook,
        holder=holder,
        due_on=due,
        days_left=left,
        history=tuple(_history(ctx, row, is_handling=is_handling)),
        files=tuple(attachments.held_files(ctx, row)),
        remarks=tuple(remarks.to_unit(ctx, row)),
        nominee=_nominee(row, rulebook),
    )


def _history(ctx: Context, row: Nomination, *, is_handling: bool) -> list[Passed]:
    """What happened, oldest first. The nominating side reads no step that leads into or between undisclosed states."""
    s = NominationStep
    query = sa.select(s).where(s.nomination_id == row.id).order_by(s.id).options(joinedload(s.user), joinedload(s.unit))
    found = []
    for one in ctx.session.scalars(query):
        is_ours = one.unit_id == row.unit_id
        if not is_handling and not is_ours and (State(one.new) in UNDISCLOSED or one.step == Step.HAND_UP.value):
            continue
        knows_person = is_handling or is_ours
        who = one.user.full_name if knows_person and one.user else one.unit.name
        found.append(Passed(one.step, one.at, who, one.note))
    return found


def _nominee(row: Nomination, rulebook: Rulebook | None) -> dict[str, Any]:
    """What is known of the nominee by report field: as kept at sending, else from the record."""
    if rulebook is None or row.nominee is None:
        return {}
    known = {}
    for field in rulebook.report_fields():
        if field["nominee"]:
            kept = row.report.get(field["code"])
            known[field["code"]] = kept if row.receipt_at else getattr(row.nominee, field["nominee"], None)
    return known
