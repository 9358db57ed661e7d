"""The ``vinhdanh`` command: every verb of the testability contract, over the same services as the pages."""

from __future__ import annotations

from core.cli import audit, ballot, data, database, inspection, jobs, plugins, start, users
from core.cli.envelope import cli, run

__all__ = ["cli", "main"]

for _part in (start, users, database, inspection, audit, ballot, data, jobs, plugins):
    for _command in _part.COMMANDS:
        cli.add_command(_command)


def main() -> None:
    """Entry point of the ``vinhdanh`` console script."""
    run()
