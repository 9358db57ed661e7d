"""Answers a hook that does not exist."""

from __future__ import annotations

from core.sdk import Manifest

manifest = Manifest(
    name="misspelt_hook",
    title="Mẫu misspelt_hook",
    summary="Chỉ dùng để thử.",
    version="1.0.0",
    works_with=">=0.1,<1",
    personal_data="none",
    hooks="misspelt_hook.hooks",
)
