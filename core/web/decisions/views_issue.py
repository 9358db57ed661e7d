"""Views of the signer: number and date, a last look, and the act that cannot be undone."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.domain.errors import Refused
from core.http.context import context
from core.http.guards import need
from core.http.idempotency import once
from core.services import decision_issue, decisions
from core.web.decisions import bp
from core.web.decisions.forms import IssueForm
from core.web.i18n import _


@bp.route("/u/<unit>/decisions/<decision>/issue", methods=["GET", "POST"])
@need("decision.issue")
@once
def issue(unit: str, decision: str) -> ResponseReturnValue:
    """First the form, then the page that says what cannot be undone, then the act."""
    ctx, form = context(), IssueForm()
    if request.method == "GET":
        form.symbol.data, form.decided_on.data = decision_issue.suggested_symbol(ctx), ctx.today
        return _form(decision, form)
    if not form.validate():
        return _form(decision, form, status=422)
    paper = decision_issue.Paper(form.number.data, form.symbol.data, form.decided_on.data)
    act = decision_issue.issue if form.step.data == "issue" else decision_issue.review
    try:
        done = act(ctx, decision, paper, expected_version=form.expected_version)
    except Refused as refused:
        return _form(decision, form, status=form.take(refused))
    if act is decision_issue.review:
        return render_template("core/decisions/confirm.html", review=done, typed=form)
    flash(_("Đã ban hành Quyết định số %(number)s.", number=done.number), "success")
    return redirect(url_for("decisions.show", unit=unit, decision=decision))


def _form(key: str, form: IssueForm, *, status: int = 200) -> ResponseReturnValue:
    view = decisions.view(context(), key)
    if view.decision.state != "draft":
        raise Refused("decision_issued", kind="conflict")
    form.carry(view.decision.version)
    return render_template("core/decisions/issue.html", view=view, typed=form), status
