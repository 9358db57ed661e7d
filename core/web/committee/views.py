"""Views: Committees and sittings: members, agenda, attendance, paper counts, conflicts."""

from __future__ import annotations
