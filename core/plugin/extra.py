"""Plugins that are not installed but lie in a folder: for tests, never in production."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib.metadata import EntryPoint
from pathlib import Path

from core.plugin.registry import GROUP


def entry_points(folders: Iterable[str]) -> list[EntryPoint]:
    """One entry point for each package in these folders; ``manifest`` is what it must hold."""
    found = []
    for folder in map(Path, folders):
        if str(folder) not in sys.path:
            sys.path.append(str(folder))
        found += [
            EntryPoint(name=one.name, value=f"{one.name}:manifest", group=GROUP)
            for one in sorted(folder.iterdir())
            if (one / "__init__.py").is_file()
        ]
    return found
