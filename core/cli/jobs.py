"""The verb a timer calls: what waits to leave, what is due to be swept."""

from __future__ import annotations

import click
from flask import current_app

from core.cli.envelope import FINDINGS, Outcome, verb


@click.group()
def jobs() -> None:
    """Work that no person waits for."""


@jobs.command()
@click.option("--until-idle", is_flag=True, help="Repeat until nothing more is due.")
@verb("jobs run")
def run(until_idle: bool) -> Outcome:
    """Send the mail that waits and sweep what is old. Exit 1 when something failed and will be tried again."""
    report = current_app.extensions["jobs"].run(until_idle=until_idle)
    outcome = Outcome(extra={"done": report.done, "failed": report.failed}, counts=dict(report.done))
    for name, count in report.failed.items():
        outcome.find(f"jobs.{name}", f"{count} failed and will be tried again", code=FINDINGS)
    return outcome


COMMANDS = (jobs,)
