"""Tries to end the process in every hook."""

from __future__ import annotations

from core.sdk import Manifest

manifest = Manifest(
    name="exits",
    title="Mẫu exits",
    summary="Chỉ dùng để thử.",
    version="1.0.0",
    works_with=">=0.1,<1",
    personal_data="none",
    hooks="exits.hooks",
    guards=frozenset({"submit", "open_ballot"}),
)
