"""Views: a sitting from its plan to its minutes."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.http.context import context
from core.http.guards import need
from core.http.idempotency import once
from core.services import agendas, ballot_casting, committees, reach_council, recusals, sitting_minutes, sittings
from core.services.context import VIETNAM
from core.web.committee import bp, words
from core.web.committee.forms import CloseForm, SittingEditForm, SittingForm, attendance_form
from core.web.committee.showing import answer, common
from core.web.i18n import gettext as _


@bp.route("/u/<unit>/sittings/new", methods=["GET", "POST"])
@need("sitting.run")
@once
def plan(unit: str) -> ResponseReturnValue:
    """Plan a sitting."""
    ctx = context()
    rows = committees.in_force(ctx.session, ctx.here.id, ctx.today)
    asked = request.args.get("committee") or (rows[0].key if len(rows) == 1 else "")
    form = SittingForm(data={"committee": asked})
    form.offer(rows, sittings.events_of(ctx))
    return answer(
        form,
        "core/committee/sitting_form.html",
        lambda: sittings.plan(ctx, form.committee.data, form.sitting(), event_key=form.event.data or None),
        url=lambda row: url_for("committee.agenda", unit=unit, sitting=row.key),
        done=_("Đã lập phiên họp. Tiếp theo: chọn hồ sơ."),
        sitting=None,
        has_committee=bool(rows),
    )


@bp.get("/u/<unit>/sittings/<sitting>")
@need("sitting.read")
def sitting(unit: str, sitting: str) -> ResponseReturnValue:
    """The sitting: room, agenda, what is done and what is not."""
    ctx = context()
    row = reach_council.sitting(ctx, sitting)
    roll = sittings.roll_of(ctx, row)
    return render_template(
        "core/committee/sitting.html",
        sitting=row,
        items=sittings.items_of(ctx, row),
        roll=roll,
        members=committees.roll(ctx.session, row.committee_id, ctx.today) if not roll else [],
        quorum=sittings.quorum_of(ctx, row) if roll else None,
        own_seat=recusals.own_seat(ctx, row),
        voting=ballot_casting.open_to(ctx, row),
        words=words,
        **common(),
    )


@bp.route("/u/<unit>/sittings/<sitting>/edit", methods=["GET", "POST"])
@need("sitting.run")
def edit_sitting(unit: str, sitting: str) -> ResponseReturnValue:
    """Another time, another place."""
    ctx = context()
    row = reach_council.sitting(ctx, sitting)
    at = row.held_at.astimezone(VIETNAM)
    stored = {
        "title": row.title,
        "day": at.date(),
        "clock": f"{at:%H:%M}",
        "place": row.place,
        "version": str(row.version),
    }
    form = SittingEditForm(data=stored)
    version = form.expected_version
    form.version.data = str(row.version)
    return answer(
        form,
        "core/committee/sitting_form.html",
        lambda: sittings.edit(ctx, sitting, form.sitting(), expected_version=version),
        url=lambda _done: url_for("committee.sitting", unit=unit, sitting=sitting),
        done=_("Đã lưu phiên họp. Các thành viên có tài khoản đã được báo."),
        sitting=row,
        has_committee=True,
    )


@bp.route("/u/<unit>/sittings/<sitting>/open", methods=["GET", "POST"])
@need("sitting.run")
def open_sitting(unit: str, sitting: str) -> ResponseReturnValue:
    """Open it: the roll is fixed from here on."""
    ctx = context()
    if request.method == "POST":
        sittings.open_sitting(ctx, sitting)
        flash(_("Phiên họp đã mở. Việc đầu tiên: điểm danh."), "success")
        return redirect(url_for("committee.attendance", unit=unit, sitting=sitting), 303)
    row = reach_council.sitting(ctx, sitting)
    roll = committees.roll(ctx.session, row.committee_id, ctx.today)
    return render_template("core/committee/open.html", sitting=row, roll=roll, words=words, **common())


@bp.route("/u/<unit>/sittings/<sitting>/cancel", methods=["GET", "POST"])
@need("sitting.run")
def cancel_sitting(unit: str, sitting: str) -> ResponseReturnValue:
    """Call it off."""
    ctx = context()
    if request.method == "POST":
        agendas.cancel(ctx, sitting)
        flash(_("Đã hủy phiên họp. Các hồ sơ trở lại chờ phiên khác."), "success")
        return redirect(url_for("committee.index", unit=unit), 303)
    return render_template("core/committee/cancel.html", sitting=reach_council.sitting(ctx, sitting))


@bp.route("/u/<unit>/sittings/<sitting>/attendance", methods=["GET", "POST"])
@need("sitting.run")
def attendance(unit: str, sitting: str) -> ResponseReturnValue:
    """Who is in the room."""
    ctx = context()
    row = reach_council.sitting(ctx, sitting)
    sittings.refuse_unless_open(row)
    roll = sittings.roll_of(ctx, row)
    stored = {f"seat-{one.member.key}": {"attendance": one.attendance, "note": one.note} for one in roll}
    form = attendance_form(roll)(data={**stored, "version": str(row.version)})
    version, keys = form.expected_version, [one.member.key for one in roll]
    form.version.data = str(row.version)
    return answer(
        form,
        "core/committee/attendance.html",
        lambda: sittings.record_attendance(ctx, sitting, form.marks(keys), expected_version=version),
        url=lambda _done: url_for("committee.sitting", unit=unit, sitting=sitting),
        done=_("Đã lưu điểm danh."),
        sitting=row,
        keys=keys,
    )


@bp.route("/u/<unit>/sittings/<sitting>/close", methods=["GET", "POST"])
@need("sitting.run")
def close_sitting(unit: str, sitting: str) -> ResponseReturnValue:
    """End it; the minutes are final."""
    ctx = context()
    row = reach_council.sitting(ctx, sitting)
    form = CloseForm(data={"minutes": row.minutes})
    return answer(
        form,
        "core/committee/close.html",
        lambda: sittings.close(ctx, sitting, minutes=form.minutes.data or ""),
        url=lambda _done: url_for("committee.minutes", unit=unit, sitting=sitting),
        done=_("Phiên họp đã kết thúc. Biên bản không sửa được nữa."),
        sitting=row,
        waiting=sum(item.outcome is None for item in row.items),
    )


@bp.get("/u/<unit>/sittings/<sitting>/minutes")
@need("sitting.read")
def minutes(unit: str, sitting: str) -> ResponseReturnValue:
    """The minutes, to read and to print."""
    ctx = context()
    return render_template(
        "core/committee/minutes.html",
        minutes=sitting_minutes.minutes_of(ctx, sitting),
        office=ctx.here.name,
        words=words,
        **common(),
    )
