"""Wants an argument that nobody gives."""

from __future__ import annotations

from core.sdk import Manifest

manifest = Manifest(
    name="unknown_argument",
    title="Mẫu unknown_argument",
    summary="Chỉ dùng để thử.",
    version="1.0.0",
    works_with=">=0.1,<1",
    personal_data="none",
    hooks="unknown_argument.hooks",
)
