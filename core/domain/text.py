"""Vietnamese text: made clean, folded for search, keyed for sorting, and read from forms.

Everything here is total over hostile strings: it answers or raises ``FieldProblem``, and never takes long.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal

from core.domain.errors import FieldProblem

#: Width of the columns that hold ``sort_key`` and ``name_key``.
KEY_LENGTH = 400
#: Longest word that ``words`` gives: the width of the column of search words.
WORD_LENGTH = 40
#: Longest text that is folded; what lies beyond is not searchable.
FOLD_LENGTH = 50_000
#: Integers that every database column, JSON reader and spreadsheet keeps exact.
LARGEST_INTEGER = 2**53 - 1

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b\u200e\u200f\u2060-\u2064\ufeff]")
_BLANKS_IN_LINE = re.compile(r"[^\S\n]+")
_TOO_MANY_NEWLINES = re.compile(r"\n{4,}")
#: Vietnamese stacks two marks; longer runs make normalising slow (it is quadratic in the run) and screens unreadable.
_MOST_MARKS = 6


# -------------------------------------------------------------------------------------------------- clean


def clean_line(raw: str, *, limit: int) -> str:
    """One line: NFC, trimmed, every run of blanks one space. Raises ``FieldProblem`` for what no field may hold."""
    return _short_enough(" ".join(_checked(raw, limit).split()), limit)


def clean_text(raw: str, *, limit: int) -> str:
    """Running text: as ``clean_line`` within each line, newlines kept as ``\\n``, ends trimmed."""
    text = (
        _checked(raw, limit).replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    )
    lines = (_BLANKS_IN_LINE.sub(" ", line).strip() for line in text.split("\n"))
    return _short_enough(_TOO_MANY_NEWLINES.sub("\n\n\n", "\n".join(lines)).strip("\n"), limit)


def _checked(raw: str, limit: int) -> str:
    """``raw`` in NFC without invisible marks, or the reason why it is refused."""
    # before any work on it: a decomposed letter is at most three characters for one
    if len(raw) > 3 * limit + 1000:
        raise FieldProblem("too_long", limit=limit, length=len(raw))
    if _SURROGATES.search(raw):
        raise FieldProblem("broken_text")
    if _CONTROLS.search(raw):
        raise FieldProblem("control_characters")
    if _BIDI.search(raw):
        raise FieldProblem("direction_marks")
    if _longest_run_of_marks(raw) > _MOST_MARKS:
        raise FieldProblem("stacked_marks")
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", raw))


def _short_enough(text: str, limit: int) -> str:
    if len(text) > limit:
        raise FieldProblem("too_long", limit=limit, length=len(text))
    return text


def _longest_run_of_marks(text: str) -> int:
    if text.isascii():
        return 0
    longest = run = 0
    for char in text:
        run = run + 1 if unicodedata.combining(char) else 0
        longest = max(longest, run)
    return longest


# -------------------------------------------------------------------------------------------------- search


def fold(text: str) -> str:
    """The text as search compares it: lower case, no marks, đ as d, single blanks; never longer than ``text``.

    Fold both sides. ``fold("Hoà") == fold("hòa") == "hoa"``.
    """
    return " ".join(text[:FOLD_LENGTH].translate(_FOLDED).split())


class _Folding(dict[int, str]):
    """Each character's folded form, worked out once. Character by character, so that no input is slow or grows."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if 0xD800 <= code <= 0xDFFF or _INVISIBLE.match(char) or unicodedata.combining(char):
            folded = ""
        else:
            # one character that comes apart into several (ß, ﬃ, ½) stays whole: a stored column has a width
            for form in (unicodedata.normalize("NFKD", char), unicodedata.normalize("NFD", char), char):
                folded = "".join(c for c in form.casefold() if not unicodedata.combining(c))
                if len(folded) <= 1:
                    break
            else:
                folded = char
        self[code] = folded
        return folded


#: NFD does not split đ; U+00D0 and U+0189 are its common look-alikes.
_FOLDED = _Folding(dict.fromkeys((ord(c) for c in "đĐ\u00f0\u00d0\u0256\u0189"), "d"))
_TOKEN = re.compile(r"[^\W_]+")


def words(text: str, *, limit: int = 12) -> tuple[str, ...]:
    """The distinct folded words of a search, in order, at most ``limit``; letters and digits only."""
    found: dict[str, None] = {}
    for token in _TOKEN.findall(fold(text)):
        found.setdefault(token[:WORD_LENGTH])
        if len(found) == limit:
            break
    return tuple(found)


def slug(text: str, *, limit: int = 60) -> str:
    """``"Xã Hà Long"`` as ``"xa-ha-long"``: a-z, 0-9 and single hyphens, cut between words; may be empty."""
    plain = "-".join(re.findall(r"[a-z0-9]+", fold(text)))
    if len(plain) <= limit:
        return plain
    cut = plain[: limit + 1].rpartition("-")[0]
    return cut or plain[:limit]


# -------------------------------------------------------------------------------------------------- sorting
#
# A key holds 0-9 and a-z only, so that every collation orders it alike. One syllable is its letters, the terminator "0"
# and the tone; the terminator stands before every letter, so a shorter syllable comes first, and letters are compared
# before tones.

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTER = dict(zip(_ALPHABET, "23456789abcdefghijklmnopqrstuvwxy", strict=True))
_OTHER_LETTER = "z"
_NUMBER = "1"
_END = "0"
#: ngang huyền hỏi ngã sắc nặng, as the combining marks
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_PART_OF_LETTER = "\u0302\u0306\u031b"  # circumflex, breve, horn
_SYLLABLE = re.compile(r"[0-9]+|[^\W\d_]+")
_SORTED_LENGTH = 400


