"""Says neither none nor some about personal data."""

from __future__ import annotations

from core.sdk import Manifest

manifest = Manifest(
    name="no_privacy_word",
    title="Mẫu no_privacy_word",
    summary="Chỉ dùng để thử.",
    version="1.0.0",
    works_with=">=0.1,<1",
    personal_data="",
)
