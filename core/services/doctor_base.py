"""What a check gets and what it answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from core.plugin.registry import Registry
from core.services.context import NO_PLUGINS


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that should never be. ``object`` names the row, ``severity`` is ``error`` or ``warn``."""

    check: str
    object: str
    detail: str
    severity: str = "error"


@dataclass(frozen=True, slots=True)
class Patient:
    """What the checks look at. ``schema_faults``: what the migrations' own comparison found."""

    session: Session
    now: dt.datetime
    config: dict[str, Any] = field(default_factory=dict)
    schema_faults: tuple[str, ...] = ()
    registry: Registry = NO_PLUGINS
    #: The installation's directory; empty: there is none to look at.
    instance: str = ""


Check = Callable[[Patient], Iterator[Finding]]
#: Every check by name; a check registers itself.
CHECKS: dict[str, Check] = {}


def check(name: str) -> Callable[[Check], Check]:
    """Register a check; it reads and never writes."""

    def register(function: Check) -> Check:
        CHECKS[name] = function
        return function

    return register
