"""Files on disk: written beside their place, made safe, then moved into it; the row that names them is the truth."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from core.domain.errors import Refused
from core.services import failpoints, file_child
from core.services.file_child import MEDIA_TYPES

_CHUNK = 256 * 1024
#: The child ends itself after its CPU seconds; this is for one that only waits.
_PATIENCE = 30
#: Room that must stay for text and votes.
HEADROOM = 500 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Received:
    """A judged file, not yet in its place."""

    path: Path
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class FileStore:
    """The folder of this installation's files."""

    folder: Path

    @contextmanager
    def receive(self, stream: BinaryIO, *, extension: str, limit: int) -> Iterator[Received]:
        """Take in one upload, judge it by its content and hold it until the block ends.

        Raises ``Refused``: file_type_refused, file_too_large, file_empty, disk_full, and what the inspection finds.
        """
        if extension not in MEDIA_TYPES:
            raise Refused("file_type_refused")
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        refuse_without_room(self.folder, limit)
        name = self.folder / f"new-{secrets.token_hex(16)}"
        source, clean = name.with_suffix(".in"), name.with_suffix(".out")
        try:
            _write(stream, source, limit)
            failpoints.hit("upload.after_temp")
            media_type, is_rewritten = _inspect(source, extension, clean)
            kept = clean if is_rewritten else source
            _sync(kept)
            yield Received(kept, media_type, kept.stat().st_size, _hash(kept))
        finally:
            source.unlink(missing_ok=True)
            clean.unlink(missing_ok=True)

    def keep(self, received: Received, storage_id: str) -> None:
        """Move a judged file to its place, so that it is there whole or not at all."""
        place = self.path(storage_id)
        place.parent.mkdir(mode=0o700, exist_ok=True)
        received.path.chmod(0o600)
        received.path.replace(place)
        _sync(place.parent)
        _sync(self.folder)
        failpoints.hit("upload.after_rename")

    def path(self, storage_id: str) -> Path:
        """Where the file with this id lies. Ids are ours: letters and digits, never a name that somebody sent."""
        if not storage_id.isascii() or not storage_id.isalnum():
            raise ValueError(storage_id)
        return self.folder / storage_id[:2] / storage_id

    def read(self, storage_id: str) -> bytes:
        """The whole file, which is small; nothing where it is gone."""
        try:
            return self.path(storage_id).read_bytes()
        except FileNotFoundError:
            return b""


def new_storage_id() -> str:
    """A random id: nothing of the name that somebody sent."""
    return secrets.token_hex(16)


def refuse_without_room(folder: Path, wanted: int) -> None:
    """Raise ``Refused("disk_full")`` when a file of ``wanted`` bytes would leave too little room."""
    usage = shutil.disk_usage(folder)
    if usage.free - wanted < min(HEADROOM, usage.total // 20):
        raise Refused("disk_full", kind="disk_full")


def _write(stream: BinaryIO, place: Path, limit: int) -> None:
    total = 0
    with place.open("xb") as file:
        place.chmod(0o600)
        while chunk := stream.read(_CHUNK):
            total += len(chunk)
            if total > limit:
                raise Refused("file_too_large", kind="too_large", limit=limit // (1024 * 1024))
            file.write(chunk)
    if total == 0:
        raise Refused("file_empty")


def _inspect(source: Path, extension: str, target: Path) -> tuple[str, bool]:
    command = [sys.executable, "-I", file_child.__file__, str(source), extension, str(target)]
    environment = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603 - our own module, paths of our own making
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE, check=False
        )
        answer = json.loads(done.stdout) if done.returncode == 0 else {"problem": "file_broken"}
    except (subprocess.TimeoutExpired, ValueError):
        answer = {"problem": "file_broken"}
    if answer["problem"]:
        raise Refused(answer["problem"])
    return answer["media_type"], answer["is_rewritten"]


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
