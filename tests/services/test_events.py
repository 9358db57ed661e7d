"""Events: what every room asks of them, what their organiser may change, and how they stand."""

import datetime as dt
import json

import pytest
import sqlalchemy as sa

from core.domain.errors import Forbidden, NotFound, Refused, Stale
from core.domain.event import EventData, Phase
from core.domain.permissions import Role
from core.models import AuditLine, AuditPayload, Committee, Event, EventTask, Notice, Office, db
from core.services import event_check, event_parts, event_tasks, events
from core.services.event_parts import Offer
from core.services.event_tasks import TaskData
from tests.conftest import NOW


@pytest.fixture
def commune(make, context_of):
    """A commune with a secretary, two villages with a nominator each, and contexts for all."""
    xa = make.unit("UBND xã Hà Long")
    dong, doai = (make.unit(name, parent=xa, kind="thon") for name in ("Thôn Đông", "Thôn Đoài"))
    secretary = make.user("Nguyễn Mẫu Hoa", (Role.SECRETARY, xa))
    people = {unit.id: make.user(f"Người {unit.name}", (Role.NOMINATOR, unit)) for unit in (dong, doai)}

    class Commune:
        def at(self, unit, event=None, now=None):
            user = secretary if unit is xa else people[unit.id]
            return context_of(user, unit, event=event, now=now)

    Commune.xa, Commune.dong, Commune.doai = xa, dong, doai
    Commune.secretary, Commune.people = secretary, people
    return Commune()


def words(**changes):
    day = dt.date(2026, 5, 12)
    base = {
        "title": "Ngày hội năm 2026",
        "short_title": "Ngày hội 2026",
        "kind": "ngay_huong_ung",
        "commendation_type": "phong_trao",
        "window_from": day,
        "window_to": dt.date(2026, 5, 18),
    }
    return EventData(**{**base, **changes})


def refusals(refused):
    return [(one.code, one.field) for one in refused.value.objections]


def days(n):
    return NOW + dt.timedelta(days=n)


def audit_actions():
    rows = db.session.execute(
        sa.select(AuditLine.action, AuditPayload.json)
        .join(AuditPayload, AuditPayload.seq == AuditLine.seq)
        .order_by(AuditLine.seq)
    )
    return [(action, json.loads(payload)) for action, payload in rows]


# ---------------------------------------------------------------- is it open


def test_a_phase_opens_and_closes_by_itself(commune, make):
    row = make.event(commune.xa)
    receive = events.phase_of(row, "receive")
    second = dt.timedelta(seconds=1)
    moments = (receive.opens_at - second, receive.opens_at, receive.closes_at, receive.closes_at + second)
    assert [events.phase_is_open(row, "receive", at) for at in moments] == [False, True, True, False]
    for state in ("draft", "closed"):
        assert not events.phase_is_open(make.event(commune.xa, state=state), "receive", NOW)


def test_open_now_lists_what_this_unit_may_send_to_soonest_first(commune, make):
    late = make.event(commune.xa, title="Muộn", invited=(commune.dong,))
    soon = make.event(commune.xa, title="Sớm", invited=(commune.dong,))
    soon.phases[0].closes_at = days(1)
    make.event(commune.xa, title="Nháp", state="draft", invited=(commune.dong,))
    make.event(commune.xa, title="Không mời")
    over = make.event(commune.xa, title="Đã qua", invited=(commune.dong,))
    over.phases[0].closes_at = days(-1)
    db.session.commit()
    assert [one.title for one in events.open_now(commune.at(commune.dong))] == ["Sớm", "Muộn"]
    assert events.open_now(commune.at(commune.doai)) == []
    # the organiser did not invite itself
    assert events.open_now(commune.at(commune.xa)) == []
    assert (late.title, soon.title) == ("Muộn", "Sớm")


# ---------------------------------------------------------------- how it stands


def test_standing_counts_units_that_sent_against_units_invited(commune, make):
    row = make.event(commune.xa, invited=(commune.dong, commune.doai))
    first = make.nomination(row, commune.dong, state="submitted")
    first.receipt_at = days(-2)
    make.nomination(row, commune.dong, state="received")
    make.nomination(row, commune.doai, state="draft")
    make.nomination(row, commune.doai, state="withdrawn")
    db.session.commit()
    figures = events.standing(db.session(), row)
    assert (figures.sent_units, figures.invited_units, figures.dossiers) == (1, 2, 2)
    assert figures.by_state == {"submitted": 1, "received": 1, "withdrawn": 1}
    assert figures.by_day == ((dt.date(2026, 5, 11), 1),)
    make.nomination(row, commune.doai, state="submitted")
    figures = events.standing(db.session(), row)
    assert figures.by_day == ((dt.date(2026, 5, 11), 1), (dt.date(2026, 5, 12), 1), (dt.date(2026, 5, 13), 2))
    assert events.usage(db.session(), row) == {"GIAY_KHEN": 3}
    assert events.usage(db.session(), row, unit_id=commune.doai.id) == {"GIAY_KHEN": 1}


