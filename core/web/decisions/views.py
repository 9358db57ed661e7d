"""Views of decisions: the list and the page of one; handing over, archive, recovery."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.domain.errors import Refused, Stale
from core.http.context import context
from core.http.guards import need
from core.services import decision_after, decision_pick, decisions, prizes, recovery
from core.web.decisions import bp
from core.web.decisions.forms import PresentForm, RecoveryForm
from core.web.honours import reading
from core.web.i18n import _


@bp.get("/u/<unit>/decisions")
@need("decision.read")
def index(unit: str) -> ResponseReturnValue:
    """Decisions of this unit; for the secretary, the events that wait for one."""
    ctx = context()
    state, kind = reading.line("state"), reading.line("kind")
    page = decisions.page(ctx, state=state, kind=kind, cursor=reading.cursor())
    return render_template(
        "core/decisions/index.html",
        page=page,
        state=state,
        kind=kind,
        waiting=decision_pick.waiting(ctx) if ctx.may("decision.draft") else [],
        to_recover=recovery.open_count(ctx),
        **reading.neighbours(page, "decisions.index", unit=unit, state=state, kind=kind),
    )


@bp.get("/u/<unit>/decisions/<decision>")
@need("decision.read")
def show(unit: str, decision: str) -> ResponseReturnValue:
    """A draft as it stands, or an issued decision with what changed it."""
    ctx = context()
    view = decisions.view(ctx, decision)
    name = "core/decisions/draft.html" if view.decision.state == "draft" else "core/decisions/issued.html"
    may = {"may_draft": ctx.may("decision.draft"), "may_issue": ctx.may("decision.issue")}
    return render_template(name, view=view, stacking=prizes.stacking_rules(ctx), **may)


@bp.route("/u/<unit>/decisions/<decision>/present", methods=["GET", "POST"])
@need("decision.draft")
def present(unit: str, decision: str) -> ResponseReturnValue:
    """Awards were handed over: to whom, when."""
    ctx = context()
    row, awards = decision_after.to_present(ctx, decision)
    form, status = PresentForm(), 200
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                count = decision_after.present(ctx, decision, form.awards.data or [], day=form.presented_on.data)
            except Refused as refused:
                status = form.take(refused)
            else:
                flash(_("Đã ghi trao tặng cho %(count)s người, tập thể, hộ.", count=count), "success")
                return redirect(url_for("decisions.show", unit=unit, decision=decision))
    else:
        form.presented_on.data, form.awards.data = ctx.today, [one.key for one in awards]
    values = {"decision": row, "awards": awards, "typed": form, "ticked": frozenset(form.awards.data or ())}
    return render_template("core/decisions/present.html", **values), status


@bp.post("/u/<unit>/decisions/<decision>/archive")
@need("decision.draft")
def archive(unit: str, decision: str) -> ResponseReturnValue:
    """The dossiers of an issued decision go to the archive."""
    count = decision_after.archive(context(), decision)
    flash(_("Đã đưa %(count)s hồ sơ vào lưu trữ.", count=count), "success")
    return redirect(url_for("decisions.show", unit=unit, decision=decision))


@bp.get("/u/<unit>/recovery")
@need("decision.read")
def recoveries(unit: str) -> ResponseReturnValue:
    """What revocations left to get back."""
    state = reading.line("state") or "open"
    page = recovery.page(context(), state=state, cursor=reading.cursor())
    pages = reading.neighbours(page, "decisions.recoveries", unit=unit, state=state)
    return render_template("core/decisions/recoveries.html", page=page, state=state, **pages)


@bp.route("/u/<unit>/recovery/<task>", methods=["GET", "POST"])
@need("decision.draft")
def settle(unit: str, task: str) -> ResponseReturnValue:
    """One thing to get back: done on a day, with a note."""
    row, status = recovery.load(context(), task), 200
    form, theirs = RecoveryForm(obj=row), None
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                values = {"done_on": form.done_on.data, "note": form.note.data or ""}
                recovery.settle(context(), task, **values, expected_version=form.expected_version)
            except Refused as refused:
                status = form.take(refused)
                theirs = refused.theirs if isinstance(refused, Stale) else None
            else:
                return redirect(url_for("decisions.recoveries", unit=unit))
    form.carry(row.version)
    return render_template("core/decisions/settle.html", task=row, typed=form, theirs=theirs), status
