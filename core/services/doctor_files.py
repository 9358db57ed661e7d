"""Checks of the files: each row has its file, each file its row, and the content is what was sent."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from core.models import Attachment
from core.services.doctor_base import Finding, Patient, check

#: A file may lie without its row for as long as the sending request could still be at work, and a day.
ORPHANS_KEPT = dt.timedelta(hours=24)


def stored_files(folder: Path) -> Iterator[Path]:
    """Every stored file, whatever folder it was spread to."""
    yield from (path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else ()


def _paths(patient: Patient) -> dict[str, Path]:
    folder = Path(patient.config.get("FILES_DIR", ""))
    return {path.name: path for path in stored_files(folder)}


@check("file.missing")
def files_are_there(patient: Patient) -> Iterator[Finding]:
    """Every row has its file."""
    paths = _paths(patient)
    for key, storage_id in patient.session.execute(sa.select(Attachment.key, Attachment.storage_id)):
        if storage_id not in paths:
            yield Finding("file.missing", f"attachment:{key}", "the file is gone")


@check("file.hash")
def files_are_unchanged(patient: Patient) -> Iterator[Finding]:
    """Every file is, byte by byte, what was sent."""
    paths = _paths(patient)
    columns = (Attachment.key, Attachment.storage_id, Attachment.sha256)
    for key, storage_id, sha256 in patient.session.execute(sa.select(*columns)):
        path = paths.get(storage_id)
        if path is not None and _hash(path) != sha256:
            yield Finding("file.hash", f"attachment:{key}", "the content changed after it was sent")


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@check("file.orphan")
def files_have_rows(patient: Patient) -> Iterator[Finding]:
    """No file has lain without a row for more than a day."""
    known = set(patient.session.scalars(sa.select(Attachment.storage_id)))
    before = (patient.now - ORPHANS_KEPT).timestamp()
    for name, path in _paths(patient).items():
        if name not in known and path.stat().st_mtime < before:
            yield Finding("file.orphan", f"file:{name}", "no dossier holds it", severity="warn")
