"""Sentences of the home pages."""

from __future__ import annotations

MESSAGES: dict[str, str] = {}