def test_a_unit_nobody_invited_does_not_enter_the_share(commune, make):
    row = make.event(commune.xa, invited=(commune.dong,))
    make.nomination(row, commune.doai, state="submitted")
    figures = events.standing(db.session(), row)
    assert (figures.sent_units, figures.invited_units, figures.dossiers) == (0, 1, 1)


# ---------------------------------------------------------------- writing down


def test_a_created_event_is_a_draft_with_an_audit_line(commune):
    row = events.create(commune.at(commune.xa), words())
    db.session.commit()
    assert (row.state, row.unit_id, row.report_due_on) == ("draft", commune.xa.id, None)
    assert audit_actions() == [("event.create", {"title": "Ngày hội năm 2026"})]
    assert events.data_of(row) == words()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"kind": "khong_co"}, [("event_kind_unknown", "kind")]),
        ({"commendation_type": "chuyen_de"}, [("event_type_not_in_force", "commendation_type")]),
        (
            {"title": " ", "window_to": dt.date(2026, 5, 1)},
            [("event_title_missing", "title"), ("event_window_inverted", "window_to")],
        ),
    ],
)
def test_a_bad_event_is_refused_with_every_reason(commune, change, expected):
    with pytest.raises(Refused) as refusal:
        events.create(commune.at(commune.xa), words(**change))
    assert refusals(refusal) == expected
    assert db.session.query(Event).count() == 0


def test_only_the_organisers_managers_change_an_event(commune, make, context_of):
    row = make.event(commune.xa, kind="ngay_huong_ung", invited=(commune.dong,))
    with pytest.raises(Forbidden):
        events.edit(commune.at(commune.dong, row), words(), expected_version=None)
    other = make.unit("UBND xã khác")
    stranger = context_of(make.user("Người lạ", (Role.SECRETARY, other)), other, event=row)
    with pytest.raises(NotFound):
        events.edit(stranger, words(), expected_version=None)
    head = context_of(make.user("Người đề cử", (Role.UNIT_ADMIN, commune.dong)), commune.dong, event=row)
    with pytest.raises(NotFound):
        event_parts.set_invited(head, shown=[commune.dong.key], ticked=[])


def test_a_stale_edit_brings_the_stored_words_and_the_name(commune, make):
    row = make.event(commune.xa, kind="ngay_huong_ung")
    ctx = commune.at(commune.xa, row)
    events.edit(ctx, words(summary="Một"), expected_version=row.version)
    db.session.commit()
    with pytest.raises(Stale) as stale:
        events.edit(ctx, words(summary="Hai"), expected_version=1)
    assert (stale.value.theirs["summary"], stale.value.params["by"]) == ("Một", "Nguyễn Mẫu Hoa")


# ---------------------------------------------------------------- phases


def test_receiving_is_extended_while_it_runs_and_the_audit_says_so(commune, make):
    row = make.event(commune.xa)
    ctx = commune.at(commune.xa, row)
    old = list(event_parts.phases_of(row))
    new = [Phase("receive", old[0].opens_at, days(5)), *old[1:]]
    event_parts.set_phases(ctx, new, expected_version=row.version)
    db.session.commit()
    assert row.phases[0].closes_at == days(5)
    assert audit_actions() == [
        (
            "event.phase_extended",
            {
                "phase": "receive",
                "old": f"{old[0].opens_at.isoformat()}/{old[0].closes_at.isoformat()}",
                "new": f"{old[0].opens_at.isoformat()}/{days(5).isoformat()}",
            },
        )
    ]
    with pytest.raises(Stale):
        event_parts.set_phases(ctx, old, expected_version=1)


def test_a_running_phase_is_neither_moved_nor_taken_away(commune, make):
    row = make.event(commune.xa)
    ctx = commune.at(commune.xa, row)
    old = list(event_parts.phases_of(row))
    with pytest.raises(Refused) as refusal:
        event_parts.set_phases(ctx, old[1:], expected_version=None)
    assert refusals(refusal) == [("phase_has_begun", "receive_opens")]
    row.state = "draft"
    event_parts.set_phases(ctx, old[1:], expected_version=None)
    assert [one.phase for one in row.phases] == ["appraise", "council", "publish"]


# ---------------------------------------------------------------- awards


