"""Views: the page behind a one-time link, where a person sets a password."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core.domain.errors import NotFound, Refused
from core.http.context import context
from core.http.guards import open_to_all
from core.services import links
from core.web.accounts import bp
from core.web.accounts.forms import FirstPasswordForm
from core.web.i18n import gettext as _


@bp.route("/link/<token>", methods=["GET", "POST"])
@open_to_all(reason="whoever holds the one-time link; looking at it does not use it up")
def link(token: str) -> ResponseReturnValue:
    """Set a password, once."""
    form = FirstPasswordForm()
    try:
        user = links.person_of(context(), token)
        if form.validate_on_submit():
            links.set_password(context(), token, form.password.data)
            flash(_("Đã đặt mật khẩu. Hãy đăng nhập bằng mật khẩu mới."), "success")
            return redirect(url_for("accounts.sign_in"))
    except NotFound:
        return render_template("core/accounts/link_gone.html"), 404
    except Refused as refused:
        form.absorb(refused)
    page = render_template("core/accounts/link.html", f=form, user=user, token=token)
    return page, 422 if form.is_submitted() else 200
