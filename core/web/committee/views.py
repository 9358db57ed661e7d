"""Views: the council's front page, one committee, its paper."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.domain import voting
from core.http.context import context
from core.http.guards import need
from core.http.idempotency import once
from core.services import committees, reach_council, sittings
from core.services.committees import CommitteeData
from core.web.committee import bp, words
from core.web.committee.forms import CommitteeForm, FoundingForm
from core.web.committee.showing import answer, common
from core.web.i18n import gettext as _


@bp.get("/u/<unit>/committees")
@need("committee.read")
def index(unit: str) -> ResponseReturnValue:
    """The unit's committees and their sittings."""
    ctx = context()
    return render_template(
        "core/committee/index.html",
        committees=committees.listed(ctx),
        page=sittings.listed(ctx, cursor=request.args.get("after")),
        mine=sittings.mine(ctx) if ctx.may("nomination.judge") else [],
        today=ctx.today,
        words=words,
        **common(),
    )


@bp.get("/u/<unit>/committees/<committee>")
@need("committee.read")
def show(unit: str, committee: str) -> ResponseReturnValue:
    """One committee: its paper, who sits, who sat."""
    ctx = context()
    row = reach_council.committee(ctx, committee)
    roll = committees.roll(ctx.session, row.id, ctx.today)
    return render_template(
        "core/committee/show.html",
        committee=row,
        seats=committees.seats(ctx.session, row.id),
        roll=roll,
        sat=committees.sat(ctx.session, row.id),
        chairs=len(committees.chairs(roll)),
        is_even=voting.is_odd_recommended(len(roll)),
        today=ctx.today,
        words=words,
        **common(),
    )


@bp.route("/u/<unit>/committees/new", methods=["GET", "POST"])
@need("committee.manage")
@once
def create(unit: str) -> ResponseReturnValue:
    """Set a committee up."""
    ctx, form = context(), FoundingForm()
    form.offer(ctx)
    return answer(
        form,
        "core/committee/form.html",
        lambda: committees.create(ctx, form.committee(), chair=form.chair()),
        url=lambda row: url_for("committee.show", unit=unit, committee=row.key),
        done=_("Đã lập Hội đồng. Tiếp theo: thêm các thành viên."),
        committee=None,
    )


@bp.route("/u/<unit>/committees/<committee>/edit", methods=["GET", "POST"])
@need("committee.manage")
def edit(unit: str, committee: str) -> ResponseReturnValue:
    """Change what the paper says."""
    ctx = context()
    row = reach_council.committee(ctx, committee)
    stored = {name: getattr(row, name) for name in CommitteeData.__slots__}
    form = CommitteeForm(data={**stored, "version": str(row.version)})
    version = form.expected_version
    form.version.data = str(row.version)  # after a conflict, saving again is deliberate
    return answer(
        form,
        "core/committee/form.html",
        lambda: committees.edit(ctx, committee, form.committee(), expected_version=version),
        url=lambda row: url_for("committee.show", unit=unit, committee=row.key),
        done=_("Đã lưu."),
        committee=row,
    )


@bp.get("/u/<unit>/my-sittings")
@need("nomination.judge")
def my_sittings(unit: str) -> ResponseReturnValue:
    """A member's own sittings with the dossiers to read."""
    ctx = context()
    rows = sittings.mine(ctx)
    items = sittings.items_of_all(ctx, rows)
    agendas = [(row, items[row.id]) for row in rows]
    return render_template("core/committee/mine.html", agendas=agendas, words=words, **common())
