"""Views: the results report on screen, on paper, and as a file."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from core.http.context import context
from core.http.guards import need
from core.http.transactions import apart
from core.services import event_report
from core.web.downloads import csv_answer
from core.web.reports import bp, chapters


@bp.get("/u/<unit>/e/<event>/report")
@need("report.read")
def show(unit: str, event: str) -> ResponseReturnValue:
    """The report, chapter by chapter."""
    ctx = context()
    report = event_report.build(ctx)
    return render_template(
        "core/reports/event.html",
        report=report,
        event=report.event,
        chapters=chapters.of(report),
        now=ctx.now,
        today=ctx.today,
    )


@bp.get("/u/<unit>/e/<event>/report.csv")
@need("report.read")
def download(unit: str, event: str) -> ResponseReturnValue:
    """The same chapters in one file."""
    ctx = context()
    report = event_report.build(ctx)
    answer = csv_answer(f"bao-cao-{event}", chapters.lines(report, now=ctx.now))
    with apart():
        event_report.note_export(ctx)
    return answer
