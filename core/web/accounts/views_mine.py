"""Views: my account, with its logins, password, notices and second factor."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import logout_user

from core.domain.errors import Refused
from core.http.context import context
from core.http.guards import need_sign_in
from core.http.logins import renew, this_login
from core.services import logins, my_account, reach_accounts, second_factor
from core.web.accounts import bp
from core.web.accounts.devices import device_words
from core.web.accounts.door import counted, secret_key
from core.web.accounts.forms import ConfirmForm, FactorForm, MailForm, PasswordForm
from core.web.accounts.qr import qr_path
from core.web.i18n import gettext as _

_OWN = "only the person's own account"


@bp.get("/account")
@need_sign_in(reason=_OWN)
def mine() -> ResponseReturnValue:
    """My account."""
    user = reach_accounts.me(context())
    return _mine_page(MailForm(obj=user))


def _mine_page(mail: MailForm, status: int = 200) -> ResponseReturnValue:
    ctx = context()
    user = reach_accounts.me(ctx)
    here = this_login()
    devices = [(one, device_words(one.device), one.id_hash == here) for one in logins.own(ctx)]
    places = my_account.roles_by_unit(ctx, user.id)
    page = render_template("core/accounts/mine.html", user=user, places=places, devices=devices, mail=mail)
    return page, status


@bp.post("/account/mail")
@need_sign_in(reason=_OWN)
def set_mail() -> ResponseReturnValue:
    """Where my notices go."""
    form = MailForm()
    if not form.validate_on_submit():
        return _mine_page(form, 422)
    try:
        my_account.set_mail(context(), email=form.email.data or "", wants_mail=form.wants_mail.data)
    except Refused as refused:
        form.absorb(refused)
        return _mine_page(form, 422)
    flash(_("Đã lưu cách nhận thông báo."), "success")
    return redirect(url_for("accounts.mine"))


@bp.post("/account/logins/end")
@need_sign_in(reason=_OWN)
def end_login() -> ResponseReturnValue:
    """End one of my logins, or all of them."""
    part = request.form.get("login", "")
    if part == "all":
        logins.end_all_own(context())
        logout_user()
        flash(_("Đã đăng xuất khỏi mọi thiết bị."), "success")
        return redirect(url_for("accounts.sign_in"))
    logins.end_own(context(), part)
    flash(_("Đã kết thúc phiên đăng nhập trên thiết bị đó."), "success")
    return redirect(url_for("accounts.mine"))


@bp.route("/account/password", methods=["GET", "POST"])
@need_sign_in(reason=_OWN)
def password() -> ResponseReturnValue:
    """A new password."""
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            values = {"current": form.current.data, "password": form.password.data}
            counted(lambda: my_account.change_password(context(), **values))
        except Refused as refused:
            form.absorb(refused)
        else:
            renew()
            flash(_("Đã đổi mật khẩu. Các thiết bị khác đã được đăng xuất."), "success")
            return redirect(url_for("accounts.mine"))
    return render_template("core/accounts/password.html", f=form), 422 if form.is_submitted() else 200


@bp.route("/account/second-factor", methods=["GET", "POST"])
@need_sign_in(reason=_OWN)
def factor() -> ResponseReturnValue:
    """Turn the second factor on, or see that it is on."""
    user = reach_accounts.me(context())
    if user.tf_totp_secret is not None:
        return render_template("core/accounts/factor.html", user=user, f=ConfirmForm())
    form = FactorForm()
    sealed = session.setdefault("factor", second_factor.new_secret(secret_key()))
    if form.validate_on_submit():
        try:
            codes = second_factor.turn_on(context(), user, sealed, code=form.code.data, secret_key=secret_key())
        except Refused as refused:
            form.absorb(refused)
        else:
            del session["factor"]
            renew()
            return render_template("core/accounts/recovery.html", codes=codes)
    shown, address = second_factor.describe(sealed, login=user.login, secret_key=secret_key())
    page = render_template("core/accounts/factor_on.html", f=form, shown=shown, address=address, qr=qr_path(address))
    return page, 422 if form.is_submitted() else 200


@bp.post("/account/second-factor/change")
@need_sign_in(reason=_OWN)
def factor_change() -> ResponseReturnValue:
    """Turn it off, or make new recovery codes; both ask for the password."""
    form = ConfirmForm()
    if form.validate_on_submit():
        try:
            if request.form.get("act") != "off":
                codes = counted(lambda: my_account.renew_recovery_codes(context(), current=form.current.data))
                return render_template("core/accounts/recovery.html", codes=codes)
            counted(lambda: my_account.turn_second_factor_off(context(), current=form.current.data))
        except Refused as refused:
            form.absorb(refused)
        else:
            renew()
            flash(_("Đã tắt lớp bảo vệ thứ hai."), "success")
            return redirect(url_for("accounts.mine"))
    return render_template("core/accounts/factor.html", user=reach_accounts.me(context()), f=form), 422
