"""Raises when imported."""

from __future__ import annotations

from core.sdk import Manifest

raise RuntimeError("broken on purpose")
manifest = Manifest(
    name="broken_on_import",
    title="Mẫu broken_on_import",
    summary="Chỉ dùng để thử.",
    version="1.0.0",
    works_with=">=0.1,<1",
    personal_data="none",
)
