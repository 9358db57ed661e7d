"""Tables as files: CSV that Excel opens with its marks, whose numbers are numbers and whose text is only text."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence

from flask import Response

Cell = str | int | dt.date | None

#: A cell that begins so is a formula to a spreadsheet, also in the wide forms and behind blanks.
_FORMULA = re.compile(r"[\s\u200b\ufeff]*[=+\-@＝＋－＠|%]|[\t\r\n\0]")
_NAME = re.compile(r"[^a-z0-9.-]+")
#: Excel takes a file without it for the system's old encoding, and spoils every mark.
BOM = "\ufeff"


def plain_cell(value: Cell) -> str | int:
    """A cell as the file holds it: numbers stay numbers, days are ISO days, missing is empty and never 0, and text that
    a spreadsheet would run is led by an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        raise TypeError("an instant is no cell: give the day")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, int):
        return value
    text = value.replace("\0", "")
    return f"'{text}" if _FORMULA.match(text) else text


def csv_text(rows: Iterable[Sequence[Cell]]) -> str:
    """Rows as one CSV text."""
    out = io.StringIO()
    out.write(BOM)
    writer = csv.writer(out, lineterminator="\r\n")
    for row in rows:
        writer.writerow([plain_cell(cell) for cell in row])
    return out.getvalue()


def csv_answer(name: str, rows: Iterable[Sequence[Cell]]) -> Response:
    """The download. ``name``: of the file, without ending; what is no plain letter in it becomes a dash."""
    plain = _NAME.sub("-", name.lower()).strip("-") or "so-lieu"
    answer = Response(csv_text(rows), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{plain}.csv"'
    return answer
