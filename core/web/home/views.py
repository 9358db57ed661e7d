"""Views: what waits for me, the public front page, notices."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from core.domain.errors import Objection
from core.http.context import context
from core.http.guards import need, need_sign_in, open_to_all
from core.plugin.answers import Place
from core.services import home, notices, public_roll
from core.web.home import bp, words
from core.web.home.beginning import first_steps
from core.web.home.places import nominate_place, place_of
from core.web.messages import say
from core.web.plugin_cards import plugin_panels


@bp.get("/")
@open_to_all(reason="the public front page: published rolls and the way to sign in")
def front() -> ResponseReturnValue:
    """The public front page; who is signed in goes to work."""
    if current_user.is_authenticated:
        return redirect(url_for("home.index"))
    rolls, _page = public_roll.events(context())
    return render_template("core/home/front.html", rolls=rolls[:6])


@bp.get("/home")
@need_sign_in(reason="only the person's own work, each row under that unit's permissions")
def index() -> ResponseReturnValue:
    """Việc của tôi, across all roles and units."""
    return _page()


@bp.get("/u/<unit>/")
@need("unit.read")
def unit(unit: str) -> ResponseReturnValue:
    """The same, for one unit."""
    return _page()


def _page() -> str:
    ctx = context()
    found = home.build(ctx)
    now = found.standing
    return render_template(
        "core/home/index.html",
        only=ctx.unit,
        rows=words.rows(
            found.lines, is_one_unit=ctx.unit is not None or len({one.unit_id for one in ctx.actor.held}) == 1
        ),
        done=words.done_rows(found.done),
        now=now,
        chart=words.chart(now) if now else None,
        steps=first_steps(ctx) if found.is_new else [],
        nominate_url=nominate_place(now.nominates_for, now.row.key) if now else "",
        event_url=place_of(f"event:{now.row.key}", now.unit_key) if now else "",
        cards=plugin_panels(ctx, Place.HOME),
    )


@bp.get("/notices", endpoint="notices")
@need_sign_in(reason="only the person's own notices")
def notice_list() -> ResponseReturnValue:
    """The bell."""
    page = notices.listed(context(), cursor=request.args.get("after"))
    rows = [(row, say(Objection(row.code, dict(row.params or {})))) for row in page.rows]
    return render_template(
        "core/home/notices.html",
        next_url=_after(page.next),
        prev_url=_after(page.prev),
        rows=rows,
        unread=notices.count_unread(context()),
    )


def _after(cursor: str | None) -> str | None:
    return url_for("home.notices", after=cursor) if cursor else None


@bp.post("/notices/read")
@need_sign_in(reason="only the person's own notices")
def read_all() -> ResponseReturnValue:
    """Everything was seen."""
    notices.mark_all_read(context())
    return redirect(url_for("home.notices"))


@bp.post("/notices/<notice>/open")
@need_sign_in(reason="only the person's own notices")
def open_notice(notice: str) -> ResponseReturnValue:
    """Mark one notice read and go to what it is about."""
    about, unit_key = notices.open_one(context(), notice)
    return redirect(place_of(about, unit_key))
