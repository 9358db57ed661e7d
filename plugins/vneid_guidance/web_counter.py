"""The volunteer's pages: one tap is one turn, with or without JavaScript, and at the end of the day one sending."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from core.sdk import FieldProblem, Refused, Window, parse_date, parse_int
from core.sdk.web import desk, flash, formats, jsonify, redirect, request, say, url
from plugins.vneid_guidance import domain, services, usage, words
from plugins.vneid_guidance.pages import pages, show

RECORD, READ = domain.RECORD, f"{domain.PLUGIN}.read"
#: How many days back the history goes.
_HISTORY_DAYS = 30


@pages.get("/", permission=RECORD)
def counter() -> Any:
    """The buttons."""
    return _counter()


def _counter(problem: str = "", retry: str = "", status: int = 200) -> Any:
    """The page of buttons; ``problem`` and the tap to ``retry`` with a reason, where one was refused."""
    here = desk()
    mine, sheet = here.tallies.mine(here.today), here.tallies.sheet_of_day(here.today)
    slip = domain.read_slip(request.args.get("slip", ""))
    page = show(
        "counter.html",
        mine=domain.with_parts(mine.taps),
        turns=domain.TURN_CODES,
        tapped=sum(number for code, number in mine.taps.items() if code.partition(".")[0] in domain.TURN_CODES),
        place=request.form.get("place", mine.place),
        places=services.places(here),
        sheet=sheet,
        last=mine.last,
        slip=slip if slip and services.find_slip(here, slip) else None,
        new_id=lambda: str(uuid.uuid4()),
        problem=problem,
        retry=retry,
    )
    return page, status


@pages.post("/tap", permission=RECORD)
def tap() -> Any:
    """One turn, from a button: ``tap`` holds indicator and client id."""
    raw = request.form.get("tap", "")
    indicator, _, client_id = raw.partition(" ")
    try:
        done = services.tap(
            desk(),
            indicator=indicator,
            client_id=client_id,
            place=request.form.get("place", ""),
            reason=request.form.get("reason", ""),
            detail={"guardian": True} if indicator == domain.CHILD else {},
        )
    except Refused as refused:
        if refused.kind in ("forbidden", "missing"):
            raise
        needs_reason = any(one.code in words.REASON_HELPS for one in refused.objections)
        return _counter(say(refused.objections[0]), raw if needs_reason else "", 422)
    return redirect(url("vneid_guidance.counter", slip=done.slip or None))


@pages.post("/undo", permission=RECORD)
def undo() -> Any:
    """Take back one's own turn; a phone's script asks for JSON."""
    is_script = request.accept_mimetypes.best == "application/json"
    try:
        services.undo(desk(), request.form.get("client_id", ""))
    except Refused as refused:
        words_for_it = say(refused.objections[0])
        return (jsonify({"reason": words_for_it}), 422) if is_script else _counter(words_for_it, status=422)
    return jsonify({"status": "undone"}) if is_script else redirect(url("vneid_guidance.counter"))


@pages.post("/sync", permission=RECORD)
def sync() -> Any:
    """What a phone kept: ``{"device","batch","records"}`` in, one result per record out."""
    here = desk()
    results = services.sync(here, request.get_json(silent=True))
    for one in results:
        refusal, flags = one.pop("refusal", None), one.pop("flags", ())
        if refusal is not None:
            one["code"], one["reason"] = refusal.code, say(refusal.objections[0])
        elif flags:
            one["code"], one["reason"] = flags[0], say(Refused(flags[0]))
    return jsonify({"results": results, "server_time": here.now.isoformat()})


@pages.post("/send", permission=RECORD)
def send() -> Any:
    """Send a day's figures to who approves them; a day with nothing in it only once that is confirmed."""
    here, day = desk(), _asked_day()
    if day is not None and day <= here.today and not request.form.get("sure"):
        sheet = here.tallies.sheet_of_day(day)
        if sheet.is_open and not (sheet.said.totals or any(sheet.said.taps.values())):
            return show("send_nothing.html", day=day), 422
    return _step(lambda book, day: book.submit(day), words.SENT)


