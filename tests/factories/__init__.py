"""Factories with defaults a reader would guess: the same that authors of plugins get."""

from __future__ import annotations

from core.sdk.testing_rows import PHASES, Factory

__all__ = ["PHASES", "Factory"]
