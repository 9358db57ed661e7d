"""A plugin as it should be: it answers all ten hooks, has a table, a page, settings, a permission and a job."""

from __future__ import annotations

from core.sdk import FieldSpec, Job, Kind, Manifest, Page, Permission

manifest = Manifest(
    name="well_behaved",
    title="Mẫu ngoan",
    summary="Chỉ dùng để thử.",
    version="1.0.0",
    works_with=">=0.1,<1",
    personal_data="none",
    hooks="well_behaved.hooks",
    models="well_behaved.models",
    pages=(Page("well_behaved.web:pages"),),
    migrations="migrations",
    permissions=(
        Permission("well_behaved.see", "Xem mẫu", roles=("secretary",)),
        Permission("well_behaved.write", "Ghi mẫu", roles=("secretary",)),
    ),
    settings=(FieldSpec("limit", "Giới hạn", Kind.INTEGER, minimum=0, maximum=1000),),
    jobs=(Job("count", every="hour", run="well_behaved.jobs:count"),),
    guards=frozenset({"submit", "open_ballot"}),
    adds=("Một phần trong hồ sơ", "Một trang để xem"),
)
