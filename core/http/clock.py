"""The doors' clock: now, or the frozen instant of a test."""

from __future__ import annotations

import datetime as dt
import os

from flask import current_app


def now() -> dt.datetime:
    """The present instant in UTC. ``VINHDANH_FROZEN_CLOCK`` counts in test only; production stops at it."""
    if current_app.config["VINHDANH_ENV"] == "test":
        frozen = current_app.config.get("FROZEN_CLOCK") or os.environ.get("VINHDANH_FROZEN_CLOCK")
        if isinstance(frozen, dt.datetime):
            return frozen
        if frozen:
            return dt.datetime.fromisoformat(frozen.replace("Z", "+00:00")).astimezone(dt.UTC)
    return dt.datetime.now(dt.UTC)