def test_awards_are_offered_changed_and_kept_while_asked_for(commune, make):
    row = make.event(commune.xa, kind="ngay_huong_ung", awards=())
    ctx = commune.at(commune.xa, row)
    event_parts.set_awards(ctx, [Offer("GIAY_KHEN", 20, 3), Offer("BIEU_DUONG")], expected_version=None)
    make.nomination(row, commune.dong, award="GIAY_KHEN", state="draft")
    event_parts.set_awards(ctx, [Offer("GIAY_KHEN", 15, 3)], expected_version=None)
    assert [(one.award_code, one.quota_total) for one in row.awards] == [("GIAY_KHEN", 15)]
    with pytest.raises(Refused) as refusal:
        event_parts.set_awards(ctx, [], expected_version=None)
    assert [(one.code, one.params) for one in refusal.value.objections] == [
        ("award_in_use", {"award": "Giấy khen", "count": 1})
    ]


def test_offers_that_contradict_themselves_are_refused_together(commune, make):
    row = make.event(commune.xa, kind="ngay_huong_ung", awards=("GIAY_KHEN",))
    for _ in range(3):
        make.nomination(row, commune.dong, state="submitted")
    offers = [Offer("GIAY_KHEN", 2, 5), Offer("GIAY_KHEN"), Offer("LDTT"), Offer("KHONG_CO")]
    with pytest.raises(Refused) as refusal:
        event_parts.set_awards(commune.at(commune.xa, row), offers, expected_version=None)
    assert refusals(refusal) == [
        ("quota_below_use", "awards-0"),
        ("quota_per_unit_above_total", "awards-0"),
        ("award_twice", "awards-1"),
        ("award_not_offerable", "awards-2"),
        ("award_not_offerable", "awards-3"),
    ]


# ---------------------------------------------------------------- units


def test_units_not_shown_stay_and_units_with_dossiers_stay(commune, make):
    row = make.event(commune.xa, invited=(commune.dong,))
    ctx = commune.at(commune.xa, row)
    event_parts.set_invited(ctx, shown=[commune.doai.key], ticked=[commune.doai.key])
    assert sorted(one.unit_id for one in row.invited) == [commune.dong.id, commune.doai.id]
    make.nomination(row, commune.dong, state="draft")
    with pytest.raises(Refused) as refusal:
        event_parts.set_invited(ctx, shown=[commune.dong.key, commune.doai.key], ticked=[])
    assert [one.params for one in refusal.value.objections] == [{"unit": "Thôn Đông"}]
    event_parts.set_invited(ctx, shown=[commune.doai.key], ticked=[])
    assert [one.unit_id for one in row.invited] == [commune.dong.id]


def test_a_unit_of_another_commune_is_not_invited(commune, make):
    row = make.event(commune.xa)
    stranger = make.unit("Thôn xã khác", parent=make.unit("UBND xã khác"), kind="thon")
    ctx = commune.at(commune.xa, row)
    with pytest.raises(NotFound):
        event_parts.set_invited(ctx, shown=[stranger.key], ticked=[stranger.key])
    firm = make.unit("Ngân hàng", kind="don_vi_ngoai", is_external=True)
    event_parts.set_invited(ctx, shown=[firm.key], ticked=[firm.key])
    assert [one.unit_id for one in row.invited] == [firm.id]
    assert [one.name for one in event_parts.units_to_invite(ctx, box="external").rows] == ["Ngân hàng"]
    assert [one.name for one in event_parts.units_to_invite(ctx, box="direct").rows] == [
        "Thôn Đoài",
        "Thôn Đông",
        "UBND xã Hà Long",
    ]


# ---------------------------------------------------------------- states


def test_announcing_tells_the_invited(commune, make):
    row = make.event(commune.xa, state="draft", invited=(commune.dong,))
    events.take_step(commune.at(commune.xa, row), "announce", expected_version=row.version)
    db.session.commit()
    told = [(one.user_id, one.code, one.object) for one in db.session.query(Notice)]
    assert told == [(commune.people[commune.dong.id].id, "news_event_announced", f"event:{row.key}")]
    with pytest.raises(Refused, match="event_no_road"):
        events.take_step(commune.at(commune.xa, row), "announce")
    events.take_step(commune.at(commune.xa, row), "close")
    assert not events.phase_is_open(row, "receive", NOW)
    events.take_step(commune.at(commune.xa, row), "reopen")
    assert events.phase_is_open(row, "receive", NOW)


def test_the_roll_is_public_from_the_publish_phase_on(commune, make):
    row = make.event(commune.xa)
    row.phases[3].opens_at = days(1)
    db.session.commit()
    with pytest.raises(Refused, match="roll_not_yet"):
        events.show_roll(commune.at(commune.xa, row), is_public=True)
    events.show_roll(commune.at(commune.xa, row, now=days(1)), is_public=True)
    assert row.is_roll_public


# ---------------------------------------------------------------- tasks


