"""Made for another product."""

from __future__ import annotations

from core.sdk import Manifest

manifest = Manifest(
    name="wrong_version",
    title="Mẫu wrong_version",
    summary="Chỉ dùng để thử.",
    version="1.0.0",
    works_with=">=9",
    personal_data="none",
)
