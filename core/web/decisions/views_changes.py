"""Views of correction and revocation: drafts of decisions of their own."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.domain.errors import Refused
from core.http.context import context
from core.http.guards import need
from core.http.idempotency import once
from core.services import decision_changes
from core.web.decisions import bp
from core.web.decisions.forms import CorrectionForm, RevocationForm
from core.web.decisions.views_draft import ground_choices
from core.web.honours import reading


@bp.route("/u/<unit>/decisions/<decision>/correct/<award>", methods=["GET", "POST"])
@need("decision.draft")
@once
def correct(unit: str, decision: str, award: str) -> ResponseReturnValue:
    """The right spelling of one award, into a draft of a correcting decision."""
    ctx = context()
    refers_to = decision_changes.original(ctx, decision)
    row = decision_changes.award_of(ctx, refers_to, award)
    pending = decision_changes.open_correction(ctx, refers_to)
    form, status = CorrectionForm(), 200
    if request.method == "POST":
        status = 422
        if form.validate():
            words = {name: form[name].data or "" for name in ("name", "citation", "reason", "article")}
            try:
                draft = decision_changes.draft_correction(ctx, decision, award, **words)
            except Refused as refused:
                status = form.take(refused)
            else:
                return redirect(url_for("decisions.show", unit=unit, decision=draft.key))
    else:
        form.name.data, form.citation.data = row.name, row.citation
        form.reason.data, form.article.data = (pending.reason, pending.article) if pending else ("", "")
    values = {"decision": refers_to, "award": row, "pending": pending, "typed": form}
    return render_template("core/decisions/correct.html", **values), status


@bp.route("/u/<unit>/decisions/<decision>/revoke", methods=["GET", "POST"])
@need("decision.draft")
@once
def revoke(unit: str, decision: str) -> ResponseReturnValue:
    """Which awards are revoked and why, into a draft of a revoking decision."""
    ctx = context()
    refers_to = decision_changes.original(ctx, decision)
    form, status = RevocationForm(), 200
    form.ground_code.choices = ground_choices()
    if request.method == "POST":
        status = 422
        if form.validate():
            words = {name: form[name].data or "" for name in ("ground_code", "reason", "article")}
            try:
                draft = decision_changes.draft_revocation(ctx, decision, form.awards.data or [], **words)
            except Refused as refused:
                status = form.take(refused)
            else:
                return redirect(url_for("decisions.show", unit=unit, decision=draft.key))
    else:
        form.awards.data = [reading.line("award")]
        form.article.data = decision_changes.REVOCATION_ARTICLE
    values = {"decision": refers_to, "awards": decision_changes.awards_of(ctx, refers_to), "typed": form}
    return render_template("core/decisions/revoke.html", ticked=frozenset(form.awards.data or ()), **values), status
