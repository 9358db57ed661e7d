"""Fingerprints of plugins' files: in production a plugin that is not as it was locked does not run."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from core.plugin.manifest import NAME

#: Beside the data of the installation.
FILE = "plugins.lock"
_SCHEMA = 1
#: Faults named of one plugin; the rest is as bad.
_MOST = 3


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of each file of a plugin by its path; what Python itself caches is left out."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.relative_to(folder).parts:
            found[path.relative_to(folder).as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def total(files: Mapping[str, str]) -> str:
    """One fingerprint of a whole plugin."""
    lines = "".join(f"{digest}  {path}\n" for path, digest in sorted(files.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Lock:
    """What was locked: plugin -> path -> SHA-256. ``plugins`` None: the file is there and cannot be read."""

    plugins: Mapping[str, Mapping[str, str]] | None

    def fault(self, name: str, folder: Path | None) -> str:
        """What differs from the lock, by file; empty where nothing does."""
        if self.plugins is None:
            return f"{FILE} cannot be read"
        kept = self.plugins.get(name)
        if kept is None:
            return f"not in {FILE}"
        now = digests(folder) if folder is not None else {}
        found = [f"changed: {one}" for one in sorted(kept.keys() & now.keys()) if kept[one] != now[one]]
        found += [f"added: {one}" for one in sorted(now.keys() - kept.keys())]
        found += [f"missing: {one}" for one in sorted(kept.keys() - now.keys())]
        return "; ".join([*found[:_MOST], *(["…"] if len(found) > _MOST else [])])


def read(instance: Path) -> Lock | None:
    """The lock of an installation; None where there is none."""
    path = instance / FILE
    if not path.exists():
        return None
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        plugins = {name: dict(one["files"]) for name, one in data["plugins"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Lock(None)
    is_good = data.get("schema") == _SCHEMA and all(
        isinstance(digest, str) for files in plugins.values() for digest in files.values()
    )
    return Lock(plugins if is_good else None)


def write(instance: Path, plugins: Iterable[tuple[str, str, Path]], *, now: dt.datetime) -> dict[str, str]:
    """Lock these plugins, (name, version, folder), as they are now. Returns their fingerprints by name."""
    found = {}
    for name, version, folder in plugins:
        if NAME.fullmatch(name):
            files = digests(folder)
            found[name] = {"version": version, "sha256": total(files), "files": files}
    data = {"schema": _SCHEMA, "at": now.strftime("%Y-%m-%dT%H:%M:%SZ"), "plugins": found}
    part = instance / f".{FILE}.part"
    part.write_text(json.dumps(data, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    os.replace(part, instance / FILE)
    return {name: str(one["sha256"]) for name, one in found.items()}
