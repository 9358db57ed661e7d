"""What in a text names a citizen by a number: an identity card, a telephone. Such text is refused, not masked.

A citizen's number has twelve digits (Luật Căn cước 2023, Điều 12) and begins with 0, the older identity card nine.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import accumulate

#: What people write between the digits of one number, never more than two of them; a line ends a number.
_BETWEEN = "[^\\S\\n]|[.\u00b7\u200b\u200c\u200d\u2060\ufeff\u00ad]"
_RUN = re.compile(rf"\d+(?:(?:{_BETWEEN}){{1,2}}\d+)*")
_DAY = re.compile(r"(?<!\d)(?:0?[1-9]|[12]\d|3[01])([./-])(?:0?[1-9]|1[0-2])\1(?:19|20)\d\d(?!\d)")
_SUM = re.compile(r"(?<![\d.])[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?(?=\s*(?:đ|đồng|vnđ|vnd)\b)", re.IGNORECASE)
_IN_PHONE = rf"(?:{_BETWEEN}|[()/‐-―-])"
_PHONE = re.compile(
    rf"(?<!\d)(?:(?:\+|00){_IN_PHONE}{{0,2}}84{_IN_PHONE}{{0,3}}0?(?:{_IN_PHONE}{{0,3}}\d){{9,10}}"
    rf"|84{_IN_PHONE}{{0,3}}[235789](?:{_IN_PHONE}{{0,2}}\d){{8,9}}"
    rf"|0{_IN_PHONE}{{0,2}}[1-9](?:{_IN_PHONE}{{0,3}}\d){{8,9}})(?!\d)",
)
_IN_ONE_PIECE = re.compile(r"(?<![\d.,])(?:\d{12}|\d{9})(?![\d.,]*\d)")
_LENGTHS = frozenset({9, 12})


def looks_like_identity(text: str) -> bool:
    """Whether the text holds what may be a citizen's number or a telephone, however its digits are set apart.

    Strict: for fields where no such number belongs. Days (``18.05.2026``) and sums with their currency
    (``123.456.789 đồng``) are known and pass.
    """
    plain = _SUM.sub("x", _DAY.sub("x", _with_ascii_digits(text)))
    return _PHONE.search(plain) is not None or any(_is_number(one.group()) for one in _RUN.finditer(plain))


def holds_identity_number(text: str) -> bool:
    """Whether nine or twelve digits stand there in one piece: for running text that is full of other figures."""
    return _IN_ONE_PIECE.search(text) is not None


def _is_number(run: str) -> bool:
    groups = re.findall(r"\d+", run)
    if _LENGTHS & {len(one) for one in groups} or sum(map(len, groups)) in _LENGTHS:
        return True
    # a figure before the number must not hide it: a citizen's number begins with 0
    return any(
        groups[at].startswith("0") and 12 in accumulate(map(len, groups[at : at + 12])) for at in range(len(groups))
    )


def _with_ascii_digits(text: str) -> str:
    """Full-width, superscript and other scripts' digits as 0-9: they read as the same number."""
    if text.isascii():
        return text
    return "".join(c if c.isascii() else _digit(c) for c in text)


def _digit(char: str) -> str:
    value = unicodedata.digit(char, None)
    return char if value is None else str(value)
