"""Views: the appraisal queue."""

from __future__ import annotations

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from core.domain import deadlines
from core.http.context import context
from core.http.guards import need
from core.services import appraisal_queue, catalog
from core.web.appraisal import bp, words
from core.web.nominations import words as nomination_words


@bp.get("/u/<unit>/appraisal")
@need("nomination.appraise")
def index(unit: str) -> ResponseReturnValue:
    """What waits for the standing body, overdue first."""
    ctx = context()
    box = request.args.get("box", "waiting")
    if box not in words.BOXES:
        abort(400)
    page = appraisal_queue.page_of(ctx, box, cursor=request.args.get("after"))
    calendar, current = catalog.calendar(ctx.session), catalog.current(ctx.session)
    return render_template(
        "core/appraisal/index.html",
        box=box,
        page=page,
        counts=appraisal_queue.counts(ctx),
        remarks=appraisal_queue.open_remarks(ctx, [row.id for row in page.rows]),
        award=lambda code: current.award_type(code).name_on(ctx.today),
        days_left=lambda day: deadlines.working_days_between(ctx.today, day, calendar),
        words=words,
        faces=nomination_words.FACES,
        kinds=nomination_words.KINDS,
        today=ctx.today,
    )
