"""One definition of a field for two doors and one judge: what may be asked, and whether an answer fits.

The doors bring an answer into plain form (``1234.5``, ``2026-05-18``); ``clean`` alone judges. What it gives is JSON
that every database column, reader and spreadsheet keeps exact, and cleaning it again changes nothing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from core.domain import privacy, text
from core.domain.errors import FieldProblem

JSONValue = str | int | bool | list[str] | None

#: Longest texts where a spec sets no limit of its own.
LINE_LENGTH, TEXT_LENGTH = 200, 4000
#: No limit of a spec may lie above: longer texts are papers and belong into the dossier.
LONGEST = 20_000
#: Digits after the decimal sign.
PLACES = 4
#: Fields of one list, and choices of one field.
MOST_FIELDS, MOST_CHOICES = 60, 100

_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_INTEGER = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_DECIMAL = re.compile(r"[+-]?\d{1,18}(?:\.\d{1,18})?", re.ASCII)
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_BLANKS = " \t\r\n\u00a0"


class Kind(StrEnum):
    """What kind of answer a field takes, and what is stored: ``DECIMAL`` as ``"1234.5"``, ``DATE`` as ``"2026-05-18"``.

    Without an answer ``None`` is stored, and ``[]`` for ``MULTI``: not said is not 0 and not "no".
    """

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
    #: Bounds of ``INTEGER`` and ``DECIMAL``; of ``MULTI`` how many may be chosen.
    minimum: int | None = None
    maximum: int | None = None
    max_length: int | None = None
    #: A column for committees and exports.
    in_lists: bool = False
    #: Masked in logs; part of export and erasure.
    personal: bool = False
    #: ``TEXT`` and ``LONGTEXT`` refuse what looks like a citizen's number or a telephone.
    no_identity: bool = False


def clean(spec: FieldSpec, raw: object) -> JSONValue:
    """The answer as it is stored. Raises ``FieldProblem`` with a code of ``core.web.messages`` and its figures."""
    value = _cleaned(spec, raw)
    if spec.required and (value is None or value == []):
        raise FieldProblem("required")
    return value


def clean_all(specs: Iterable[FieldSpec], raw: object) -> tuple[dict[str, JSONValue], dict[str, FieldProblem]]:
    """Every field that fits by its key, and what is wrong with the others; an unknown key is wrong (``no_such_field``).

    What is no mapping at all is one problem under the key ``""`` (``not_an_object``).
    """
    if not isinstance(raw, Mapping):
        return {}, {"": FieldProblem("not_an_object")}
    values: dict[str, JSONValue] = {}
    problems: dict[str, FieldProblem] = {}
    known = set()
    for spec in specs:
        known.add(spec.key)
        try:
            values[spec.key] = clean(spec, raw.get(spec.key))
        except FieldProblem as problem:
            problems[spec.key] = problem
    problems |= {str(key): FieldProblem("no_such_field") for key in raw if key not in known}
    return values, problems


def _cleaned(spec: FieldSpec, raw: object) -> JSONValue:
    if raw is None or (isinstance(raw, str) and _is_blank(raw)):
        return [] if spec.kind is Kind.MULTI else None
    if spec.kind in (Kind.TEXT, Kind.LONGTEXT):
        return _text(spec, raw)
    if spec.kind is Kind.INTEGER:
        return _integer(spec, raw)
    if spec.kind is Kind.DECIMAL:
        return _decimal(spec, raw)
    if spec.kind is Kind.BOOLEAN:
        return _boolean(raw)
    if spec.kind is Kind.DATE:
        return _date(raw)
    return _choice(spec, raw) if spec.kind is Kind.CHOICE else _multi(spec, raw)


def _is_blank(raw: str) -> bool:
    # bounded before any work on it: what is too long is no blank
    return len(raw) <= LONGEST and not raw.strip()


def _text(spec: FieldSpec, raw: object) -> str | None:
    if not isinstance(raw, str):
        raise FieldProblem("not_text")
    if spec.kind is Kind.TEXT:
        found = text.clean_line(raw, limit=spec.max_length or LINE_LENGTH)
    else:
        found = text.clean_text(raw, limit=spec.max_length or TEXT_LENGTH)
    if spec.no_identity and privacy.looks_like_identity(found):
        raise FieldProblem("identity_in_text")
    return found or None


def _plain(raw: str) -> str:
    """The short text of a figure; a longer one is none."""
    return raw.strip(_BLANKS) if len(raw) <= 100 else ""


def _integer(spec: FieldSpec, raw: object) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int | str):
        raise FieldProblem("bad_integer")
    if isinstance(raw, str):
        plain = _plain(raw)
        if not _INTEGER.fullmatch(plain):
            raise FieldProblem("bad_integer")
        raw = int(plain)
    low, high = _bounds(spec)
    if not low <= raw <= high:
        raise FieldProblem("number_out_of_range", minimum=low, maximum=high)
    return raw


def _decimal(spec: FieldSpec, raw: object) -> str:
    if isinstance(raw, bool) or not isinstance(raw, int | float | str | Decimal):
        raise FieldProblem("bad_number")
    low, high = _bounds(spec)
    if isinstance(raw, str):
        plain = _plain(raw)
        if not _DECIMAL.fullmatch(plain):
            raise FieldProblem("bad_number")
        value = Decimal(plain)
    elif isinstance(raw, int):
        # before it becomes a Decimal: a number of a million digits is slow to turn
        value = Decimal(raw) if low <= raw <= high else Decimal(high) + 1
    elif isinstance(raw, float):
        if not math.isfinite(raw):
            raise FieldProblem("bad_number")
        value = Decimal(repr(raw))  # as it was written, not as the machine holds it
    else:
        value = raw
    if not value.is_finite():
        raise FieldProblem("bad_number")
    if not low <= value <= high:
        raise FieldProblem("number_out_of_range", minimum=low, maximum=high)
    return _as_written(value)


def _as_written(value: Decimal) -> str:
    """The shortest plain form of a number in bounds: ``1.50`` as ``1.5``, ``-0.0`` as ``0``."""
    if not value:
        return "0"
    plain = value.normalize()
    exponent = plain.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -PLACES:
        raise FieldProblem("too_many_places", places=PLACES)
    return f"{plain:f}"


def _bounds(spec: FieldSpec) -> tuple[int, int]:
    low = -text.LARGEST_INTEGER if spec.minimum is None else spec.minimum
    return low, text.LARGEST_INTEGER if spec.maximum is None else spec.maximum


def _boolean(raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw in ("true", "false"):
        return raw == "true"
    raise FieldProblem("not_yes_or_no")


def _date(raw: object) -> str:
    if not isinstance(raw, str):
        raise FieldProblem("bad_date")
    plain = _plain(raw)
    if not _ISO_DAY.fullmatch(plain):
        raise FieldProblem("bad_date")
    try:
        found = date.fromisoformat(plain)
    except ValueError:
        raise FieldProblem("bad_date") from None
    earliest, latest = date(text.FIRST_YEAR, 1, 1), date(text.LAST_YEAR, 12, 31)
    if not earliest <= found <= latest:
        raise FieldProblem("date_out_of_range", earliest=earliest, latest=latest)
    return found.isoformat()


def _choice(spec: FieldSpec, raw: object) -> str:
    if isinstance(raw, str) and raw in {value for value, _label in spec.choices}:
        return raw
    raise FieldProblem("not_a_choice")


def _multi(spec: FieldSpec, raw: object) -> list[str]:
    if not isinstance(raw, list | tuple):
        raise FieldProblem("not_a_list")
    offered = [value for value, _label in spec.choices]
    # unhashable and foreign answers alike
    if len(raw) > MOST_CHOICES or not all(isinstance(one, str) and one in offered for one in raw):
        raise FieldProblem("not_a_choice")
    chosen = set(raw)
    low, high = spec.minimum or 0, len(offered) if spec.maximum is None else spec.maximum
    if chosen and not low <= len(chosen) <= high:
        raise FieldProblem("wrong_number_of_choices", minimum=low, maximum=high)
    return [value for value in offered if value in chosen]


# ------------------------------------------------------------------------------------------------ the specs themselves


def check_specs(specs: Sequence[FieldSpec]) -> tuple[str, ...]:
    """What is wrong with a list of fields, for its author, in English; nothing where it can be asked."""
    found = [f"more than {MOST_FIELDS} fields"] if len(specs) > MOST_FIELDS else []
    seen: set[object] = set()
    for at, spec in enumerate(specs):
        if not isinstance(spec, FieldSpec):
            found.append(f"field {at} is a {type(spec).__name__}, not a FieldSpec")
            continue
        found += [f"field {spec.key!r}: {fault}" for fault in _faults(spec)]
        if isinstance(spec.key, str) and spec.key in seen:
            found.append(f"field {spec.key!r}: the key stands there twice")
        seen.add(spec.key if isinstance(spec.key, str) else at)
    return tuple(found)


def _faults(spec: FieldSpec) -> Iterator[str]:
    if not isinstance(spec.key, str) or not _KEY.fullmatch(spec.key):
        yield "the key is not [a-z][a-z0-9_]* of at most 40 characters"
    if not isinstance(spec.kind, Kind):
        yield "the kind is not a Kind"
        return
    if not isinstance(spec.label, str) or not spec.label.strip() or len(spec.label) > LINE_LENGTH:
        yield f"the label is empty or longer than {LINE_LENGTH} characters"
    if not isinstance(spec.help, str) or len(spec.help) > 1000:
        yield "the help is no text or longer than 1000 characters"
    yield from _faults_of_choices(spec)
    yield from _faults_of_bounds(spec)


def _faults_of_choices(spec: FieldSpec) -> Iterator[str]:
    takes_choices = spec.kind in (Kind.CHOICE, Kind.MULTI)
    if bool(spec.choices) != takes_choices:
        yield "choices are missing" if takes_choices else "choices are for CHOICE and MULTI only"
    if len(spec.choices) > MOST_CHOICES:
        yield f"more than {MOST_CHOICES} choices"
    values = []
    for pair in spec.choices:
        if not (isinstance(pair, tuple) and len(pair) == 2 and all(isinstance(one, str) and one for one in pair)):
            yield "a choice is not a pair (value, label) of two texts"
            return
        values.append(pair[0])
    if any(value != value.strip() for value in values) or len(values) != len(set(values)):
        yield "the values of the choices are not distinct, or have blanks around"


def _faults_of_bounds(spec: FieldSpec) -> Iterator[str]:
    bounds = [one for one in (spec.minimum, spec.maximum) if one is not None]
    if bounds and spec.kind not in (Kind.INTEGER, Kind.DECIMAL, Kind.MULTI):
        yield "minimum and maximum are for INTEGER, DECIMAL and MULTI only"
    if any(isinstance(one, bool) or not isinstance(one, int) or abs(one) > text.LARGEST_INTEGER for one in bounds):
        yield f"a bound is not a whole number up to {text.LARGEST_INTEGER}"
    elif len(bounds) == 2 and bounds[0] > bounds[1]:
        yield "minimum lies above maximum"
    is_text = spec.kind in (Kind.TEXT, Kind.LONGTEXT)
    if spec.max_length is not None:
        if not is_text:
            yield "max_length is for TEXT and LONGTEXT only"
        elif isinstance(spec.max_length, bool) or not isinstance(spec.max_length, int):
            yield "max_length is not a whole number"
        elif not 1 <= spec.max_length <= LONGEST:
            yield f"max_length is not between 1 and {LONGEST}"
    if spec.no_identity and not is_text:
        yield "no_identity is for TEXT and LONGTEXT only"
