"""What the dossier page shows to the standing body: the acts open now, the notes among appraisers, the way through."""

from __future__ import annotations

from flask import url_for

from core.domain.errors import Refused
from core.domain.nomination import Step
from core.models import Nomination
from core.services import appraisal, appraisal_queue, handovers
from core.services.context import Context
from core.web.appraisal import words
from core.web.appraisal.forms import NoteForm
from core.web.dossier_panels import DossierPanel, register

#: (step, endpoint, is it the next thing to do); the order is that of the buttons.
_ACTS = (
    (Step.RECEIVE, "receive", True),
    (Step.APPRAISE, "appraise", True),
    (Step.CLOSE_CONSULTATION, "close_consultation", True),
    (Step.RETURN, "give_back", False),
    (Step.OPEN_CONSULTATION, "open_consultation", False),
    (Step.HAND_UP, "hand_up", False),
    (Step.DECLINE, "decline", False),
)


@register
def acts(ctx: Context, nomination: Nomination) -> DossierPanel | None:
    """The acts that the standing body may do now; nothing for anybody else."""
    if not appraisal.is_ours(ctx, nomination):
        return None
    rows = [
        (endpoint, url_for(f"appraisal.{endpoint}", unit=ctx.here.key, nomination=nomination.key), is_first)
        for step, endpoint, is_first in _ACTS
        if appraisal.may_take(ctx, nomination, step) and _is_offered(ctx, nomination, step)
    ]
    data = {
        "acts": rows,
        "words": words.ACTS,
        "way": appraisal_queue.neighbours(ctx, nomination),
        "consult": appraisal.consult_rule(nomination),
        "queue_url": url_for("appraisal.index", unit=ctx.here.key),
        "unit": ctx.here.key,
    }
    return DossierPanel("core/appraisal/panel.html", place="side", position=10, data=data)


@register
def notes(ctx: Context, nomination: Nomination) -> DossierPanel | None:
    """The notes of this unit's appraisers, also after the dossier went up; written only while it is here."""
    rows, is_ours = appraisal.notes_of(ctx, nomination), appraisal.is_ours(ctx, nomination)
    if not rows and not is_ours:
        return None
    url = url_for("appraisal.write_note", unit=ctx.here.key, nomination=nomination.key)
    data = {"notes": rows, "form": NoteForm(formdata=None) if is_ours else None, "url": url}
    return DossierPanel("core/appraisal/notes.html", place="side", position=20, data=data)


@register
def way_up(ctx: Context, nomination: Nomination) -> DossierPanel | None:
    """Where the dossier was handed up, and what came back; for the units on the way only."""
    if nomination.upper_unit_id is None or not ctx.may("nomination.read_incoming"):
        return None
    rows = handovers.of(ctx, nomination)
    if not rows:
        return None
    data = {"rows": rows, "results": words.HANDOVER_RESULTS}
    return DossierPanel("core/appraisal/way_up.html", place="side", position=40, data=data)


def _is_offered(ctx: Context, nomination: Nomination, step: Step) -> bool:
    if step is not Step.HAND_UP:
        return True
    try:
        handovers.refuse_hand_up(ctx, nomination)
    except Refused:
        return False
    return True
