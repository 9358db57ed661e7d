"""Views: the figures of a paper vote, entered once and counted again by a second person."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core.domain.errors import Refused
from core.domain.voting import PaperCount
from core.http.context import context
from core.http.guards import need
from core.services import outcomes, paper_counts
from core.web.committee import bp, words
from core.web.committee.forms import CountForm
from core.web.committee.showing import answer, common, item_of
from core.web.i18n import gettext as _


@bp.route("/u/<unit>/sittings/<sitting>/items/<item>/count", methods=["GET", "POST"])
@need("sitting.run")
def enter_count(unit: str, sitting: str, item: str) -> ResponseReturnValue:
    """The first count."""
    ctx = context()
    row = item_of(sitting, item)
    # another person's figures are not shown: who sees them cannot count independently
    is_mine = row.entered_by_id == ctx.actor.id
    stored = {name: getattr(row, name) for name in PaperCount.__slots__} if is_mine else {}
    form = CountForm(data={**stored, "version": str(row.version)})
    version = form.expected_version
    form.version.data = str(row.version)
    return answer(
        form,
        "core/committee/count.html",
        lambda: paper_counts.enter(ctx, item, form.count(), expected_version=version),
        url=lambda _done: url_for("committee.item", unit=unit, sitting=sitting, item=item),
        done=_("Đã ghi số phiếu. Cần người thứ hai đếm và nhập lại."),
        item=row,
        room=outcomes.room_of(ctx, row),
        is_second=False,
        **common(),
    )


@bp.route("/u/<unit>/sittings/<sitting>/items/<item>/confirm", methods=["GET", "POST"])
@need("sitting.confirm")
def confirm_count(unit: str, sitting: str, item: str) -> ResponseReturnValue:
    """The second count, from an empty form: what the first person wrote is not shown."""
    ctx, form = context(), CountForm()
    row = item_of(sitting, item)
    if form.validate_on_submit():
        try:
            outcome = paper_counts.confirm(ctx, item, form.count())
        except Refused as refused:
            if refused.kind != "refused":
                raise
            ctx.session.rollback()
            form.absorb(refused)
        else:
            _tell(outcome is not None)
            return redirect(url_for("committee.item", unit=unit, sitting=sitting, item=item), 303)
    status = 422 if form.is_submitted() else 200
    page = {"f": form, "item": row, "room": outcomes.room_of(ctx, row), "is_second": True, "theirs": None}
    return render_template("core/committee/count.html", words=words, **page, **common()), status


def _tell(is_equal: bool) -> None:
    if is_equal:
        flash(_("Hai lần nhập khớp nhau. Kết quả đã chốt và không sửa được nữa."), "success")
    else:
        flash(_("Hai lần nhập khác nhau nên chưa chốt được. Hãy cùng đếm lại phiếu."), "error")