def sort_key(text: str) -> str:
    """A key whose plain order is the Vietnamese order of places, units and titles, read left to right.

    Syllable by syllable, letters before tones, numbers first and by value ("Thôn 2" before "Thôn 10", both before
    "Thôn Đoài"). At most ``KEY_LENGTH`` characters of 0-9 and a-z; equal for texts that differ only in case or in where
    the tone mark stands.
    """
    return "".join(_keys(text))[:KEY_LENGTH]


def name_key(full_name: str) -> str:
    """A key whose plain order is that of a list of people: tên, then tên đệm, then họ."""
    parts = _clip(full_name).split()
    if len(parts) < 2:
        return sort_key(full_name)
    levels = (parts[-1:], parts[1:-1], parts[:1])
    return _END.join("".join(key for part in level for key in _keys(part)) for level in levels)[:KEY_LENGTH]


def _clip(text: str) -> str:
    """The beginning that a key can hold, decomposed, with no long run of marks to slow normalising."""
    short = text[: 2 * _SORTED_LENGTH]
    if _longest_run_of_marks(short) > _MOST_MARKS:
        short = "".join(c for c in short if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", short.lower().replace("\u00f0", "đ").replace("\u0256", "đ"))


def _keys(text: str) -> list[str]:
    return [_syllable_key(syllable) for syllable in _SYLLABLE.findall(_clip(text))]


def _syllable_key(syllable: str) -> str:
    if syllable.isascii() and syllable.isdigit():
        digits = syllable.lstrip("0")[:99]
        return f"{_NUMBER}{len(digits):02d}{digits}"
    letters, tone = [], "0"
    for char in syllable:
        base = marks = ""
        for piece in unicodedata.normalize("NFD", char):
            if piece in _TONES:
                tone = _TONES[piece]
            elif piece in _PART_OF_LETTER:
                marks += piece
            elif not unicodedata.combining(piece):
                base += piece
        letters.append(_letter_key(unicodedata.normalize("NFC", base + marks), base))
    return "".join(letters) + _END + tone


def _letter_key(letter: str, base: str) -> str:
    """One character for a letter of ours, seven for a stranger's; a strange mark on a known letter is dropped."""
    known = _LETTER.get(letter) or _LETTER.get(base)
    if known or not base:
        return known or ""
    return f"{_OTHER_LETTER}{ord(base[0]):06x}"


# -------------------------------------------------------------------------------------------------- reading forms

_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_INTEGER = re.compile(r"[+-]?(\d{1,18}|\d{1,3}(\.\d{3}){1,5})", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(\d{1,18}|\d{1,3}(\.\d{3}){1,5})(,\d{1,9})?", re.ASCII)
_POINT_DECIMAL = re.compile(r"[+-]?\d+\.\d+", re.ASCII)
FIRST_YEAR, LAST_YEAR = 1900, 2100


def parse_date(raw: str, *, earliest: date | None = None, latest: date | None = None) -> date:
    """The day written as ``18/05/2026`` or ``2026-05-18``.

    Raises ``FieldProblem``: required, bad_date, date_out_of_range.
    """
    text = _figures(raw)
    if match := _DAY.fullmatch(text):
        day, month, year = (int(part) for part in match.groups())
    elif match := _ISO_DAY.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
    else:
        raise FieldProblem("bad_date")
    try:
        found = date(year, month, day)
    except ValueError:
        raise FieldProblem("bad_date") from None
    low = earliest or date(FIRST_YEAR, 1, 1)
    high = latest or date(LAST_YEAR, 12, 31)
    if not low <= found <= high:
        raise FieldProblem("date_out_of_range", earliest=low, latest=high)
    return found


def parse_int(raw: str, *, minimum: int = 0, maximum: int = LARGEST_INTEGER) -> int:
    """The whole number written ``1234`` or ``1.234``; ASCII digits only, never ``1.9`` or ``１``."""
    text = _figures(raw)
    if not _INTEGER.fullmatch(text):
        raise FieldProblem("bad_integer")
    value = int(text.replace(".", ""))
    if not minimum <= value <= maximum:
        raise FieldProblem("number_out_of_range", minimum=minimum, maximum=maximum)
    return value


def parse_decimal(
    raw: str, *, minimum: Decimal = Decimal(0), maximum: Decimal = Decimal(LARGEST_INTEGER), places: int = 4
) -> Decimal:
    """The number written ``1.234,5``: dots group thousands, the comma is the decimal sign.

    ``1.5`` is refused as ``decimal_comma`` and not guessed at: a reader of Vietnamese takes it for a slip.
    """
    text = _figures(raw)
    if not _DECIMAL.fullmatch(text):
        raise FieldProblem("decimal_comma" if _POINT_DECIMAL.fullmatch(text) else "bad_number")
    fraction = text.partition(",")[2]
    if len(fraction) > places:
        raise FieldProblem("too_many_places", places=places)
    value = Decimal(text.replace(".", "").replace(",", "."))
    if not minimum <= value <= maximum:
        raise FieldProblem("number_out_of_range", minimum=minimum, maximum=maximum)
    return value


def _figures(raw: str) -> str:
    text = raw[:100].strip(" \t\r\n\u00a0")
    if not text:
        raise FieldProblem("required")
    return text
