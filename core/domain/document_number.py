"""Number and symbol of a decision: "05/QĐ-UBND" as the register of papers writes it.

Nghị định 30/2020/NĐ-CP, Điều 15 and Phụ lục I: below 10 a leading zero, the symbol in capitals, no blanks around the
slash and the hyphen. The number is unique in the issuer's year with its symbol.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.domain.errors import FieldProblem
from core.domain.text import fold

#: Of the 29 named types of paper, the one that grants, corrects and revokes.
DECISION = "QĐ"

_WORD = r"[A-ZĐ][A-Za-zĐđ0-9&]*"
_SYMBOL = re.compile(rf"{DECISION}-({_WORD}(?:-{_WORD})*)")
_BLANKS = re.compile(r"\s*([/-])\s*")
_HYPHENS = re.compile("[\u2010-\u2015\u2212]")
#: Symbols as provinces and communes write them; any other body sets its own (the head decides: NĐ 30/2020, Phụ lục I).
_ISSUERS = {"tinh": "UBND", "xa": "UBND", "mat_tran": "MTTQ"}
LONGEST_SYMBOL = 40


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """A number that can be printed: ``text`` as on paper, ``key`` the form by which two are the same."""

    number: int
    symbol: str

    @property
    def text(self) -> str:
        """ "05/QĐ-UBND"."""
        return f"{self.number:02d}/{self.symbol}"

    @property
    def key(self) -> str:
        """Equal for equal numbers, however they were typed."""
        return f"{self.number}/{fold(self.symbol)}"


def read_symbol(raw: str) -> str:
    """The symbol as it is printed, blanks and long hyphens mended.

    Raises ``FieldProblem("bad_symbol")`` where it is no symbol of a decision: "QĐ-" and the issuer in capitals.
    """
    tidy = _BLANKS.sub(r"\1", _HYPHENS.sub("-", raw).strip()).strip("/")
    if len(tidy) > LONGEST_SYMBOL or not _SYMBOL.fullmatch(tidy) or not tidy.rpartition("-")[2][0].isupper():
        raise FieldProblem("bad_symbol")
    return tidy


def suggest_symbol(*, unit_kind: str, last_used: str | None = None) -> str:
    """The symbol to propose: the one the unit used last, else what its kind of unit writes; "" where nobody knows."""
    if last_used and "/" in last_used:
        return last_used.partition("/")[2]
    issuer = _ISSUERS.get(unit_kind)
    return f"{DECISION}-{issuer}" if issuer else ""
