"""Sentences of the decisions pages."""

from __future__ import annotations

MESSAGES: dict[str, str] = {}
