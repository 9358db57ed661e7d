"""Reading figures: approved ones only, silence is not nought, and who stands behind them."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from core.domain.views import Window
from core.models import db
from tests.conftest import NOW
from tests.tallying import book, new_id, village

TODAY = dt.date(2026, 5, 13)
YESTERDAY = TODAY - dt.timedelta(days=1)
WINDOW = Window(YESTERDAY, TODAY)


@pytest.fixture
def place(make):
    return village(make)


@pytest.fixture
def world(place, context_of):
    """Thôn Đông: yesterday approved (taps of two), today approved (a total over taps); thôn Bắc: today sent only."""
    lan, minh = book(context_of, place.lan, place.east), book(context_of, place.minh, place.east)
    bac, head = book(context_of, place.bac, place.north), book(context_of, place.head, place.east)
    for one, code, number in ((lan, "B", 5), (lan, "C", 2), (minh, "B", 4)):
        tap(one, code, day=YESTERDAY, quantity=number)
    head.approve(lan.submit(YESTERDAY))
    tap(lan, "B", quantity=7)
    tap(minh, "C", quantity=3)
    tap(minh, "B", quantity=9, source="day_total")
    head.approve(lan.submit(TODAY))
    tap(bac, "B", quantity=50)
    bac.submit(TODAY)
    return place


def tap(one, indicator="B", **values):
    return one.record(indicator=indicator, **({"day": TODAY, "client_id": new_id()} | values))


@pytest.fixture
def officer(world, context_of):
    return book(context_of, world.officer, world.commune)


def units(place):
    return [place.east.id, place.north.id]


def test_only_approved_sheets_count(officer, world):
    found = officer.totals(units(world), WINDOW)
    assert {code: found.value(code) for code in "ABCHQ"} == {"A": 23, "B": 18, "C": 5, "H": 0, "Q": None}
    assert found.by_unit("B") == {world.east.id: 18}
    assert found.by_day("B") == {YESTERDAY: 9, TODAY: 9}
    assert found.units == {world.east.id}


def test_who_did_not_report_says_nothing_and_not_nought(officer, world):
    found = officer.totals(units(world), WINDOW)
    assert found.value("H", unit_id=world.east.id) == 0
    assert found.value("H", unit_id=world.north.id) is None
    assert found.value("B", unit_id=world.east.id, day=TODAY - dt.timedelta(days=5)) is None
    nothing = officer.totals(units(world), Window(TODAY + dt.timedelta(days=1), TODAY + dt.timedelta(days=9)))
    assert (nothing.value("B"), nothing.by_unit("B")) == (None, {})


def test_an_empty_sheet_that_was_approved_says_nought(officer, world, context_of):
    day = TODAY - dt.timedelta(days=4)
    bac = book(context_of, world.bac, world.north)
    officer.approve(bac.submit(day))
    assert officer.totals(units(world), Window(day, day)).by_unit("A") == {world.north.id: 0}


def test_figures_of_other_subtrees_are_out_of_reach(world, context_of, officer):
    head = book(context_of, world.head, world.east)
    assert head.totals([*units(world), world.commune.id], WINDOW).value("B") == 18
    stranger = book(context_of, world.stranger, world.other)
    assert stranger.totals(units(world), WINDOW).cells == {}
    assert stranger.reporting(units(world), WINDOW).reported == 0
    assert stranger.witnesses(units(world), WINDOW).counted == ()
    north = book(context_of, world.bac, world.north)
    assert north.of_person(world.lan.id, units(world), WINDOW).cells == {}


def test_codes_and_states_narrow_and_widen(officer, world):
    assert officer.totals(units(world), WINDOW, codes=["C"]).cells == {
        (world.east.id, YESTERDAY): {"C": 2},
        (world.east.id, TODAY): {"C": 3},
    }
    sent = officer.totals(units(world), WINDOW, states=["submitted"])
    assert sent.by_unit("B") == {world.north.id: 50}


def test_reporting_says_how_many_of_how_many(officer, world):
    found = officer.reporting(units(world), WINDOW)
    assert (found.reported, found.expected, found.missing) == (1, 2, (world.north.id,))
    found = officer.reporting(units(world), WINDOW, states=["submitted", "approved", "locked"])
    assert (found.reported, found.expected, found.missing) == (2, 2, ())


def test_a_persons_figures_are_their_taps_where_no_total_stands(officer, world):
    lan = officer.of_person(world.lan.id, units(world), WINDOW)
    minh = officer.of_person(world.minh.id, units(world), WINDOW)
    assert {code: lan.value(code) for code in "ABC"} == {"A": 7, "B": 5, "C": 2}
    assert {code: minh.value(code) for code in "ABC"} == {"A": 7, "B": 4, "C": 3}
    assert officer.of_person(world.bac.id, units(world), WINDOW).value("B") is None


def test_who_counted_and_who_approved(officer, world, context_of):
    found = officer.witnesses(units(world), WINDOW)
    assert (found.counted, found.approved) == (("Nguyễn Thị Lan", "Trần Văn Minh"), ("Phạm Văn Trưởng",))
    later = book(context_of, world.officer, world.commune, now=NOW + dt.timedelta(hours=1))
    key = officer.sheets(Window(TODAY, TODAY), states=["approved"])[0].key
    later.correct(key, indicator="H", quantity=1, reason="Bổ sung từ sổ giấy")
    assert officer.witnesses(units(world), WINDOW) == found
    mine = officer.witnesses(units(world), WINDOW, user_id=world.minh.id)
    assert (mine.counted, mine.approved) == (("Trần Văn Minh",), ("Phạm Văn Trưởng",))


def test_a_correction_changes_the_totals(officer, world):
    key = officer.sheets(Window(TODAY, TODAY), states=["approved"])[0].key
    officer.correct(key, indicator="B", quantity=6, reason="Nhầm")
    assert officer.totals(units(world), WINDOW).by_day("B") == {YESTERDAY: 9, TODAY: 6}


def test_each_reading_is_one_query(officer, world):
    db.session.commit()
    world_units = units(world)  # and the transaction has begun
    for act in (officer.totals, officer.reporting, officer.witnesses):
        asked = []

        def count(*_, asked=asked):
            asked.append(1)

        sa.event.listen(db.engine, "before_cursor_execute", count)
        act(world_units, WINDOW)
        sa.event.remove(db.engine, "before_cursor_execute", count)
        assert len(asked) == 1
