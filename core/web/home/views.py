"""Views: what waits for me, the public front page, notices."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from core.http.context import context
from core.http.guards import need, need_sign_in, open_to_all
from core.web.home import bp


@bp.get("/")
@open_to_all(reason="the public front page: published rolls and the way to sign in")
def front() -> ResponseReturnValue:
    """The public front page; who is signed in goes to work."""
    if current_user.is_authenticated:
        return redirect(url_for("home.index"))
    return render_template("core/home/front.html")


@bp.get("/home")
@need_sign_in(reason="only the person's own work, each row under that unit's permissions")
def index() -> ResponseReturnValue:
    """Việc của tôi, across all roles and units."""
    return render_template("core/home/index.html")


@bp.get("/u/<unit>/")
@need("unit.read")
def unit(unit: str) -> ResponseReturnValue:
    """The same, for one unit."""
    return render_template("core/home/index.html", only=context().here)


@bp.get("/notices")
@need_sign_in(reason="only the person's own notices")
def notices() -> ResponseReturnValue:
    """The bell."""
    return render_template("core/home/notices.html")