def test_a_task_is_given_reported_on_and_told(commune, make):
    row = make.event(commune.xa)
    ctx = commune.at(commune.xa, row)
    one = event_tasks.add(ctx, TaskData(commune.dong.key, "lead", "Treo băng rôn"))
    db.session.commit()
    assert [(n.code, n.object) for n in db.session.query(Notice)] == [("news_task_given", f"event_task:{one.key}")]
    theirs = commune.at(commune.dong)
    assert [task.content for task in event_tasks.given_to(theirs).rows] == ["Treo băng rôn"]
    event_tasks.report(theirs, one.key, status="done", note="Xong", expected_version=one.version)
    db.session.commit()
    assert event_tasks.given_to(theirs).rows == []
    assert [task.status for task in event_tasks.given_to(theirs, box="all").rows] == ["done"]
    told = db.session.scalars(sa.select(Notice).where(Notice.user_id == commune.secretary.id)).all()
    assert [n.code for n in told] == ["news_task_done"]
    with pytest.raises(NotFound):
        event_tasks.report(commune.at(commune.doai), one.key, status="open", note="", expected_version=None)
    with pytest.raises(Refused, match="task_has_begun"):
        event_tasks.remove(ctx, one.key)


def test_a_task_nobody_began_is_taken_back(commune, make):
    row = make.event(commune.xa)
    ctx = commune.at(commune.xa, row)
    one = event_tasks.add(ctx, TaskData(commune.dong.key, "assist", "Bố trí phòng họp"))
    other = make.event(commune.xa)
    with pytest.raises(NotFound):
        event_tasks.remove(commune.at(commune.xa, other), one.key)
    event_tasks.remove(ctx, one.key)
    assert db.session.query(EventTask).count() == 0


# ---------------------------------------------------------------- copy


def test_a_copy_moves_every_date_and_invents_nothing(commune, make):
    gone = make.unit("Thôn Cũ", parent=commune.xa, kind="thon", closed_on=dt.date(2026, 1, 1))
    merged = make.unit("Thôn Nhập", parent=commune.xa, kind="thon", closed_on=dt.date(2026, 1, 1))
    merged.merged_into_id = commune.dong.id
    source = make.event(
        commune.xa,
        kind="ngay_huong_ung",
        invited=(commune.dong, gone, merged),
        report_due_on=dt.date(2026, 5, 25),
        is_roll_public=True,
    )
    source.awards[0].quota_total = 20
    done = {"part": "lead", "due_on": dt.date(2026, 5, 18), "status": "done", "note": "Xong"}
    source.tasks = [
        EventTask(key="v1", unit_id=commune.dong.id, content="Treo băng rôn", **done),
        EventTask(key="v2", unit_id=gone.id, part="assist", content="Bỏ", position=1),
    ]
    db.session.commit()
    ctx = commune.at(commune.xa, source)
    copy = event_parts.copy(ctx, years=1, title="Ngày hội năm 2027", short_title="Ngày hội 2027")
    db.session.commit()
    assert (copy.state, copy.report_due_on, copy.is_roll_public, copy.copied_from_id) == (
        "draft",
        None,
        False,
        source.id,
    )
    assert (copy.window_from, copy.window_to) == (dt.date(2027, 5, 12), dt.date(2027, 5, 18))
    assert [(one.phase, one.opens_at.year) for one in copy.phases] == [(one.phase, 2027) for one in source.phases]
    assert [(one.award_code, one.quota_total) for one in copy.awards] == [("GIAY_KHEN", 20), ("BIEU_DUONG", None)]
    assert [one.unit_id for one in copy.invited] == [commune.dong.id]
    assert [(one.content, one.due_on, one.status, one.note) for one in copy.tasks] == [
        ("Treo băng rôn", dt.date(2027, 5, 18), "open", "")
    ]
    assert copy.tasks[0].key != "v1"
    assert event_parts.years_to_next(source, dt.date(2026, 5, 13)) == 1
    assert event_parts.years_to_next(source, dt.date(2029, 6, 1)) == 4


# ---------------------------------------------------------------- self-check and page


def test_the_check_knows_committee_office_and_power(commune, make):
    row = make.event(commune.xa, kind="ngay_huong_ung", awards=("GIAY_KHEN", "BANG_KHEN_TINH"), invited=(commune.dong,))
    ctx = commune.at(commune.xa, row)
    codes = {one.code for one in event_check.findings(ctx, row, [])}
    assert {"check_no_committee", "check_nobody_signs", "check_goes_up"} <= codes
    day = dt.date(2026, 1, 1)
    common = {"unit_id": commune.xa.id, "from_on": day, "created_at": NOW}
    make.keep(Office(key="o1", authority="CT_UBND_XA", title="Chủ tịch", user_id=commune.secretary.id, **common))
    make.keep(Committee(key="c1", name="Hội đồng", decision_number="1/QĐ", decided_on=day, **common))
    codes = {one.code for one in event_check.findings(ctx, row, [])}
    assert not {"check_no_committee", "check_nobody_signs"} & codes
    assert event_check.findings(commune.at(commune.dong, row), row, []) == ()
