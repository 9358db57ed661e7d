"""Pages of who answers for the figures: days to approve, one day with its history, closing a period, places."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from core.sdk import FieldProblem, Refused, Stale, Window, parse_date, parse_int, refuse
from core.sdk.web import desk, flash, formats, redirect, request, say, url
from plugins.vneid_guidance import domain, services, usage, words
from plugins.vneid_guidance.pages import pages, show

READ, APPROVE, LOCK = (f"{domain.PLUGIN}.{verb}" for verb in ("read", "approve", "lock"))
_WEEK = dt.timedelta(days=6)
#: More than this many sheets in a week is a province's list: it reads the dashboard instead.
MOST = 300


@pages.get("/sheets", permission=APPROVE)
def sheets() -> Any:
    """One week of sheets here and below: what waits, or everything."""
    here, last = desk(), _day(request.args.get("to", ""))
    last = min(last or here.today, here.today)
    window = Window(last - _WEEK, last)
    is_all = request.args.get("show") == "all"
    units = here.tallies.counting_units()
    reporting = here.tallies.reporting(units, Window(last, last), states=("submitted", "approved", "locked"))
    return show(
        "sheets.html",
        rows=here.tallies.sheets(window, states=() if is_all else ("submitted",), limit=MOST),
        most=MOST,
        totals=here.tallies.totals(
            here.tallies.below(here.unit.id), window, states=words.ALL_STATES, codes=[domain.TURNS]
        ),
        window=window,
        is_all=is_all,
        earlier=window.first - dt.timedelta(days=1),
        later=min(last + dt.timedelta(days=7), here.today) if last < here.today else None,
        reporting=reporting,
        missing=[here.unit_names(reporting.missing).get(one, "") for one in reporting.missing],
    )


@pages.get("/sheets/<key>", permission=READ)
def sheet(key: str) -> Any:
    """One team's day: figures, who counted, who approved, every correction."""
    return _sheet(key)


def _sheet(key: str, problem: str = "", status: int = 200, *, field: str | None = None) -> Any:
    """The page; ``problem`` stands beside the ``field`` it is about, where that is on the page."""
    here = desk()
    shown = here.tallies.sheet(key)
    return (
        show(
            "sheet.html",
            sheet=shown,
            counters=here.tallies.counters(key),
            history=here.tallies.history(key),
            used=usage.of_unit(here, shown.unit_id, shown.day),
            has_counted=shown.state == "submitted" and here.may(APPROVE) and here.tallies.has_counted(key),
            problem=problem,
            field=field,
            typed=request.form,
            new_id=str(uuid.uuid4()),
        ),
        status,
    )


@pages.post("/sheets/<key>/approve", permission=APPROVE)
def approve(key: str) -> Any:
    """Vouch for the figures."""
    return _act(key, lambda book: book.approve(key, expected_version=_version()), words.APPROVED)


@pages.post("/sheets/<key>/give-back", permission=APPROVE)
def give_back(key: str) -> Any:
    """Back to the team, with what is to be mended."""
    reason = request.form.get("reason", "")
    return _act(key, lambda book: book.give_back(key, reason=reason, expected_version=_version()), words.GIVEN_BACK)


@pages.post("/sheets/<key>/correct", permission=APPROVE)
def correct(key: str) -> Any:
    """Change one figure after the approval: a reversal and a reason, never an overwriting."""

    def act(book: Any) -> None:
        try:
            quantity = parse_int(request.form.get("quantity", ""), minimum=-999_999, maximum=999_999)
        except FieldProblem as problem:
            raise Refused(problem.code, field="quantity", **problem.params) from None
        book.correct(
            key,
            indicator=request.form.get("indicator", ""),
            quantity=quantity,
            reason=request.form.get("reason", ""),
            client_id=request.form.get("client_id", ""),
        )

    return _act(key, act, words.CORRECTED)


def _act(key: str, act: Any, done: str) -> Any:
    here = desk()
    try:
        act(here.tallies)
    except Stale as stale:
        return _sheet(key, say(stale), 409)
    except Refused as refused:
        if refused.kind in ("forbidden", "missing") and refused.code != "tally_approver_counted":
            raise
        first = refused.objections[0]
        return _sheet(key, say(first), 422, field=first.field or refused.params.get("field"))
    shown = here.tallies.sheet(key)
    flash(done % {"unit": shown.unit_name, "day": formats.as_date(shown.day)}, "success")
    return redirect(url("vneid_guidance.sheet", key=key))


def _version() -> int | None:
    raw = request.form.get("version", "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else None


# ---------------------------------------------------------------- closing a period


@pages.get("/period", permission=LOCK)
def period() -> Any:
    """What a closing would do: who reported, who did not, what waits."""
    return _period()


def _period(problem: str = "", status: int = 200) -> Any:
    here = desk()
    first, last = _day(request.values.get("first", "")), _day(request.values.get("last", ""))
    last = last or here.today
    first = first or last.replace(day=1)
    window = Window(first, last)
    units = here.tallies.counting_units()
    reporting = here.tallies.reporting(units, window)
    rows = here.tallies.sheets(window, states=("draft", "submitted", "returned"), limit=MOST)
    return (
        show(
            "period.html",
            window=window,
            reporting=reporting,
            missing=[here.unit_names(reporting.missing).get(one, "") for one in reporting.missing],
            waiting=[one for one in rows if one.state == "submitted"],
            unsent=[one for one in rows if one.state != "submitted"],
            locks=here.tallies.locks(),
            problem=problem,
            typed=request.values,
        ),
        status,
    )


@pages.post("/period", permission=LOCK)
def lock() -> Any:
    """Close the days: no new rows, corrections only."""
    first, last = _day(request.form.get("first", "")), _day(request.form.get("last", ""))
    try:
        if first is None or last is None:
            raise refuse(str(words.BAD_DAY))
        number = desk().tallies.lock_period(Window(first, last))
    except Refused as refused:
        if refused.kind == "forbidden":
            raise
        return _period(say(refused.objections[0]), 422)
    days = {"first": formats.as_date(first), "last": formats.as_date(last)}
    flash(words.LOCKED % {**days, "number": number}, "success")
    return redirect(url("vneid_guidance.period"))


# ---------------------------------------------------------------- places


@pages.get("/points", permission=APPROVE)
def points() -> Any:
    """The team's places."""
    return _points()


def _points(problem: str = "", status: int = 200) -> Any:
    return show("points.html", points=services.points(desk()), problem=problem, typed=request.form), status


@pages.post("/points", permission=APPROVE, once=True)
def add_point() -> Any:
    """A new place."""
    try:
        services.add_point(desk(), name=request.form.get("name", ""), kind=request.form.get("kind", ""))
    except Refused as refused:
        if refused.kind == "forbidden":
            raise
        return _points(say(refused.objections[0]), 422)
    flash(str(words.POINT_ADDED), "success")
    return redirect(url("vneid_guidance.points"))


@pages.post("/points/<key>", permission=APPROVE)
def turn_point(key: str) -> Any:
    """Close a place, or open it again."""
    services.turn_point(desk(), key, is_closed=request.form.get("close") == "1")
    return redirect(url("vneid_guidance.points"))


def _day(raw: str) -> dt.date | None:
    try:
        return parse_date(raw)
    except FieldProblem:
        return None
