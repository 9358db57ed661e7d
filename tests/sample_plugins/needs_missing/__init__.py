"""Needs a plugin that is not here."""

from __future__ import annotations

from core.sdk import Manifest

manifest = Manifest(
    name="needs_missing",
    title="Mẫu needs_missing",
    summary="Chỉ dùng để thử.",
    version="1.0.0",
    works_with=">=0.1,<1",
    personal_data="none",
    requires=("not_here",),
)
