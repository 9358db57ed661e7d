"""Views: who may sign for the unit, and the papers by which somebody signs in that person's place."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core.domain.errors import Refused
from core.http.context import context
from core.http.guards import need
from core.http.idempotency import once
from core.services import catalog, offices, reach_accounts
from core.web.i18n import gettext as _
from core.web.units import bp
from core.web.units.forms_accounts import DelegationForm, EndForm, OfficeForm


@bp.get("/u/<unit>/offices", endpoint="offices")
@need("office.manage")
def index(unit: str) -> ResponseReturnValue:
    """Who signs."""
    ctx = context()
    names = {code: one.name for code, one in catalog.current(ctx.session).authorities.items()}
    may_sign = offices.authorities(ctx)
    rows = offices.listing(ctx)
    return render_template("core/units/offices.html", rows=rows, names=names, may_sign=may_sign, today=ctx.today)


@bp.route("/u/<unit>/offices/new", methods=["GET", "POST"])
@need("office.manage")
@once
def appoint(unit: str) -> ResponseReturnValue:
    """Write down who holds an office."""
    ctx, form = context(), OfficeForm()
    people = offices.signers(ctx)
    form.offer([(one.code, one.name) for one in offices.authorities(ctx)], people)
    if form.validate_on_submit():
        values = {name: form[name].data for name in ("authority", "title", "person", "from_on", "to_on")}
        try:
            offices.appoint(ctx, **values)
        except Refused as refused:
            form.absorb(refused)
        else:
            flash(_("Đã ghi người giữ chức vụ ký."), "success")
            return redirect(url_for("units.offices", unit=unit))
    page = render_template("core/units/office_new.html", f=form, people=people)
    return page, 422 if form.is_submitted() else 200


@bp.route("/u/<unit>/offices/<key>/delegations/new", methods=["GET", "POST"])
@need("office.manage")
@once
def delegate(unit: str, key: str) -> ResponseReturnValue:
    """Write down who signs for an office."""
    ctx, form = context(), DelegationForm()
    office = reach_accounts.office(ctx, key)
    form.offer([one for one in offices.signers(ctx) if one[0] != office.user.key])
    if form.validate_on_submit():
        values = {name: form[name].data for name in ("kind", "person", "title", "number", "from_on", "to_on")}
        try:
            offices.delegate(ctx, key, **values)
        except Refused as refused:
            form.absorb(refused)
        else:
            flash(_("Đã ghi việc giao ký."), "success")
            return redirect(url_for("units.offices", unit=unit))
    page = render_template("core/units/delegation_new.html", f=form, office=office)
    return page, 422 if form.is_submitted() else 200


@bp.route("/u/<unit>/offices/<key>/end", methods=["GET", "POST"])
@need("office.manage")
def end_office(unit: str, key: str) -> ResponseReturnValue:
    """The last day of an office."""
    ctx, form = context(), EndForm()
    office = reach_accounts.office(ctx, key)
    if form.validate_on_submit():
        try:
            offices.end_office(ctx, key, on=form.on.data)
        except Refused as refused:
            form.absorb(refused)
        else:
            flash(_("Đã ghi ngày cuối giữ chức vụ."), "success")
            return redirect(url_for("units.offices", unit=unit))
    page = render_template("core/units/office_end.html", f=form, office=office, row=None)
    return page, 422 if form.is_submitted() else 200


@bp.route("/u/<unit>/delegations/<key>/end", methods=["GET", "POST"])
@need("office.manage")
def end_delegation(unit: str, key: str) -> ResponseReturnValue:
    """The last day of a delegation."""
    ctx, form = context(), EndForm()
    row = reach_accounts.delegation(ctx, key)
    if form.validate_on_submit():
        try:
            offices.end_delegation(ctx, key, on=form.on.data)
        except Refused as refused:
            form.absorb(refused)
        else:
            flash(_("Đã ghi ngày cuối được giao ký."), "success")
            return redirect(url_for("units.offices", unit=unit))
    page = render_template("core/units/office_end.html", f=form, office=row.office, row=row)
    return page, 422 if form.is_submitted() else 200
