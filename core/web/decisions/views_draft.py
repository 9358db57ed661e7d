"""Views of drafting: pick nominations of one event, take lines out, edit the words, give the draft up."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.domain.errors import Refused, Stale
from core.http.context import context
from core.http.guards import need
from core.http.idempotency import once
from core.services import decision_changes, decision_pick, decisions
from core.web.decisions import bp
from core.web.decisions.forms import ChangeForm, DraftForm, EditForm, PickForm, RevocationEditForm
from core.web.forms.base import choices
from core.web.honours import reading
from core.web.i18n import _
from core.web.messages import say


@bp.route("/u/<unit>/decisions/new", methods=["GET", "POST"])
@need("decision.draft")
@once
def new(unit: str) -> ResponseReturnValue:
    """A draft for one event: tick who goes in."""
    ctx, key = context(), reading.line("event")
    if not key:
        return render_template("core/decisions/choose_event.html", waiting=decision_pick.waiting(ctx))
    event = decisions.event_waiting(ctx, key)
    form, status = DraftForm(), 200
    if request.method == "POST":
        status = 422
        if form.validate():
            picked = {"keys": form.keys.data or [], "takes_all": "takes_all" in request.form}
            try:
                row = decisions.draft(ctx, key, title=form.title.data, **picked)
            except Refused as refused:
                status = form.take(refused)
            else:
                return redirect(url_for("decisions.show", unit=unit, decision=row.key))
    elif not form.title.data:
        form.title.data = _("Về việc khen thưởng %(event)s", event=event.short_title)
    return _picker(unit, event, form, status=status)


@bp.route("/u/<unit>/decisions/<decision>/add", methods=["GET", "POST"])
@need("decision.draft")
def add(unit: str, decision: str) -> ResponseReturnValue:
    """More nominations into a draft."""
    ctx, row = context(), decisions.load_draft(context(), decision)
    form, status = PickForm(), 200
    if request.method == "POST":
        try:
            decisions.add(ctx, decision, form.keys.data or [], takes_all="takes_all" in request.form)
        except Refused as refused:
            status = form.take(refused)
        else:
            return redirect(url_for("decisions.show", unit=unit, decision=decision))
    return _picker(unit, row.event, form, status=status, decision=row)


def _picker(unit: str, event, form: PickForm, *, status: int, decision=None) -> ResponseReturnValue:
    found, page = decision_pick.candidates(context(), event, cursor=reading.cursor())
    endpoint = "decisions.add" if decision else "decisions.new"
    kept = {"decision": decision.key} if decision else {"event": event.key}
    return render_template(
        "core/decisions/pick.html",
        event=event,
        decision=decision,
        candidates=found,
        say=say,
        typed=form,
        ticked=frozenset(form.keys.data or ()),
        action=url_for(endpoint, unit=unit, **kept),
        **reading.neighbours(page, endpoint, unit=unit, **kept),
    ), status


@bp.post("/u/<unit>/decisions/<decision>/lines/<int:line>/drop")
@need("decision.draft")
def drop_line(unit: str, decision: str, line: int) -> ResponseReturnValue:
    """One line out of a draft; the nomination goes back to where it came from."""
    decisions.drop_line(context(), decision, line)
    flash(_("Đã đưa ra khỏi dự thảo. Hồ sơ trở lại bước trước đó."), "success")
    return redirect(url_for("decisions.show", unit=unit, decision=decision))


@bp.route("/u/<unit>/decisions/<decision>/edit", methods=["GET", "POST"])
@need("decision.draft")
def edit(unit: str, decision: str) -> ResponseReturnValue:
    """The words of a draft."""
    ctx, row = context(), decisions.load_draft(context(), decision)
    form = {"grant": EditForm, "correct": ChangeForm, "revoke": RevocationEditForm}[row.kind](obj=row)
    if row.kind == "revoke":
        form.ground_code.choices = ground_choices()
    status, theirs = 200, None
    if request.method == "POST":
        status = 422
        if form.validate():
            words = {name: form[name].data for name in ("title", "reason", "article", "ground_code") if name in form}
            try:
                decisions.edit(ctx, decision, **words, expected_version=form.expected_version)
            except Refused as refused:
                status = form.take(refused)
                theirs = refused.theirs if isinstance(refused, Stale) else None
            else:
                return redirect(url_for("decisions.show", unit=unit, decision=decision))
    form.carry(row.version)
    return render_template("core/decisions/edit.html", decision=row, typed=form, theirs=theirs), status


@bp.route("/u/<unit>/decisions/<decision>/discard", methods=["GET", "POST"])
@need("decision.draft")
def discard(unit: str, decision: str) -> ResponseReturnValue:
    """Ask, then give the draft up."""
    if request.method == "POST":
        decisions.discard(context(), decision)
        flash(_("Đã bỏ dự thảo. Các hồ sơ trở lại bước trước đó."), "success")
        return redirect(url_for("decisions.index", unit=unit))
    return render_template("core/decisions/discard.html", decision=decisions.load_draft(context(), decision))


def ground_choices() -> list:
    """The grounds of revocation to choose from, none chosen beforehand."""
    pairs = [(one.code, one.text) for one in decision_changes.grounds(context())]
    return choices(pairs, empty=_("Chọn một trường hợp"))
