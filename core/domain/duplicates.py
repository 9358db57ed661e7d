"""The same person or the same achievement put forward twice: accent-insensitive, across units and years.

One form of award may go to a subject many times, but never several forms for one achievement (Luật 2022 Điều 5).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from core.domain.errors import Objection

ONE_FORM = "Luật 2022 Điều 5"


class Likeness(Enum):
    """How surely two records mean the same nominee."""

    SAME = "same"
    MAYBE = "maybe"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells one nominee from another."""

    kind: str
    folded_name: str
    unit_id: int
    #: The record the product keeps of the nominee.
    nominee_id: int | None = None
    birth_year: int | None = None


@dataclass(frozen=True, slots=True)
class Filed:
    """A nomination or award to compare with: ``nomination_id`` None for an award given elsewhere."""

    who: Identity
    award_code: str
    event_id: int | None
    achievement_folded: str
    #: How to name it to the reader.
    label: str
    nomination_id: int | None = None
    is_awarded: bool = False


def likeness(one: Identity, other: Identity) -> Likeness:
    """The same record is the same nominee. Else people are told apart by folded name and birth year, wherever they are
    put forward; collectives and households by folded name and unit.
    """
    if one.kind != other.kind:
        return Likeness.DIFFERENT
    if one.nominee_id is not None and one.nominee_id == other.nominee_id:
        return Likeness.SAME
    if not one.folded_name or one.folded_name != other.folded_name:
        return Likeness.DIFFERENT
    if one.kind == "individual":
        if one.birth_year is None or other.birth_year is None:
            return Likeness.MAYBE
        return Likeness.SAME if one.birth_year == other.birth_year else Likeness.DIFFERENT
    return Likeness.SAME if one.unit_id == other.unit_id else Likeness.MAYBE


def find_duplicates(mine: Filed, others: Iterable[Filed]) -> list[Objection]:
    """What ``others`` (live nominations and valid awards, this one left out) say against ``mine``; blocking first.

    Blocks: the same nominee for the same award in the same event; the same achievement of the same nominee, or of a
    namesake whose birth year nobody knows, anywhere.
    Warns: the same nominee for another award in this event; a namesake of unknown birth year; the same achievement
    under another name.
    """
    found: list[Objection] = []
    for other in others:
        if other.nomination_id is not None and other.nomination_id == mine.nomination_id:
            continue
        if objection := _compare(mine, other):
            found.append(objection)
    return sorted(found, key=lambda o: o.is_warning)


def _compare(mine: Filed, other: Filed) -> Objection | None:
    alike = likeness(mine.who, other.who)
    same_achievement = mine.achievement_folded != "" and mine.achievement_folded == other.achievement_folded
    same_event = mine.event_id is not None and mine.event_id == other.event_id
    params: dict[str, object] = {"where": other.label, "is_awarded": other.is_awarded}
    if alike is not Likeness.DIFFERENT and same_achievement:
        return Objection("same_achievement", params, field="achievement", ground=ONE_FORM)
    if alike is Likeness.SAME and same_event:
        is_same_award = mine.award_code == other.award_code
        code = "same_person_same_award" if is_same_award else "same_person_other_award"
        return Objection(code, params, field="nominee", is_warning=not is_same_award)
    if same_achievement:
        return Objection("same_achievement_other_person", params, field="achievement", ground=ONE_FORM, is_warning=True)
    if alike is Likeness.MAYBE and same_event:
        return Objection("maybe_same_person", params, field="nominee", is_warning=True)
    return None
