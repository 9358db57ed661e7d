"""Gives itself a key of the core."""

from __future__ import annotations

from core.sdk import Manifest, Permission

manifest = Manifest(
    name="foreign_permission",
    title="Mẫu foreign_permission",
    summary="Chỉ dùng để thử.",
    version="1.0.0",
    works_with=">=0.1,<1",
    personal_data="none",
    permissions=(Permission("event.write", "Ghi sự kiện", roles=("nominator",)),),
)
