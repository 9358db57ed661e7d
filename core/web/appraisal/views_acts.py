"""Views: one page for each act on a dossier; the acts that need no words are one button."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.domain.errors import Refused
from core.http.context import context
from core.http.guards import need
from core.http.idempotency import once
from core.models import Nomination
from core.services import appraisal, catalog, handovers
from core.web.appraisal import bp, words
from core.web.appraisal.forms import (
    ConclusionForm,
    ConsultForm,
    ConsultResultForm,
    HandUpForm,
    NoteForm,
    ReasonForm,
    ReturnForm,
)
from core.web.forms.base import Form
from core.web.forms.rows import reshape
from core.web.i18n import gettext as _
from core.web.nominations import words as nomination_words


@bp.post("/u/<unit>/nominations/<nomination>/receive")
@need("nomination.appraise")
def receive(unit: str, nomination: str) -> ResponseReturnValue:
    """Take the dossier in: the clock of the appraisal starts."""
    row = appraisal.receive(context(), nomination)
    day = f"{row.due_on:%d/%m/%Y}" if row.due_on else ""
    flash(_("Đã tiếp nhận hồ sơ. Hạn thẩm định: %(day)s.", day=day) if day else _("Đã tiếp nhận hồ sơ."), "success")
    return _to_dossier(unit, nomination)


@bp.route("/u/<unit>/nominations/<nomination>/return", methods=["GET", "POST"])
@need("nomination.appraise")
def give_back(unit: str, nomination: str) -> ResponseReturnValue:
    """Return it to be completed, with remarks."""
    ctx = context()
    row = appraisal.dossier(ctx, nomination)
    form = ReturnForm(data={"due_on": appraisal.mending_day(ctx)})
    is_reshaped = reshape(form)
    form.offer(ctx, row)
    if is_reshaped:
        return _page("give_back", row, form)
    return _answer(
        "give_back", row, form, lambda: appraisal.give_back(ctx, nomination, form.written(), due_on=form.due_on.data)
    )


@bp.route("/u/<unit>/nominations/<nomination>/appraise", methods=["GET", "POST"])
@need("nomination.appraise")
def appraise(unit: str, nomination: str) -> ResponseReturnValue:
    """Find it good."""
    ctx, form = context(), ConclusionForm()
    row = appraisal.dossier(ctx, nomination)
    return _answer(
        "appraise", row, form, lambda: appraisal.appraise(ctx, nomination, conclusion=form.conclusion.data or "")
    )


@bp.post("/u/<unit>/nominations/<nomination>/notes")
@need("nomination.appraise")
@once
def write_note(unit: str, nomination: str) -> ResponseReturnValue:
    """A note among the appraisers."""
    form = NoteForm()
    if form.validate():
        appraisal.write_note(context(), nomination, form.text.data)
        flash(_("Đã ghi chú. Chỉ người thẩm định của đơn vị đọc được."), "success")
        return _to_dossier(unit, nomination)
    row = appraisal.dossier(context(), nomination)
    return render_template("core/appraisal/note.html", f=form, nomination=row), 422


@bp.route("/u/<unit>/nominations/<nomination>/consultation", methods=["GET", "POST"])
@need("nomination.appraise")
def open_consultation(unit: str, nomination: str) -> ResponseReturnValue:
    """Ask the public."""
    ctx = context()
    row = appraisal.dossier(ctx, nomination)
    rule = appraisal.consult_rule(row)
    form = ConsultForm(data={"days": rule.days or None} if rule else None)
    return _answer(
        "open_consultation",
        row,
        form,
        lambda: appraisal.open_consultation(ctx, nomination, days=form.days.data),
        rule=rule,
    )


@bp.route("/u/<unit>/nominations/<nomination>/consultation/close", methods=["GET", "POST"])
@need("nomination.appraise")
def close_consultation(unit: str, nomination: str) -> ResponseReturnValue:
    """Write down what the public said."""
    ctx, form = context(), ConsultResultForm()
    row = appraisal.dossier(ctx, nomination)
    return _answer(
        "close_consultation",
        row,
        form,
        lambda: appraisal.close_consultation(ctx, nomination, result=form.result.data),
        rule=appraisal.consult_rule(row),
    )


@bp.route("/u/<unit>/nominations/<nomination>/decline", methods=["GET", "POST"])
@need("nomination.appraise")
def decline(unit: str, nomination: str) -> ResponseReturnValue:
    """End it without honour."""
    ctx, form = context(), ReasonForm()
    row = appraisal.dossier(ctx, nomination)
    return _answer("decline", row, form, lambda: appraisal.decline(ctx, nomination, reason=form.reason.data))


@bp.route("/u/<unit>/nominations/<nomination>/hand-up", methods=["GET", "POST"])
@need("nomination.appraise")
def hand_up(unit: str, nomination: str) -> ResponseReturnValue:
    """Hand it to the upper unit."""
    ctx, form = context(), HandUpForm()
    row = appraisal.dossier(ctx, nomination)
    handovers.refuse_hand_up(ctx, row)
    return _answer(
        "hand_up",
        row,
        form,
        lambda: handovers.hand_up(ctx, nomination, letter_number=form.letter_number.data, note=form.note.data or ""),
        target=handovers.target(ctx, row),
    )


def _answer(act: str, row: Nomination, form: Form, work: Callable[[], Any], **extra: Any) -> ResponseReturnValue:
    """Do the work of a form that is in order and go back to the dossier; else show the form with what is wrong."""
    unit, key = context().here.key, row.key
    if form.validate_on_submit():
        try:
            work()
        except Refused as refused:
            if refused.kind != "refused":
                raise
            form.absorb(refused)
        else:
            flash(str(words.ACTS[act].done), "success")
            return _to_dossier(unit, key)
    return _page(act, row, form, **extra), 422 if form.is_submitted() else 200


def _page(act: str, row: Nomination, form: Form, **extra: Any) -> str:
    ctx = context()
    return render_template(
        f"core/appraisal/{act if act in ('give_back',) else 'act'}.html",
        act=words.ACTS[act],
        f=form,
        nomination=row,
        award=catalog.current(ctx.session).award_type(row.award_code).name_on(ctx.today),
        kinds=nomination_words.KINDS,
        words=words,
        cancel_url=url_for("nominations.show", unit=ctx.here.key, nomination=row.key),
        **extra,
    )


def _to_dossier(unit: str, key: str) -> ResponseReturnValue:
    box = request.args.get("box")
    return redirect(url_for("nominations.show", unit=unit, nomination=key, box=box), 303)
