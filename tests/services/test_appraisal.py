"""The standing body: clocks, returns, notes among appraisers, public notice, refusal, and the way up."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from core.domain.deadlines import add_working_days
from core.domain.errors import Forbidden, NotFound, Refused
from core.domain.nomination import Step
from core.domain.permissions import Role
from core.models import Handover, NominationStep, Notice, Remark, db
from core.services import appraisal, appraisal_queue, catalog, handovers, moves
from core.services.appraisal import Note
from tests.council import TODAY, Council, codes


@pytest.fixture
def council(make, context_of):
    return Council(make, context_of)


def twenty_days(day: dt.date) -> dt.date:
    return add_working_days(day, 20, catalog.calendar(db.session))


def news(user) -> list[str]:
    return list(db.session.scalars(sa.select(Notice.code).where(Notice.user_id == user.id).order_by(Notice.id)))


def test_receiving_starts_the_clock_of_twenty_working_days(council):
    row = council.nomination(award="GIAY_KHEN", state="submitted", due_on=TODAY)
    appraisal.receive(council.ctx, row.key)
    # 20 working days after Wednesday 13/05/2026: no day off lies between
    assert (row.state, row.due_on) == ("received", dt.date(2026, 6, 10))
    assert row.due_on == twenty_days(TODAY)


def test_a_day_off_set_here_moves_the_clock(council, make):
    from core.models import CalendarDay

    make.keep(CalendarDay(day=dt.date(2026, 5, 15), kind="off", name="Nghỉ bù", source="QĐ thử", created_at=make.now))
    row = council.nomination(award="GIAY_KHEN", state="submitted")
    appraisal.receive(council.ctx, row.key)
    assert row.due_on == dt.date(2026, 6, 11)


def test_a_dossier_without_frozen_rules_takes_the_catalogue_s_clock(council):
    row = council.nomination(award="GIAY_KHEN", state="submitted")
    row.rules = None
    db.session.commit()
    appraisal.receive(council.ctx, row.key)
    assert row.due_on == dt.date(2026, 6, 10)


def test_returning_needs_a_remark_on_something_of_the_dossier(council):
    row = council.nomination(award="GIAY_KHEN", state="received")
    for notes, due_on, wanted in (
        ([], TODAY, ["remark_missing"]),
        ([Note("khong.co", "x")], TODAY, ["unknown_field"]),
        ([Note("", "x")], TODAY - dt.timedelta(days=1), ["due_in_the_past"]),
        ([Note("", "x")] * 21, TODAY, ["remark_missing"]),
    ):
        with pytest.raises(Refused) as refused:
            appraisal.give_back(council.ctx, row.key, notes, due_on=due_on)
        assert codes(refused) == wanted
    assert row.state == "received"


def test_returning_tells_the_unit_what_and_until_when(council):
    row = council.nomination(award="GIAY_KHEN", state="received")
    part = next(name for name, _label in appraisal.fields_of(council.ctx, row) if name.startswith("part."))
    notes = [Note("achievement", "Nêu rõ kết quả"), Note(part, "Thiếu dấu"), Note("", "Gửi lại cả bản giấy")]
    due_on = appraisal.mending_day(council.ctx)
    appraisal.give_back(council.ctx, row.key, notes, due_on=due_on)
    db.session.commit()
    assert (row.state, row.due_on) == ("returned", dt.date(2026, 5, 20))
    remarks = db.session.scalars(sa.select(Remark).order_by(Remark.id))
    assert [(one.about, one.text, one.audience) for one in remarks] == [
        ("achievement", "Nêu rõ kết quả", "nominating"),
        (part, "Thiếu dấu", "nominating"),
        ("", "Gửi lại cả bản giấy", "nominating"),
    ]
    assert news(council.head) == ["news_return"]
    assert appraisal_queue.open_remarks(council.ctx, [row.id]) == {row.id: 3}


def test_every_field_of_the_award_s_own_report_can_be_remarked_on(council):
    row = council.nomination(award="CSTDCS", state="received")
    names = [name for name, _label in appraisal.fields_of(council.ctx, row)]
    assert len(names) == len(set(names))
    kinds = {name.partition(".")[0] for name in names}
    assert kinds == {*appraisal.FIELDS, "report", "part"}


def test_the_conclusion_and_notes_stay_among_the_appraisers(council):
    row = council.nomination(award="GIAY_KHEN", state="received", due_on=TODAY)
    appraisal.write_note(council.ctx, row.key, "Hỏi lại Công an")
    appraisal.appraise(council.ctx, row.key, conclusion="Đủ điều kiện")
    db.session.commit()
    # the clock runs on: the twenty days are for appraising and submitting
    assert (row.state, row.due_on) == ("appraised", TODAY)
    assert [one.text for one in appraisal.notes_of(council.ctx, row)] == ["Hỏi lại Công an", "Đủ điều kiện"]
    assert appraisal.notes_of(council.as_(council.head, council.other_village), row) == []
    assert list(db.session.scalars(sa.select(NominationStep.note))) == [""]
    assert news(council.head) == []


def test_public_notice_runs_by_the_frozen_rule(council):
    row = council.nomination(award="GIAY_KHEN")
    rule = appraisal.consult_rule(row)
    assert (rule.days, rule.unit, rule.is_statutory, rule.needs_check) == (5, "working_day", False, True)
    appraisal.open_consultation(council.ctx, row.key, days=rule.days)
    assert (row.state, row.consult_from, row.consult_to) == ("consulting", TODAY, dt.date(2026, 5, 20))
    appraisal.close_consultation(council.ctx, row.key, result="Không có ý kiến")
    assert (row.state, row.consult_result) == ("appraised", "Không có ý kiến")


def test_a_notice_that_the_law_demands_runs_its_full_time(council):
    row = council.nomination(award="GIAY_KHEN")
    entry = {**row.rules["consultation"], "days": 10, "unit": "calendar_day", "is_statutory": True}
    row.rules = {**row.rules, "consultation": entry}
    db.session.commit()
    with pytest.raises(Refused) as refused:
        appraisal.open_consultation(council.ctx, row.key, days=9)
    assert codes(refused) == ["consultation_too_short"]
    appraisal.open_consultation(council.ctx, row.key, days=10)
    db.session.commit()
    assert row.consult_to == dt.date(2026, 5, 23)
    with pytest.raises(Refused) as refused:
        appraisal.close_consultation(council.ctx, row.key, result="x")
    assert codes(refused) == ["consultation_not_over"]
    later = council.as_(council.secretary, now=council.make.now + dt.timedelta(days=11))
    appraisal.close_consultation(later, row.key, result="2 ý kiến, đã trả lời")
    assert row.state == "appraised"


def test_declining_gives_the_unit_its_reason(council):
    row = council.nomination(award="GIAY_KHEN", state="received")
    appraisal.decline(council.ctx, row.key, reason="Chưa đủ thời gian công tác")
    db.session.commit()
    assert row.state == "declined"
    note = db.session.scalars(sa.select(Notice).where(Notice.user_id == council.head.id)).one()
    assert (note.code, note.params["note"]) == ("news_decline", "Chưa đủ thời gian công tác")


@pytest.mark.parametrize(
    "act",
    [
        lambda ctx, key: appraisal.receive(ctx, key),
        lambda ctx, key: appraisal.give_back(ctx, key, [Note("", "x")], due_on=TODAY),
        lambda ctx, key: appraisal.appraise(ctx, key, conclusion=""),
        lambda ctx, key: appraisal.write_note(ctx, key, "x"),
        lambda ctx, key: appraisal.decline(ctx, key, reason="x"),
        lambda ctx, key: appraisal.open_consultation(ctx, key, days=5),
        lambda ctx, key: handovers.hand_up(ctx, key, letter_number="1/TTr", note=""),
    ],
)
def test_nobody_else_appraises(council, act):
    row = council.nomination(award="GIAY_KHEN", state="submitted")
    with pytest.raises(Forbidden):
        act(council.as_(council.member), row.key)
    with pytest.raises(Forbidden):
        act(council.as_(council.head, council.other_village), row.key)
    with pytest.raises(NotFound):
        act(council.as_(council.upper, council.province), row.key)
    assert row.state == "submitted"


def test_a_draft_does_not_exist_for_the_standing_body(council):
    row = council.nomination(state="draft")
    with pytest.raises(NotFound):
        appraisal.receive(council.ctx, row.key)


# ---------------------------------------------------------------- the way up


def test_an_award_beyond_the_commune_goes_to_the_province_with_a_clock_of_its_own(council):
    row = council.nomination(award="BANG_KHEN_TINH", due_on=TODAY)
    assert handovers.target(council.ctx, row).id == council.province.id
    handovers.hand_up(council.ctx, row.key, letter_number="88/TTr-UBND", note="Kính đề nghị")
    db.session.commit()
    assert (row.state, row.handling_unit_id, row.upper_unit_id) == (
        "submitted",
        council.province.id,
        council.province.id,
    )
    assert row.due_on == twenty_days(TODAY)
    assert news(council.upper) == ["news_hand_up"]
    upper = council.as_(council.upper, council.province)
    assert [one.key for one in appraisal_queue.page_of(upper, "waiting", cursor=None).rows] == [row.key]
    assert [one.key for one in appraisal_queue.page_of(council.ctx, "handed_up", cursor=None).rows] == [row.key]
    with pytest.raises(Refused) as refused:
        appraisal.receive(council.ctx, row.key)
    assert codes(refused) == ["not_handling"]
    appraisal.receive(upper, row.key)
    assert row.state == "received"


def test_the_province_s_answer_comes_back(council):
    row = council.nomination(award="BANG_KHEN_TINH")
    handovers.hand_up(council.ctx, row.key, letter_number="88/TTr", note="")
    appraisal.decline(council.as_(council.upper, council.province), row.key, reason="Chưa đủ mức")
    db.session.commit()
    handover = db.session.scalars(sa.select(Handover)).one()
    assert (handover.result, handover.result_at) == ("declined", council.make.now)
    assert "news_decline" in news(council.secretary)
    assert "news_decline" in news(council.head)
    assert [one.result for one in handovers.of(council.ctx, row)] == ["declined"]


def test_an_award_by_the_province_comes_back_too(council):
    row = council.nomination(award="BANG_KHEN_TINH")
    handovers.hand_up(council.ctx, row.key, letter_number="88/TTr", note="")
    upper = council.as_(council.upper, council.province)
    row.state = "signing"
    moves.move(upper, row, Step.AWARD)
    assert db.session.scalars(sa.select(Handover.result)).one() == "awarded"
    assert "news_award" in news(council.secretary)


def test_what_the_commune_may_sign_stays(council):
    row = council.nomination(award="GIAY_KHEN")
    assert handovers.target(council.ctx, row) is None
    with pytest.raises(Refused) as refused:
        handovers.hand_up(council.ctx, row.key, letter_number="1/TTr", note="")
    assert codes(refused) == ["may_sign_here"]


def test_where_the_law_demands_the_council_s_vote_it_comes_first(council):
    row = council.nomination(award="CSTD_TINH")
    with pytest.raises(Refused) as refused:
        handovers.hand_up(council.ctx, row.key, letter_number="1/TTr", note="")
    assert codes(refused) == ["vote_first"]
    row.state = "passed"
    handovers.hand_up(council.ctx, row.key, letter_number="1/TTr", note="")
    assert row.state == "submitted"


def test_without_an_upper_unit_there_is_no_way_up(council, make):
    council.commune.parent_id, council.commune.path = None, f"/{council.commune.id}/"
    db.session.commit()
    row = council.nomination(award="BANG_KHEN_TINH")
    with pytest.raises(Refused) as refused:
        handovers.hand_up(council.ctx, row.key, letter_number="1/TTr", note="")
    assert codes(refused) == ["no_upper_unit"]


def test_units_without_the_power_are_passed_over(council, make):
    """A village's event offers a bằng khen of the province: the commune between them cannot sign it either."""
    village = council.village
    secretary = make.user("Thư Thôn", (Role.SECRETARY, village))
    event = make.event(village, awards=("BANG_KHEN_TINH",))
    row = make.nomination(event, village, award="BANG_KHEN_TINH", state="appraised")
    ctx = council.as_(secretary, village)
    assert handovers.target(ctx, row).id == council.province.id


