"""One round of periodic work: mail and news out, old rows and lost files away. Each is a transaction of its own."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask

from core.domain.errors import Refused
from core.http import clock
from core.jobs import plugin_work
from core.jobs.delivery import Deliver, Letter, way_out
from core.models import OutboxRow, db
from core.services import failpoints, mailer, upkeep

#: (payload, base address) -> (subject, text)
Compose = Callable[[dict[str, Any], str], tuple[str, str]]

_LOCK = "jobs"
#: Letters in one round without ``until_idle``, so that a round ends.
_ROUND = 200


@dataclass
class Report:
    """What was done and what will be tried again, by name."""

    done: dict[str, int] = field(default_factory=lambda: {"mail": 0, "rows": 0, "files": 0})
    failed: dict[str, int] = field(default_factory=dict)

    def count(self, name: str, *, is_done: bool = True) -> None:
        """One more of these was done, or failed."""
        column = self.done if is_done else self.failed
        column[name] = column.get(name, 0) + 1


class Jobs:
    """The periodic work of one installation."""

    def __init__(self, app: Flask, compose: Compose) -> None:
        self.app = app
        self.compose = compose

    def run(self, *, until_idle: bool = False) -> Report:
        """Do what is due. Raises ``Refused("jobs_running", kind="busy")`` while another process does."""
        self._begin()
        if not upkeep.take_turn(db.session(), _LOCK, clock.now()):
            db.session.rollback()
            raise Refused("jobs_running", kind="busy")
        db.session.commit()
        report, error = Report(), "interrupted"
        try:
            most = None if until_idle else _ROUND
            self._mail(report, most=most)
            plugin_work.tell(self.app, report.count, most=most)
            plugin_work.run_jobs(self.app, report.count)
            self._sweep(report)
            error = ""
        finally:
            self._begin()
            upkeep.end_turn(db.session(), _LOCK, clock.now(), error=error)
            db.session.commit()
        return report

    def _begin(self) -> None:
        plugin_work.begin()

    def _mail(self, report: Report, *, most: int | None) -> None:
        deliver = way_out(dict(self.app.config))
        if deliver is None:
            return
        tried = 0
        while most is None or tried < most:
            self._begin()
            row = mailer.next_due(db.session(), clock.now())
            if row is None:
                db.session.rollback()
                return
            tried += 1
            self._deliver(row, deliver, report)
            db.session.commit()

    def _deliver(self, row: OutboxRow, deliver: Deliver, report: Report) -> None:
        failpoints.hit("outbox.before_send")
        try:
            subject, text = self.compose(dict(row.payload), self.app.config["BASE_URL"])
            deliver(Letter(row.id, str(row.payload["to"]), subject, text))
        except (OSError, smtplib.SMTPException, ValueError, KeyError) as problem:
            mailer.mark_failed(db.session(), row, clock.now(), error=f"{type(problem).__name__}: {problem}")
            report.failed["mail"] = report.failed.get("mail", 0) + 1
            return
        failpoints.hit("outbox.after_send")
        mailer.mark_sent(db.session(), row, clock.now())
        report.done["mail"] += 1

    def _sweep(self, report: Report) -> None:
        now = clock.now()
        self._begin()
        report.done["rows"] = upkeep.sweep_rows(db.session(), now)
        db.session.commit()
        report.done["files"] = upkeep.sweep_files(db.session(), Path(self.app.config["FILES_DIR"]), now)
        db.session.rollback()
