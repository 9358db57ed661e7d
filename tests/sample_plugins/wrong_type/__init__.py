"""Answers something else in every hook."""

from __future__ import annotations

from core.sdk import Manifest

manifest = Manifest(
    name="wrong_type",
    title="Mẫu wrong_type",
    summary="Chỉ dùng để thử.",
    version="1.0.0",
    works_with=">=0.1,<1",
    personal_data="none",
    hooks="wrong_type.hooks",
    guards=frozenset({"submit", "open_ballot"}),
)
