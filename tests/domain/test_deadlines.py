"""Working days by the shipped calendar, and time limits as the law writes them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.deadlines import (
    CALENDAR_DAY,
    WORKING_DAY,
    Calendar,
    Due,
    add_calendar_days,
    add_working_days,
    due,
    due_in,
    is_working_day,
    working_days_between,
)
from core.domain.errors import Refused
from core.services.catalog_file import shipped

CALENDAR = shipped().calendar
LIMITS = shipped().deadlines

DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31))
CALENDARS = st.builds(
    lambda off, worked: Calendar(frozenset(off), frozenset(worked)),
    st.sets(DAYS, max_size=40),
    st.sets(DAYS, max_size=10),
)


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        (date(2026, 11, 20), 20, date(2026, 12, 21)),
        (date(2027, 2, 2), 5, date(2027, 2, 16)),
        (date(2026, 11, 23), 1, date(2026, 11, 25)),
        (date(2026, 1, 9), 1, date(2026, 1, 10)),
        (date(2026, 8, 21), 1, date(2026, 8, 22)),
        (date(2025, 12, 31), 1, date(2026, 1, 5)),
        (date(2026, 11, 25), -1, date(2026, 11, 23)),
        (date(2026, 11, 22), 0, date(2026, 11, 22)),
    ],
)
def test_working_days_by_the_announced_calendar(start: date, n: int, end: date):
    assert add_working_days(start, n, CALENDAR) == end


@pytest.mark.parametrize(
    ("day", "is_working"),
    [
        (date(2026, 11, 24), False),
        (date(2026, 1, 2), False),
        (date(2026, 1, 10), True),
        (date(2026, 8, 22), True),
        (date(2026, 11, 21), False),
        (date(2026, 11, 20), True),
    ],
)
def test_days_off_and_saturdays_worked(day: date, is_working: bool):
    assert is_working_day(day, CALENDAR) is is_working


@given(DAYS, st.integers(1, 60), CALENDARS)
def test_the_last_day_is_worked_and_counting_finds_it_again(start: date, n: int, calendar: Calendar):
    end = add_working_days(start, n, calendar)
    assert is_working_day(end, calendar)
    assert working_days_between(start, end, calendar) == n


@given(DAYS, st.integers(0, 30), st.integers(1, 30), CALENDARS)
def test_two_stretches_make_one(start: date, one: int, other: int, calendar: Calendar):
    halfway = add_working_days(start, one, calendar)
    assert add_working_days(halfway, other, calendar) == add_working_days(start, one + other, calendar)


@given(DAYS, st.integers(1, 60), CALENDARS, DAYS)
def test_one_more_day_off_never_brings_a_deadline_nearer(start: date, n: int, calendar: Calendar, day: date):
    more = calendar.changed(off=[day])
    assert add_working_days(start, n, more) >= add_working_days(start, n, calendar)


@given(DAYS, st.integers(1, 40), CALENDARS)
def test_counting_back_mirrors_counting_on(start: date, n: int, calendar: Calendar):
    back = add_working_days(start, -n, calendar)
    assert back < start
    assert working_days_between(start, back, calendar) == -n


def test_from_a_day_to_itself_no_working_day_passes():
    assert working_days_between(date(2026, 11, 20), date(2026, 11, 20), CALENDAR) == 0


def test_working_days_over_a_lifetime_are_refused_not_counted():
    with pytest.raises(Refused) as raised:
        working_days_between(date(1900, 1, 1), date(2100, 1, 1), CALENDAR)
    assert raised.value.code == "deadline_too_long"


def test_a_calendar_without_working_days_is_refused_not_endless():
    never = Calendar(frozenset(date(2026, 1, 1) + timedelta(days=k) for k in range(12_000)))
    with pytest.raises(Refused) as raised:
        add_working_days(date(2026, 1, 1), 20, never)
    assert raised.value.code == "deadline_too_long"


@pytest.mark.parametrize("n", [10**9, -(10**9)])
def test_absurd_spans_are_refused(n: int):
    for count in (
        lambda: add_working_days(date(2026, 1, 1), n, CALENDAR),
        lambda: add_calendar_days(date(2026, 1, 1), n),
    ):
        with pytest.raises(Refused) as raised:
            count()
        assert raised.value.code == "deadline_too_long"


def test_the_end_of_time_is_refused():
    with pytest.raises(Refused):
        add_working_days(date(9999, 12, 30), 5, CALENDAR)


# ---------------------------------------------------------------- limits of the catalogue


def test_a_commune_appraises_within_twenty_working_days():
    assert due(LIMITS["DL_THAM_DINH_CS"], date(2026, 11, 2), CALENDAR) == Due(date(2026, 12, 1), WORKING_DAY, True)


def test_a_limit_that_runs_into_an_unannounced_year_says_so():
    assert due(LIMITS["DL_THAM_DINH_CS"], date(2026, 12, 20), CALENDAR).is_confirmed is False


def test_a_limit_that_began_in_an_unannounced_year_says_so_too():
    assert due_in(5, WORKING_DAY, date(2025, 12, 29), calendar=CALENDAR).is_confirmed is False
    assert due_in(-5, WORKING_DAY, date(2027, 1, 4), calendar=CALENDAR).is_confirmed is False
    assert due_in(5, WORKING_DAY, date(2026, 12, 1), calendar=CALENDAR).is_confirmed is True


def test_ten_days_are_not_ten_working_days():
    assert due(LIMITS["DL_GDVH_QD"], date(2026, 11, 20), CALENDAR) == Due(date(2026, 11, 30), CALENDAR_DAY, True)
    assert due_in(10, WORKING_DAY, date(2026, 11, 20), calendar=CALENDAR).day == date(2026, 12, 7)
    assert due_in(10, CALENDAR_DAY, date(2026, 11, 20), calendar=CALENDAR).day == date(2026, 11, 30)


def test_a_limit_before_the_event_counts_back():
    assert due(LIMITS["DL_TRUOC_SU_KIEN"], date(2026, 5, 18), CALENDAR).day == date(2026, 5, 8)


@pytest.mark.parametrize(
    ("code", "start", "day"),
    [
        ("DL_GDVH_BINH_XET", date(2026, 10, 1), date(2026, 11, 24)),
        ("DL_GDVH_BINH_XET", date(2026, 11, 24), date(2026, 11, 24)),
        ("DL_GDVH_BINH_XET", date(2026, 11, 25), date(2027, 11, 24)),
        ("DL_NAM", date(2026, 12, 10), date(2026, 12, 10)),
        ("DL_CSTDTQ", date(2026, 5, 1), date(2027, 12, 31)),
    ],
)
def test_fixed_days_of_the_year(code: str, start: date, day: date):
    assert due(LIMITS[code], start, CALENDAR).day == day


def test_an_administrators_days_lie_over_the_shipped_ones():
    changed = CALENDAR.changed(
        off=[date(2026, 11, 20)],
        worked=[date(2026, 11, 21)],
        normal=[date(2026, 11, 24), date(2026, 1, 10)],
        confirmed_years=[2027],
    )
    working = [date(2026, 11, d) for d in (20, 21, 24) if is_working_day(date(2026, 11, d), changed)]
    assert working == [date(2026, 11, 21), date(2026, 11, 24)]
    assert not is_working_day(date(2026, 1, 10), changed)
    assert changed.confirmed_years == {2026, 2027}
    assert not is_working_day(date(2026, 11, 24), CALENDAR)
