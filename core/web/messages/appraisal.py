"""Sentences of the appraisal pages."""

from __future__ import annotations

MESSAGES: dict[str, str] = {}
