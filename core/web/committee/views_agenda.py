"""Views: who is on the agenda, who goes off it, who comes once more, and who is over the quota."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.http.context import context
from core.http.guards import need
from core.services import agendas, rankings, reach_council, sittings, vote_rules
from core.web.committee import bp, words
from core.web.committee.forms import AgendaForm
from core.web.committee.showing import answer, common, item_of
from core.web.i18n import gettext as _


@bp.route("/u/<unit>/sittings/<sitting>/agenda", methods=["GET", "POST"])
@need("sitting.run")
def agenda(unit: str, sitting: str) -> ResponseReturnValue:
    """Pick appraised dossiers."""
    ctx, form = context(), AgendaForm()
    row = reach_council.sitting(ctx, sitting)
    sittings.refuse_unless_running(row)
    page = agendas.candidates(ctx, row, cursor=request.args.get("after"))
    return answer(
        form,
        "core/committee/agenda.html",
        lambda: agendas.put_on(ctx, sitting, form.nominations.data or []),
        url=lambda _done: url_for("committee.sitting", unit=unit, sitting=sitting),
        done=_("Đã đưa vào chương trình họp."),
        sitting=row,
        page=page,
        **common(),
    )


@bp.post("/u/<unit>/sittings/<sitting>/items/<item>/remove")
@need("sitting.run")
def take_off(unit: str, sitting: str, item: str) -> ResponseReturnValue:
    """Take somebody off the agenda."""
    item_of(sitting, item)
    agendas.take_off(context(), item)
    flash(_("Đã đưa hồ sơ ra khỏi chương trình họp."), "success")
    return redirect(url_for("committee.sitting", unit=unit, sitting=sitting), 303)


@bp.route("/u/<unit>/sittings/<sitting>/items/<item>/again", methods=["GET", "POST"])
@need("sitting.run")
def again(unit: str, sitting: str, item: str) -> ResponseReturnValue:
    """A second round for who failed."""
    ctx = context()
    row = item_of(sitting, item)
    if request.method == "POST":
        new = agendas.put_on_again(ctx, item)
        flash(_("Đã mở vòng bỏ phiếu tiếp theo cho hồ sơ này."), "success")
        return redirect(url_for("committee.item", unit=unit, sitting=sitting, item=new.key), 303)
    most, needs_check = vote_rules.most_rounds(ctx)
    return render_template(
        "core/committee/again.html",
        item=row,
        most=most,
        needs_check=needs_check,
        left=agendas.rounds_left(ctx, row.nomination),
        **common(),
    )


@bp.get("/u/<unit>/sittings/<sitting>/ranking")
@need("sitting.run")
def ranking(unit: str, sitting: str) -> ResponseReturnValue:
    """More passed than there are places: the order of votes."""
    ctx = context()
    row = reach_council.sitting(ctx, sitting)
    tie_break, needs_check = vote_rules.tie_break(ctx)
    return render_template(
        "core/committee/ranking.html",
        sitting=row,
        rankings=rankings.rankings(ctx, row),
        tie_break=tie_break,
        needs_check=needs_check,
        words=words,
        **common(),
    )
