"""What the check says of conditions, prior awards, papers and namesakes, each with its rule and its place."""

from __future__ import annotations

import datetime as dt

import pytest

from core.domain.permissions import Role
from core.models import Attachment, Award, Decision, db
from core.services import nomination_check, nomination_draft, nominations
from core.services.context import new_key
from core.services.nomination_draft import Draft
from tests.conftest import NOW

FULL = {
    "nominee": "Nguyễn Văn Đức",
    "born_on": dt.date(1990, 1, 2),
    "achievement": "Quản lý tốt",
    "result": "Tốt",
    "consent": "refused",
    "consent_on": dt.date(2026, 5, 12),
    "citation": "Có thành tích",
    "attest.E_NO_DISCIPLINE": "yes",
    "attest.E_PRIOR_LDTT_SAME_YEAR": "yes",
    "note.E_PRIOR_LDTT_SAME_YEAR": "QĐ 12/QĐ-UBND ngày 05/01/2026",
    "report.nhiem_vu_duoc_giao": "x",
    "report.thanh_tich_ket_qua": "x",
    "report.cam_ket_khong_bi_ky_luat": "x",
}
INITIATIVE = {"initiative": "Sáng kiến tưới nước", "initiative_number": "3/QĐ", "initiative_scope": "co_so"}


@pytest.fixture
def world(make):
    class World:
        commune = make.unit("Xã Hà Long", key="xa-ha-long")
        village = make.unit("Thôn Đông", parent=commune, kind="thon")
        other = make.unit("Thôn Tây", parent=commune, kind="thon")
        year = make.event(
            commune,
            invited=(village, other),
            awards=("CSTDCS", "LDTT", "GIAY_KHEN"),
            title="Tổng kết 2026",
            kind="tong_ket_nam",
            commendation_type="cong_trang",
        )
        head = make.user("Trần Văn Trưởng", (Role.HEAD, village))

    return World()


@pytest.fixture
def draft(world, context_of):
    ctx = context_of(world.head, world.village, event=world.year)

    def build(values, *, award="CSTDCS", files=("TO_TRINH", "CN_SANG_KIEN")):
        row = nominations.start(ctx, award_code=award, kind="individual")
        nomination_draft.save(ctx, row.key, Draft(values), expected_version=row.version)
        for part in files:
            key = new_key(20)
            db.session.add(
                Attachment(
                    key=key, nomination_id=row.id, part=part, storage_id=key, name="a.pdf",
                    media_type="application/pdf", size=1, sha256="0" * 64, user_id=world.head.id, created_at=NOW,
                )
            )  # fmt: skip
        db.session.commit()
        return row

    return build


@pytest.fixture
def check(world, context_of):
    def run(row):
        return nomination_check.check(context_of(world.head, world.village), row)

    return run


def codes(objections):
    return [one.code for one in objections]


def award(make, world, nominee, code, *, ctype="cong_trang", year=2026, state="valid"):
    row = make.nomination(world.year, nominee.unit, nominee=nominee, award=code, state="awarded")
    decision = make.keep(
        Decision(
            key=new_key(), unit_id=world.commune.id, kind="grant", state="issued", title="QĐ", number="12/QĐ-UBND",
            number_key=f"12-{new_key(4)}", year=year, decided_on=dt.date(year, 1, 5), created_at=NOW,
        )
    )  # fmt: skip
    return make.keep(
        Award(
            key=new_key(), unit_id=world.commune.id, nominating_unit_id=nominee.unit_id, decision_id=decision.id,
            nomination_id=row.id, nominee_id=nominee.id, kind="individual", award_code=code, award_name="Tên",
            commendation_type=ctype, name=nominee.name, name_key=nominee.name_key, folded=nominee.folded,
            awarded_on=dt.date(year, 1, 5), year=year, register_number=row.id, state=state, created_at=NOW,
        )
    )  # fmt: skip


def test_a_title_with_an_initiative_has_nothing_in_its_way(draft, check):
    found = check(draft(FULL | INITIATIVE))
    assert (codes(found.blockers), codes(found.warnings)) == ([], [])


def test_the_highest_rating_makes_the_initiative_and_its_paper_unnecessary(draft, check):
    found = check(draft(FULL | {"attest.E_HTXSNV_OR_SANG_KIEN": "HTXSNV"}, files=("TO_TRINH",)))
    assert codes(found.blockers) == []
    lower = check(draft(FULL | {"attest.E_HTXSNV_OR_SANG_KIEN": "HTTNV", "achievement": "Khác"}, files=("TO_TRINH",)))
    assert codes(lower.blockers) == ["rating_too_low", "initiative_missing", "part_missing"]
    assert lower.blockers[0].params["found"] == "Hoàn thành tốt nhiệm vụ"
    assert lower.blockers[0].ground == "Luật 2022 Điều 23"


def test_an_initiative_is_used_once_by_anybody(world, make, draft, check):
    theirs = make.nomination(world.year, world.other, state="received")
    theirs.initiative_title, theirs.initiative_folded = "SANG KIEN tuoi nuoc", "sang kien tuoi nuoc"
    db.session.commit()
    found = check(draft(FULL | INITIATIVE))
    assert codes(found.blockers) == ["initiative_used"]
    assert found.blockers[0].params["where"] == "Tổng kết 2026 (2026)"


