"""Views: The dated catalogue of award types, and the calendar of working days."""

from __future__ import annotations
