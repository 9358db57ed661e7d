"""Views: what was typed while the login ran out is shown again after sign-in and sent by the person's own press."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.http.context import context
from core.http.guards import need_sign_in
from core.web.accounts import bp, kept


@bp.route("/resume", methods=["GET", "POST"])
@need_sign_in(reason="shows what the person's own browser kept, under our seal; changes nothing")
def resume() -> ResponseReturnValue:
    """The kept form, with a fresh token, and one button. A reload by GET has nothing to show."""
    if request.method == "GET":
        return redirect(url_for("home.index"))
    found = kept.open_sealed(request.form.get(kept.FIELD, ""), user_id=context().actor.id)
    return render_template("core/accounts/resume.html", kept=found)
