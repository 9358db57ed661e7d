"""What is checked of a plugin at start besides its manifest and hooks: models, tables, pages."""

from __future__ import annotations

import importlib
import pkgutil
import re

from core.http.plugin_pages import PluginBlueprint
from core.migrations import plugin_tables
from core.plugin.registry import Installed, Unwell, guarded

#: How often work of a plugin may be done.
EVERY = frozenset({"hour", "day", "week"})
_JOB = re.compile(r"[a-z][a-z0-9_]{0,29}")


def check(one: Installed) -> None:
    """Import models and pages and hold them against the rules. Raises ``Unwell`` with stage and reason."""
    manifest = one.manifest
    if manifest is None:
        raise Unwell("manifest", "no manifest")
    if manifest.models:
        guarded("import", lambda: importlib.import_module(manifest.models))
    one.tables = plugin_tables.check(one.package, manifest.name)
    if one.tables and not (manifest.migrations and one.folder and (one.folder / manifest.migrations).is_dir()):
        raise Unwell("tables", "tables without a folder of migrations")
    for job in manifest.jobs:
        if (
            not _JOB.fullmatch(job.name)
            or job.every not in EVERY
            or not callable(guarded("import", lambda job=job: pkgutil.resolve_name(job.run)))
        ):
            raise Unwell("jobs", f"{job.name}: every {job.every}")
    found_pages = []
    for page in manifest.pages:
        made = guarded("import", lambda page=page: pkgutil.resolve_name(page.blueprint))
        if not isinstance(made, PluginBlueprint) or made.name != manifest.name:
            raise Unwell("pages", page.blueprint)
        found_pages.append(made)
    one.blueprints = tuple(found_pages)