def test_a_prior_award_of_the_register_counts_in_whatever_unit_it_was_given(world, make, draft, check):
    theirs = make.nominee(world.other, "NGUYEN VAN DUC", birth_year=1990)
    values = {name: value for name, value in FULL.items() if "LDTT" not in name} | INITIATIVE
    row = draft(values)
    assert codes(check(row).blockers) == ["prior_award_missing"]
    award(make, world, theirs, "LDTT")
    # the same person is honoured for another award in this very event: worth a look, no obstacle
    found = check(row)
    assert (codes(found.blockers), codes(found.warnings)) == ([], ["same_person_other_award"])


def test_a_revoked_prior_award_does_not_count_and_cannot_be_claimed(world, make, draft, check):
    row = draft(FULL | INITIATIVE)
    award(make, world, row.nominee, "LDTT", state="revoked")
    assert "prior_award_revoked" in codes(check(row).blockers)


def test_awards_for_a_campaign_are_no_ground_and_the_check_says_so(world, make, draft, check):
    values = {name: value for name, value in FULL.items() if "LDTT" not in name} | INITIATIVE
    row = draft(values)
    award(make, world, row.nominee, "LDTT", ctype="dot_xuat")
    found = check(row)
    assert codes(found.blockers) == ["prior_award_missing"]
    ground = next(one for one in found.warnings if one.code == "award_no_ground")
    assert ground.ground == "NĐ 152/2025 Điều 4"


def test_the_same_person_twice_for_one_award_in_one_event(world, make, draft, check):
    theirs = make.nominee(world.other, "Nguyễn Văn Dức", birth_year=1990)
    make.nomination(world.year, world.other, nominee=theirs, state="submitted", award="CSTDCS")
    assert codes(check(draft(FULL | INITIATIVE)).blockers) == ["same_person_same_award"]


def test_a_namesake_of_unknown_age_is_worth_a_look(world, make, draft, check):
    theirs = make.nominee(world.other, "Nguyễn Văn Đức")
    make.nomination(world.year, world.other, nominee=theirs, state="submitted", award="CSTDCS")
    found = check(draft(FULL | INITIATIVE))
    assert (codes(found.blockers), codes(found.warnings)) == ([], ["maybe_same_person"])


@pytest.mark.parametrize("state", ["declined", "withdrawn", "revoked", "failed"])
def test_what_came_to_nothing_stands_in_nobodys_way(world, make, draft, check, state):
    theirs = make.nominee(world.other, "Nguyễn Văn Đức", birth_year=1990)
    deed = make.achievement(theirs, "Quản lý tốt")
    make.nomination(world.year, world.other, nominee=theirs, achievement=deed, state=state, award="CSTDCS")
    assert codes(check(draft(FULL | INITIATIVE)).blockers) == []


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"period_from": dt.date(2026, 5, 2), "period_to": dt.date(2026, 5, 1)}, "period_backwards"),
        ({"consent_on": dt.date(2026, 5, 14)}, "consent_in_future"),
        ({"consent_on": None}, "consent_date_missing"),
        ({"head_count": 3, "women_count": 4}, "more_women_than_people"),
    ],
)
def test_values_that_are_good_alone_and_impossible_together(draft, check, values, code):
    assert codes(check(draft(FULL | INITIATIVE | values)).blockers) == [code]


def test_an_event_in_which_nothing_can_be_sent(world, draft, check, make):
    row = draft(FULL | INITIATIVE)
    world.year.state = "closed"
    world.year.invited.clear()
    world.year.awards = [one for one in world.year.awards if one.award_code != "CSTDCS"]
    world.year.phases.clear()
    db.session.commit()
    assert codes(check(row).blockers) == ["event_closed", "unit_not_invited", "no_receive_phase", "award_not_on_offer"]


def test_an_award_of_another_type_than_the_events_is_neither_offered_nor_sent(world, make, context_of, check):
    event = make.event(world.commune, invited=(world.village,), awards=("CSTDCS", "GIAY_KHEN"))
    ctx = context_of(world.head, world.village, event=event)
    assert [one.code for one in nominations.offers(ctx, event)] == ["GIAY_KHEN"]
    found = check(make.nomination(event, world.village, award="CSTDCS"))
    assert "type_not_offered" in codes(found.blockers)
    assert found.rulebook is None


def test_every_finding_says_a_sentence_without_gaps(app, draft, check):
    from core.web.nominations import words

    row = draft({"attest.E_HTXSNV_OR_SANG_KIEN": "HTNV", "initiative": "x"}, files=())
    found = check(row)
    with app.test_request_context():
        said = [words.sentence(one, row.kind, found.rulebook) for one in (*found.blockers, *found.warnings)]
    assert len(said) == len(found.blockers) + len(found.warnings)
    assert [one for one in said if "%(" in one or "(mã " in one or "[" in one or "None" in one] == []
