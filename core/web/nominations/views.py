"""Views: the lists of nominations, and one dossier to read."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.domain.nomination import UNDER_REVIEW, State, Step, steps_from
from core.http.context import context
from core.http.guards import need
from core.services import dossiers, nomination_lists
from core.services.context import Context
from core.services.dossiers import Dossier
from core.web.dossier_panels import panels_for
from core.web.nominations import bp, story, words
from core.web.nominations.list_page import ListPage


@bp.get("/u/<unit>/nominations")
@need("nomination.list")
def index(unit: str) -> ResponseReturnValue:
    """The nominations of one box: put forward by this unit, sent to it, or handed up to it."""
    ctx = context()
    wanted = nomination_lists.read(ctx, request.args)
    found = nomination_lists.listing(ctx, wanted, cursor=request.args.get("after"))
    return render_template("core/nominations/index.html", page=ListPage(ctx, found))


@bp.get("/u/<unit>/nominations/<nomination>")
@need("nomination.read")
def show(unit: str, nomination: str) -> ResponseReturnValue:
    """One dossier, as it will be printed; what may be done with it stands beside it."""
    ctx = context()
    dossier = dossiers.view(ctx, nomination)
    panels = panels_for(ctx, dossier.row)
    return render_template(
        "core/nominations/show.html",
        dossier=dossier,
        row=dossier.row,
        rulebook=dossier.rulebook,
        face=words.FACES[dossier.face],
        story=story.build(ctx, dossier),
        at={"unit": unit, "nomination": nomination},
        main_panels=[one for one in panels if one.place == "main"],
        story_panels=[one for one in panels if one.place == "story"],
        side_panels=[one for one in panels if one.place not in ("main", "story")],
        acts=_acts(ctx, dossier) if dossier.is_own else {},
    )


def _acts(ctx: Context, dossier: Dossier) -> dict[str, str]:
    """What the nominating unit may do now: name -> address."""
    row, at = dossier.row, {"unit": ctx.here.key, "nomination": dossier.row.key}
    steps, found = steps_from(State(row.state)), {}
    may_write, may_submit = ctx.may("nomination.write"), ctx.may("nomination.submit")
    if may_write and row.state in (State.DRAFT.value, State.RETURNED.value):
        found["edit"] = url_for("nominations.edit", **at)
    if Step.SUBMIT in steps and (may_submit or may_write) and dossier.is_own:
        found["check"] = url_for("nominations.check", **at)
    if may_submit and Step.SEND_BACK_TO_DRAFT in steps:
        found["send_back"] = url_for("nominations.send_back", **at)
    # under review the act is always shown: whether it still exists would tell how far the dossier has come
    is_hidden = dossier.face == UNDER_REVIEW
    if (Step.WITHDRAW in steps or is_hidden) and (may_submit or (may_write and row.receipt_at is None)):
        found["withdraw"] = url_for("nominations.withdraw", **at)
    if row.receipt_at is not None:
        found["receipt"] = url_for("nominations.receipt", **at)
    return found
