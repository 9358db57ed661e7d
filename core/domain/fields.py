"""One definition of a field for two doors and one judge: what may be asked, and whether an answer fits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What kind of answer a field takes."""

    TEXT = "text"
    LONGTEXT = "longtext"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    CHOICE = "choice"
    MULTI = "multi"


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field that a plugin asks for: in a section of a nomination, or as a setting of a unit."""

    #: ``[a-z][a-z0-9_]*``; unique in its section, never renamed once shipped.
    key: str
    label: str
    kind: Kind
    required: bool = False
    help: str = ""
    #: (value, label) pairs of ``CHOICE`` and ``MULTI``.
    choices: tuple[tuple[str, str], ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    max_length: int | None = None
    #: A column for committees and exports.
    in_lists: bool = False
    #: Masked in logs; part of export and erasure.
    personal: bool = False
