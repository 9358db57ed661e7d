"""Sentences of the honours pages."""

from __future__ import annotations

MESSAGES: dict[str, str] = {}
