"""The leader's page: guidance by day and by unit, beside the official figures; as a table, a file, on paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from core.sdk import FieldProblem, Refused, Window, parse_date
from core.sdk.web import csv_download, desk, formats, gettext, render, request, url
from plugins.vneid_guidance import dashboard, domain, official, words_leader
from plugins.vneid_guidance.dashboard import Board
from plugins.vneid_guidance.pages import pages

#: The stretches of days that are one tap away.
CHOICES = (7, 14, 30, 90)
_USUAL = 14
_LONGEST = 366


@pages.get("/figures", permission=dashboard.PERMISSION)
def figures() -> Any:
    """Everything a leader asks about some days."""
    here = desk()
    window, days = _window(here.today)
    board = dashboard.build(here, window)
    return render(
        "vneid_guidance/figures.html",
        board=board,
        window=window,
        days=days,
        choices=[(one, url("vneid_guidance.figures", days=one)) for one in CHOICES],
        file_url=url("vneid_guidance.figures_file", **_kept(window, days)),
        peak=max((pair for pair in board.days if pair[1]), key=lambda pair: pair[1] or 0, default=None),
        curve=[(f"{day:%d/%m}", value) for day, value in board.days],
        d=domain,
        o=official,
        tables=[
            (gettext("Số lượt theo đơn vị"), words_leader.MAIN, True),
            (gettext("Từng việc theo đơn vị"), domain.BUTTONS, False),
        ],
        beside=words_leader.beside(board),
    )


@pages.get("/figures.csv", permission=dashboard.PERMISSION)
def figures_file() -> Any:
    """The same tables in one file."""
    here = desk()
    window, _days = _window(here.today)
    board = dashboard.build(here, window)
    return csv_download(f"huong-dan-vneid-{here.unit.key}", _lines(board, here.unit.name))


def _lines(board: Board, unit: str) -> Iterator[tuple[Any, ...]]:
    yield (gettext("Hướng dẫn VNeID"), unit)
    yield (gettext("Từ ngày"), board.window.first)
    yield (gettext("Đến ngày"), board.window.last)
    for title, columns, rows, note in words_leader.tables(board):
        yield ()
        yield (title,)
        yield columns
        yield from rows
        if note:
            yield (note,)


def _window(today: dt.date) -> tuple[Window, int | None]:
    """The days asked about, and the number of the chip they are; what cannot be is a page of status 400."""
    first, last, days = (request.args.get(name, "") for name in ("from", "to", "days"))
    if first or last:
        try:
            window = Window(parse_date(first), parse_date(last))
        except FieldProblem:
            raise Refused("bad_parameter", kind="bad_input") from None
        if window.last < window.first or (window.last - window.first).days > _LONGEST or window.first > today:
            raise Refused("bad_parameter", kind="bad_input")
        return window, None
    if days and days not in {str(one) for one in CHOICES}:
        raise Refused("bad_parameter", kind="bad_input")
    number = int(days) if days else _USUAL
    return Window(today - dt.timedelta(days=number - 1), today), number


def _kept(window: Window, days: int | None) -> dict[str, object]:
    if days is not None:
        return {"days": days}
    return {"from": formats.as_date(window.first), "to": formats.as_date(window.last)}
