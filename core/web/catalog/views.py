"""Views: the catalogue on a day, one award type, a new dated version of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.domain.errors import FieldProblem, Refused
from core.domain.text import parse_date
from core.http.context import context
from core.http.guards import need
from core.http.idempotency import once
from core.services import catalog, catalog_pages, catalog_versions
from core.services.catalog_pages import VersionPage
from core.services.context import Context
from core.web.catalog import bp, words
from core.web.catalog.forms import VersionForm
from core.web.i18n import gettext as _


def helpers() -> dict[str, Any]:
    """What the templates ask: may I do this here?"""
    return {"may": lambda permission: context().may(permission)}


def _asked_day(ctx: Context) -> dt.date:
    raw = request.args.get("on", "").strip()
    if not raw:
        return ctx.today
    try:
        return parse_date(raw)
    except FieldProblem:
        raise Refused("bad_parameter", kind="bad_input") from None


@bp.get("/u/<unit>/catalog")
@need("catalog.read")
def index(unit: str) -> ResponseReturnValue:
    """Award types with the version in force on a day."""
    ctx = context()
    page = catalog_pages.on_day(ctx, _asked_day(ctx))
    return render_template("core/catalog/index.html", page=page, words=words, today=ctx.today)


@bp.get("/u/<unit>/catalog/<award>")
@need("catalog.read")
def show(unit: str, award: str) -> ResponseReturnValue:
    """One award type with all its versions."""
    page = catalog_pages.award(context(), award)
    return render_template("core/catalog/show.html", page=page, words=words)


@bp.route("/u/<unit>/catalog/<award>/new", methods=["GET", "POST"])
@need("catalog.manage")
@once
def add(unit: str, award: str) -> ResponseReturnValue:
    """Write down a newer version, look at it, then keep it."""
    ctx = context()
    last = catalog_versions.newest(ctx, award)
    book = catalog.current(ctx.session)
    form = VersionForm(data=VersionForm.initial(last)).fit(book, book.award_types[award])
    tried: VersionPage | None = None
    if form.validate_on_submit():
        try:
            tried = catalog_versions.preview(ctx, award, form.new_version())
            if request.form.get("act") == "save" and form.seen.data == form.digest:
                catalog_versions.add(ctx, award, form.new_version())
                flash(_("Đã thêm phiên bản mới. Hồ sơ đã tiếp nhận vẫn theo quy định cũ."), "success")
                return redirect(url_for("catalog.show", unit=unit, award=award))
            form.seen.data = form.digest
        except Refused as refused:
            form.absorb(refused)
    page = catalog_pages.award(ctx, award)
    body = render_template("core/catalog/new_version.html", f=form, page=page, last=last, tried=tried, words=words)
    return body, 422 if form.is_submitted() and tried is None else 200
