"""Views: the secretary's desk of sealed ballots: open a vote, watch its progress, close it, give it up."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.http.context import context
from core.http.guards import need
from core.http.idempotency import once
from core.services import ballot_casting, ballot_keys, ballots, reach_ballots, reach_council, sittings
from core.web.committee import bp, words
from core.web.committee.forms_ballots import BeginForm, GiveUpForm
from core.web.committee.showing import answer, common
from core.web.i18n import gettext as _
from core.web.messages import say


@bp.get("/u/<unit>/sittings/<sitting>/ballots")
@need("sitting.read")
def ballots_of(unit: str, sitting: str) -> ResponseReturnValue:
    """Where the sealed votes of a sitting stand, and what comes next."""
    ctx = context()
    row = reach_council.sitting(ctx, sitting)
    rows, key = reach_ballots.ballots_of(ctx, row), reach_ballots.key_of(ctx, row)
    return render_template(
        "core/committee/ballots.html",
        sitting=row,
        ballots=[(one, ballots.items_of(ctx, one), ballots.progress(ctx, one)) for one in rows],
        groups=ballots.groups(ctx, row) if row.state == "open" and ctx.may("sitting.run") else [],
        key=key,
        may_replace=ballot_keys.may_replace(ctx, key),
        mine=ballot_casting.open_to(ctx, row),
        quorum=sittings.quorum_of(ctx, row) if row.state != "planned" else None,
        words=words,
        **common(),
    )


@bp.route("/u/<unit>/sittings/<sitting>/ballots/new", methods=["GET", "POST"])
@need("sitting.run")
@once
def begin_ballot(unit: str, sitting: str) -> ResponseReturnValue:
    """Open the vote on one group of candidates."""
    ctx, form = context(), BeginForm()
    row = reach_council.sitting(ctx, sitting)
    sittings.refuse_unless_open(row)
    asked = request.args.get("group", "")
    return answer(
        form,
        "core/committee/ballot_new.html",
        lambda: ballots.begin(ctx, sitting, form.items.data or []),
        url=lambda done: url_for("committee.ballot", unit=unit, sitting=sitting, ballot=done.key),
        done=_("Đã mở bỏ phiếu. Mời các thành viên bỏ phiếu."),
        sitting=row,
        groups=[one for one in ballots.groups(ctx, row) if not asked or one.items[0].key == asked],
        say=say,
        **common(),
    )


@bp.get("/u/<unit>/sittings/<sitting>/ballots/<ballot>")
@need("sitting.read")
def ballot(unit: str, sitting: str, ballot: str) -> ResponseReturnValue:
    """One vote on the projector: how many are in, nothing else before the box is closed."""
    ctx = context()
    row = reach_ballots.ballot(ctx, ballot, sitting=sitting)
    return render_template(
        "core/committee/ballot.html",
        ballot=row,
        sitting=row.sitting,
        items=ballots.items_of(ctx, row),
        progress=ballots.progress(ctx, row),
        receipts=ballots.receipts(ctx, row),
        is_mine=row in ballot_casting.open_to(ctx, row.sitting),
        words=words,
        **common(),
    )


@bp.get("/u/<unit>/sittings/<sitting>/ballots/<ballot>/progress")
@need("sitting.read")
def ballot_progress(unit: str, sitting: str, ballot: str) -> ResponseReturnValue:
    """The same number for the page that stays open on the projector."""
    ctx = context()
    row = reach_ballots.ballot(ctx, ballot, sitting=sitting)
    return {"state": row.state, "text": words.progress(ballots.progress(ctx, row), row.entitled)}


@bp.route("/u/<unit>/sittings/<sitting>/ballots/<ballot>/close", methods=["GET", "POST"])
@need("sitting.run")
def close_ballot(unit: str, sitting: str, ballot: str) -> ResponseReturnValue:
    """Take no more votes and seal the box."""
    ctx = context()
    row = reach_ballots.ballot(ctx, ballot, sitting=sitting)
    if request.method == "POST":
        ballots.close(ctx, sitting, ballot)
        return redirect(url_for("committee.ballot", unit=unit, sitting=sitting, ballot=ballot), 303)
    return render_template(
        "core/committee/ballot_close.html", ballot=row, sitting=row.sitting, progress=ballots.progress(ctx, row)
    )


@bp.route("/u/<unit>/sittings/<sitting>/ballots/<ballot>/give-up", methods=["GET", "POST"])
@need("sitting.run")
def give_up_ballot(unit: str, sitting: str, ballot: str) -> ResponseReturnValue:
    """Set a vote aside: the wrong group, two shares lost, a box that was touched."""
    ctx, form = context(), GiveUpForm()
    row = reach_ballots.ballot(ctx, ballot, sitting=sitting)
    return answer(
        form,
        "core/committee/ballot_give_up.html",
        lambda: ballots.give_up(ctx, sitting, ballot, reason=form.reason.data),
        url=lambda _done: url_for("committee.ballots_of", unit=unit, sitting=sitting),
        done=_("Đã hủy lần bỏ phiếu. Các hồ sơ chờ bỏ phiếu lại."),
        ballot=row,
        sitting=row.sitting,
    )
