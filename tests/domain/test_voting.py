"""Thresholds over all members, impossible counts, and the arithmetic shown to the committee."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import Refused
from core.domain.voting import (
    COUNT_CODES,
    PaperCount,
    VoteRule,
    can_still_pass,
    check_attendance,
    check_count,
    is_odd_recommended,
    is_secrecy_thin,
    needed,
    passes,
    tally,
)

PCT80 = VoteRule(80, 100, code="pct80_total", name="Từ 80%", conf="B", article="Điều 30.7", is_required=True)
PCT90 = VoteRule(90, 100)
HALF = VoteRule(1, 2, strict=True)
TWO_THIRDS = VoteRule(2, 3)

RULES = st.builds(
    lambda num, extra, strict: VoteRule(num, num + extra, strict=strict),
    st.integers(1, 100),
    st.integers(0, 100),
    st.booleans(),
)


@pytest.mark.parametrize(
    ("rule", "members", "least"),
    [
        (PCT80, 9, 8),
        (PCT80, 10, 8),
        (PCT80, 11, 9),
        (PCT90, 9, 9),
        (PCT90, 10, 9),
        (PCT90, 11, 10),
        (TWO_THIRDS, 9, 6),
        (TWO_THIRDS, 7, 5),
        (HALF, 10, 6),
        (HALF, 9, 5),
    ],
)
def test_the_smallest_yes_that_passes(rule: VoteRule, members: int, least: int):
    assert needed(rule, members) == least
    assert passes(least, rule, members=members)
    assert not passes(least - 1, rule, members=members)


@given(RULES, st.integers(1, 500), st.integers(0, 500))
def test_needed_and_passes_agree(rule: VoteRule, members: int, yes: int):
    assert passes(yes, rule, members=members) is (yes >= needed(rule, members))


@given(RULES, st.integers(1, 500), st.integers(0, 500))
def test_passing_means_the_exact_share_of_all_members(rule: VoteRule, members: int, yes: int):
    share, bar = Fraction(yes, members), Fraction(rule.num, rule.den)
    assert passes(yes, rule, members=members) is (share > bar if rule.strict else share >= bar)


@given(RULES, st.integers(1, 500), st.integers(0, 499))
def test_one_more_yes_never_hurts_and_one_more_member_never_helps(rule: VoteRule, members: int, yes: int):
    if passes(yes, rule, members=members):
        assert passes(yes + 1, rule, members=members)
    else:
        assert not passes(yes, rule, members=members + 1)


@given(RULES, st.integers(1, 200), st.data())
def test_a_recusal_never_lowers_the_bar(rule: VoteRule, members: int, data: st.DataObject):
    barred = data.draw(st.integers(0, members))
    yes = data.draw(st.integers(0, members - barred))
    outcome = tally(PaperCount(yes, yes, yes, 0, yes, 0), 0, 0, rule=rule, members=members)
    assert outcome.members == members
    assert outcome.needed == needed(rule, members)
    if not can_still_pass(rule, members=members, barred=barred):
        assert not outcome.has_passed


def test_nobody_passes_where_there_are_no_members():
    assert not passes(0, PCT80, members=0)


def test_nine_members_and_one_recusal_decide_a_ninety_percent_vote():
    assert can_still_pass(PCT90, members=10, barred=1)
    assert not can_still_pass(PCT90, members=9, barred=1)


# ---------------------------------------------------------------- the rule as data


def test_a_rule_survives_freezing():
    full = replace(PCT80, sources=("S12",), note="cần kiểm tra")
    assert VoteRule.from_dict(full.to_dict()) == full


@pytest.mark.parametrize(
    "data",
    [
        {"num": 0, "den": 2},
        {"num": 3, "den": 2},
        {"num": "1", "den": 2},
        {"den": 2},
        {"num": 1, "den": 2, "denominator": "attending"},
    ],
)
def test_what_is_no_rule_is_refused(data: dict):
    with pytest.raises(Refused) as raised:
        VoteRule.from_dict(data)
    assert raised.value.code == "bad_vote_rule"


def test_confidence_c_and_d_must_be_checked():
    assert [VoteRule(1, 2, conf=c).needs_check for c in "ABCD"] == [False, False, True, True]


# ---------------------------------------------------------------- impossible counts

#: 9 members, 7 in the room, one of them barred, 2 absent of whom one wrote.
ROOM = {"members": 9, "present": 7, "barred": 1, "opinions_yes": 1}
GOOD = PaperCount(issued=6, returned=6, valid=5, invalid=1, yes=4, no=0, blank=1)


def test_a_possible_count_has_no_objection():
    assert check_count(GOOD, **ROOM) == []


@pytest.mark.parametrize(
    ("count", "room", "wanted"),
    [
        ({"issued": 7}, {}, {("issued_above_entitled", "issued", 7, 6)}),
        ({"issued": 5}, {}, {("returned_above_issued", "returned", 6, 5)}),
        ({"invalid": 0}, {}, {("returned_not_valid_plus_invalid", "returned", 6, 5)}),
        ({"blank": 0}, {}, {("marks_not_valid", "valid", 4, 5)}),
        ({"no": 1}, {}, {("marks_not_valid", "valid", 6, 5)}),
        ({}, {"opinions_no": 2}, {("opinions_above_absent", "opinions_yes", 3, 2)}),
        ({}, {"opinions_blank": 2}, {("opinions_above_absent", "opinions_yes", 3, 2)}),
        ({}, {"barred_absent": 2}, {("opinions_above_absent", "opinions_yes", 1, 0)}),
        ({}, {"barred": 8}, {("barred_above_present", "barred", 8, 7), ("issued_above_entitled", "issued", 6, 0)}),
    ],
)
def test_each_impossible_relation_is_named_with_both_figures(count: dict, room: dict, wanted: set):
    found = check_count(replace(GOOD, **count), **{**ROOM, **room})
    named = {(o.code, o.field, o.params["got"], o.params.get("most", o.params.get("want"))) for o in found}
    assert wanted <= named
    assert {o.code for o in found} <= COUNT_CODES


def test_more_yes_than_members_who_may_speak_is_impossible():
    papers = PaperCount(9, 9, 9, 0, 9, 0)
    found = check_count(papers, members=9, present=6, barred=1, barred_absent=2, opinions_yes=1)
    (over,) = [o for o in found if o.code == "yes_above_entitled"]
    assert (over.field, over.params) == ("yes", {"got": 10, "most": 6})


def test_the_largest_figures_are_still_compared():
    huge = check_count(PaperCount(10_000, 10_000, 10_000, 0, 10_000, 0), members=9, present=9)
    assert "issued_above_entitled" in [o.code for o in huge]
    assert "count_out_of_range" not in [o.code for o in huge]


def test_more_present_than_members_is_impossible():
    found = check_count(PaperCount(0, 0, 0, 0, 0, 0), members=5, present=6)
    assert [(o.code, o.params) for o in found] == [("present_above_members", {"got": 6, "most": 5})]


@pytest.mark.parametrize("value", [-1, 10**9, True, "5", 1.0, None])
def test_figures_beyond_reason_are_named_alone(value):
    found = check_count(replace(GOOD, yes=value), **ROOM)
    assert [(o.code, o.field) for o in found] == [("count_out_of_range", "yes")]


SMALL = st.integers(0, 12)


@given(st.builds(PaperCount, SMALL, SMALL, SMALL, SMALL, SMALL, SMALL, SMALL), st.integers(1, 12), st.data())
def test_a_count_without_objection_can_be_acted_out(count: PaperCount, members: int, data: st.DataObject):
    present = data.draw(st.integers(0, members))
    barred, opinions_yes, opinions_no = (data.draw(SMALL) for _ in range(3))
    found = check_count(
        count, members=members, present=present, barred=barred, opinions_yes=opinions_yes, opinions_no=opinions_no
    )
    possible = (
        barred <= present
        and count.issued <= present - barred
        and count.returned <= count.issued
        and count.returned == count.valid + count.invalid
        and count.valid == count.yes + count.no + count.blank
        and opinions_yes + opinions_no <= members - present
    )
    assert (found == []) is possible
    if possible:
        assert count.yes + opinions_yes <= members - barred


# ---------------------------------------------------------------- quorum and outcome


def test_two_thirds_of_all_members_make_a_sitting():
    assert check_attendance(members=9, present=6) == []
    (objection,) = check_attendance(members=9, present=5)
    assert objection.code == "no_quorum"
    assert objection.params == {"present": 5, "members": 9, "needed": 6, "num": 2, "den": 3}
    assert [o.code for o in check_attendance(members=9, present=10)] == ["present_above_members"]
    assert [o.code for o in check_attendance(members=9, present=-1)] == ["present_above_members"]


def test_all_and_nobody_in_the_room_are_attendances():
    assert check_attendance(members=9, present=9) == []
    assert [o.code for o in check_attendance(members=9, present=0)] == ["no_quorum"]
    assert [o.code for o in check_attendance(members=0, present=0)] == ["no_quorum"]


def test_the_outcome_says_what_was_needed_and_what_came():
    outcome = tally(GOOD, 1, 0, rule=PCT80, members=9)
    assert (outcome.needed, outcome.got, outcome.members, outcome.has_passed) == (8, 5, 9, False)
    assert (outcome.missing, outcome.silent) == (3, 4)
    assert outcome.to_dict()["rule"]["code"] == "pct80_total"


def test_who_said_neither_yes_nor_no_is_silent():
    outcome = tally(PaperCount(6, 6, 5, 1, 2, 2, 1), 1, 1, rule=PCT80, members=9)
    assert outcome.silent == 3


def test_a_written_opinion_counts_like_a_paper():
    papers = PaperCount(7, 7, 7, 0, 7, 0)
    assert not tally(papers, 0, 0, rule=PCT80, members=9).has_passed
    assert tally(papers, 1, 0, rule=PCT80, members=9).has_passed


def test_a_unanimous_or_tiny_count_tells_on_the_voters():
    assert is_secrecy_thin(PaperCount(6, 6, 6, 0, 6, 0))
    assert is_secrecy_thin(PaperCount(2, 2, 2, 0, 1, 1))
    assert not is_secrecy_thin(PaperCount(6, 6, 6, 0, 5, 1))
    assert not is_secrecy_thin(PaperCount(3, 3, 3, 0, 2, 1))
    assert not is_secrecy_thin(PaperCount(6, 0, 0, 0, 0, 0))


def test_an_even_roll_deserves_a_hint():
    assert [is_odd_recommended(n) for n in (0, 8, 9)] == [False, True, False]
