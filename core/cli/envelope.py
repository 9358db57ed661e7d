"""What all verbs share: JSON envelope, exit codes, one transaction each, and no traceback on anybody's screen."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import json
import os
import secrets
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import click
from flask import Flask, current_app
from flask.cli import ScriptInfo
from sqlalchemy.exc import DBAPIError, OperationalError

from core import config as settings
from core.domain.errors import Refused
from core.http import clock
from core.http.guards import UnguardedRoute
from core.migrations import runner, standing
from core.migrations.contract import ContractBroken
from core.models import db
from core.services.context import Actor, Context

GOOD, FINDINGS, CANNOT_RUN, UNSAFE, BUSY = range(5)

#: Who a verb acts as: the person at the server's own keyboard, who has no account there.
OPERATOR = Actor(id=None, login="operator", name="")

#: The application by name, as Flask's own command line finds it: a door does not import the composition root.
_APP = "core.app:create_app"


@dataclass
class Outcome:
    """What a verb found out. ``lines`` are for a person; ``extra`` are the verb's own JSON keys."""

    code: int = GOOD
    findings: list[dict[str, str]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    def find(self, check: str, detail: str, *, obj: str = "", severity: str = "error", code: int = FINDINGS) -> None:
        """Note one finding; an error raises the exit code to ``code``."""
        self.findings.append({"check": check, "severity": severity, "object": obj, "detail": detail})
        if severity == "error":
            self.code = max(self.code, code)


class CannotRun(Exception):  # noqa: N818 - says what happened
    """The verb stops here with this exit code; ``check`` names the reason."""

    def __init__(self, check: str, detail: str, *, code: int = CANNOT_RUN) -> None:
        super().__init__(detail)
        self.check = check
        self.detail = detail
        self.code = code


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Vinh Danh: honours rounds for communes, departments and provinces."""


def make_app() -> Flask:
    """The application of this instance. Raises ``CannotRun`` where configuration forbids it."""
    try:
        return ScriptInfo(app_import_path=_APP).load_app()
    except settings.UnsafeConfiguration as problem:
        raise CannotRun("config.unsafe", f"unsafe setting: {problem}", code=UNSAFE) from None
    except UnguardedRoute as problem:
        raise CannotRun("policy.unguarded", f"routes without a permission: {problem}") from None


@contextlib.contextmanager
def app_opened() -> Iterator[Flask]:
    """The application, inside its context; its connections are given back at the end."""
    app = make_app()
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def operator_context() -> Context:
    """A context for acts at the server's keyboard; the session may write."""
    db.session.connection(execution_options={"writes": True})
    return Context(session=db.session(), actor=OPERATOR, now=clock.now(), registry=current_app.extensions["plugins"])


def verb(tool: str, *, has_app: bool = True, at_head: bool = True) -> Callable[[Callable[..., Outcome]], Any]:
    """Make a function returning an ``Outcome`` a verb with ``--json``.

    ``has_app``: run inside the application's context; ``at_head``: only on a database whose migrations are complete.
    The transaction is committed when the exit code is 0 or 1, rolled back otherwise.
    """

    def decorate(function: Callable[..., Outcome]) -> Any:
        @click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout and nothing else.")
        @functools.wraps(function)
        def wrapped(as_json: bool, **arguments: Any) -> NoReturn:
            outcome = _guarded(function, arguments, has_app=has_app, at_head=at_head)
            _show(tool, outcome, as_json=as_json)
            sys.exit(outcome.code)

        return wrapped

    return decorate


def _guarded(function: Callable[..., Outcome], arguments: dict[str, Any], *, has_app: bool, at_head: bool) -> Outcome:
    try:
        if not has_app:
            return function(**arguments)
        with app_opened():
            if at_head:
                require_head()
            outcome = function(**arguments)
            if outcome.code in (GOOD, FINDINGS):
                db.session.commit()
            else:
                db.session.rollback()
            return outcome
    except Exception as problem:
        return _trouble(problem)


def require_head() -> None:
    """Raise ``CannotRun`` unless the database is at this code's revision and holds what the contract promises."""
    if not is_there():
        raise CannotRun("db.missing", "there is no database yet: run `vinhdanh init`")
    if runner.is_pending(db.engine):
        raise CannotRun("db.pending", "the database waits for an upgrade: run `vinhdanh db upgrade`")
    standing.mark_pending(db.engine, current_app.extensions["plugins"])


def is_there() -> bool:
    """Whether the database exists: connecting to a missing SQLite file would quietly make an empty one."""
    path = db.engine.url.database if db.engine.dialect.name == "sqlite" else None
    return path is None or path == ":memory:" or Path(path).exists()


def _trouble(problem: Exception) -> Outcome:
    """An exception as an outcome: never a traceback."""
    outcome = Outcome()
    if isinstance(problem, CannotRun):
        outcome.find(problem.check, problem.detail, code=problem.code)
    elif isinstance(problem, Refused):
        code = {"busy": BUSY, "forbidden": UNSAFE}.get(problem.kind, FINDINGS)
        for one in problem.objections:
            params = ", ".join(f"{name}={value}" for name, value in one.params.items())
            outcome.find(one.code, params, code=code)
    elif isinstance(problem, ContractBroken):
        outcome.find("schema.contract", f"missing: {problem}", code=CANNOT_RUN)
    elif isinstance(problem, OperationalError) and _is_busy(problem):
        outcome.find("db.busy", "the database is locked; try again", code=BUSY)
    else:
        error_id = _keep(problem)
        detail = str(problem.orig) if isinstance(problem, DBAPIError) else str(problem)
        outcome.find("error", f"{type(problem).__name__}: {detail.splitlines()[0] if detail else ''}", code=CANNOT_RUN)
        outcome.extra["error_id"] = error_id
        outcome.lines.append(f"error_id: {error_id}")
    return outcome


def _is_busy(problem: OperationalError) -> bool:
    text = str(problem.orig)
    return "locked" in text or "busy" in text or "lock timeout" in text


def _keep(problem: Exception) -> str:
    """Write the traceback beside the data, where its owner can read it, and return the id it is found by."""
    error_id = secrets.token_hex(8)
    folder = settings.instance_dir()
    if folder.is_dir() and os.access(folder, os.W_OK):
        entry = {
            "at": dt.datetime.now(dt.UTC).isoformat(),
            "error_id": error_id,
            "event": "command failed",
            "traceback": traceback.format_exception(problem),
        }
        with (folder / "errors.log").open("a", encoding="utf-8") as log:
            log.write(json.dumps(entry, ensure_ascii=False) + "\n")
    return error_id


def _show(tool: str, outcome: Outcome, *, as_json: bool) -> None:
    if as_json:
        document = {
            "tool": tool,
            "schema": 1,
            "ok": outcome.code == GOOD,
            "at": _now().strftime("%Y-%m-%dT%H:%M:%SZ"),
            "findings": outcome.findings,
            "counts": outcome.counts,
            **outcome.extra,
        }
        click.echo(json.dumps(document, ensure_ascii=False, default=str))
        return
    for line in outcome.lines:
        click.echo(line)
    for one in outcome.findings:
        about = f" {one['object']}" if one["object"] else ""
        click.echo(f"{one['severity']}: {one['check']}{about}: {one['detail']}", err=True)
    for name, number in outcome.counts.items():
        click.echo(f"{name}: {number}")


def _now() -> dt.datetime:
    return clock.now() if current_app else dt.datetime.now(dt.UTC)


def run(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line; a wrong call is exit code 2, with the envelope where ``--json`` was asked for."""
    os.umask(0o077)  # what this command writes is the installation's own
    given = sys.argv[1:] if arguments is None else arguments
    try:
        cli.main(given, prog_name="vinhdanh", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as problem:
        click.echo(problem.format_message(), err=True)
        sys.exit(CANNOT_RUN)
    except click.ClickException as problem:
        outcome = Outcome()
        outcome.find("usage", problem.format_message(), code=CANNOT_RUN)
        words = [word for word in given if not word.startswith("-")][:2]
        _show(" ".join(words), outcome, as_json="--json" in given)
        sys.exit(CANNOT_RUN)
    except click.Abort:
        sys.exit(CANNOT_RUN)
    sys.exit(GOOD)
