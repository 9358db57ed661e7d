"""Views: the check before sending, sending, the receipt, and the other steps of the nominating unit."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.domain.errors import Refused
from core.domain.nomination import State, Step, steps_from
from core.http.context import context
from core.http.guards import need
from core.http.idempotency import once
from core.services import attachments, faces, nominations
from core.web.forms.base import Form, LongTextField
from core.web.i18n import gettext as _
from core.web.i18n import lazy
from core.web.nominations import bp, words


class ReasonForm(Form):
    """Why."""

    note = LongTextField(lazy("Lý do"), limit=2000, rows=4)


@bp.get("/u/<unit>/nominations/<nomination>/check")
@need("nomination.read_own")
def check(unit: str, nomination: str) -> ResponseReturnValue:
    """Everything in the way, in one list; and where nothing is, the button that sends."""
    if not nominations.is_unsent(context(), nomination):
        return redirect(url_for("nominations.show", unit=unit, nomination=nomination))
    return _check_page(nomination)


def _check_page(key: str) -> str:
    ctx = context()
    row, checklist = nominations.checked(ctx, key)
    rulebook, kind = checklist.rulebook, row.kind
    edit_url = url_for("nominations.edit", unit=ctx.here.key, nomination=key)
    return render_template(
        "core/nominations/check.html",
        row=row,
        rulebook=rulebook,
        at={"unit": ctx.here.key, "nomination": key},
        blockers=[words.objection_row(one, kind, rulebook, edit_url) for one in checklist.blockers],
        warnings=[words.objection_row(one, kind, rulebook, edit_url) for one in checklist.warnings],
        steps={step.value for step in steps_from(State(row.state))},
        may_submit=ctx.may("nomination.submit"),
        may_write=ctx.may("nomination.write"),
        form_obj=Form(),
    )


@bp.post("/u/<unit>/nominations/<nomination>/submit")
@need("nomination.submit")
@once
def submit(unit: str, nomination: str) -> ResponseReturnValue:
    """Confirm and send."""
    form = Form()
    try:
        nominations.submit(context(), nomination, expected_version=form.expected_version)
    except Refused as refused:
        if refused.kind != "refused":
            raise
        return _check_page(nomination), 422
    return redirect(url_for("nominations.receipt", unit=unit, nomination=nomination), 303)


@bp.post("/u/<unit>/nominations/<nomination>/ask")
@need("nomination.write")
def ask(unit: str, nomination: str) -> ResponseReturnValue:
    """Put the draft before the head."""
    try:
        nominations.ask_confirmation(context(), nomination)
    except Refused as refused:
        if refused.kind != "refused":
            raise
        return _check_page(nomination), 422
    flash(_("Đã trình thủ trưởng xác nhận."), "success")
    return redirect(url_for("nominations.show", unit=unit, nomination=nomination), 303)


@bp.post("/u/<unit>/nominations/<nomination>/tell-head")
@need("nomination.write")
def tell_head(unit: str, nomination: str) -> ResponseReturnValue:
    """Tell the head that a returned dossier is mended."""
    try:
        nominations.tell_head(context(), nomination)
    except Refused as refused:
        if refused.kind != "refused":
            raise
        return _check_page(nomination), 422
    flash(_("Đã báo thủ trưởng."), "success")
    return redirect(url_for("nominations.show", unit=unit, nomination=nomination), 303)


@bp.route("/u/<unit>/nominations/<nomination>/send-back", methods=["GET", "POST"])
@need("nomination.submit")
def send_back(unit: str, nomination: str) -> ResponseReturnValue:
    """The head gives the draft back to be mended."""
    return _with_reason(nomination, Step.SEND_BACK_TO_DRAFT)


@bp.route("/u/<unit>/nominations/<nomination>/withdraw", methods=["GET", "POST"])
@need("nomination.write")
def withdraw(unit: str, nomination: str) -> ResponseReturnValue:
    """Take the nomination back."""
    return _with_reason(nomination, Step.WITHDRAW)


def _with_reason(key: str, step: Step) -> ResponseReturnValue:
    ctx = context()
    row, _checklist = nominations.checked(ctx, key)
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            if step is Step.WITHDRAW:
                nominations.withdraw(ctx, key, reason=form.note.data)
            else:
                nominations.send_back(ctx, key, note=form.note.data)
            flash(words.DONE[step.value], "success")
            return redirect(url_for("nominations.show", unit=ctx.here.key, nomination=key), 303)
        except Refused as refused:
            if refused.kind != "refused":
                raise
            form.absorb(refused)
    at = {"unit": ctx.here.key, "nomination": key}
    page = render_template("core/nominations/reason.html", form_obj=form, row=row, at=at, act=words.REASONS[step.value])
    return page, 422 if request.method == "POST" else 200


@bp.get("/u/<unit>/nominations/<nomination>/receipt")
@need("nomination.read_own")
def receipt(unit: str, nomination: str) -> ResponseReturnValue:
    """The paper that says what was received, when, and under which rules."""
    ctx = context()
    row, checklist = nominations.checked(ctx, nomination)
    if row.receipt_at is None:
        raise Refused("not_found", kind="missing")
    return render_template(
        "core/nominations/receipt.html",
        row=row,
        rulebook=checklist.rulebook,
        at={"unit": ctx.here.key, "nomination": nomination},
        kind=words.KINDS[row.kind],
        due_on=None if faces.is_undisclosed(State(row.state), row.upper_unit_id) else row.due_on,
        files=attachments.held_files(ctx, row),
    )
