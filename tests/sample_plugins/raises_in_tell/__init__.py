"""Raises in every hook that is a tell."""

from __future__ import annotations

from core.sdk import Manifest

manifest = Manifest(
    name="raises_in_tell",
    title="Mẫu raises_in_tell",
    summary="Chỉ dùng để thử.",
    version="1.0.0",
    works_with=">=0.1,<1",
    personal_data="none",
    hooks="raises_in_tell.hooks",
)
