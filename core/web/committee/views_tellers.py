"""Views: the tellers: the key ceremony with its three sheets, a rehearsal, the opening, the counting record."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core.domain.errors import Refused
from core.http import transactions
from core.http.context import context
from core.http.guards import need
from core.http.secret import untraced
from core.services import ballot_keys, ballot_opening, ballot_record, reach_ballots, reach_council, sittings
from core.services.context import Context
from core.web.accounts.qr import qr_path
from core.web.committee import bp, words
from core.web.committee.forms_ballots import KeyForm, SharesForm
from core.web.committee.showing import common
from core.web.i18n import gettext as _


@bp.route("/u/<unit>/sittings/<sitting>/ballot-key", methods=["GET", "POST"])
@need("sitting.run")
@untraced
def make_key(unit: str, sitting: str) -> ResponseReturnValue:
    """Three names in, three sheets out: the shares are on this answer and nowhere else."""
    ctx, form = context(), KeyForm()
    row = reach_council.sitting(ctx, sitting)
    sittings.refuse_unless_running(row)
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            handout = ballot_keys.make(ctx, sitting, form.tellers())
        except Refused as refused:
            if refused.kind != "refused":
                raise
            ctx.session.rollback()
            form.absorb(refused)
        else:
            sheets = [(name, share.split(), qr_path(share.replace(" ", ""))) for name, share in handout.shares]
            return render_template("core/committee/ballot_sheets.html", sitting=row, sheets=sheets, key=handout.key)
    key = reach_ballots.key_of(ctx, row)
    page = {"f": form, "sitting": row, "key": key, "may_replace": ballot_keys.may_replace(ctx, key)}
    return render_template("core/committee/ballot_key.html", **page), status


@bp.post("/u/<unit>/sittings/<sitting>/ballot-key/kept")
@need("sitting.run")
def keep_key(unit: str, sitting: str) -> ResponseReturnValue:
    """The three hold their sheets."""
    ballot_keys.confirm_kept(context(), sitting)
    flash(_("Tổ kiểm phiếu đã nhận mảnh khóa. Có thể mở bỏ phiếu."), "success")
    return redirect(url_for("committee.ballots_of", unit=unit, sitting=sitting), 303)


@bp.route("/u/<unit>/sittings/<sitting>/ballot-key/try", methods=["GET", "POST"])
@need("sitting.run")
@untraced
def try_key(unit: str, sitting: str) -> ResponseReturnValue:
    """Rehearse with two sheets before anybody votes."""
    ctx, form = context(), SharesForm()
    row = reach_council.sitting(ctx, sitting)
    key = ballot_keys.needed(ctx, row)
    if form.validate_on_submit():
        try:
            ballot_opening.refuse_while_resting(ctx, key)
            ballot_keys.rehearse(ctx, sitting, form.shares())
        except Refused as refused:
            _wrong(ctx, form, sitting, refused)
        else:
            flash(_("Hai mảnh khóa này mở được thùng phiếu."), "success")
            return redirect(url_for("committee.ballots_of", unit=unit, sitting=sitting), 303)
    page = {"f": form, "sitting": row, "key": key, "boxes": None}
    return render_template("core/committee/ballot_open.html", **page), 422 if form.is_submitted() else 200


@bp.route("/u/<unit>/sittings/<sitting>/opening", methods=["GET", "POST"])
@need("sitting.run")
@untraced
def open_box(unit: str, sitting: str) -> ResponseReturnValue:
    """Two of three open every closed box of this sitting."""
    ctx, form = context(), SharesForm()
    row = reach_council.sitting(ctx, sitting)
    key, boxes = ballot_keys.needed(ctx, row), ballot_opening.waiting(ctx, row)
    if form.validate_on_submit():
        try:
            ballot_opening.open_box(ctx, sitting, form.shares())
        except Refused as refused:
            _wrong(ctx, form, sitting, refused)
        else:
            flash(_("Đã mở thùng phiếu và kiểm phiếu xong."), "success")
            return redirect(url_for("committee.counting_record", unit=unit, sitting=sitting), 303)
    page = {"f": form, "sitting": row, "key": key, "boxes": boxes}
    return render_template("core/committee/ballot_open.html", **page), 422 if form.is_submitted() else 200


@bp.get("/u/<unit>/sittings/<sitting>/counting-record")
@need("sitting.read")
def counting_record(unit: str, sitting: str) -> ResponseReturnValue:
    """Biên bản kiểm phiếu, to read, print and sign."""
    ctx = context()
    record = ballot_record.record_of(ctx, sitting)
    page = {"record": record, "sitting": record.sitting, "office": ctx.here.name, "words": words}
    return render_template("core/committee/counting_record.html", **page, **common())


def _wrong(ctx: Context, form: SharesForm, sitting: str, refused: Refused) -> None:
    """Undo, remember a wrong share, and put the reason beside its box; anything but a refusal goes on."""
    if refused.kind != "refused":
        raise refused
    with transactions.apart():
        ballot_opening.note_wrong_try(ctx, sitting, [one.code for one in refused.objections])
    form.absorb(refused)
