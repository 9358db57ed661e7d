"""The words by which a nomination is found: folded, so that typing without marks finds it."""

from __future__ import annotations

import re

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core.domain import text
from core.models import Nomination, NominationWord

#: More words than this of one dossier are not searchable.
MOST_WORDS = 40
#: What lies beyond is not looked at: the pattern's time grows with the square of an unbroken run.
LONGEST = 1500
#: A number as people write it on paper, "HL-2026-0012" or "12/QĐ-UBND", is one word: its parts are far too common.
_NUMBER = re.compile(r"(?=[^\s]*\d)[^\W_]+(?:[-/.][^\W_]+)+")
_JOIN = re.compile(r"[-/.]")


def split(raw: str, *, limit: int) -> tuple[str, ...]:
    """The distinct folded words of a text or a search, in order; numbers with their hyphens are one word."""
    return text.words(_NUMBER.sub(lambda match: _JOIN.sub("", match.group()), raw[:LONGEST]), limit=limit)


def words_for(*, name: str, title: str, unit: str, receipt: str | None) -> tuple[str, ...]:
    """Every word of a dossier: who, for what, from where, and the receipt's number, whole and its last part."""
    numbers = ""
    if receipt:
        last = receipt.rpartition("-")[2]
        numbers = f"{receipt} {last} {last.lstrip('0')}"
    return split(f"{numbers} {name} {unit} {title}", limit=MOST_WORDS)


def rebuild(session: Session, row: Nomination) -> None:
    """Write the words of this nomination anew; only what changed is touched."""
    title = row.achievement.title if row.achievement else ""
    wanted = set(words_for(name=row.nominee_name, title=title, unit=row.unit.short_name, receipt=row.receipt_number))
    w = NominationWord
    stored = set(session.scalars(sa.select(w.word).where(w.nomination_id == row.id)))
    if gone := stored - wanted:
        session.execute(sa.delete(w).where(w.nomination_id == row.id, w.word.in_(gone)))
    if fresh := sorted(wanted - stored):
        session.execute(sa.insert(w), [{"word": word, "nomination_id": row.id} for word in fresh])
