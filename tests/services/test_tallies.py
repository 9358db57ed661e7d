"""Recording: once however often it is sent, never what cannot be, taken back within minutes."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa

from core.domain.errors import Forbidden, Refused
from core.models import AuditLine, Tally, TallySheet, db
from tests.conftest import NOW
from tests.tallying import book, new_id, village

TODAY = dt.date(2026, 5, 13)


@pytest.fixture
def place(make):
    return village(make)


@pytest.fixture
def lan(place, context_of):
    return book(context_of, place.lan, place.east)


def refusal(act) -> str:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.code


def tap(one, indicator="B", **values):
    values = {"day": TODAY, "client_id": new_id()} | values
    return one.record(indicator=indicator, **values)


def figures(one, day=TODAY):
    return dict(one.sheet_of_day(day).figures)


def rows() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Tally))


def test_a_tap_is_stored_with_who_when_and_what(lan, place):
    number = new_id()
    claimed = NOW - dt.timedelta(minutes=3)
    done = tap(lan, client_id=number, place="nha-van-hoa", detail={"paper": "khai_sinh"}, claimed_at=claimed)
    row = db.session.scalars(sa.select(Tally)).one()
    assert (done.status, done.client_id, done.flags) == ("stored", number, ())
    assert (row.unit_id, row.plugin, row.indicator, row.day) == (place.east.id, "dem", "B", TODAY)
    assert (row.quantity, row.source, row.place, row.detail) == (1, "tap", "nha-van-hoa", {"paper": "khai_sinh"})
    assert (row.recorded_by_id, row.at, row.claimed_at) == (place.lan.id, NOW, claimed)
    assert row.sheet.state == "draft"


def test_a_resend_is_known_and_changes_nothing(lan):
    number = new_id()
    assert [tap(lan, client_id=number).status for _ in range(3)] == ["stored", "known", "known"]
    assert tap(lan, client_id=number.upper()).status == "known"
    assert rows() == 1


@pytest.mark.parametrize(
    "changed", [{"indicator": "C"}, {"quantity": 2}, {"day": TODAY - dt.timedelta(days=1)}, {"place": "cho"}]
)
def test_a_client_id_that_stands_for_something_else_is_refused(lan, changed):
    number = new_id()
    tap(lan, client_id=number)
    assert refusal(lambda: tap(lan, client_id=number, **changed)) == "tally_client_id_reused"
    assert rows() == 1


def test_two_teams_may_happen_to_use_one_client_id(lan, place, context_of):
    number = new_id()
    tap(lan, client_id=number)
    assert tap(book(context_of, place.bac, place.north), client_id=number).status == "stored"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"day": TODAY + dt.timedelta(days=1)}, "tally_day_ahead"),
        ({"day": TODAY - dt.timedelta(days=8)}, "tally_day_late"),
        ({"quantity": -1}, "tally_negative"),
        ({"quantity": 0}, "tally_zero_tap"),
        ({"quantity": 5001, "reason": "đông"}, "tally_over_hard_cap"),
        ({"quantity": 61}, "tally_over_soft_cap"),
        ({"indicator": "Z"}, "tally_unknown_indicator"),
        ({"indicator": "Q"}, "tally_unknown_indicator"),
        ({"source": "official"}, "tally_unknown_source"),
        ({"client_id": "12"}, "tally_client_id_bad"),
        ({"place": "Nhà bà Lan"}, "tally_detail_unknown"),
        ({"detail": {"ghi_chu": "038201001234"}}, "tally_detail_unknown"),
        ({"detail": {"ghi_chu": {"a": 1}}}, "tally_detail_unknown"),
        ({"reason": "căn cước 038201001234"}, "tally_identity_in_text"),
        ({"reason": "gọi 0912 345 678"}, "tally_identity_in_text"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(lan, values, code):
    assert refusal(lambda: tap(lan, **values)) == code
    db.session.commit()
    assert (rows(), db.session.scalar(sa.select(TallySheet.id))) == (0, None)


def test_a_late_day_and_a_large_number_pass_with_a_reason(lan):
    late = TODAY - dt.timedelta(days=8)
    assert tap(lan, day=late, quantity=70, reason="Ghi bù từ sổ giấy").status == "stored"
    assert figures(lan, late)["B"] == 70


def test_a_persons_taps_over_the_soft_cap_need_one_reason_for_the_day(lan, place, context_of):
    tap(lan, quantity=60)
    assert refusal(lambda: tap(lan)) == "tally_over_soft_cap"
    assert tap(lan, reason="Ngày hội ở nhà văn hóa").status == "stored"
    assert tap(lan).status == "stored"
    # the cap is a person's, not the team's
    assert tap(book(context_of, place.minh, place.east), quantity=60).status == "stored"
    assert figures(lan)["B"] == 122


def test_the_cap_of_a_whole_holds_for_its_parts_together(lan):
    tap(lan, "B", quantity=60)
    tap(lan, "C", quantity=40)
    assert refusal(lambda: tap(lan, "C")) == "tally_over_soft_cap"


def test_a_total_stands_for_the_taps_and_is_not_added_to_them(lan):
    for _ in range(3):
        tap(lan)
    tap(lan, source="day_total", quantity=10)
    assert figures(lan)["B"] == 10
    tap(lan, source="paper", quantity=12)
    assert figures(lan)["B"] == 12
    late = tap(lan)
    assert (late.status, late.flags) == ("flagged", ("tally_total_stands",))
    assert figures(lan)["B"] == 12
    assert lan.sheet_of_day(TODAY).said.taps == {"B": 4}


def test_a_total_below_its_parts_is_refused_from_both_sides(lan):
    tap(lan, "B", quantity=5)
    tap(lan, "C", quantity=4)
    assert refusal(lambda: tap(lan, "A", source="day_total", quantity=8)) == "tally_total_below_parts"
    tap(lan, "A", source="day_total", quantity=9)
    assert refusal(lambda: tap(lan, "C")) == "tally_total_below_parts"
    assert figures(lan) == {"A": 9, "B": 5, "C": 4, "H": 0}


def test_a_whole_without_a_total_counts_its_parts(lan):
    tap(lan, "A", quantity=2)
    tap(lan, "B", quantity=5)
    tap(lan, "H", quantity=7)
    assert figures(lan) == {"A": 7, "B": 5, "C": 0, "H": 7}


def test_only_who_counts_here_records(lan, place, context_of):
    tap(lan)
    for user, unit in (
        (place.head, place.east),
        (place.officer, place.east),
        (place.officer, place.commune),
        (place.bac, place.east),
        (place.stranger, place.east),
    ):
        with pytest.raises(Forbidden):
            tap(book(context_of, user, unit))
    assert rows() == 1


@pytest.mark.parametrize("state", ["submitted", "approved", "locked"])
def test_a_sheet_that_was_sent_takes_no_more(lan, state):
    number = new_id()
    tap(lan, client_id=number)
    db.session.scalars(sa.select(TallySheet)).one().state = state
    assert refusal(lambda: tap(lan)) == f"tally_sheet_{state}"
    assert refusal(lambda: lan.undo(number)) == f"tally_sheet_{state}"
    # what arrived before is still known
    assert tap(lan, client_id=number).status == "known"


def test_a_returned_sheet_takes_more(lan):
    tap(lan)
    db.session.scalars(sa.select(TallySheet)).one().state = "returned"
    assert tap(lan).status == "stored"


def test_a_clock_that_runs_ahead_is_flagged_and_kept(lan):
    done = tap(lan, claimed_at=NOW + dt.timedelta(hours=2))
    assert (done.status, done.flags) == ("flagged", ("tally_clock_ahead",))


# ---------------------------------------------------------------- taking back


def test_undo_takes_back_once(lan):
    kept, gone = new_id(), new_id()
    tap(lan, client_id=kept)
    tap(lan, client_id=gone)
    assert [lan.undo(gone).status, lan.undo(gone).status] == ["stored", "known"]
    assert figures(lan)["B"] == 1
    assert rows() == 3
    # the entry was there: sending it again does not bring it back
    assert tap(lan, client_id=gone).status == "known"
    assert figures(lan)["B"] == 1


def test_undo_is_for_ones_own_entry_and_five_minutes(lan, place, context_of):
    number = new_id()
    tap(lan, client_id=number)
    minh = book(context_of, place.minh, place.east)
    assert refusal(lambda: minh.undo(number)) == "tally_undo_not_yours"
    in_time = book(context_of, place.lan, place.east, now=NOW + dt.timedelta(minutes=5))
    late = book(context_of, place.lan, place.east, now=NOW + dt.timedelta(minutes=5, seconds=1))
    assert refusal(lambda: late.undo(number)) == "tally_undo_too_late"
    assert in_time.undo(number).status == "stored"


def test_undo_of_what_is_not_there_or_is_an_undoing(lan, place, context_of):
    number = new_id()
    tap(lan, client_id=number)
    assert refusal(lambda: lan.undo(new_id())) == "tally_undo_unknown"
    assert refusal(lambda: book(context_of, place.bac, place.north).undo(number)) == "tally_undo_unknown"
    lan.undo(number)
    reversal = db.session.scalars(sa.select(Tally).where(Tally.reverses_id.is_not(None))).one()
    assert refusal(lambda: lan.undo(reversal.client_id)) == "tally_undo_unknown"


def test_taking_back_a_total_brings_the_taps_back(lan):
    tap(lan, quantity=3)
    number = new_id()
    tap(lan, source="day_total", quantity=9, client_id=number)
    lan.undo(number)
    assert figures(lan)["B"] == 3


def test_taps_write_no_audit_line_and_totals_do(lan):
    tap(lan)
    tap(lan, "H", source="day_total", quantity=4)
    db.session.commit()
    assert db.session.scalars(sa.select(AuditLine.action)).all() == ["tally.total"]


# ---------------------------------------------------------------- together from a device


def record(**values):
    data = {"indicator": "B", "day": "2026-05-13", "quantity": 1} | values.pop("data", {})
    return {"client_id": new_id(), "claimed_at": "2026-05-13T09:58:00+07:00", "data": data} | values


def test_a_batch_is_taken_in_record_by_record(lan):
    first = record()
    body = {
        "device": "d1",
        "batch": "b1",
        "records": [first, record(data={"day": "2026-05-14"}), first, record(data={"quantity": -3}), record()],
    }
    results = lan.sync(body)
    assert [one.status for one in results] == ["stored", "refused", "known", "refused", "stored"]
    assert [one.refusal.code for one in results if one.refusal] == ["tally_day_ahead", "tally_negative"]
    assert [one.status for one in lan.sync(body)] == ["known", "refused", "known", "refused", "known"]
    db.session.commit()
    assert rows() == 2


@pytest.mark.parametrize(
    "bad",
    [
        {},
        {"client_id": new_id()},
        {"client_id": 7, "data": {}},
        record(data={"quantity": "1"}),
        record(data={"quantity": True}),
        record(data={"quantity": 10**30}),
        record(data={"day": "13/05/2026"}),
        record(data={"day": None}),
        record(data={"name": "Nguyễn Văn A"}),
        record(data={"detail": []}),
        record(claimed_at=5),
        record(claimed_at="yesterday"),
        record(extra=1),
        [],
        None,
    ],
)
def test_a_record_of_another_form_is_refused_alone(lan, bad):
    results = lan.sync({"records": [bad, record()]})
    assert [one.status for one in results] == ["refused", "stored"]
    assert results[0].refusal.code == "tally_record_bad"


@pytest.mark.parametrize("body", [None, [], "x", {}, {"records": []}, {"records": "x"}, {"records": [1], "more": 1}])
def test_a_body_of_another_form_is_refused_whole(lan, body):
    assert refusal(lambda: lan.sync(body)) == "tally_sync_bad"


def test_a_batch_has_an_end(lan):
    assert refusal(lambda: lan.sync({"records": [record()] * 201})) == "tally_sync_too_many"


def test_ids_are_uuids_of_any_spelling(lan):
    number = uuid.uuid4()
    assert tap(lan, client_id=number.hex).client_id == str(number)


def test_totals_of_a_day_are_kept_together_or_not_at_all(lan):
    def totals(**figures):
        return lan.day_totals(TODAY, figures, client_ids={code: new_id() for code in figures})

    totals(A=20, B=15)
    totals(A=40, B=30)  # neither order of one by one would do
    totals(B=9, A=10)
    assert figures(lan) == {"A": 10, "B": 9, "C": 0, "H": 0}
    assert refusal(lambda: totals(H=3, A=8)) == "tally_total_below_parts"
    assert figures(lan) == {"A": 10, "B": 9, "C": 0, "H": 0}
