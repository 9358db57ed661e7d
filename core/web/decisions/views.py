"""Views: Decisions: draft, issue, correct, revoke; recovery."""

from __future__ import annotations
