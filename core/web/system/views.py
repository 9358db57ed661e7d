"""Views: health, the language of the screen, where to report a weakness."""

from __future__ import annotations

from flask import abort, current_app, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from core.http.guards import open_to_all
from core.http.paths import own_path
from core.web.i18n import COOKIE, LANGUAGES
from core.web.system import bp

_A_YEAR = 365 * 86_400


@bp.get("/healthz")
@open_to_all(reason="is the process alive; touches nothing")
def healthz() -> ResponseReturnValue:
    """Alive."""
    return {"ok": True}


@bp.post("/language")
@open_to_all(reason="the reader's choice, kept in the reader's own browser")
def language() -> ResponseReturnValue:
    """Speak this language from now on."""
    chosen = request.form.get("lang", "")
    if chosen not in LANGUAGES:
        abort(400)
    answer = make_response(redirect(own_path(request.form.get("next")) or url_for("home.front")))
    is_secure = current_app.config["SESSION_COOKIE_SECURE"]
    answer.set_cookie(COOKIE, chosen, max_age=_A_YEAR, secure=is_secure, httponly=True, samesite="Lax", path="/")
    return answer
