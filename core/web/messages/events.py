"""Sentences of the events pages."""

from __future__ import annotations

MESSAGES: dict[str, str] = {}
