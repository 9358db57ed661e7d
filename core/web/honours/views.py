"""Views: The register (sổ vàng) and the public honour roll."""

from __future__ import annotations
