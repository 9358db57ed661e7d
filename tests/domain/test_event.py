"""Events as rules: roads, phases against the clock, what may change, a year later."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import event as rules
from core.domain.errors import Refused
from core.domain.event import EventData, Phase

NOW = dt.datetime(2026, 5, 13, 3, tzinfo=dt.UTC)
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def phase(name, opens, closes):
    return Phase(name, NOW + dt.timedelta(days=opens), NOW + dt.timedelta(days=closes))


def codes(objections):
    return [(one.code, one.field) for one in objections]


def event(**changes):
    day = dt.date(2026, 5, 12)
    words = {"title": "Ngày hội", "short_title": "Ngày hội", "kind": "phong_trao", "commendation_type": "phong_trao"}
    return EventData(**{**words, "window_from": day, "window_to": dt.date(2026, 5, 18), **changes})


def test_an_event_walks_three_roads_and_no_other():
    walked = {(state, step): rules.take(state, step) for state, step in rules.ROADS}
    assert walked == {
        ("draft", "announce"): "announced",
        ("announced", "close"): "closed",
        ("closed", "reopen"): "announced",
    }
    for state in ("draft", "announced", "closed", "?"):
        for step in {"announce", "close", "reopen", "?"} - set(rules.steps_from(state)):
            with pytest.raises(Refused) as refusal:
                rules.take(state, step)
            assert refusal.value.code == "event_no_road"


def test_both_ends_belong_to_a_phase():
    one = phase("receive", 0, 1)
    second = dt.timedelta(seconds=1)
    moments = (one.opens_at - second, one.opens_at, one.closes_at, one.closes_at + second)
    assert [rules.stands(one, moment) for moment in moments] == ["before", "open", "open", "after"]


def test_what_no_event_is_saved_with():
    assert rules.check_data(event()) == []
    day = dt.date(2026, 5, 11)
    assert codes(rules.check_data(event(title="  "))) == [("event_title_missing", "title")]
    assert codes(rules.check_data(event(window_to=day))) == [("event_window_inverted", "window_to")]
    assert codes(rules.check_data(event(window_to=dt.date(2099, 1, 1)))) == [("event_window_too_long", "window_to")]
    assert codes(rules.check_data(event(report_due_on=day))) == [("event_report_before_window", "report_due_on")]


def test_phases_may_overlap_but_not_turn_round():
    good = [phase("receive", 0, 4), phase("appraise", 0, 6), phase("council", 3, 7), phase("publish", 4, 30)]
    assert rules.check_phases(good) == []
    assert rules.check_phases([good[0], good[3]]) == []
    assert codes(rules.check_phases([phase("receive", 4, 0)])) == [("phase_inverted", "receive_closes")]
    assert codes(rules.check_phases([phase("receive", 1, 4), phase("publish", 0, 9)])) == [
        ("phase_out_of_order", "publish_opens")
    ]
    assert codes(rules.check_phases([phase("receive", 0, 4), phase("council", 1, 2)])) == [
        ("council_ends_before_receiving", "council_closes")
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (None, phase("receive", -1, 1), []),
        (phase("receive", 1, 2), None, []),
        (phase("receive", 1, 2), phase("receive", -3, 9), []),
        (phase("receive", -1, 2), None, [("phase_has_begun", "receive_opens")]),
        (phase("receive", -1, 2), phase("receive", -1, 5), []),
        (phase("receive", -1, 2), phase("receive", -1, 0), []),
        (phase("receive", -1, 2), phase("receive", -2, 5), [("phase_has_begun", "receive_opens")]),
        (phase("receive", -3, 2), phase("receive", -3, -1), [("phase_ends_in_past", "receive_closes")]),
        (phase("receive", -5, -2), phase("receive", -5, 3), []),
        (phase("receive", -5, -2), phase("receive", -5, -2), []),
    ],
)
def test_what_may_happen_to_a_phase_that_runs(old, new, expected):
    assert codes(rules.check_phase_change(old, new, NOW)) == expected


def test_a_year_later_the_report_deadline_is_unknown_again():
    source = event(report_due_on=dt.date(2026, 5, 25), themes=("Chủ đề",))
    copy = rules.shift(source, 1, title="Ngày hội năm 2027", short_title="Ngày hội 2027")
    assert (copy.window_from, copy.window_to) == (dt.date(2027, 5, 12), dt.date(2027, 5, 18))
    assert (copy.title, copy.themes, copy.report_due_on) == ("Ngày hội năm 2027", ("Chủ đề",), None)


def test_the_last_day_of_february_finds_a_place():
    assert rules.shift_day(dt.date(2024, 2, 29), 1) == dt.date(2025, 2, 28)
    assert rules.shift_day(dt.date(2024, 2, 29), 4) == dt.date(2028, 2, 29)


@given(st.dates(), st.integers(-12_000, 12_000))
def test_no_year_breaks_the_calendar(day, years):
    if dt.MINYEAR <= day.year + years <= dt.MAXYEAR:
        moved = rules.shift_day(day, years)
        assert (moved.year, moved.month) == (day.year + years, day.month)
    else:
        with pytest.raises(Refused, match="event_year_out_of_range"):
            rules.shift_day(day, years)


def test_an_instant_keeps_its_time_on_the_wall():
    late = dt.datetime(2026, 5, 12, 23, 59, 59, tzinfo=VIETNAM)
    assert rules.shift_instant(late.astimezone(dt.UTC), 1, zone=VIETNAM) == dt.datetime(
        2027, 5, 12, 16, 59, 59, tzinfo=dt.UTC
    )


def test_only_a_year_that_stands_alone_is_replaced():
    assert rules.with_year("Ngày hội năm 2026 (mã 20261)", 2026, 2027) == "Ngày hội năm 2027 (mã 20261)"
    assert rules.with_year("Đợt 18/5/2026", 2026, 2027) == "Đợt 18/5/2027"
