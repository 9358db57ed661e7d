"""Views: health, where to report a weakness, the language of the screen, the audit."""

from __future__ import annotations

import datetime as dt

from flask import Response, abort, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.domain.errors import Refused
from core.domain.text import sort_key
from core.http.context import context
from core.http.guards import need, open_to_all
from core.http.paths import own_path
from core.services import audit_log as log
from core.services import units
from core.web.i18n import COOKIE, LANGUAGES
from core.web.system import bp, readiness, words
from core.web.system.words import NOUNS

_A_YEAR = 365 * 86_400


@bp.get("/healthz")
@open_to_all(reason="is the process alive; touches nothing")
def healthz() -> ResponseReturnValue:
    """Alive."""
    return {"ok": True}


@bp.get("/readyz")
@open_to_all(reason="can the server do its work; the parts only for this machine itself")
def readyz() -> ResponseReturnValue:
    """Ready to serve."""
    parts = readiness.parts()
    is_ready = all(parts.values())
    body: dict[str, object] = {"ok": is_ready}
    if readiness.is_near():
        body |= parts | {"removed_plugins": readiness.removed_plugins()}
    return (body, 200) if is_ready else (body, 503, {"Retry-After": "30"})


@bp.get("/.well-known/security.txt")
@open_to_all(reason="where to report a weakness (RFC 9116)")
def security_txt() -> ResponseReturnValue:
    """Whom to write to."""
    config = current_app.config
    mail = config.get("SECURITY_CONTACT") or config["MAIL_FROM"]
    contact = f"mailto:{mail}" if mail else url_for("home.front", _external=True)
    until = (context().now + dt.timedelta(days=180)).replace(microsecond=0)
    lines = [
        f"Contact: {contact}",
        f"Expires: {until:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: vi, en",
        f"Canonical: {url_for('system.security_txt', _external=True)}",
    ]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


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


@bp.get("/u/<unit>/audit")
@need("audit.read")
def audit_log(unit: str) -> ResponseReturnValue:
    """Who did what."""
    ctx = context()
    of, action, q = (request.args.get(name, "") for name in ("of", "action", "q"))
    if action and action not in NOUNS:
        raise Refused("bad_parameter", kind="bad_input")
    actor = "".join(one for one in q[:80] if one.isprintable()).strip()
    page, payloads = log.listing(ctx, unit=of, action=action, actor=actor, cursor=request.args.get("after"))
    values = {"of": of or None, "action": action or None, "q": actor or None}
    return render_template(
        "core/system/audit_log.html",
        page=page,
        payloads=payloads,
        names=log.names_of(ctx, page),
        anchor=log.anchor(ctx),
        values=values,
        units=units.choices(ctx),
        nouns=sorted(((code, str(word)) for code, word in NOUNS.items()), key=lambda one: sort_key(one[1])),
        words=words,
    )
