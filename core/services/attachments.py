"""The papers of a dossier: taken in by part, kept under random names, given out only through the dossier."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa

from core.domain.errors import Objection, Refused
from core.models import Attachment, Nomination
from core.services import audit, nomination_draft, nomination_rules, reach
from core.services.context import Context, new_key
from core.services.file_child import MEDIA_TYPES
from core.services.file_store import FileStore, new_storage_id

#: Files of one part that still make sense.
MOST_PER_PART = 10
NAME_LENGTH = 200
EXTENSIONS = tuple(sorted(MEDIA_TYPES))


def store_of(config: Mapping[str, Any]) -> FileStore:
    """The store of this installation."""
    return FileStore(Path(config["FILES_DIR"]))


def add(ctx: Context, key: str, part: str, *, stream: BinaryIO, name: str, config: Mapping[str, Any]) -> Attachment:
    """Attach a file to one part of a draft.

    Raises ``NotFound``, ``Forbidden``, ``Refused``: not_editable, unknown_part, too_many_files, dossier_too_large
    and what ``FileStore.receive`` finds, all of them beside the part.
    """
    row = nomination_draft.own_editable(ctx, key)
    try:
        return _add(ctx, row, part, stream, name, config)
    except Refused as refused:
        own = [
            Objection(one.code, {**one.params, "name": clean_name(name)}, field=f"part.{part}")
            for one in refused.objections
        ]
        raise Refused.because(own, kind=refused.kind) from refused


def _add(
    ctx: Context, row: Nomination, part: str, stream: BinaryIO, name: str, config: Mapping[str, Any]
) -> Attachment:
    if part not in {one["code"] for one in nomination_rules.of(ctx, row).own_parts}:
        raise Refused("unknown_part")
    held = held_files(ctx, row)
    if sum(one.part == part for one in held) >= MOST_PER_PART:
        raise Refused("too_many_files", most=MOST_PER_PART)
    shown = clean_name(name)
    store = store_of(config)
    with store.receive(stream, extension=extension_of(shown), limit=config["UPLOAD_LIMIT"]) as received:
        if sum(one.size for one in held) + received.size > config["DOSSIER_LIMIT"]:
            raise Refused("dossier_too_large", kind="too_large", limit=config["DOSSIER_LIMIT"] // (1024 * 1024))
        attachment = Attachment(
            key=new_key(),
            nomination_id=row.id,
            part=part,
            storage_id=new_storage_id(),
            name=shown,
            media_type=received.media_type,
            size=received.size,
            sha256=received.sha256,
            user_id=ctx.actor.id,
            created_at=ctx.now,
        )
        store.keep(received, attachment.storage_id)
    ctx.session.add(attachment)
    ctx.session.flush()
    audit.note(ctx, "attachment.add", f"nomination:{row.key}", file=attachment.key, part=part, sha256=attachment.sha256)
    return attachment


def remove(ctx: Context, key: str, attachment_key: str) -> Attachment:
    """Take a file out of a draft: it is kept, and no longer shown. Raises ``NotFound``, ``Refused("not_editable")``."""
    row = nomination_draft.own_editable(ctx, key)
    attachment = reach.attachment(ctx, attachment_key)
    if attachment.nomination_id != row.id:
        raise Refused("not_found", kind="missing")
    attachment.removed_at = ctx.now
    audit.note(ctx, "attachment.remove", f"nomination:{row.key}", file=attachment.key, part=attachment.part)
    ctx.session.flush()
    return attachment


def held_files(ctx: Context, row: Nomination) -> list[Attachment]:
    """The files of a dossier that count, by part and age."""
    a = Attachment
    query = sa.select(a).where(a.nomination_id == row.id, a.removed_at.is_(None)).order_by(a.part, a.id)
    return list(ctx.session.scalars(query))


def read_file(ctx: Context, attachment_key: str, *, config: Mapping[str, Any]) -> tuple[Attachment, bytes]:
    """A file of a dossier that the actor may read, with its content.

    Raises ``NotFound``, ``Refused("file_damaged")`` when it is no longer what was sent.
    """
    attachment = reach.attachment(ctx, attachment_key)
    content = store_of(config).read(attachment.storage_id)
    if hashlib.sha256(content).hexdigest() != attachment.sha256:
        raise Refused("file_damaged", kind="conflict", name=attachment.name)
    return attachment, content


def clean_name(raw: str) -> str:
    """The name as it is shown and offered for saving: NFC, no folders, no control or direction marks."""
    last = raw.replace("\\", "/").rpartition("/")[2]
    # categories of control, format, surrogate, private use and unassigned characters
    plain = "".join(c for c in last if unicodedata.category(c)[0] != "C")
    plain = " ".join(unicodedata.normalize("NFC", plain).split()).rstrip(". ")
    stem, dot, extension = plain.rpartition(".")
    if dot and len(extension) <= 10:
        return f"{stem.lstrip('. ')[: NAME_LENGTH - len(extension) - 1] or 'tep'}.{extension}"
    return plain.lstrip(". ")[:NAME_LENGTH] or "tep"


def extension_of(name: str) -> str:
    """The lower-case ending of a name, without its dot."""
    return name.rpartition(".")[2].lower() if "." in name else ""
