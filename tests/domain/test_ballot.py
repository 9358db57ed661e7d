"""A ballot's life, who votes together, and the figures that are kept back."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import ballot as rules
from core.domain.ballot import BallotState, BallotStep
from core.domain.envelopes import ItemCount
from core.domain.errors import Refused
from core.domain.voting import PaperCount, VoteRule, check_count, needed, passes

ROADS = {
    ("open", "close"): "closed",
    ("open", "give_up"): "void",
    ("closed", "open_box"): "opened",
    ("closed", "give_up"): "void",
}


@pytest.mark.parametrize("state", [one.value for one in BallotState])
@pytest.mark.parametrize("step", list(BallotStep))
def test_every_road_and_no_other(state, step):
    if (state, step.value) in ROADS:
        assert rules.take(state, step).value == ROADS[state, step.value]
        return
    with pytest.raises(Refused) as refused:
        rules.take(state, step)
    assert (refused.value.code, refused.value.kind) == ("ballot_no_road", "conflict")


def test_candidates_with_the_same_bars_share_a_ballot():
    one, two = frozenset({1}), frozenset({2})
    barred = {"a": frozenset(), "b": one, "c": frozenset(), "d": two, "e": one}
    assert rules.groups(barred) == [("a", "c"), ("b", "e"), ("d",)]
    assert rules.groups({}) == []


@pytest.mark.parametrize(
    ("cast", "entitled", "shown"),
    [(0, 9, None), (1, 9, None), (2, 9, 2), (9, 9, 9), (2, 2, None), (1, 1, None), (2, 3, 2), (3, 3, 3)],
)
def test_progress_is_kept_back_while_it_tells(cast, entitled, shown):
    assert rules.progress(cast, entitled) == shown


@pytest.mark.parametrize(("entitled", "codes"), [(1, ["secrecy_few_voters"]), (2, ["secrecy_few_voters"]), (3, [])])
def test_a_small_room_is_warned(entitled, codes):
    found = rules.warn_before(entitled)
    assert [one.code for one in found] == codes
    assert all(one.is_warning for one in found)


@pytest.mark.parametrize(
    ("count", "thin"),
    [
        (ItemCount(9), True),
        (ItemCount(no=9), True),
        (ItemCount(blank=3), True),
        (ItemCount(invalid=4), True),
        (ItemCount(1, 1), True),
        (ItemCount(2, 1), False),
        (ItemCount(8, 1), False),
        (ItemCount(), False),
    ],
)
def test_a_count_that_tells_single_votes(count, thin):
    assert rules.is_thin(count) is thin


@given(*(st.integers(0, 25) for _ in range(4)), st.integers(0, 10))
def test_opened_counts_always_make_a_possible_record(yes, no, blank, invalid, silent):
    count = ItemCount(yes, no, blank, invalid)
    entitled = count.envelopes + silent
    papers = rules.as_papers(count, entitled=entitled)
    assert papers == PaperCount(entitled, count.envelopes, yes + no + blank, invalid, yes, no, blank)
    if entitled:
        assert check_count(papers, members=entitled, present=entitled) == []


@pytest.mark.parametrize(
    ("names", "folded", "codes"),
    [
        (("A", "B", "C"), ("a", "b", "c"), []),
        (("A", "B"), ("a", "b"), ["tellers_three"]),
        (("A", "B", ""), ("a", "b", ""), ["tellers_three"]),
        (("A", "B", "a"), ("a", "b", "a"), ["tellers_twice"]),
    ],
)
def test_three_different_tellers(names, folded, codes):
    assert [one.code for one in rules.check_tellers(names, folded)] == codes


@pytest.mark.parametrize("members", range(5, 26))
@pytest.mark.parametrize(
    ("num", "den", "strict"), [(80, 100, False), (90, 100, False), (2, 3, False), (1, 2, True), (60, 100, False)]
)
def test_every_threshold_against_an_independent_computation(members, num, den, strict):
    """Counted with fractions of decimals written out, not with the product's crosswise integers."""

    share = Fraction(num, den) * members
    wanted = next(n for n in range(members + 2) if (n > share if strict else n >= share))
    rule = VoteRule(num, den, strict=strict)
    assert needed(rule, members) == wanted
    assert [passes(yes, rule, members=members) for yes in range(members + 1)] == [
        yes >= wanted for yes in range(members + 1)
    ]
