"""Views: Nominations from the nominating side, the lists of all three boxes, the dossier page, files."""

from __future__ import annotations
