"""Sentences of the units pages."""

from __future__ import annotations

MESSAGES: dict[str, str] = {}
