"""What the two HTTP doors share: logins, transactions, guards, headers."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g, request
from flask_security import current_user

from core.http import guards, logins, transactions

_CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)


def init_app(app: Flask) -> None:
    """Hook the shared floor into the app."""
    app.session_interface = logins.LoginInterface()
    transactions.init_app(app)

    @app.before_request
    def name_request() -> None:
        g.request_id = secrets.token_hex(8)

    app.before_request(guards.enforce)

    @app.after_request
    def harden(response: Response) -> Response:
        headers = response.headers
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        headers["X-Request-Id"] = g.get("request_id", "")
        headers.setdefault("Content-Security-Policy", _CSP)
        if app.config["VINHDANH_ENV"] == "production":
            headers["Strict-Transport-Security"] = "max-age=31536000"
        is_asset = request.path.startswith("/static/") or g.get("is_asset", False)
        if current_user and current_user.is_authenticated and not is_asset:
            headers["Cache-Control"] = "no-store"
            response.vary.add("Cookie")
        return response
