"""What a plugin's files must not hold, read before any of them runs: mistakes are found at the door.

Allowed is what ``lint_names`` lists. Files below ``tests/`` are not read: nothing imports them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from core.plugin import lint_code, lint_pages

_LARGEST = 1_000_000


def faults(folder: Path, name: str, *, package: str) -> list[str]:
    """Every fault with its file and line; empty where there is none."""
    found: list[str] = []
    trees: dict[Path, ast.Module] = {}
    for path in _files(folder):
        relative = path.relative_to(folder)
        try:
            if path.stat().st_size > _LARGEST:
                found.append(f"{relative}: larger than {_LARGEST} bytes")
            elif path.suffix == ".py" and not path.is_symlink():
                trees[relative] = ast.parse(path.read_text(encoding="utf-8"))
            else:
                found += [_said(relative, *one) for one in lint_pages.of_file(path, relative, plugin=name)]
        except (SyntaxError, ValueError, OSError, RecursionError) as error:
            found.append(f"{relative}: cannot be read: {type(error).__name__}")
    borrowed = {
        _module(relative, package): lint_code.borrowed(
            tree, _module(relative, package), package, is_package=relative.name == "__init__.py"
        )
        for relative, tree in trees.items()
    }
    for relative, tree in trees.items():
        reader = lint_code.Reader(
            package=package,
            module=_module(relative, package),
            is_package=relative.name == "__init__.py",
            is_migration="migrations" in relative.parts[:-1],
            borrowed=borrowed,
        )
        try:
            reader.visit(tree)
        except RecursionError:
            reader.faults.append((0, "nested too deep"))
        found += [_said(relative, *one) for one in sorted(set(reader.faults))]
    return found


def _files(folder: Path) -> Iterator[Path]:
    """Every file, in order, but for tests and what Python and its tools leave behind."""
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.is_symlink():
            if path.name not in ("__pycache__", "tests"):
                yield from _files(path)
        elif path.suffix != ".pyc":
            yield path


def _module(relative: Path, package: str) -> str:
    parts = [*relative.parts[:-1], *([] if relative.name == "__init__.py" else [relative.stem])]
    return ".".join([package, *parts])


def _said(relative: Path, line: int, what: str) -> str:
    return f"{relative}:{line}: {what}"
