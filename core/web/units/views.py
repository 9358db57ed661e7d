"""Views: the unit tree, and one unit with its names."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.domain.errors import Refused, Stale
from core.http.context import context
from core.http.guards import need
from core.http.idempotency import once
from core.services import units
from core.web.i18n import gettext as _
from core.web.units import bp
from core.web.units.forms import AliasForm, EditForm, RenameForm, UnitForm
from core.web.units.reading import chosen, differences, kinds, renew, searched

STATES = ("open", "closed", "external")


@bp.get("/u/<unit>/units")
@need("unit.manage")
def index(unit: str) -> ResponseReturnValue:
    """The tree; with a filter, or where it is very large, a list by pages."""
    ctx = context()
    names = kinds(ctx)
    q, kind, state = searched(), chosen("kind", names), chosen("state", STATES)
    is_plain = not (q or kind or state)
    top = units.tree(ctx) if is_plain else None
    page = None
    if top is None:
        page = units.listing(
            ctx, q=q, kind=kind, state=state or "open", level=is_plain, cursor=request.args.get("after")
        )
    return render_template("core/units/index.html", top=top, page=page, kinds=names, q=q, kind=kind, state=state)


@bp.get("/u/<unit>/units/<key>")
@need("unit.manage")
def show(unit: str, key: str) -> ResponseReturnValue:
    """One unit."""
    return _show_page(key, AliasForm())


def _show_page(key: str, form: AliasForm, status: int = 200) -> tuple[str, int]:
    ctx = context()
    row = units.details(ctx, key)
    place = units.place(ctx, row)
    page = render_template(
        "core/units/show.html", row=row, place=place, counts=units.counts(ctx, row), kinds=kinds(ctx), f=form
    )
    return page, status


@bp.route("/u/<unit>/units/new", methods=["GET", "POST"])
@need("unit.manage")
@once
def create(unit: str) -> ResponseReturnValue:
    """A new unit below another."""
    ctx, form = context(), UnitForm()
    parent = units.details(ctx, request.args.get("below", unit))
    form.offer(kinds(ctx))
    if form.validate_on_submit():
        try:
            row = units.add(
                ctx,
                below=parent.key,
                name=form.name.data,
                short_name=form.short_name.data,
                kind=form.kind.data,
                is_external=form.is_external.data,
            )
        except Refused as refused:
            form.absorb(refused)
        else:
            flash(_("Đã thêm %(name)s.", name=row.name), "success")
            return redirect(url_for("units.show", unit=unit, key=row.key))
    return render_template("core/units/new.html", f=form, parent=parent), 422 if form.is_submitted() else 200


@bp.route("/u/<unit>/units/<key>/edit", methods=["GET", "POST"])
@need("unit.manage")
def edit(unit: str, key: str) -> ResponseReturnValue:
    """Change what is not the name."""
    ctx = context()
    row, theirs = units.details(ctx, key), None
    form = EditForm(obj=row)
    form.offer(kinds(ctx), row.kind)
    if form.validate_on_submit():
        values = {"short_name": form.short_name.data, "kind": form.kind.data, "is_external": form.is_external.data}
        try:
            units.edit(ctx, key, **values, expected=form.expected_version)
        except Stale as stale:
            theirs = differences(form, stale, {"kind": kinds(ctx).get(row.kind, "")})
            renew(form, row.version)
        except Refused as refused:
            form.absorb(refused)
        else:
            flash(_("Đã lưu."), "success")
            return redirect(url_for("units.show", unit=unit, key=key))
    page = render_template("core/units/edit.html", f=form, row=row, theirs=theirs)
    return page, 409 if theirs else 422 if form.is_submitted() else 200


@bp.route("/u/<unit>/units/<key>/rename", methods=["GET", "POST"])
@need("unit.manage")
def rename(unit: str, key: str) -> ResponseReturnValue:
    """A new name."""
    ctx = context()
    row, theirs, form = units.details(ctx, key), None, RenameForm()
    if not form.is_submitted():
        renew(form, row.version)
    elif form.validate():
        values = {"name": form.name.data, "short_name": form.short_name.data, "ground": form.ground.data}
        try:
            units.rename(ctx, key, **values, until_on=form.until_on.data, expected=form.expected_version)
        except Stale as stale:
            theirs = differences(form, stale)
            renew(form, row.version)
        except Refused as refused:
            form.absorb(refused)
        else:
            flash(_("Đã đổi tên. Tên cũ vẫn tìm được."), "success")
            return redirect(url_for("units.show", unit=unit, key=key))
    page = render_template("core/units/rename.html", f=form, row=row, theirs=theirs)
    return page, 409 if theirs else 422 if form.is_submitted() else 200


@bp.post("/u/<unit>/units/<key>/aliases")
@need("unit.manage")
@once
def add_alias(unit: str, key: str) -> ResponseReturnValue:
    """Another name people use."""
    form = AliasForm()
    if not form.validate_on_submit():
        return _show_page(key, form, 422)
    try:
        units.add_alias(context(), key, name=form.name.data, ground=form.ground.data)
    except Refused as refused:
        form.absorb(refused)
        return _show_page(key, form, 422)
    flash(_("Đã thêm tên gọi khác."), "success")
    return redirect(url_for("units.show", unit=unit, key=key))


@bp.post("/u/<unit>/units/<key>/aliases/<int:alias>/drop")
@need("unit.manage")
def drop_alias(unit: str, key: str, alias: int) -> ResponseReturnValue:
    """Take another name back."""
    units.drop_alias(context(), key, alias)
    flash(_("Đã bỏ tên gọi khác."), "success")
    return redirect(url_for("units.show", unit=unit, key=key))
