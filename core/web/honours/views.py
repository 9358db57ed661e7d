"""Views of the honour roll that everybody may read."""

from __future__ import annotations

from flask import Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.http.context import context
from core.http.guards import open_to_all
from core.services import public_roll
from core.web.honours import bp, reading


@bp.get("/honours/")
@open_to_all(reason="the list of published rolls; each shows only who agreed to be named")
def index() -> ResponseReturnValue:
    """Every event with a published roll, newest first."""
    q = reading.line("q")
    events, page = public_roll.events(context(), q=q, cursor=reading.cursor())
    pages = reading.neighbours(page, "honours.index", q=q)
    return _public("core/honours/index.html", events=events, q=q, **pages)


@bp.get("/honours/<event>")
@open_to_all(reason="a published roll; only who agreed to be named, by a decision in force")
def roll(event: str) -> ResponseReturnValue:
    """The roll of one event, grouped by award."""
    wanted = public_roll.Wanted(
        award=reading.line("award"), unit=reading.line("unit"), year=reading.year(), q=reading.line("q")
    )
    found = public_roll.roll(context(), event, wanted, cursor=reading.cursor())
    kept = {"award": wanted.award, "unit": wanted.unit, "year": wanted.year, "q": wanted.q}
    pages = reading.neighbours(found, "honours.roll", event=event, **kept)
    return _public("core/honours/roll.html", roll=found, wanted=wanted, **pages)


@bp.get("/honours/<event>/<award>")
@open_to_all(reason="one honouree who agreed to be named, by a decision in force")
def story(event: str, award: str) -> ResponseReturnValue:
    """The page of one honouree."""
    found = public_roll.story(context(), event, award)
    return _public("core/honours/story.html", story=found, back_url=url_for("honours.roll", event=event))


def _public(template: str, **values: object) -> Response:
    """A public page; search engines are asked to stay away unless the installation invites them."""
    response = current_app.make_response(render_template(template, **values))
    if current_app.config["HONOURS_NOINDEX"]:
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    if not request.args:
        response.headers.setdefault("Cache-Control", "no-cache")
    return response
