"""Views: sign in, sign out, own account."""

from __future__ import annotations

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import login_user, logout_user

from core.http.context import context
from core.http.guards import need_sign_in, open_to_all
from core.models import db
from core.services import accounts
from core.web.accounts import bp
from core.web.accounts.forms import SignInForm


@bp.route("/sign-in", methods=["GET", "POST"])
@open_to_all(reason="the way in")
def sign_in() -> ResponseReturnValue:
    """Name and password."""
    form = SignInForm()
    if form.validate_on_submit():
        user = accounts.authenticate(context(), form.login.data, form.password.data)
        if user is not None:
            login_user(user, authn_via=["password"])
            session["_new_login"] = True
            return redirect(url_for("home.index"))
    return render_template("core/accounts/sign_in.html", form=form, next=request.args.get("next", ""))


@bp.post("/sign-out")
@need_sign_in(reason="ends the person's own login")
def sign_out() -> ResponseReturnValue:
    """End this login now."""
    logout_user()
    db.session.flush()
    return redirect(url_for("accounts.sign_in"))


@bp.get("/account")
@need_sign_in(reason="only the person's own account")
def mine() -> ResponseReturnValue:
    """My account."""
    return render_template("core/accounts/mine.html")
