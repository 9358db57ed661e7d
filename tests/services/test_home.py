"""Việc của tôi finds what waits for a person, and nothing that waits for somebody else."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from core.domain.permissions import Role
from core.models import (
    Committee,
    CommitteeMember,
    Decision,
    DecisionLine,
    EventTask,
    Nomination,
    NominationStep,
    RecoveryTask,
    Sitting,
    SittingItem,
    db,
)
from core.services import home
from core.services.context import new_key
from tests.conftest import NOW

TODAY = dt.date(2026, 5, 13)


@pytest.fixture
def commune(make):
    return make.unit("UBND xã Thử", kind="xa")


@pytest.fixture
def village(make, commune):
    return make.unit("Thôn Thử", parent=commune, kind="thon")


@pytest.fixture
def event(make, commune, village):
    return make.event(commune, invited=(village,), report_due_on=dt.date(2026, 6, 20))


@pytest.fixture
def todo(context_of):
    """``todo(user, unit=None)``: (kind, object, number) of every line but the event's own check."""

    def lines(user, unit=None, *, checks: bool = False):
        db.session.rollback()
        found = home.build(context_of(user, unit)).lines
        return [
            (one.todo.kind, one.todo.about, one.todo.number)
            for one in found
            if checks or one.todo.kind != "check_event"
        ]

    return lines


def _about(row) -> str:
    return f"nomination:{row.key}"


def test_the_nominator_mends_and_finishes_the_head_also_confirms(make, village, event, todo):
    rows = {
        state: make.nomination(event, village, state=state) for state in ("draft", "ready", "returned", "submitted")
    }
    writer = make.user("", (Role.NOMINATOR, village))
    head = make.user("", (Role.HEAD, village))
    assert {(kind, about) for kind, about, _n in todo(writer)} == {
        ("mend", _about(rows["returned"])),
        ("finish", _about(rows["draft"])),
    }
    assert {(kind, about) for kind, about, _n in todo(head)} == {
        ("mend", _about(rows["returned"])),
        ("finish", _about(rows["draft"])),
        ("confirm", _about(rows["ready"])),
    }


def test_a_returned_dossier_says_why_and_by_when(make, village, event, context_of):
    row = make.nomination(event, village, state="returned", due_on=dt.date(2026, 5, 12))
    step = {"nomination_id": row.id, "at": NOW, "unit_id": event.unit_id}
    for note in ("lần đầu", "Thiếu xác nhận của thôn."):
        make.keep(NominationStep(step="return", old="submitted", new="returned", note=note, **step))
    (line,) = home.build(context_of(make.user("", (Role.NOMINATOR, village)))).lines
    assert (line.todo.why, line.todo.due_on, line.is_late, line.days_left) == (
        "Thiếu xác nhận của thôn.",
        dt.date(2026, 5, 12),
        True,
        -1,
    )


def test_the_secretary_is_led_from_receiving_to_the_decision(make, commune, village, event, todo):
    kinds = {
        "submitted": "receive",
        "received": "appraise",
        "appraised": "to_council",
        "passed": "to_decision",
        "failed": "second_round",
    }
    rows = {state: make.nomination(event, village, state=state) for state in kinds}
    for state in ("draft", "ready", "returned", "on_ballot", "signing", "awarded", "declined", "withdrawn"):
        make.nomination(event, village, state=state)
    thanks = make.nomination(event, village, state="appraised", award="BIEU_DUONG")
    secretary = make.user("", (Role.SECRETARY, commune))
    assert set(todo(secretary)) == {
        *((kind, _about(rows[state]), 1) for state, kind in kinds.items()),
        ("conclude", _about(thanks), 1),
    }


def test_a_consultation_waits_until_it_is_over(make, commune, village, event, todo):
    make.nomination(event, village, state="consulting", consult_to=TODAY)
    over = make.nomination(event, village, state="consulting", consult_to=TODAY - dt.timedelta(days=1))
    assert todo(make.user("", (Role.SECRETARY, commune))) == [("close_consultation", _about(over), 1)]


