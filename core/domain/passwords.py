"""What a password may not be. No rule of composition: length is what counts (quality profile, AC-H01)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from core.domain.errors import FieldProblem
from core.domain.text import fold

SHORTEST, LONGEST = 8, 200
#: What must be left of a password beside a known word: "xahalong2026" is no better than "2026".
_OWN_PART = 6
_SHORTEST_WORD = 4

#: The roots of the passwords that people of Vietnamese offices choose first; digits and signs around them do not count.
_COMMON = frozenset(
    """
    password passw0rd passwd matkhau matkhaumoi matkhaumanh admin administrator quantri quantrivien quanly root user
    test demo guest login dangnhap qwerty qwertyuiop qwertyui qwerty123456 asdfgh asdfghjkl zxcvbn zxcvbnm qazwsx
    qazwsxedc 1q2w3e4r 1q2w3e4r5t 1qaz2wsx a1b2c3d4 abc abcd abcdef abcdefgh abcxyz letmein welcome xinchao iloveyou
    anhyeuem emyeuanh toiyeuem yeuem yeuanh yeuvietnam vietnam vietnamvodich hanoi saigon hochiminh hochiminhcity
    khongco khongbiet khongcogi hoilamgi sunshine princess football dragon monkey superman batman master shadow
    michael jordan trustno computer internet samsung iphone google facebook zalo viettel vinaphone mobifone vnpt
    ubnd uybannhandan xaphuong congan quandoi giaoduc truonghoc giaovien thidua khenthuong thiduakhenthuong vinhdanh
    tonvinh chuyendoiso congnghe doimoisangtao binhdanhocvuso vneid
    """.split()  # noqa: SIM905 - a list of a hundred quoted words is no easier to read
)
_SIGNS = re.compile(r"[^a-z0-9]+")
_AROUND = re.compile(r"^[0-9]+|[0-9]+$")
_ROWS = ("01234567890123456789", "98765432109876543210", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")


def normalize(password: str) -> str:
    """One form for what different keyboards send for the same letters."""
    return unicodedata.normalize("NFKD", password)


def check(password: str, *, own_words: Iterable[str] = ()) -> None:
    """Raise ``FieldProblem`` unless the password will do.

    ``own_words`` are what a stranger would try first: the login name, the person's name, the names of the units. Codes:
    ``password_short``, ``password_long``, ``password_common``, ``password_own_word``.
    """
    if len(password) < SHORTEST:
        raise FieldProblem("password_short", least=SHORTEST)
    if len(password) > LONGEST:
        raise FieldProblem("password_long", most=LONGEST)
    plain = _SIGNS.sub("", fold(password))
    if plain and (_is_common(plain) or len(set(password.casefold())) < 4):
        raise FieldProblem("password_common")
    for word in _tails(own_words):
        if word in plain and len(plain.replace(word, "")) < _OWN_PART:
            raise FieldProblem("password_own_word")


def _is_common(plain: str) -> bool:
    stem = _AROUND.sub("", plain)
    if plain in _COMMON or stem in _COMMON:
        return True
    if plain.isdigit() and len(plain) <= 10:  # dates and telephone numbers
        return True
    return any(plain in row for row in _ROWS)


def _tails(names: Iterable[str]) -> set[str]:
    """ "UBND xã Hà Long" as ubndxahalong, xahalong, halong."""
    found = set()
    for name in names:
        parts = [part for part in _SIGNS.split(fold(name)) if part]
        found |= {"".join(parts[at:]) for at in range(len(parts))}
    return {word for word in found if len(word) >= _SHORTEST_WORD}
