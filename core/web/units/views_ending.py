"""Views: units that are merged, closed and opened again."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core.domain.errors import Refused, Stale
from core.http.context import context
from core.http.guards import need
from core.services import unit_merging, units
from core.web.i18n import gettext as _
from core.web.units import bp
from core.web.units.forms import CloseForm, MergeForm
from core.web.units.reading import differences, renew


@bp.route("/u/<unit>/units/<key>/merge", methods=["GET", "POST"])
@need("unit.manage")
def merge(unit: str, key: str) -> ResponseReturnValue:
    """One unit becomes part of another."""
    ctx, form, theirs = context(), MergeForm(), None
    row = units.details(ctx, key)
    form.offer(unit_merging.targets(ctx, row))
    if not form.is_submitted():
        renew(form, row.version)
    elif form.validate():
        values = {"into": form.into.data, "on": form.on.data, "ground": form.ground.data}
        carries = form.people.data == "carry"
        try:
            target = unit_merging.merge(ctx, key, **values, carries_roles=carries, expected=form.expected_version)
        except Stale as stale:
            theirs = differences(form, stale)
            renew(form, row.version)
        except Refused as refused:
            form.absorb(refused)
        else:
            flash(_("Đã sáp nhập %(name)s vào %(into)s.", name=row.name, into=target.name), "success")
            return redirect(url_for("units.show", unit=unit, key=target.key))
    page = render_template("core/units/merge.html", f=form, row=row, theirs=theirs, counts=units.counts(ctx, row))
    return page, 409 if theirs else 422 if form.is_submitted() else 200


@bp.route("/u/<unit>/units/<key>/close", methods=["GET", "POST"])
@need("unit.manage")
def close(unit: str, key: str) -> ResponseReturnValue:
    """A unit that is no more."""
    ctx, form, theirs = context(), CloseForm(), None
    row = units.details(ctx, key)
    if not form.is_submitted():
        renew(form, row.version)
    elif form.validate():
        values = {"on": form.on.data, "ground": form.ground.data}
        try:
            unit_merging.close(ctx, key, **values, expected=form.expected_version)
        except Stale as stale:
            theirs = differences(form, stale)
            renew(form, row.version)
        except Refused as refused:
            form.absorb(refused)
        else:
            flash(_("Đã đóng %(name)s.", name=row.name), "success")
            return redirect(url_for("units.show", unit=unit, key=key))
    page = render_template("core/units/close.html", f=form, row=row, theirs=theirs, counts=units.counts(ctx, row))
    return page, 409 if theirs else 422 if form.is_submitted() else 200


@bp.post("/u/<unit>/units/<key>/reopen")
@need("unit.manage")
def reopen(unit: str, key: str) -> ResponseReturnValue:
    """Take a closing back."""
    row = unit_merging.reopen(context(), key)
    flash(_("Đã mở lại %(name)s. Các vai trò cần giao lại.", name=row.name), "success")
    return redirect(url_for("units.show", unit=unit, key=key))
