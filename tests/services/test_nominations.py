"""From draft to receipt: what the nominating unit does, and what stops it."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from core.domain.errors import Forbidden, NotFound, Refused
from core.domain.permissions import Role
from core.models import Attachment, AuditLine, Counter, Nomination, NominationStep, NominationWord, Notice, db
from core.services import nomination_draft, nominations
from core.services.nomination_draft import Draft
from tests.conftest import NOW

GOOD = {
    "nominee": "Nguyễn Văn Đức",
    "birth_year": 1990,
    "position": "Trưởng thôn",
    "achievement": "Tổ chức lớp bình dân học vụ số",
    "result": "214 lượt người dân được hướng dẫn",
    "consent": "given",
    "consent_on": dt.date(2026, 5, 12),
    "consent_note": "Đồng ý bằng văn bản",
    "citation": "Có thành tích xuất sắc trong phong trào bình dân học vụ số",
    "attest.E_NO_DISCIPLINE": "yes",
    "report.noi_dung_chuyen_de": "Hướng dẫn người dân",
    "report.ket_qua_so_chi_tieu": "Vượt chỉ tiêu",
    "report.bien_phap": "Đi từng nhà",
}


@pytest.fixture
def world(make):
    """A commune with an announced event, a village that is invited, and the village's people."""

    class World:
        commune = make.unit("Xã Hà Long", key="xa-ha-long")
        village = make.unit("Thôn Đông", parent=commune, kind="thon")
        event = make.event(commune, invited=(village,), title="Đợt 18/5")
        nominator = make.user("Lê Thị Lập", (Role.NOMINATOR, village))
        head = make.user("Trần Văn Trưởng", (Role.HEAD, village))
        secretary = make.user("Phạm Thị Thư", (Role.SECRETARY, commune))

    return World()


@pytest.fixture
def as_(world, context_of):
    def build(name, **values):
        unit = world.commune if name == "secretary" else world.village
        return context_of(getattr(world, name), unit, event=world.event, **values)

    return build


@pytest.fixture
def good_draft(world, as_):
    """A function that makes a draft with nothing in the way."""

    def build(award="GIAY_KHEN", **values):
        ctx = as_("nominator")
        row = nominations.start(ctx, award_code=award, kind="individual")
        nomination_draft.save(ctx, row.key, Draft(GOOD | values), expected_version=row.version)
        db.session.add(
            Attachment(
                key=row.key, nomination_id=row.id, part="TO_TRINH", storage_id=row.key, name="tờ trình.pdf",
                media_type="application/pdf", size=1, sha256="0" * 64, user_id=world.nominator.id, created_at=NOW,
            )
        )  # fmt: skip
        db.session.commit()
        return row

    return build


def codes(refused):
    return [one.code for one in refused.value.objections]


def test_sending_gives_a_receipt_and_freezes_the_rules(world, as_, good_draft):
    row = good_draft()
    nominations.submit(as_("head"), row.key)
    db.session.commit()
    assert (row.state, row.receipt_number, row.receipt_at) == ("submitted", "HL-2026-0001", NOW)
    assert row.rules["award"]["code"] == "GIAY_KHEN"
    assert row.rules["regime"]["code"] == "R2025"
    assert len(row.rules_hash) == 64
    assert row.due_on == dt.date(2026, 6, 10)  # 20 working days after 13/05/2026
    step = db.session.scalars(sa.select(NominationStep)).one()
    assert (step.old, step.new, step.user_id) == ("draft", "submitted", world.head.id)
    assert db.session.scalars(sa.select(Notice.user_id)).all() == [world.secretary.id]
    actions = db.session.scalars(sa.select(AuditLine.action).order_by(AuditLine.seq)).all()
    assert actions[-2:] == ["nomination.receipt", "nomination.submit"]
    assert "hl20260001" in db.session.scalars(sa.select(NominationWord.word)).all()


def test_the_nominator_asks_and_only_the_head_sends(as_, good_draft):
    row = good_draft()
    nominations.ask_confirmation(as_("nominator"), row.key)
    assert row.state == "ready"
    with pytest.raises(Forbidden):
        nominations.submit(as_("nominator"), row.key)
    nominations.send_back(as_("head"), row.key, note="Thiếu số liệu")
    assert row.state == "draft"


def test_an_empty_draft_hears_everything_at_once(as_):
    row = nominations.start(as_("head"), award_code="GIAY_KHEN", kind="individual")
    with pytest.raises(Refused) as refused:
        nominations.submit(as_("head"), row.key)
    assert codes(refused) == [
        "nominee_missing",
        "title_missing",
        "result_missing",
        "section_missing",
        "section_missing",
        "section_missing",
        "attest_missing",
        "part_missing",
        "consent_missing",
    ]
    assert row.receipt_at is None


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"opens_at": NOW + dt.timedelta(hours=1), "closes_at": NOW + dt.timedelta(hours=2)}, "receive_not_open"),
        ({"opens_at": NOW - dt.timedelta(hours=2), "closes_at": NOW - dt.timedelta(seconds=1)}, "receive_is_over"),
    ],
)
def test_outside_the_phase_nothing_is_received(world, as_, good_draft, change, code):
    row = good_draft()
    phase = next(one for one in world.event.phases if one.phase == "receive")
    for name, value in change.items():
        setattr(phase, name, value)
    db.session.commit()
    with pytest.raises(Refused) as refused:
        nominations.submit(as_("head"), row.key)
    assert codes(refused) == [code]


