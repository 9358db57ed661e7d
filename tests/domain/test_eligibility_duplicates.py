"""The same person or achievement put forward twice, whatever the accents, the unit or the year."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.domain.duplicates import Filed, Identity, Likeness, find_duplicates, likeness
from core.domain.text import fold


def person(name: str, *, unit: int = 1, born: int | None = 1980, nominee: int | None = None) -> Identity:
    return Identity("individual", fold(name), unit, nominee, born)


def filed(
    who: Identity, *, award: str = "GIAY_KHEN", event: int | None = 1, achievement: str = "", number: int = 2
) -> Filed:
    return Filed(who, award, event, fold(achievement), f"hồ sơ {number}", nomination_id=number)


MINE = filed(person("Nguyễn Thị Hoà"), achievement="Dạy lớp bình dân học vụ số", number=1)


@pytest.mark.parametrize(
    ("other", "answer"),
    [
        (person("NGUYEN THI HÒA", unit=9), Likeness.SAME),
        (person("Nguyễn Thị Hoà", born=1981), Likeness.DIFFERENT),
        (person("Nguyễn Thị Hoà", born=None), Likeness.MAYBE),
        (person("Nguyễn Thị Hoa"), Likeness.SAME),
        (person("Nguyễn Thị Huệ"), Likeness.DIFFERENT),
        (replace(person("Nguyễn Thị Hoà"), kind="household"), Likeness.DIFFERENT),
    ],
)
def test_people_are_told_apart_by_folded_name_and_birth_year(other: Identity, answer: Likeness):
    assert likeness(MINE.who, other) is answer
    assert likeness(other, MINE.who) is answer


def test_the_same_record_is_the_same_nominee_whatever_it_is_called():
    assert likeness(person("Hoà", nominee=5, born=None), person("Nguyễn Thị Hoà", nominee=5)) is Likeness.SAME


def test_nameless_records_are_not_alike():
    assert likeness(person(""), person("")) is Likeness.DIFFERENT


def test_collectives_are_told_apart_by_unit():
    team = Identity("collective", "to cong nghe so cong dong thon 1", 3)
    assert likeness(team, replace(team)) is Likeness.SAME
    assert likeness(team, replace(team, unit_id=4)) is Likeness.MAYBE


def codes(*others: Filed) -> list[tuple[str, bool]]:
    return [(o.code, o.is_warning) for o in find_duplicates(MINE, others)]


def test_the_same_person_for_the_same_award_in_the_same_event_is_blocked_across_units():
    assert codes(filed(person("nguyen thi hoa", unit=9))) == [("same_person_same_award", False)]


def test_another_award_in_the_same_event_is_said():
    assert codes(filed(MINE.who, award="LDTT")) == [("same_person_other_award", True)]


def test_the_same_award_in_another_event_is_no_duplicate():
    assert codes(filed(MINE.who, event=2)) == []


def test_the_same_achievement_is_blocked_across_events_and_years():
    other = filed(person("Nguyễn Thị Hòa", unit=9), event=7, achievement="DẠY LỚP BÌNH DÂN HỌC VỤ SỐ", award="LDTT")
    assert codes(other) == [("same_achievement", False)]
    (objection,) = find_duplicates(MINE, [replace(other, is_awarded=True)])
    assert objection.ground == "Luật 2022 Điều 5"
    assert objection.params == {"where": "hồ sơ 2", "is_awarded": True}


def test_the_same_achievement_of_somebody_else_is_only_said():
    assert codes(filed(person("Lê Văn An"), achievement="Dạy lớp bình dân học vụ số")) == [
        ("same_achievement_other_person", True)
    ]


def test_a_namesake_is_only_said():
    assert codes(filed(person("Nguyễn Thị Hòa", born=None))) == [("maybe_same_person", True)]


def test_blocking_ones_come_first_and_the_dossier_itself_is_left_out():
    others = [filed(MINE.who, award="LDTT", number=3), filed(MINE.who, number=4), replace(MINE)]
    assert codes(*others) == [("same_person_same_award", False), ("same_person_other_award", True)]


def test_empty_achievements_are_not_alike():
    assert codes(filed(person("Lê Văn An", unit=9))) == []
