"""Views: accounts of the subtree, their roles, their one-time links."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.domain.errors import Refused, Stale
from core.domain.permissions import Role
from core.http.context import context
from core.http.guards import need
from core.http.idempotency import once
from core.http.logins import renew as renew_login
from core.models import User
from core.services import accounts, reach_accounts, roles, units
from core.web.i18n import gettext as _
from core.web.units import bp
from core.web.units.forms_accounts import AccountForm, PersonForm, RoleForm
from core.web.units.reading import chosen, differences, renew, searched


@bp.get("/u/<unit>/accounts", endpoint="accounts")
@need("account.manage")
def index(unit: str) -> ResponseReturnValue:
    """Accounts of the subtree."""
    q, role, state = searched(), chosen("role", [one.value for one in Role]), chosen("state", ("closed",))
    page, places = accounts.listing(context(), q=q, role=role, state=state, cursor=request.args.get("after"))
    return render_template("core/units/accounts.html", page=page, places=places, q=q, role=role, state=state)


@bp.route("/u/<unit>/accounts/new", methods=["GET", "POST"])
@need("account.manage", fresh=True)
@once
def create_account(unit: str) -> ResponseReturnValue:
    """A new account."""
    ctx, form = context(), AccountForm()
    form.offer(units.choices(ctx), roles.offered(ctx))
    if not form.is_submitted():
        form.unit.data = request.args.get("at", unit)
    elif form.validate():
        values: dict[str, Any] = {name: form[name].data or "" for name in ("full_name", "login", "title", "email")}
        try:
            user = accounts.create(ctx, **values, unit=form.unit.data, roles_given=form.roles.data or [])
        except Refused as refused:
            form.absorb(refused)
        else:
            flash(_("Đã tạo tài khoản %(login)s. Tiếp theo: tạo liên kết đặt mật khẩu.", login=user.login), "success")
            return redirect(url_for("units.account", unit=unit, key=user.key))
    return render_template("core/units/account_new.html", f=form), 422 if form.is_submitted() else 200


@bp.get("/u/<unit>/accounts/<key>")
@need("account.manage")
def account(unit: str, key: str) -> ResponseReturnValue:
    """One account."""
    return _page(key, RoleForm())


def _page(key: str, form: RoleForm, status: int = 200) -> tuple[str, int]:
    ctx = context()
    user = reach_accounts.account(ctx, key)
    form.offer(units.choices(ctx), roles.offered(ctx))
    page = render_template(
        "core/units/account.html",
        user=user,
        grants=roles.grants_of(ctx, user),
        may_end={role.value for role in roles.offered(ctx)},
        is_mine=roles.is_all_below(ctx, user),
        is_me=user.id == ctx.actor.id,
        last_seen=accounts.last_seen(ctx, user),
        f=form,
    )
    return page, status


@bp.route("/u/<unit>/accounts/<key>/edit", methods=["GET", "POST"])
@need("account.manage")
def edit_account(unit: str, key: str) -> ResponseReturnValue:
    """How a person is named."""
    ctx = context()
    user, theirs = reach_accounts.account(ctx, key), None
    form = PersonForm(obj=user)
    if form.validate_on_submit():
        values = {"full_name": form.full_name.data, "title": form.title.data or "", "email": form.email.data or ""}
        try:
            accounts.edit(ctx, key, **values, expected=form.expected_version)
        except Stale as stale:
            theirs = differences(form, stale)
            renew(form, user.version)
        except Refused as refused:
            form.absorb(refused)
        else:
            flash(_("Đã lưu."), "success")
            return redirect(url_for("units.account", unit=unit, key=key))
    page = render_template("core/units/account_edit.html", f=form, user=user, theirs=theirs)
    return page, 409 if theirs else 422 if form.is_submitted() else 200


@bp.post("/u/<unit>/accounts/<key>/roles")
@need("account.manage", fresh=True)
@once
def give_role(unit: str, key: str) -> ResponseReturnValue:
    """One more role."""
    ctx, form = context(), RoleForm()
    form.offer(units.choices(ctx), roles.offered(ctx))
    if not form.validate_on_submit():
        return _page(key, form, 422)
    try:
        user = roles.grant(ctx, key, unit=form.unit.data, role=form.role.data)
    except Refused as refused:
        form.absorb(refused)
        return _page(key, form, 422)
    return _changed(unit, user, _("Đã giao vai trò."))


@bp.post("/u/<unit>/accounts/<key>/roles/<int:grant>/end")
@need("account.manage", fresh=True)
def end_role(unit: str, key: str, grant: int) -> ResponseReturnValue:
    """A role less."""
    user = roles.end(context(), key, grant)
    return _changed(unit, user, _("Đã kết thúc vai trò."))


@bp.post("/u/<unit>/accounts/<key>/close")
@need("account.manage")
def close_account(unit: str, key: str) -> ResponseReturnValue:
    """Nobody signs in to it from now on."""
    return _changed(unit, accounts.close(context(), key), _("Đã đóng tài khoản."))


@bp.post("/u/<unit>/accounts/<key>/reopen")
@need("account.manage")
def reopen_account(unit: str, key: str) -> ResponseReturnValue:
    """The person signs in again."""
    return _changed(unit, accounts.reopen(context(), key), _("Đã mở lại tài khoản."))


@bp.post("/u/<unit>/accounts/<key>/second-factor/off")
@need("account.manage")
def account_factor_off(unit: str, key: str) -> ResponseReturnValue:
    """For who lost the telephone."""
    user = accounts.turn_second_factor_off(context(), key)
    return _changed(unit, user, _("Đã tắt lớp bảo vệ thứ hai của tài khoản này."))


@bp.post("/u/<unit>/accounts/<key>/link")
@need("account.manage")
def make_link(unit: str, key: str) -> ResponseReturnValue:
    """A one-time link, shown once."""
    user, token = accounts.make_link(context(), key)
    address = url_for("accounts.link", token=token, _external=True)
    return render_template("core/units/link.html", user=user, address=address)


def _changed(unit: str, user: User, words: str) -> ResponseReturnValue:
    if user.id == context().actor.id:
        renew_login()
    flash(words, "success")
    return redirect(url_for("units.account", unit=unit, key=user.key))