def test_a_unit_hands_a_dossier_up_once(council):
    row = council.nomination(award="BANG_KHEN_TINH")
    handovers.hand_up(council.ctx, row.key, letter_number="88/TTr", note="")
    db.session.add(
        Handover(
            nomination_id=row.id, from_unit_id=council.commune.id, to_unit_id=council.province.id, at=council.make.now
        )
    )
    with pytest.raises(IntegrityError):
        db.session.flush()


# ---------------------------------------------------------------- the queue


def test_the_queue_shows_what_is_most_urgent_first(council):
    days = {"muộn": -2, "mai": 1, "không hạn": None, "hôm nay": 0}
    rows = {
        name: council.nomination(
            award="GIAY_KHEN", state="received", due_on=None if n is None else TODAY + dt.timedelta(days=n)
        )
        for name, n in days.items()
    }
    council.nomination(award="GIAY_KHEN", state="returned", due_on=TODAY - dt.timedelta(days=9))
    page = appraisal_queue.page_of(council.ctx, "waiting", cursor=None)
    order = [rows[name].key for name in ("muộn", "hôm nay", "mai", "không hạn")]
    assert [one.key for one in page.rows] == order
    assert [one.key for one in appraisal_queue.page_of(council.ctx, "overdue", cursor=None).rows] == order[:1]
    counts = appraisal_queue.counts(council.ctx)
    assert counts == {
        "waiting": 4,
        "overdue": 1,
        "submitted": 0,
        "received": 4,
        "consulting": 0,
        "appraised": 0,
        "returned": 1,
        "handed_up": 0,
    }
    way = appraisal_queue.neighbours(council.ctx, rows["mai"])
    assert (way.place, way.total, way.prev, way.next) == (3, 4, order[1], order[3])
    first = appraisal_queue.neighbours(council.ctx, rows["muộn"])
    assert (first.place, first.prev, first.next) == (1, None, order[1])


def test_after_an_act_the_next_dossier_is_still_at_hand(council):
    first = council.nomination(award="GIAY_KHEN", state="received", due_on=TODAY)
    second = council.nomination(award="GIAY_KHEN", state="received", due_on=TODAY + dt.timedelta(days=1))
    appraisal.appraise(council.ctx, first.key, conclusion="")
    way = appraisal_queue.neighbours(council.ctx, first)
    assert (way.place, way.total, way.prev, way.next) == (None, 1, None, second.key)


def test_the_queue_turns_its_pages_by_key(council):
    for n in range(53):
        council.make.nomination(
            council.event, council.other_village, state="submitted", due_on=TODAY if n % 2 else None
        )
    first = appraisal_queue.page_of(council.ctx, "waiting", cursor=None)
    second = appraisal_queue.page_of(council.ctx, "waiting", cursor=first.next)
    keys = [one.key for one in (*first.rows, *second.rows)]
    assert (len(first.rows), len(second.rows), len(set(keys)), second.next) == (50, 3, 53, None)
    back = appraisal_queue.page_of(council.ctx, "waiting", cursor=second.prev)
    assert [one.key for one in back.rows] == keys[:50]
