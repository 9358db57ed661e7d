"""Views: the calendar of working days."""

from __future__ import annotations

import datetime as dt

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.domain.errors import FieldProblem, NotFound, Refused, Stale
from core.domain.text import parse_date, parse_int
from core.http.context import context
from core.http.guards import need
from core.models import CalendarDay
from core.services import calendar
from core.services.context import Context
from core.web.catalog import bp, words
from core.web.catalog.forms import DayForm, YearForm
from core.web.i18n import gettext as _


def _asked_year(today_year: int) -> int:
    try:
        return parse_int(request.args.get("year", str(today_year)), minimum=1, maximum=9999)
    except FieldProblem:
        raise Refused("bad_parameter", kind="bad_input") from None


@bp.get("/u/<unit>/calendar")
@need("catalog.read")
def year(unit: str) -> ResponseReturnValue:
    """Days off and days worked of one year."""
    ctx = context()
    page = calendar.year(ctx, _asked_year(ctx.today.year))
    first, last = calendar.FIRST_YEAR, calendar.LAST_YEAR
    return render_template("core/catalog/calendar.html", page=page, words=words, first=first, last=last)


@bp.route("/u/<unit>/calendar/day", methods=["GET", "POST"])
@need("calendar.manage")
def set_day(unit: str) -> ResponseReturnValue:
    """Add a day, or change what was set for it."""
    ctx = context()
    raw = request.args.get("day")
    stored = calendar.own_day(ctx, _day(raw)) if raw else None
    form = DayForm(data=_initial(ctx, _day(raw), stored) if raw else None)
    theirs: list[tuple[str, str]] | None = None
    if form.validate_on_submit():
        values = {"kind": form.kind.data, "name": form.name.data, "source": form.source.data}
        try:
            calendar.set_day(ctx, form.day.data, expected_version=form.expected_version, **values)
        except Stale as stale:
            theirs = [(_("Đang lưu"), " · ".join(str(value) for value in stale.theirs.values()))]
            there = calendar.own_day(ctx, form.day.data)
            form.version.data = str(there.version) if there else ""
        except Refused as refused:
            form.absorb(refused)
        else:
            flash(_("Đã lưu ngày trong lịch."), "success")
            return redirect(url_for("catalog.year", unit=unit, year=form.day.data.year))
    page = render_template("core/catalog/day.html", f=form, stored=stored, theirs=theirs)
    return page, 409 if theirs else 422 if form.is_submitted() else 200


def _day(raw: str) -> dt.date:
    try:
        return parse_date(raw)
    except FieldProblem:
        raise Refused("bad_parameter", kind="bad_input") from None


def _initial(ctx: Context, day: dt.date, stored: CalendarDay | None) -> dict[str, object]:
    """What is known of the day; a source for changing a shipped one must be new."""
    if stored is not None:
        names = ("day", "kind", "name", "source")
        return {name: getattr(stored, name) for name in names} | {"version": str(stored.version)}
    line = calendar.line_of(ctx, day)
    return {"day": day, "kind": line.kind, "name": line.name} if line else {"day": day}


@bp.post("/u/<unit>/calendar/<day>/drop")
@need("calendar.manage")
def drop_day(unit: str, day: str) -> ResponseReturnValue:
    """Take back what was set for a day."""
    try:
        which = parse_date(day)
    except FieldProblem:
        raise NotFound from None
    calendar.drop_day(context(), which)
    flash(_("Đã bỏ ngày đã đặt. Lịch có sẵn áp dụng trở lại."), "success")
    return redirect(url_for("catalog.year", unit=unit, year=which.year))


@bp.route("/u/<unit>/calendar/<int(max=9999):number>/confirm", methods=["GET", "POST"])
@need("calendar.manage")
def confirm_year(unit: str, number: int) -> ResponseReturnValue:
    """Say that the year was compared with the announcement."""
    ctx = context()
    page = calendar.year(ctx, number)
    form = YearForm()
    if form.validate_on_submit():
        calendar.confirm_year(ctx, number, source=form.source.data)
        flash(_("Đã xác nhận lịch nghỉ năm %(year)s.", year=number), "success")
        return redirect(url_for("catalog.year", unit=unit, year=number))
    body = render_template("core/catalog/confirm_year.html", f=form, page=page, words=words)
    return body, 422 if form.is_submitted() else 200
