"""A page whose permission the manifest does not name."""

from __future__ import annotations

from core.sdk import Manifest, Page

manifest = Manifest(
    name="undeclared_route",
    title="Mẫu undeclared_route",
    summary="Chỉ dùng để thử.",
    version="1.0.0",
    works_with=">=0.1,<1",
    personal_data="none",
    pages=(Page("undeclared_route.web:pages"),),
)