@pages.post("/take-back", permission=RECORD)
def take_back() -> Any:
    """Reopen what was sent and not yet approved."""
    return _step(lambda book, day: book.take_back(day), words.TAKEN_BACK)


def _step(act: Callable[[Any, dt.date], object], done: str) -> Any:
    here = desk()
    try:
        day = parse_date(request.form.get("day", ""))
        act(here.tallies, day)
    except FieldProblem as problem:
        return _counter(say(problem), status=422)
    except Refused as refused:
        if refused.kind == "forbidden":
            raise
        return _counter(say(refused.objections[0]), status=422)
    flash(done % {"day": formats.as_date(day)}, "success")
    return redirect(url("vneid_guidance.counter" if day == here.today else "vneid_guidance.days"))


# ---------------------------------------------------------------- the end of the day


@pages.get("/total", permission=RECORD)
def total() -> Any:
    """The form for the end of the day."""
    return _total(_asked_day() or desk().today)


@pages.post("/total", permission=RECORD)
def save_total() -> Any:
    """Keep the totals of a day: each stands for the taps of its line."""
    problems: dict[str, str] = {}
    here, day = desk(), _asked_day()
    if day is None:
        problems["day"] = str(words.BAD_DAY)
    figures = _figures(problems)
    ids = {code: request.form.get(f"id-{code}", "") for code in figures}
    if not problems and not figures:
        problems[domain.TURNS] = str(words.NO_FIGURE)
    if not problems and day is not None:
        source = "paper" if request.form.get("source") == "paper" else "day_total"
        reason = request.form.get("reason", "")
        try:
            here.tallies.day_totals(day, figures, client_ids=ids, source=source, reason=reason)
        except Refused as refused:
            if refused.kind in ("forbidden", "missing"):
                raise
            first = refused.objections[0]
            line = str(refused.params.get("indicator", "reason"))
            problems[first.field if first.field in ("day", "reason") else line] = say(first)
    if problems:
        return _total(day or here.today, problems), 422
    flash(words.TOTAL_KEPT % {"day": formats.as_date(day)}, "success")
    return redirect(url("vneid_guidance.counter" if day == here.today else "vneid_guidance.days"))


def _figures(problems: dict[str, str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for code in domain.DAY_LINES:
        raw = request.form.get(code, "").strip()
        if not raw:
            continue
        try:
            # a number below 0 is the book's to refuse, in its own words
            found[code] = parse_int(raw, minimum=-999_999, maximum=999_999)
        except FieldProblem as problem:
            problems[code] = say(problem)
    return found


def _total(day: dt.date, problems: dict[str, str] | None = None) -> Any:
    here = desk()
    return show(
        "total.html",
        day=day,
        sheet=here.tallies.sheet_of_day(day),
        typed=request.form,
        problems=problems or {},
        new_id=lambda: str(uuid.uuid4()),
    )


def _asked_day() -> dt.date | None:
    raw = request.values.get("day", "")
    try:
        return parse_date(raw)
    except FieldProblem:
        return None


# ---------------------------------------------------------------- history and slips


@pages.get("/days", permission=RECORD)
def days() -> Any:
    """The team's days, newest first, with their states."""
    here = desk()
    window = Window(here.today - dt.timedelta(days=_HISTORY_DAYS), here.today)
    sheets = here.tallies.sheets(window, unit_id=here.unit.id)
    found = here.tallies.totals([here.unit.id], window, codes=[domain.TURNS], states=words.ALL_STATES)
    return show("days.html", sheets=sheets, totals=found, used=usage.of_unit(here, here.unit.id))


@pages.get("/slips", permission=RECORD)
def slips() -> Any:
    """Close a paper slip when the person comes back from the police."""
    return _slips()


def _slips(problem: str = "") -> Any:
    return show("slips.html", counts=services.slip_counts(desk()), problem=problem)


@pages.post("/slips", permission=RECORD)
def close_slip() -> Any:
    """Referred → done."""
    try:
        code = services.close_slip(desk(), request.form.get("code", ""))
    except Refused as refused:
        if refused.kind == "forbidden":
            raise
        return _slips(say(refused.objections[0])), 422
    flash(words.SLIP_CLOSED % {"code": code.upper()}, "success")
    return redirect(url("vneid_guidance.slips"))
