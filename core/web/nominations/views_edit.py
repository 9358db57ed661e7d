"""Views: begin a nomination, write it, let it save itself."""

from __future__ import annotations

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.domain.errors import Refused, Stale
from core.http.context import context
from core.http.guards import need
from core.http.idempotency import once
from core.services import nomination_draft, nominations, nominees, reach
from core.web import formats
from core.web.forms.rows import reshape
from core.web.i18n import gettext as _
from core.web.nominations import bp, words
from core.web.nominations.editor_page import Editor, who_and_when
from core.web.nominations.start_form import StartForm


@bp.get("/u/<unit>/nominations/new")
@need("nomination.write")
def choose_event(unit: str) -> ResponseReturnValue:
    """In which event; where there is only one, straight on."""
    events = nominations.open_events(context())
    if len(events) == 1:
        return redirect(url_for("nominations.create", unit=unit, event=events[0].key))
    return render_template("core/nominations/choose_event.html", events=events, unit=unit)


@bp.route("/u/<unit>/e/<event>/nominations/new", methods=["GET", "POST"])
@need("nomination.write")
@once
def create(unit: str, event: str) -> ResponseReturnValue:
    """The award first, for it decides the parts; then who it is for."""
    ctx = context()
    row = reach.event(ctx, event)
    offers = nominations.offers(ctx, row)
    form = StartForm.for_offers(offers)
    if form.validate_on_submit():
        try:
            made = nominations.start(ctx, award_code=form.award_code.data, kind=form.kind.data)
            return redirect(url_for("nominations.edit", unit=unit, nomination=made.key), 303)
        except Refused as refused:
            form.absorb(refused)
    status = 422 if request.method == "POST" else 200
    return render_template(
        "core/nominations/new.html", form_obj=form, offers=offers, event=row, kinds=words.KINDS
    ), status


@bp.route("/u/<unit>/nominations/<nomination>/edit", methods=["GET", "POST"])
@need("nomination.write")
@once
def edit(unit: str, nomination: str) -> ResponseReturnValue:
    """The one-page editor: every button saves what was typed before it does anything else."""
    editor = Editor.open(context(), nomination)
    if not editor.is_editable:
        if request.method == "POST":
            raise Refused("not_editable", kind="conflict")
        return redirect(url_for("nominations.show", unit=unit, nomination=nomination))
    if request.method == "GET":
        return editor.page(editor.stored())
    form = editor.posted()
    if reshape(form):
        return editor.page(form)
    try:
        editor.save(form)
    except Stale as stale:
        editor.compare(form, stale)
        return editor.page(form), 409
    return redirect(_next_place(editor, request.form.get("act", "")), 303)


def _next_place(editor: Editor, act: str) -> str:
    at = {"unit": editor.ctx.here.key, "nomination": editor.row.key}
    if act == "check":
        return url_for("nominations.check", **at)
    flash(_("Đã lưu nháp."), "success")
    if act == "close":
        return url_for("nominations.index", unit=at["unit"], box="own")
    pressed = {"use_nominee": "nguoi", "use_achievement": "thanh-tich", "remove_file": "tep"}
    return editor.url(
        next((place for name, place in pressed.items() if name in request.form), {"choose": "nguoi"}.get(act, ""))
    )


@bp.post("/u/<unit>/nominations/<nomination>/autosave")
@need("nomination.write")
def autosave(unit: str, nomination: str) -> ResponseReturnValue:
    """The draft saves itself: JSON for the script, 409 with who and when where somebody else saved."""
    ctx = context()
    editor = Editor.open(ctx, nomination)
    form = editor.posted()
    try:
        row = nomination_draft.save(
            ctx, nomination, editor.draft(form), expected_version=form.expected_version, is_deliberate=False
        )
    except Stale as stale:
        return jsonify(error="stale", message=who_and_when(stale)), 409
    except Refused as refused:
        if refused.kind != "conflict":
            raise
        return jsonify(error=refused.code), 409
    return jsonify(saved_at=formats.as_clock(row.saved_at), version=row.version)


@bp.get("/u/<unit>/nominees/suggest")
@need("nominee.read")
def suggest(unit: str) -> ResponseReturnValue:
    """Known nominees of this unit, for search-as-you-type."""
    kind = request.args.get("kind", "individual")
    if kind not in words.KINDS:
        raise Refused("bad_parameter", kind="bad_input")
    found = nominees.suggest(context(), kind, request.args.get("q", ""))
    return jsonify([{"id": one.key, "label": one.name, "note": _note(one)} for one in found])


def _note(one: nominees.Found) -> str:
    return " · ".join(str(part) for part in (one.birth_year, one.position, one.place) if part)
