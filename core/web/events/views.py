"""Views: Events: form, phases, awards on offer, invited units, tasks, self-check, copy."""

from __future__ import annotations
