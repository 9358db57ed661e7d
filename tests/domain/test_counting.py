"""Counting in the small, by properties where a rule speaks of all numbers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import counting
from core.domain.counting import Amount, Period, Row, Said, SheetState, SheetStep
from core.domain.errors import Refused
from core.domain.views import Window


@dataclass(frozen=True)
class One:
    code: str
    part_of: str = ""
    measure: str = "lượt"
    record: str = "x.record"
    soft_cap: int | None = 60


KNOWN = {one.code: one for one in (One("A"), One("B", "A"), One("C", "A"), One("D", "C"), One("Q", record=""))}
CODES = st.sampled_from("ABCD")
rows = st.lists(
    st.builds(
        Row,
        CODES,
        st.integers(0, 40),
        st.sampled_from(["tap", "day_total", "paper", "import"]),
        st.integers(0, 10_000),
    ),
    max_size=30,
    unique_by=lambda row: row.order,
)


def refusal(act) -> str:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.code


# ---------------------------------------------------------------- what a sheet says


@given(rows)
def test_taps_and_totals_are_never_added(given_rows):
    said = counting.read(given_rows)
    for code in "ABCD":
        mine = [row for row in given_rows if row.indicator == code]
        totals = sorted((row.order, row.quantity) for row in mine if row.source != "tap")
        assert said.totals.get(code) == (totals[-1][1] if totals else None)
        assert said.taps.get(code, 0) == sum(row.quantity for row in mine if row.source == "tap")


@given(rows)
def test_the_order_of_rows_changes_nothing(given_rows):
    assert counting.read(given_rows) == counting.read(list(reversed(given_rows)))


@given(rows)
def test_a_whole_without_a_total_is_its_taps_and_its_parts(given_rows):
    said = counting.read(given_rows)
    found = counting.figures(said, KNOWN)
    assert set(found) == set("ABCD")
    for whole, parts in (("A", "BC"), ("C", "D"), ("B", ""), ("D", "")):
        expected = said.taps.get(whole, 0) + sum(found[part] for part in parts)
        assert found[whole] == said.totals.get(whole, expected)


@given(rows)
def test_a_total_below_its_parts_is_refused_and_no_other(given_rows):
    said = counting.read(given_rows)
    found = counting.figures(said, KNOWN)
    is_wrong = any(
        whole in said.totals and said.totals[whole] < sum(found[p] for p in parts)
        for whole, parts in (("A", "BC"), ("C", "D"))
    )
    if is_wrong:
        assert refusal(lambda: counting.check_parts(said, KNOWN)) == "tally_total_below_parts"
    else:
        counting.check_parts(said, KNOWN)


def test_a_sheet_without_rows_says_nought_of_what_can_be_counted_and_nothing_of_the_rest():
    assert counting.figures(Said({}, {}), KNOWN) == {"A": 0, "B": 0, "C": 0, "D": 0}


@pytest.mark.parametrize(
    "wrong",
    [
        {"A": One("A", "Z")},
        {"A": One("A"), "B": One("B", "A", measure="hộ")},
        {"A": One("A", "B"), "B": One("B", "A")},
    ],
)
def test_impossible_parts_are_named(wrong):
    with pytest.raises(ValueError, match="part of"):
        counting.parts_of(wrong)


def test_lineage_goes_up_to_the_whole():
    assert [counting.lineage(code, KNOWN) for code in "DCBA"] == [("D", "C", "A"), ("C", "A"), ("B", "A"), ("A",)]


# ---------------------------------------------------------------- states


def test_every_pair_of_state_and_step_has_one_answer():
    roads = {(state, step): counting.ROADS.get((state, step), None) for state in SheetState for step in SheetStep}
    for (state, step), after in roads.items():
        if after is None:
            assert refusal(lambda state=state, step=step: counting.take(state, step)) == "tally_no_road"
        else:
            assert counting.take(state, step) is after


@given(st.lists(st.sampled_from(list(SheetStep)), max_size=12))
def test_no_road_leads_back_from_approved_and_none_to_locked_without_it(steps):
    state, walked = SheetState.DRAFT, [SheetState.DRAFT]
    for step in steps:
        state = counting.ROADS.get((state, step), state)
        walked.append(state)
    if SheetState.LOCKED in walked:
        assert SheetState.APPROVED in walked[: walked.index(SheetState.LOCKED)]
    if SheetState.APPROVED in walked:
        assert set(walked[walked.index(SheetState.APPROVED) :]) <= counting.COUNTED


def test_open_counted_and_reported_states():
    s = SheetState
    assert {s.DRAFT, s.RETURNED} == counting.OPEN
    assert {s.APPROVED, s.LOCKED} == counting.COUNTED
    assert set(s) - counting.OPEN == counting.REPORTED


# ---------------------------------------------------------------- numbers and days


@pytest.mark.parametrize(
    ("quantity", "source", "code"),
    [
        (-1, "tap", "tally_negative"),
        (-1, "day_total", "tally_negative"),
        (0, "tap", "tally_zero_tap"),
        (5001, "tap", "tally_over_hard_cap"),
        (5001, "paper", "tally_over_hard_cap"),
    ],
)
def test_quantities_that_no_row_may_hold(quantity, source, code):
    assert refusal(lambda: counting.check_quantity(quantity, source)) == code


@pytest.mark.parametrize(("quantity", "source"), [(1, "tap"), (0, "day_total"), (5000, "paper")])
def test_quantities_that_a_row_may_hold(quantity, source):
    counting.check_quantity(quantity, source)


@given(st.integers(0, 6000), st.integers(0, 6000), st.booleans(), st.one_of(st.none(), st.integers(1, 200)))
def test_caps(already, quantity, has_reason, cap):
    def check():
        counting.check_caps(already, quantity, One("A", soft_cap=cap), has_reason=has_reason)

    if already + quantity > 5000:
        assert refusal(check) == "tally_over_hard_cap"
    elif cap is not None and already + quantity > cap and not has_reason:
        assert refusal(check) == "tally_over_soft_cap"
    else:
        check()


TODAY = dt.date(2026, 5, 13)


@given(st.integers(-400, 400), st.booleans())
def test_days(ahead, has_reason):
    day = TODAY + dt.timedelta(days=ahead)

    def check():
        counting.check_day(day, TODAY, has_reason=has_reason)

    if ahead > 0:
        assert refusal(check) == "tally_day_ahead"
    elif ahead < -7 and not has_reason:
        assert refusal(check) == "tally_day_late"
    else:
        check()


# ---------------------------------------------------------------- sums and shares

values = st.one_of(st.none(), st.integers(0, 10**6))


@given(st.lists(values))
def test_silence_is_not_nought(numbers):
    known = [n for n in numbers if n is not None]
    assert counting.together(numbers) == (sum(known) if known else None)


@given(values, values)
def test_amounts_of_one_measure_add_up_and_of_two_do_not(a, b):
    both = Amount(a, "lượt") + Amount(b, "lượt")
    assert both == Amount(counting.together([a, b]), "lượt")
    for act in (Amount.__add__, Amount.__sub__):
        with pytest.raises(ValueError, match="lượt and hộ"):
            act(Amount(a, "lượt"), Amount(b, "hộ"))


@given(values, values)
def test_a_difference_needs_both_numbers(a, b):
    expected = None if a is None or b is None else a - b
    assert Amount(a, "lượt") - Amount(b, "lượt") == Amount(expected, "lượt")


@given(values, values)
def test_a_share_needs_a_denominator(part, whole):
    found = counting.share(part, whole)
    assert found == (None if part is None or not whole else Fraction(part, whole))


# ---------------------------------------------------------------- periods


@given(st.sampled_from(list(Period)), st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)))
def test_periods_hold_their_day_and_lie_side_by_side(kind, day):
    found = counting.period(kind, day)
    assert found.first <= day <= found.last
    assert counting.period(kind, found.first) == counting.period(kind, found.last) == found
    assert counting.period(kind, found.last + dt.timedelta(days=1)).first == found.last + dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("kind", "first", "last"),
    [
        (Period.DAY, (2026, 5, 13), (2026, 5, 13)),
        (Period.WEEK, (2026, 5, 11), (2026, 5, 17)),
        (Period.MONTH, (2026, 5, 1), (2026, 5, 31)),
        (Period.CUT_MONTH, (2026, 4, 15), (2026, 5, 14)),
        (Period.QUARTER, (2026, 4, 1), (2026, 6, 30)),
        (Period.HALF_YEAR, (2026, 1, 1), (2026, 6, 30)),
        (Period.YEAR, (2026, 1, 1), (2026, 12, 31)),
        (Period.CUT_YEAR, (2025, 12, 15), (2026, 12, 14)),
    ],
)
def test_the_period_of_the_thirteenth_of_may(kind, first, last):
    assert counting.period(kind, TODAY) == Window(dt.date(*first), dt.date(*last))