def test_what_was_handed_up_is_the_upper_unit_s(make, village, todo):
    province = make.unit("UBND tỉnh Thử", kind="tinh")
    commune = make.unit("UBND xã Hai", kind="xa", parent=province)
    event = make.event(commune, invited=(village,))
    row = make.nomination(event, village, state="submitted", upper_unit_id=province.id)
    row.handling_unit_id = province.id
    db.session.commit()
    assert todo(make.user("", (Role.SECRETARY, province))) == [("receive", _about(row), 1)]
    assert todo(make.user("", (Role.SECRETARY, commune))) == []


def test_strangers_and_other_units_see_nothing(make, commune, village, event, todo):
    for state in ("draft", "ready", "returned", "submitted", "received"):
        make.nomination(event, village, state=state)
    other = make.unit("Thôn Khác", parent=commune, kind="thon")
    for role in Role:
        if role is not Role.SYSTEM_ADMIN:
            assert todo(make.user("", (role, other))) == []


def test_many_of_a_kind_become_one_line_with_their_number_and_earliest_day(make, commune, village, event, context_of):
    days = [dt.date(2026, 5, day) for day in (20, 15, 18, 22)]
    for day in days[:3]:
        make.nomination(event, village, state="submitted", due_on=day)
    secretary = make.user("", (Role.SECRETARY, commune))
    kinds = [one.todo.kind for one in home.build(context_of(secretary)).lines if one.todo.kind == "receive"]
    assert len(kinds) == 3
    make.nomination(event, village, state="submitted", due_on=days[3])
    (line,) = [one for one in home.build(context_of(secretary)).lines if one.todo.kind == "receive"]
    assert (line.todo.number, line.todo.due_on) == (4, dt.date(2026, 5, 15))


def test_late_comes_first_then_the_nearest_day_then_what_has_none(make, commune, village, event, context_of):
    for name, day in (("không hạn", None), ("mai", 14), ("hôm qua", 12), ("tuần sau", 20)):
        nominee = make.nominee(village, name)
        due = dt.date(2026, 5, day) if day else None
        make.nomination(event, village, nominee=nominee, state="received" if day else "passed", due_on=due)
    lines = home.build(context_of(make.user("", (Role.SECRETARY, commune)))).lines
    names = [one.todo.name for one in lines if one.todo.kind != "check_event"]
    assert names == ["hôm qua", "mai", "tuần sau", "không hạn"]


def test_one_person_with_several_roles_sees_all_and_one_unit_only_its_own(make, commune, village, event, todo):
    draft = make.nomination(event, village, state="draft")
    sent = make.nomination(event, village, state="submitted")
    both = make.user("", (Role.NOMINATOR, village), (Role.SECRETARY, commune))
    assert {kind for kind, _about, _n in todo(both)} == {"finish", "receive"}
    assert todo(both, village) == [("finish", _about(draft), 1)]
    assert todo(both, commune) == [("receive", _about(sent), 1)]


# ---------------------------------------------------------------- council, decisions, tasks


@pytest.fixture
def sitting(make, commune, village, event):
    member = make.user("Trần Thành Viên", (Role.MEMBER, commune))
    committee = Committee(
        key=new_key(), unit_id=commune.id, name="Hội đồng", decision_number="1", decided_on=TODAY, from_on=TODAY,
        created_at=NOW,
    )  # fmt: skip
    committee.members = [
        CommitteeMember(
            key=new_key(), position=0, part="chair", full_name=member.full_name, user_id=member.id, from_on=TODAY
        )
    ]
    row = Sitting(
        key=new_key(), unit_id=commune.id, title="Phiên họp", held_at=NOW, created_at=NOW, committee=committee
    )
    row.items = [SittingItem(key=new_key(), nomination_id=make.nomination(event, village, state="on_ballot").id)]
    return make.keep(row)


def _member(sitting):
    return sitting.committee.members[0].user


