"""Breaks the database session in every hook that has a desk."""

from __future__ import annotations

from core.sdk import Manifest

manifest = Manifest(
    name="poisons_session",
    title="Mẫu poisons_session",
    summary="Chỉ dùng để thử.",
    version="1.0.0",
    works_with=">=0.1,<1",
    personal_data="none",
    hooks="poisons_session.hooks",
    models="poisons_session.models",
    migrations="migrations",
    guards=frozenset({"submit", "open_ballot"}),
)
