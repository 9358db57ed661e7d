"""Sentences of the system pages."""

from __future__ import annotations

MESSAGES: dict[str, str] = {}
