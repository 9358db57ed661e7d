"""What a plugin's files must not hold, read before any of them runs: mistakes are found at the door."""

from __future__ import annotations

from pathlib import Path


def faults(folder: Path, name: str, *, package: str) -> list[str]:
    """Every fault with its file and line; empty where there is none."""
    return []