def test_a_member_reads_the_agenda_of_the_own_committee_only(make, commune, sitting, todo):
    assert todo(_member(sitting)) == [("read_agenda", f"sitting:{sitting.key}", 1)]
    assert todo(make.user("", (Role.MEMBER, commune))) == []
    sitting.state = "closed"
    db.session.commit()
    assert todo(_member(sitting)) == []


def test_counts_are_entered_by_one_and_confirmed_by_another(make, commune, sitting, todo):
    first = make.user("", (Role.SECRETARY, commune))
    second = make.user("", (Role.SECRETARY, commune))
    sitting.state = "open"
    db.session.commit()
    assert todo(first) == [("enter_counts", f"sitting:{sitting.key}", 1)]
    sitting.items[0].entered_by_id = first.id
    db.session.commit()
    assert todo(first) == []
    assert todo(second) == [("confirm_counts", f"sitting:{sitting.key}", 1)]


def test_the_signer_signs_what_is_drafted(make, commune, village, event, todo):
    decision = Decision(key=new_key(), unit_id=commune.id, kind="grant", title="Tặng Giấy khen", created_at=NOW)
    make.keep(decision)
    signer = make.user("", (Role.SIGNER, commune))
    assert todo(signer) == []
    decision.lines = [DecisionLine(nomination_id=make.nomination(event, village, state="signing").id)]
    db.session.commit()
    assert todo(signer) == [("sign", f"decision:{decision.key}", 1)]
    decision.state = "issued"
    db.session.commit()
    assert todo(signer) == []


def test_tasks_of_the_plan_are_the_unit_s_until_they_are_done(make, village, event, todo):
    task = make.keep(
        EventTask(
            key=new_key(), event_id=event.id, unit_id=village.id, part="lead", content="Đi từng ngõ", due_on=TODAY
        )
    )
    writer = make.user("", (Role.NOMINATOR, village))
    assert todo(writer) == [("task", f"event_task:{task.key}", 1)]
    task.status = "done"
    db.session.commit()
    assert todo(writer) == []


def test_a_report_is_called_for_ten_days_ahead_and_never_without_a_day(make, commune, event, todo):
    secretary = make.user("", (Role.SECRETARY, commune))
    assert todo(secretary) == []
    event.report_due_on = TODAY + dt.timedelta(days=10)
    db.session.commit()
    assert todo(secretary) == [("report", f"report:{event.key}", 1)]
    event.report_due_on = None
    db.session.commit()
    assert todo(secretary) == []


def test_the_organiser_is_shown_what_the_event_lacks(make, commune, event, todo):
    lines = todo(make.user("", (Role.SECRETARY, commune)), checks=True)
    assert [(kind, about) for kind, about, _n in lines] == [("check_event", f"event:{event.key}")]
    assert lines[0][2] >= 1


def test_certificates_and_money_of_a_revoked_award_are_got_back(make, commune, village, event, todo, award_of):
    award = award_of(make.nomination(event, village, state="revoked"))
    make.keep(RecoveryTask(key=new_key(), award_id=award.id, unit_id=commune.id, what="object", created_at=NOW))
    assert [kind for kind, _about, _n in todo(make.user("", (Role.SECRETARY, commune)))] == ["recover"]


@pytest.fixture
def award_of(make, commune):
    from core.models import Award

    def build(row: Nomination) -> Award:
        decision = make.keep(
            Decision(key=new_key(), unit_id=commune.id, kind="grant", state="issued", title="QĐ", created_at=NOW)
        )
        return make.keep(
            Award(
                key=new_key(), unit_id=commune.id, nominating_unit_id=row.unit_id, event_id=row.event_id,
                decision_id=decision.id, nomination_id=row.id, nominee_id=row.nominee_id, kind=row.kind,
                award_code=row.award_code, award_name="Giấy khen", commendation_type="phong_trao",
                name=row.nominee_name,
                name_key=row.name_key, folded="", awarded_on=TODAY, year=2026, register_number=1, state="revoked",
                created_at=NOW,
            )
        )  # fmt: skip

    return build


