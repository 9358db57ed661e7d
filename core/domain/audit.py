"""Canonical form and hashes of the audit chain. Test vectors: tests/domain/test_audit.py."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import unicodedata
from dataclasses import asdict, dataclass


def canonical(value: object) -> bytes:
    """UTF-8, NFC, sorted keys, no spaces; integers and strings only. Raises ``TypeError`` for anything else."""
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {unicodedata.normalize("NFC", str(key)): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    raise TypeError(f"no canonical form for {type(value).__name__}")


def instant(at: dt.datetime) -> str:
    """An instant as the chain writes it: UTC to the microsecond."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass(frozen=True, slots=True)
class Line:
    """The hashed columns of one link."""

    seq: int
    at: str
    actor: str
    role: str
    unit: str
    action: str
    object: str
    payload_hash: str


def payload_hash(salt: str, text: str) -> str:
    """SHA-256 over salt and payload; the payload can be erased and the chain still verifies."""
    return hashlib.sha256(salt.encode() + text.encode()).hexdigest()


def link(prev: str, line: Line) -> str:
    """The hash that chains this line to the one before."""
    return hashlib.sha256(b"v1" + prev.encode() + canonical(asdict(line))).hexdigest()
