"""Its table is not named after it."""

from __future__ import annotations

from core.sdk import Manifest

manifest = Manifest(
    name="foreign_table",
    title="Mẫu foreign_table",
    summary="Chỉ dùng để thử.",
    version="1.0.0",
    works_with=">=0.1,<1",
    personal_data="none",
    models="foreign_table.models",
    migrations="migrations",
)