# ---------------------------------------------------------------- how the event stands


def test_the_organiser_sees_every_state_an_invited_unit_its_own(make, commune, village, event, context_of):
    other = make.unit("Thôn Khác", parent=commune, kind="thon")
    from core.models import EventUnit

    make.keep(EventUnit(event_id=event.id, unit_id=other.id))
    for unit, state in ((village, "submitted"), (village, "draft"), (other, "received"), (other, "awarded")):
        make.nomination(event, unit, state=state)
    seen = home.build(context_of(make.user("", (Role.SECRETARY, commune)))).standing
    assert (seen.standing.sent_units, seen.standing.invited_units, seen.standing.dossiers) == (2, 2, 3)
    assert (seen.waiting, seen.honoured, seen.is_own, seen.nominates_for) == (2, 1, True, "")
    theirs = home.build(context_of(make.user("", (Role.NOMINATOR, village)))).standing
    assert (theirs.drafts, theirs.sent, theirs.honoured, theirs.is_own) == (1, 1, 0, False)
    assert theirs.nominates_for == village.key


def test_the_event_that_receives_comes_before_a_later_one(make, commune, village, event, context_of):
    later = make.event(commune, invited=(village,), title="Đợt sau")
    for phase in later.phases:
        phase.opens_at += dt.timedelta(days=30)
        phase.closes_at += dt.timedelta(days=30)
    later.window_to += dt.timedelta(days=30)
    db.session.commit()
    user = make.user("", (Role.NOMINATOR, village))
    assert home.build(context_of(user)).standing.row.key == event.key
    event.state = "closed"
    db.session.commit()
    assert home.build(context_of(user)).standing.row.key == later.key


def test_nobody_s_event_is_shown_to_a_unit_that_is_not_invited(make, commune, event, context_of):
    other = make.unit("Thôn Khác", parent=commune, kind="thon")
    assert home.build(context_of(make.user("", (Role.NOMINATOR, other)))).standing is None


def test_done_today_is_mine_and_of_today(make, village, event, context_of):
    row = make.nomination(event, village, state="submitted")
    me, colleague = make.user("", (Role.HEAD, village)), make.user("", (Role.HEAD, village))
    values = {"nomination_id": row.id, "old": "draft", "new": "submitted", "unit_id": village.id, "note": ""}
    yesterday = dt.datetime(2026, 5, 12, 16, 59, tzinfo=dt.UTC)
    make.keep(NominationStep(step="submit", at=NOW, user_id=me.id, **values))
    make.keep(NominationStep(step="return", at=NOW, user_id=colleague.id, **values))
    make.keep(NominationStep(step="withdraw", at=yesterday, user_id=me.id, **values))
    assert [one.step for one in home.build(context_of(me)).done] == ["submit"]


def test_a_new_account_is_told_how_to_begin_until_it_did_something(make, commune, village, event, context_of):
    user = make.user("", (Role.NOMINATOR, village))
    assert home.build(context_of(user)).is_new
    make.nomination(event, village, state="awarded", created_by_id=user.id)
    assert not home.build(context_of(user)).is_new


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.HEAD])
def test_the_number_of_queries_does_not_grow(make, commune, village, event, context_of, role):
    unit = commune if role is Role.SECRETARY else village
    user = make.user("", (role, unit))
    counts = []
    for number in (1, 49):
        for n in range(number):
            make.nomination(event, village, state=("returned", "submitted", "received")[n % 3], due_on=TODAY)
            make.keep(EventTask(key=new_key(), event_id=event.id, unit_id=unit.id, part="lead", content="Việc"))
        counts.append(_queries(lambda: home.build(context_of(user))))
    assert counts[0] == counts[1] <= 30


def _queries(act) -> int:
    db.session.rollback()
    count = 0

    def note(*_args):
        nonlocal count
        count += 1

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
    return count
