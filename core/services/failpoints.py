"""Named places where a test may make the process die, fail, wait or run out of disk. Silent unless switched on."""

from __future__ import annotations

import errno
import os
import signal
import time
from pathlib import Path

#: Every name in use; a new multi-step act brings its own in the same change.
NAMES = frozenset(
    {
        "request.before_commit",
        "request.after_commit",
        "audit.before_insert",
        "idempotency.after_insert",
        "upload.after_temp",
        "upload.after_rename",
        "number.before_commit",
        "outbox.before_send",
        "outbox.after_send",
        "decision.after_line",
        "import.after_row",
        "ballot.before_insert",
        "ballot.after_turnout",
        "opening.after_decrypt",
        "opening.before_commit",
        "plugin.toggle.before_commit",
        "tally.after_insert",
        "tally.after_step",
        "tally.after_lock",
    }
)

_plan: dict[str, tuple[str, int]] = {}
_hits: dict[str, int] = {}


class FailpointReached(RuntimeError):  # noqa: N818 - says what happened
    """Raised on purpose by ``name=raise``."""


def arm(text: str) -> None:
    """Read ``name=action[@hit];…`` (actions: ``kill raise sleep:MS pause:FILE enospc``); raises ``ValueError``."""
    _plan.clear()
    _hits.clear()
    for part in filter(None, text.split(";")):
        name, _, action = part.partition("=")
        action, _, hit = action.partition("@")
        if name not in NAMES or not action:
            raise ValueError(f"unknown failpoint: {part}")
        _plan[name] = (action, int(hit or 1))


def hit(name: str) -> None:
    """Do what was planned for this place, if anything was."""
    if name not in _plan:
        return
    action, wanted = _plan[name]
    _hits[name] = _hits.get(name, 0) + 1
    if _hits[name] < wanted:
        return
    verb, _, argument = action.partition(":")
    if verb == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif verb == "raise":
        raise FailpointReached(name)
    elif verb == "sleep":
        time.sleep(int(argument) / 1000)
    elif verb == "pause":
        while Path(argument).exists():
            time.sleep(0.01)
    elif verb == "enospc":
        raise OSError(errno.ENOSPC, "No space left on device")
