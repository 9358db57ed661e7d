"""Its page fails."""

from __future__ import annotations

from core.sdk import Manifest, Page, Permission

manifest = Manifest(
    name="page_raises",
    title="Mẫu page_raises",
    summary="Chỉ dùng để thử.",
    version="1.0.0",
    works_with=">=0.1,<1",
    personal_data="none",
    pages=(Page("page_raises.web:pages"),),
    permissions=(Permission("page_raises.see", "Xem", roles=("secretary",)),),
)
