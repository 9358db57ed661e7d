"""Sentences of the accounts pages."""

from __future__ import annotations

MESSAGES: dict[str, str] = {}
