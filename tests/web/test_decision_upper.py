"""The province decides what a commune handed up: its own register, the commune's roll, and word to everybody below."""

import pytest
import sqlalchemy as sa

from core.domain.permissions import Role
from core.models import Award, Handover, Notice, db
from tests.decisions import Round

DAY = "13/05/2026"


@pytest.fixture
def scene(make, sign_in):
    province = make.unit("Tỉnh Thanh Hóa", kind="tinh")
    round_ = Round(make)
    secretary = make.user("Lê Thị Tỉnh", (Role.SECRETARY, province))
    chair = make.user("Vũ Văn Tỉnh", (Role.SIGNER, province))
    round_.hold("CT_UBND_TINH", chair, province)
    person = round_.passed("Nguyễn Văn Giỏi", award="BANG_KHEN_TINH", consent="given")
    person.upper_unit_id = person.handling_unit_id = province.id
    make.keep(
        Handover(
            nomination_id=person.id, from_unit_id=round_.commune.id, to_unit_id=province.id, at=make.now, by_id=None
        )
    )
    round_.event.is_roll_public = True
    db.session.commit()
    return round_, province, sign_in(secretary), sign_in(chair), person


def decide(scene):
    round_, province, secretary, chair, person = scene
    drafted = secretary.post(
        f"/u/{province.key}/decisions/new?event={round_.event.key}",
        data={"title": "Tặng Bằng khen", "keys": [person.key]},
    )
    assert drafted.status_code == 302, drafted.text
    issued = chair.post(
        drafted.location + "/issue", data={"number": "7", "symbol": "QĐ-UBND", "decided_on": DAY, "step": "issue"}
    )
    assert issued.status_code == 302, issued.text
    return db.session.scalars(sa.select(Award)).one()


def test_commune_cannot_draft_what_it_handed_up(scene, sign_in):
    round_, _province, _secretary, _chair, person = scene
    commune = sign_in(round_.secretary)
    assert person.key not in commune.get(f"/u/{round_.commune.key}/decisions").text
    assert commune.get(f"/u/{round_.commune.key}/decisions/new?event={round_.event.key}").status_code == 404


def test_province_decides_and_everybody_below_learns_of_it(scene, sign_in, client):
    round_, province, secretary, _chair, _person = scene
    award = decide(scene)
    assert (award.unit_id, award.register_number, award.prize) == (province.id, 1, 3_510_000)
    handover = db.session.scalars(sa.select(Handover)).one()
    assert (handover.result, handover.result_at) == ("awarded", round_.make.now)
    told = set(db.session.scalars(sa.select(Notice.user_id).where(Notice.code == "news_award")))
    assert {round_.nominator.id, round_.secretary.id} <= told
    assert "Nguyễn Văn Giỏi" in secretary.get(f"/u/{province.key}/register").text
    commune = sign_in(round_.secretary)
    assert "Nguyễn Văn Giỏi" not in commune.get(f"/u/{round_.commune.key}/register?shelf=signed").text
    received = commune.get(f"/u/{round_.commune.key}/register?shelf=received").text
    assert ("Nguyễn Văn Giỏi" in received, "Tỉnh Thanh Hóa" in received) == (True, True)
    story = client.get(f"/honours/{round_.event.key}/{award.key}").text
    assert "số 07/QĐ-UBND, ngày 13 tháng 5 năm 2026, của Tỉnh Thanh Hóa" in story


def test_commune_reads_the_entry_but_not_the_decision_of_the_province(scene, sign_in):
    round_, _province, _secretary, _chair, _person = scene
    award = decide(scene)
    commune = sign_in(round_.secretary)
    page = commune.get(f"/u/{round_.commune.key}/register/{award.key}")
    assert (page.status_code, "07/QĐ-UBND" in page.text) == (200, True)
    key = award.decision.key
    assert key not in page.text
    assert commune.get(f"/u/{round_.commune.key}/decisions/{key}").status_code == 404
