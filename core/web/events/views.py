"""Views: the list of events, one event, its words, its states, its copy."""

from __future__ import annotations

import dataclasses
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.domain.errors import Refused, Stale
from core.domain.event import steps_from, with_year
from core.http.context import context
from core.http.guards import need
from core.http.idempotency import once
from core.models import Event
from core.plugin.answers import Place
from core.services import event_page, event_parts, events
from core.services.context import Context
from core.web.events import bp, words
from core.web.events.forms import CopyForm, EventForm, StepForm
from core.web.events.showing import chosen, differences, findings, kinds_and_types, renew, searched
from core.web.forms.rows import reshape
from core.web.i18n import gettext as _
from core.web.plugin_cards import plugin_panels

BOXES = ("all", "own", "invited")


@bp.get("/u/<unit>/events")
@need("event.read")
def index(unit: str) -> ResponseReturnValue:
    """Events that this unit organises or is invited to."""
    ctx = context()
    box, query = chosen("box", BOXES), searched()
    page = events.list_events(ctx, box=box, query=query, cursor=request.args.get("after"))
    kinds, _types = kinds_and_types(ctx, None)
    return render_template(
        "core/events/index.html", page=page, box=box, query=query, words=words, kinds=dict(kinds), now=ctx.now
    )


@bp.get("/u/<unit>/e/<event>/")
@need("event.read")
def show(unit: str, event: str) -> ResponseReturnValue:
    """One event: who, what, when, and how it stands."""
    ctx = context()
    page = event_page.build(ctx)
    return render_template(
        "core/events/show.html",
        page=page,
        event=page.row,
        curve=[(f"{day:%d/%m}", count) for day, count in page.curve],
        curve_mark=f"{page.receive_ends:%d/%m}" if page.receive_ends else None,
        words=words,
        findings=findings(ctx, page.findings),
        steps=steps_from(page.row.state),
        now=ctx.now,
        today=ctx.today,
        cards=plugin_panels(ctx, Place.EVENT, page.row),
    )


@bp.route("/u/<unit>/events/new", methods=["GET", "POST"])
@need("event.manage")
@once
def create(unit: str) -> ResponseReturnValue:
    """Write down a new event."""
    ctx = context()
    form = _event_form(ctx, EventForm())
    if reshape(form):
        return _form_page(form, None)
    if form.validate_on_submit():
        try:
            row = events.create(ctx, form.event_data())
        except Refused as refused:
            form.absorb(refused)
        else:
            flash(_("Đã lưu bản nháp của đợt. Tiếp theo: đặt các giai đoạn."), "success")
            return redirect(url_for("events.phases", unit=unit, event=row.key))
    return _form_page(form, None), 422 if form.is_submitted() else 200


@bp.route("/u/<unit>/e/<event>/edit", methods=["GET", "POST"])
@need("event.manage")
def edit(unit: str, event: str) -> ResponseReturnValue:
    """Change the event's words."""
    ctx = context()
    row = events.managed(ctx)
    form = _event_form(ctx, EventForm(data=_initial(row)), row)
    theirs: list[tuple[str, str]] | None = None
    if reshape(form):
        return _form_page(form, row)
    if form.validate_on_submit():
        try:
            events.edit(ctx, form.event_data(), expected_version=form.expected_version)
        except Stale as stale:
            theirs = differences(form, stale, _names(form, stale))
            renew(form, row.version)
        except Refused as refused:
            form.absorb(refused)
        else:
            flash(_("Đã lưu đợt."), "success")
            return redirect(url_for("events.show", unit=unit, event=event))
    return _form_page(form, row, theirs), 409 if theirs else 422 if form.is_submitted() else 200


def _event_form(ctx: Context, form: EventForm, row: Event | None = None) -> EventForm:
    day = form.window_from.data or (row.window_from if row else None)
    form.offer(*kinds_and_types(ctx, day, kept=row.commendation_type if row else ""))
    return form


def _initial(row: Event) -> dict[str, Any]:
    data = dataclasses.asdict(events.data_of(row))
    return {**data, "version": str(row.version)}


def _names(form: EventForm, stale: Stale) -> dict[str, str]:
    """Stored codes by their names on screen."""
    found = {}
    for field in (form.kind, form.commendation_type):
        code = stale.theirs.get(field.name)
        found[field.name] = next((str(one.label) for one in field.choices if one.value == code), "")
    return found


def _form_page(form: EventForm, row: Event | None, theirs: list[tuple[str, str]] | None = None) -> str:
    earlier = [] if row else events.earlier(context())
    return render_template("core/events/form.html", f=form, event=row, theirs=theirs, earlier=earlier)


@bp.route("/u/<unit>/e/<event>/step/<step>", methods=["GET", "POST"])
@need("event.manage")
def step(unit: str, event: str, step: str) -> ResponseReturnValue:
    """Announce, close or reopen, after a page that says what it does."""
    ctx = context()
    row = events.managed(ctx)
    if step not in words.STEPS:
        abort(404)
    form = StepForm(data={"version": str(row.version)})
    if form.validate_on_submit():
        events.take_step(ctx, step, expected_version=form.expected_version)
        flash(words.STEPS[step][3], "success")
        return redirect(url_for("events.show", unit=unit, event=event))
    is_possible = step in steps_from(row.state)
    page = event_page.build(ctx)
    return render_template(
        "core/events/step.html",
        f=form,
        event=row,
        step=step,
        word=words.STEPS[step],
        words=words,
        is_possible=is_possible,
        findings=findings(ctx, page.findings),
    )


@bp.post("/u/<unit>/e/<event>/roll")
@need("event.manage")
def roll(unit: str, event: str) -> ResponseReturnValue:
    """Show the public honour roll to everybody, or stop showing it."""
    is_public = request.form.get("value") == "1"
    events.show_roll(context(), is_public=is_public)
    flash(_("Bảng vinh danh đã công khai.") if is_public else _("Bảng vinh danh không còn công khai."), "success")
    return redirect(url_for("events.show", unit=unit, event=event))


@bp.route("/u/<unit>/e/<event>/copy", methods=["GET", "POST"])
@need("event.manage")
@once
def copy(unit: str, event: str) -> ResponseReturnValue:
    """The same event in another year, as a draft."""
    ctx = context()
    source = events.managed(ctx)
    form = CopyForm(data=_next_time(source, ctx))
    if form.validate_on_submit():
        years = form.year.data - source.window_from.year
        try:
            row = event_parts.copy(ctx, years=years, title=form.title.data, short_title=form.short_title.data)
        except Refused as refused:
            form.absorb(refused)
        else:
            flash(_("Đã chép thành bản nháp. Xem lại từng phần rồi công bố."), "success")
            return redirect(url_for("events.show", unit=unit, event=row.key))
    return render_template("core/events/copy.html", f=form, event=source), 422 if form.is_submitted() else 200


def _next_time(source: Event, ctx: Context) -> dict[str, Any]:
    old = source.window_from.year
    year = old + event_parts.years_to_next(source, ctx.today)
    titles = {name: with_year(getattr(source, name), old, year) for name in ("title", "short_title")}
    return {"year": year, **titles}
