"""Takes longer than anybody waits."""

from __future__ import annotations

from core.sdk import Manifest

manifest = Manifest(
    name="slow",
    title="Mẫu slow",
    summary="Chỉ dùng để thử.",
    version="1.0.0",
    works_with=">=0.1,<1",
    personal_data="none",
    hooks="slow.hooks",
    guards=frozenset({"submit", "open_ballot"}),
)
