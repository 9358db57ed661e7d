"""Views: tasks of an event for its organiser, and the tasks given to a unit."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.domain.errors import Refused, Stale
from core.http.context import context
from core.http.guards import need
from core.http.idempotency import once
from core.models import EventTask
from core.services import event_tasks, events
from core.web.events import bp, words
from core.web.events.forms import TaskForm, TaskReportForm
from core.web.events.showing import chosen, differences, renew
from core.web.forms.base import Form, choices
from core.web.i18n import gettext as _


@bp.get("/u/<unit>/e/<event>/tasks")
@need("event.manage")
def tasks(unit: str, event: str) -> ResponseReturnValue:
    """Tasks of this event, to change."""
    ctx = context()
    row = events.managed(ctx)
    return render_template(
        "core/events/tasks.html", event=row, tasks=event_tasks.of_event(ctx, row), words=words, today=ctx.today
    )


@bp.route("/u/<unit>/e/<event>/tasks/new", methods=["GET", "POST"])
@need("event.manage")
@once
def add_task(unit: str, event: str) -> ResponseReturnValue:
    """Give a unit a task."""
    ctx = context()
    row = events.managed(ctx)
    form = TaskForm()
    form.unit_key.choices = choices(event_tasks.units_for(ctx, row), empty=_("Chọn đơn vị"))
    if form.validate_on_submit():
        try:
            event_tasks.add(ctx, form.task_data())
        except Refused as refused:
            form.absorb(refused)
        else:
            flash(_("Đã thêm nhiệm vụ."), "success")
            return redirect(url_for("events.tasks", unit=unit, event=event))
    page = render_template("core/events/task_form.html", f=form, event=row, task=None, theirs=None)
    return page, 422 if form.is_submitted() else 200


@bp.route("/u/<unit>/e/<event>/tasks/<task>", methods=["GET", "POST"])
@need("event.manage")
def edit_task(unit: str, event: str, task: str) -> ResponseReturnValue:
    """Change a task, or take it back."""
    ctx = context()
    row, one = events.managed(ctx), event_tasks.task(ctx, task)
    form = TaskForm(data=_initial(one))
    form.unit_key.choices = choices(event_tasks.units_for(ctx, row), empty=_("Chọn đơn vị"))
    theirs: list[tuple[str, str]] | None = None
    if form.validate_on_submit():
        try:
            event_tasks.edit(ctx, task, form.task_data(), expected_version=form.expected_version)
        except Stale as stale:
            theirs = _told(form, stale, one)
        except Refused as refused:
            form.absorb(refused)
        else:
            flash(_("Đã lưu nhiệm vụ."), "success")
            return redirect(url_for("events.tasks", unit=unit, event=event))
    page = render_template("core/events/task_form.html", f=form, event=row, task=one, theirs=theirs)
    return page, 409 if theirs else 422 if form.is_submitted() else 200


@bp.post("/u/<unit>/e/<event>/tasks/<task>/remove")
@need("event.manage")
def remove_task(unit: str, event: str, task: str) -> ResponseReturnValue:
    """Take a task back."""
    event_tasks.remove(context(), task)
    flash(_("Đã bỏ nhiệm vụ."), "success")
    return redirect(url_for("events.tasks", unit=unit, event=event))


@bp.get("/u/<unit>/tasks")
@need("event.task")
def my_tasks(unit: str) -> ResponseReturnValue:
    """Tasks that events give to this unit."""
    ctx = context()
    box = chosen("box", ("live", "all"))
    page = event_tasks.given_to(ctx, box=box, cursor=request.args.get("after"))
    return render_template("core/events/my_tasks.html", page=page, box=box, words=words, today=ctx.today)


@bp.route("/u/<unit>/tasks/<task>", methods=["GET", "POST"])
@need("event.task")
def report_task(unit: str, task: str) -> ResponseReturnValue:
    """The unit says how far it is."""
    ctx = context()
    one = event_tasks.given(ctx, task)
    form = TaskReportForm(data={"status": one.status, "note": one.note, "version": str(one.version)})
    theirs: list[tuple[str, str]] | None = None
    if form.validate_on_submit():
        try:
            event_tasks.report(
                ctx, task, status=form.status.data, note=form.note.data, expected_version=form.expected_version
            )
        except Stale as stale:
            theirs = [row for row in _told(form, stale, one) if row[0]]
        else:
            flash(_("Đã lưu kết quả nhiệm vụ."), "success")
            return redirect(url_for("events.my_tasks", unit=unit))
    page = render_template("core/events/my_task.html", f=form, task=one, words=words, theirs=theirs)
    return page, 409 if theirs else 422 if form.is_submitted() else 200


def _initial(one: EventTask) -> dict[str, Any]:
    names = ("part", "content", "output", "due_on", "status", "note")
    return {"unit_key": one.unit.key, "version": str(one.version), **{name: getattr(one, name) for name in names}}


def _told(form: Form, stale: Stale, one: EventTask) -> list[tuple[str, str]]:
    renew(form, one.version)
    named = {"part": str(words.TASK_PARTS[one.part]), "status": str(words.TASK_STATUSES[one.status][0])}
    return [(label or _("Đơn vị"), text) for label, text in differences(form, stale, named)]
