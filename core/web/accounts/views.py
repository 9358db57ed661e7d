"""Views: sign in, with one's password and a second factor where it is on, and sign out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user, logout_user

from core.domain.errors import Refused
from core.http.context import context
from core.http.guards import need_sign_in, open_to_all
from core.http.paths import own_path
from core.services import accounts, logins
from core.web.accounts import bp, door
from core.web.accounts.forms import CodeForm, SignInForm
from core.web.forms.base import Form
from core.web.i18n import gettext as _
from core.web.messages import say


@bp.route("/sign-in", methods=["GET", "POST"])
@open_to_all(reason="the way in")
def sign_in() -> ResponseReturnValue:
    """Name and password."""
    form = SignInForm()
    target = own_path(form.next.data or request.args.get("next"))
    if request.method == "GET" and current_user.is_authenticated:
        return redirect(target or url_for("home.index"))
    form.next.data = target or ""
    if not form.validate_on_submit():
        return _sign_in_page(form, 422 if form.is_submitted() else 200)
    try:
        user = door.try_password(form.login.data, form.password.data)
    except Refused as refused:
        return _told_to_wait(_sign_in_page, form, refused)
    if user is None:
        form.form_errors = [_("Tên đăng nhập hoặc mật khẩu chưa đúng.")]
        return _sign_in_page(form, 422)
    if user.tf_totp_secret is not None:
        door.remember_half(user, target)
        return redirect(url_for("accounts.code"))
    door.let_in(user, by="password")
    return door.know_device(make_response(redirect(target or url_for("home.index"))), user.login)


@bp.route("/sign-in/code", methods=["GET", "POST"])
@open_to_all(reason="the second half of the way in; does nothing without the first")
def code() -> ResponseReturnValue:
    """The second factor of who gave a password just now."""
    found = door.half_in()
    if found is None:
        return redirect(url_for("accounts.sign_in"))
    user, target = found
    form, login = CodeForm(), user.login
    if not form.validate_on_submit():
        return _code_page(form, 422 if form.is_submitted() else 200)
    try:
        is_in = door.try_code(user, form.code.data)
    except Refused as refused:
        return _told_to_wait(_code_page, form, refused)
    if not is_in:
        form.form_errors = [_("Mã chưa đúng hoặc đã dùng rồi. Hãy đợi mã mới hiện trong ứng dụng.")]
        return _code_page(form, 422)
    return door.know_device(make_response(redirect(own_path(target) or url_for("home.index"))), login)


@bp.post("/sign-out")
@need_sign_in(reason="ends the person's own login")
def sign_out() -> ResponseReturnValue:
    """End this login now."""
    logins.note_logout(context())
    logout_user()
    flash(_("Đã đăng xuất."), "success")
    return redirect(url_for("accounts.sign_in"))


def sign_in_demo() -> ResponseReturnValue:
    """One of the demo's accounts, by one press; no such address outside the demo (see ``add_demo``)."""
    user = accounts.demo_account(context(), request.form.get("user", ""))
    if user is None:
        abort(404)
    door.let_in(user, by="demo")
    return redirect(own_path(request.form.get("next")) or url_for("home.index"))


def _sign_in_page(form: SignInForm, status: int = 200) -> tuple[str, int]:
    demo = accounts.demo_accounts(context()) if current_app.config["IS_DEMO"] else []
    return render_template("core/accounts/sign_in.html", f=form, demo=demo), status


def _code_page(form: CodeForm, status: int = 200) -> tuple[str, int]:
    return render_template("core/accounts/code.html", f=form), status


def _told_to_wait(page: Callable[..., Any], form: Form, refused: Refused) -> ResponseReturnValue:
    form.form_errors = [say(refused)]
    body, status = page(form, 429)
    return body, status, {"Retry-After": str(int(refused.params["minutes"]) * 60)}
