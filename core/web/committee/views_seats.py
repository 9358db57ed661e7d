"""Views: seats taken, corrected and left."""

from __future__ import annotations

from flask import url_for
from flask.typing import ResponseReturnValue

from core.http.context import context
from core.http.guards import need
from core.http.idempotency import once
from core.services import committees, reach_council
from core.web.committee import bp
from core.web.committee.forms import EndSeatForm, SeatCorrectionForm, SeatForm
from core.web.committee.showing import answer
from core.web.i18n import gettext as _


@bp.route("/u/<unit>/committees/<committee>/seats/new", methods=["GET", "POST"])
@need("committee.manage")
@once
def add_seat(unit: str, committee: str) -> ResponseReturnValue:
    """One more member."""
    ctx = context()
    row = reach_council.committee(ctx, committee)
    form = SeatForm(data={"from_on": max(row.from_on, ctx.today), "part": "member"})
    form.offer(ctx)
    return answer(
        form,
        "core/committee/seat.html",
        lambda: committees.add_seat(ctx, committee, form.seat()),
        url=lambda _done: url_for("committee.show", unit=unit, committee=committee),
        done=_("Đã thêm thành viên."),
        committee=row,
        seat=None,
    )


@bp.route("/u/<unit>/committees/<committee>/seats/<seat>/edit", methods=["GET", "POST"])
@need("committee.manage")
def edit_seat(unit: str, committee: str, seat: str) -> ResponseReturnValue:
    """Correct a name, a title, an account."""
    ctx = context()
    row = reach_council.committee(ctx, committee)
    member = committees.seat_of(row, seat)
    stored = {
        "full_name": member.full_name,
        "title": member.title,
        "login": member.user.login if member.user else "",
        "home_unit": member.home_unit.key if member.home_unit else "",
    }
    form = SeatCorrectionForm(data=stored)
    form.offer(ctx)
    return answer(
        form,
        "core/committee/seat.html",
        lambda: committees.edit_seat(ctx, committee, seat, form.correction(member)),
        url=lambda _done: url_for("committee.show", unit=unit, committee=committee),
        done=_("Đã lưu."),
        committee=row,
        seat=member,
    )


@bp.route("/u/<unit>/committees/<committee>/seats/<seat>/end", methods=["GET", "POST"])
@need("committee.manage")
def end_seat(unit: str, committee: str, seat: str) -> ResponseReturnValue:
    """Let a member leave."""
    ctx = context()
    row = reach_council.committee(ctx, committee)
    form = EndSeatForm(data={"to_on": ctx.today})
    return answer(
        form,
        "core/committee/end_seat.html",
        lambda: committees.end_seat(ctx, committee, seat, to_on=form.to_on.data),
        url=lambda _done: url_for("committee.show", unit=unit, committee=committee),
        done=_("Đã ghi ngày thôi tham gia."),
        committee=row,
        seat=committees.seat_of(row, seat),
    )