def test_the_last_instant_of_the_phase_is_in_time(world, as_, good_draft):
    row = good_draft()
    phase = next(one for one in world.event.phases if one.phase == "receive")
    phase.closes_at = NOW
    db.session.commit()
    assert nominations.submit(as_("head"), row.key).state == "submitted"


def test_quotas_of_the_unit_and_of_all(world, as_, good_draft):
    first = good_draft()
    second = good_draft(nominee="Lê Văn Hai", achievement="Việc khác")
    offer = next(one for one in world.event.awards if one.award_code == "GIAY_KHEN")
    offer.quota_total, offer.quota_per_unit = 1, 1
    nominations.submit(as_("head"), first.key)
    db.session.commit()
    with pytest.raises(Refused) as refused:
        nominations.submit(as_("head"), second.key)
    assert codes(refused) == ["over_quota_total", "over_quota_unit"]
    assert refused.value.objections[0].params == {"quota": 1, "taken": 1}


def test_the_same_person_and_achievement_without_marks_from_another_unit(world, as_, make, good_draft, context_of):
    other = make.unit("Thôn Bắc", parent=world.commune, kind="thon")
    theirs = make.nominee(other, "NGUYEN VAN DUC", birth_year=1990)
    deed = make.achievement(theirs, "To chuc lop binh dan hoc vu so")
    make.nomination(world.event, other, nominee=theirs, achievement=deed, state="received", award="BIEU_DUONG")
    row = good_draft()
    with pytest.raises(Refused) as refused:
        nominations.submit(as_("head"), row.key)
    assert codes(refused) == ["same_achievement"]
    assert refused.value.objections[0].params["where"] == "Đợt 18/5 (2026)"
    assert "Thôn Bắc" not in str(refused.value.objections)


def test_another_units_draft_is_not_spoken_of(world, as_, make, good_draft):
    other = make.unit("Thôn Bắc", parent=world.commune, kind="thon")
    theirs = make.nominee(other, "Nguyễn Văn Đức", birth_year=1990)
    deed = make.achievement(theirs, "Tổ chức lớp bình dân học vụ số")
    make.nomination(world.event, other, nominee=theirs, achievement=deed, state="draft")
    assert nominations.submit(as_("head"), good_draft().key).state == "submitted"


def test_what_was_returned_keeps_its_first_receipt_and_rules(world, as_, good_draft):
    row = good_draft()
    nominations.submit(as_("head"), row.key)
    first = (row.receipt_number, row.receipt_at, row.rules_hash)
    row.state = "returned"
    db.session.commit()
    later = NOW + dt.timedelta(days=20)
    nominations.submit(as_("head", now=later), row.key)
    assert (row.receipt_number, row.receipt_at, row.rules_hash) == first
    assert row.state == "submitted"
    assert db.session.get(Counter, "receipt:HL-2026").value == 1


def test_withdrawing_needs_a_reason_and_after_sending_the_head(as_, good_draft):
    row = good_draft()
    nominations.submit(as_("head"), row.key)
    with pytest.raises(Forbidden):
        nominations.withdraw(as_("nominator"), row.key, reason="Nhầm")
    with pytest.raises(Refused) as refused:
        nominations.withdraw(as_("head"), row.key, reason="  ")
    assert codes(refused) == ["note_missing"]
    nominations.withdraw(as_("head"), row.key, reason="Nhầm người")
    assert row.state == "withdrawn"


def test_a_text_changed_after_it_was_read_is_not_sent(as_, good_draft):
    row = good_draft()
    with pytest.raises(Refused) as refused:
        nominations.submit(as_("head"), row.key, expected_version=row.version - 1)
    assert (codes(refused), refused.value.kind) == (["changed_meanwhile"], "conflict")


def test_the_organisers_people_do_not_act_for_the_unit(as_, good_draft):
    row = good_draft()
    with pytest.raises(NotFound):
        nominations.submit(as_("secretary"), row.key)


@pytest.mark.parametrize(
    ("key", "expected"), [("xa-ha-long", "HL"), ("ha-long", "HL"), ("thanh-hoa", "TH"), ("xa", "X"), ("u7", "U")]
)
def test_initials_of_a_receipt(key, expected):
    assert nominations.initials(key) == expected


def test_only_awards_on_offer_and_kinds_they_know(as_):
    for values, code in (
        ({"award_code": "LDTT", "kind": "individual"}, "award_not_on_offer"),
        ({"award_code": "GIAY_KHEN", "kind": "area"}, "kind_not_offered"),
    ):
        with pytest.raises(Refused) as refused:
            nominations.start(as_("nominator"), **values)
        assert codes(refused) == [code]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Nomination)) == 0
