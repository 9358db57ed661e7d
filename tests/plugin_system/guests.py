"""Plugins written by a test into a folder of its own, with names that were never imported before."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from pathlib import Path

_COUNT = itertools.count(1)

MANIFEST = """
from core.sdk import FieldSpec, Indicator, Job, Kind, Manifest, Page, Permission

manifest = Manifest(
    name="{name}",
    title="Mẫu {name}",
    summary="Chỉ dùng để thử.",
    version="1.0.0",
    works_with=">=0.1,<1",
    personal_data="none",
    {extra}
)
"""
HOOKS = 'hooks="{name}.hooks", guards=frozenset({{"submit", "open_ballot"}}),'
PAGES = 'pages=(Page("{name}.web:pages"),), permissions=(Permission("{name}.see", "Xem", roles=("secretary",)),),'
MODELS = 'models="{name}.models", migrations="migrations",'
EMPTY_MIGRATION = """
revision = "0001"
down_revision = None


def upgrade():
    pass
"""


def write(folder: Path, files: Mapping[str, str], *, extra: str = "", stem: str = "guest", tail: str = "") -> str:
    """A plugin of these files; ``GUEST`` stands for its name. Returns the name."""
    name = f"{stem}{next(_COUNT)}"
    home = folder / name
    home.mkdir()
    (home / "__init__.py").write_text(
        MANIFEST.format(name=name, extra=extra.format(name=name)) + tail, encoding="utf-8"
    )
    for path, text in files.items():
        target = home / path.replace("GUEST", name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text.replace("GUEST", name), encoding="utf-8")
    return name
