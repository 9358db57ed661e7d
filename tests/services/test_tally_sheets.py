"""Sheets: sent by the team, approved by who did not count, locked with their period, corrected with a reason."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from core.domain.errors import Forbidden, NotFound, Refused, Stale
from core.domain.permissions import Role
from core.domain.views import Window
from core.models import AuditLine, TallySheet, db
from tests.conftest import NOW
from tests.tallying import book, new_id, village

TODAY = dt.date(2026, 5, 13)
DAY = Window(TODAY, TODAY)
WEEK = Window(TODAY - dt.timedelta(days=2), TODAY)


@pytest.fixture
def place(make):
    return village(make)


@pytest.fixture
def lan(place, context_of):
    return book(context_of, place.lan, place.east)


@pytest.fixture
def head(place, context_of):
    return book(context_of, place.head, place.east)


@pytest.fixture
def officer(place, context_of):
    return book(context_of, place.officer, place.commune)


def refusal(act) -> str:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.code


def tap(one, indicator="B", **values):
    return one.record(indicator=indicator, **({"day": TODAY, "client_id": new_id()} | values))


def state(key: str) -> str:
    return db.session.scalar(sa.select(TallySheet.state).where(TallySheet.key == key))


def approved(lan, head, **values) -> str:
    tap(lan, **values)
    key = lan.submit(values.get("day", TODAY))
    head.approve(key)
    return key


def test_the_road_of_a_sheet(lan, head, officer):
    tap(lan)
    key = lan.submit(TODAY)
    head.give_back(key, reason="Thiếu lượt buổi chiều")
    assert (state(key), lan.sheet_of_day(TODAY).note) == ("returned", "Thiếu lượt buổi chiều")
    tap(lan)
    assert (lan.submit(TODAY), lan.sheet_of_day(TODAY).note) == (key, "")
    head.approve(key)
    assert officer.lock_period(DAY) == 1
    shown = officer.sheet(key)
    assert (shown.state, shown.unit_name, shown.figures["B"]) == ("locked", "Thôn Đông", 2)
    assert (shown.submitted_by, shown.approved_by) == ("Nguyễn Thị Lan", "Phạm Văn Trưởng")
    db.session.commit()
    actions = ["submit", "give_back", "submit", "approve", "lock"]
    assert db.session.scalars(sa.select(AuditLine.action).order_by(AuditLine.seq)).all() == [
        f"tally.{one}" for one in actions
    ]


def test_nobody_approves_a_sheet_in_which_they_counted(make, place, context_of, lan):
    both = make.user("Hoàng Kiêm Nhiệm", (Role.HEAD, place.east), (Role.VOLUNTEER, place.east))
    admin = make.user("Quản Trị", (Role.SYSTEM_ADMIN, place.commune), (Role.SECRETARY, place.commune))
    number = new_id()
    tap(book(context_of, both, place.east), client_id=number)
    book(context_of, both, place.east).undo(number)
    key = lan.submit(TODAY)
    assert refusal(lambda: book(context_of, both, place.east).approve(key)) == "tally_approver_counted"
    assert state(key) == "submitted"
    book(context_of, admin, place.commune).approve(key)
    assert state(key) == "approved"


def test_who_may_take_which_step(place, context_of, lan, head, officer):
    tap(lan)
    minh, bac = book(context_of, place.minh, place.east), book(context_of, place.bac, place.north)
    stranger = book(context_of, place.stranger, place.other)
    key = minh.submit(TODAY)
    for act in (lambda: lan.approve(key), lambda: lan.give_back(key, reason="x")):
        with pytest.raises(Forbidden):
            act()
    for one in (bac, stranger):
        with pytest.raises(NotFound):
            one.approve(key)
    for one in (lan, head):
        with pytest.raises(Forbidden):
            one.lock_period(DAY)
    with pytest.raises(Forbidden):
        book(context_of, place.bac, place.east).submit(TODAY)
    officer.approve(key)
    assert state(key) == "approved"


def test_the_team_takes_back_what_nobody_has_approved(lan, head):
    tap(lan)
    key = lan.submit(TODAY)
    lan.take_back(TODAY)
    assert state(key) == "draft"
    tap(lan)
    lan.submit(TODAY)
    head.approve(key)
    assert refusal(lambda: lan.take_back(TODAY)) == "tally_no_road"


def test_steps_that_lead_nowhere(lan, head):
    assert refusal(lambda: lan.take_back(TODAY)) == "tally_no_road"
    key = approved(lan, head)
    for act in (
        lambda: lan.submit(TODAY),
        lambda: head.approve(key),
        lambda: head.give_back(key, reason="muộn"),
    ):
        assert refusal(act) == "tally_no_road"
    assert refusal(lambda: lan.submit(TODAY + dt.timedelta(days=1))) == "tally_day_ahead"


@pytest.mark.parametrize(
    ("reason", "code"),
    [("", "tally_reason_missing"), ("  ", "tally_reason_missing"), ("CCCD 038201001234", "tally_identity_in_text")],
)
def test_giving_back_needs_a_reason_without_numbers_of_people(lan, head, reason, code):
    tap(lan)
    key = lan.submit(TODAY)
    assert refusal(lambda: head.give_back(key, reason=reason)) == code


def test_an_approver_decides_on_what_was_seen(lan, head):
    tap(lan)
    key = lan.submit(TODAY)
    seen = head.sheet(key).version
    lan.take_back(TODAY)
    tap(lan)
    lan.submit(TODAY)
    with pytest.raises(Stale):
        head.approve(key, expected_version=seen)
    head.approve(key, expected_version=head.sheet(key).version)
    assert state(key) == "approved"


# ---------------------------------------------------------------- closing a period


def test_a_closed_period_takes_nothing_new_from_anybody_below(place, context_of, lan, head, officer):
    approved(lan, head)
    officer.lock_period(WEEK)
    bac = book(context_of, place.bac, place.north)
    assert refusal(lambda: tap(bac)) == "tally_period_locked"
    assert refusal(lambda: bac.submit(TODAY)) == "tally_period_locked"
    before = WEEK.first - dt.timedelta(days=1)
    assert tap(bac, day=before).status == "stored"
    tap(book(context_of, place.stranger, place.other))
    assert officer.locks() == [WEEK]
    assert officer.lock_period(WEEK) == 0
    assert officer.locks() == [WEEK]


def test_a_period_with_sheets_that_wait_is_not_closed(lan, head, officer):
    tap(lan)
    key = lan.submit(TODAY)
    assert refusal(lambda: officer.lock_period(DAY)) == "tally_lock_waiting"
    head.approve(key)
    assert officer.lock_period(DAY) == 1


def test_a_period_ends_today_at_the_latest_and_not_before_it_begins(officer):
    assert refusal(lambda: officer.lock_period(Window(TODAY, TODAY + dt.timedelta(days=1)))) == "tally_day_ahead"
    assert refusal(lambda: officer.lock_period(Window(TODAY, WEEK.first))) == "days_backwards"


# ---------------------------------------------------------------- corrections


def test_a_correction_reverses_and_says_why(lan, head, officer):
    key = approved(lan, head, quantity=12)
    head.correct(key, indicator="B", quantity=10, reason="Đếm nhầm hai lượt")
    head.correct(key, indicator="B", quantity=11, reason="Xem lại sổ: nhầm một lượt")
    assert head.sheet(key).figures["B"] == 11
    lines = [(one.quantity, one.source, one.is_reversal, one.was_reversed, one.by) for one in head.history(key)]
    who = "Phạm Văn Trưởng"
    assert lines == [
        (11, "day_total", False, False, who),
        (10, "day_total", True, False, who),
        (10, "day_total", False, True, who),
    ]
    counters = [(one.by, one.indicator, one.taps, one.first) for one in head.counters(key)]
    assert counters == [("Nguyễn Thị Lan", "B", 12, NOW)]
    head.correct(key, indicator="B", quantity=None, reason="Lấy lại số bấm")
    assert head.sheet(key).figures["B"] == 12
    db.session.commit()
    assert db.session.scalars(sa.select(AuditLine.action).order_by(AuditLine.seq)).all() == [
        "tally.submit",
        "tally.approve",
        "tally.correct",
        "tally.correct",
        "tally.correct",
    ]


def test_a_correction_sent_twice_is_one(lan, head):
    key, number = approved(lan, head, quantity=3), new_id()
    sent = {"indicator": "B", "quantity": 2, "reason": "Nhầm", "client_id": number}
    assert [head.correct(key, **sent).status for _ in range(2)] == ["stored", "known"]
    assert refusal(lambda: head.correct(key, **{**sent, "quantity": 1})) == "tally_client_id_reused"
    assert len(head.history(key)) == 1


def test_what_is_locked_is_corrected_by_who_may_lock(lan, head, officer):
    key = approved(lan, head, quantity=3)
    officer.lock_period(DAY)
    with pytest.raises(Forbidden):
        head.correct(key, indicator="B", quantity=2, reason="Nhầm")
    officer.correct(key, indicator="B", quantity=2, reason="Nhầm")
    assert (state(key), officer.sheet(key).figures["B"]) == ("locked", 2)


def test_corrections_that_cannot_be(place, context_of, lan, head):
    tap(lan, "C", quantity=4)
    key = lan.submit(TODAY)
    fix = {"indicator": "C", "quantity": 3, "reason": "Nhầm"}
    assert refusal(lambda: head.correct(key, **fix)) == "tally_correct_not_approved"
    head.approve(key)
    for changed, code in (
        ({"reason": " "}, "tally_reason_missing"),
        ({"quantity": -1}, "tally_negative"),
        ({"indicator": "A"}, "tally_total_below_parts"),
        ({"indicator": "Q"}, "tally_unknown_indicator"),
        ({"reason": "số 0912345678"}, "tally_identity_in_text"),
    ):
        assert refusal(lambda changed=changed: head.correct(key, **{**fix, **changed})) == code
    with pytest.raises(Forbidden):
        lan.correct(key, **fix)
    with pytest.raises(NotFound):
        book(context_of, place.stranger, place.other).correct(key, **fix)
    assert head.sheet(key).figures["C"] == 4


# ---------------------------------------------------------------- lists


def test_lists_of_sheets_stay_within_the_subtree(place, context_of, lan, head, officer):
    tap(lan)
    tap(book(context_of, place.bac, place.north), day=TODAY - dt.timedelta(days=1))
    tap(book(context_of, place.stranger, place.other))
    lan.submit(TODAY)
    found = [(one.unit_name, one.day, one.state, one.submitted_by) for one in officer.sheets(WEEK)]
    assert found == [
        ("Thôn Đông", TODAY, "submitted", "Nguyễn Thị Lan"),
        ("Thôn Bắc", TODAY - dt.timedelta(days=1), "draft", ""),
    ]
    assert [one.unit_name for one in head.sheets(WEEK)] == ["Thôn Đông"]
    assert [one.unit_name for one in officer.sheets(WEEK, states=["draft"])] == ["Thôn Bắc"]
    assert [one.unit_name for one in officer.sheets(WEEK, unit_id=place.east.id)] == ["Thôn Đông"]


def test_a_list_asks_as_many_questions_for_fifty_sheets_as_for_one(make, place, context_of, officer):
    def questions() -> int:
        db.session.commit()
        db.session.scalar(sa.select(1))  # on SQLite the BEGIN is a statement too
        asked = []

        def count(*_):
            asked.append(1)

        sa.event.listen(db.engine, "before_cursor_execute", count)
        found = officer.sheets(Window(TODAY - dt.timedelta(days=60), TODAY))
        sa.event.remove(db.engine, "before_cursor_execute", count)
        return len(asked), len(found)

    bac = book(context_of, place.bac, place.north)
    tap(bac)
    first = questions()
    for back in range(1, 50):
        tap(bac, day=TODAY - dt.timedelta(days=back), reason="Ghi bù")
    assert (first, questions()) == ((1, 1), (1, 50))


def test_who_counts_is_who_is_expected(place, officer, head, make):
    make.unit("Thôn Không Ai", parent=place.commune, kind="thon")
    assert officer.counting_units() == [place.north.id, place.east.id]
    assert head.counting_units() == [place.east.id]
    assert NOW.date() == TODAY
