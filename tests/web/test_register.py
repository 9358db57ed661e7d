"""The register (sổ vàng) and consent, through the browser."""

import datetime as dt

import pytest
import sqlalchemy as sa

from core.domain.permissions import Role
from core.models import AuditLine, Nomination, db
from tests.awards import Awards, counting


@pytest.fixture
def awards(make):
    return Awards(make)


@pytest.fixture
def event(awards):
    return awards.event(is_roll_public=True)


@pytest.fixture
def secretary(awards, make, sign_in):
    return sign_in(make.user("Trần Thị Thư Ký", (Role.SECRETARY, awards.commune)))


def names(page):
    return [name for name in ("Lê An", "Lê Bình", "Lê Cường") if name in page.text]


def test_register_opens_on_the_latest_year_in_order_of_numbers(awards, event, secretary):
    old = awards.decision(decided_on=dt.date(2025, 5, 13))
    awards.give(event, "Lê An", decision=old)
    awards.give(event, "Lê Cường")
    awards.give(event, "Lê Bình")
    page = secretary.get(f"/u/{awards.commune.key}/register")
    assert names(page) == ["Lê Bình", "Lê Cường"]
    assert page.text.index("Lê Cường") < page.text.index("Lê Bình")
    assert names(secretary.get(f"/u/{awards.commune.key}/register?year=2025")) == ["Lê An"]
    by_name = secretary.get(f"/u/{awards.commune.key}/register?sort=name").text
    assert by_name.index("Lê Bình") < by_name.index("Lê Cường")


def test_totals_count_what_is_in_force_only(awards, event, secretary):
    awards.give(event, "Lê An")
    awards.give(event, "Lê Bình", state="corrected")
    awards.give(event, "Lê Cường", state="revoked")
    page = secretary.get(f"/u/{awards.commune.key}/register").text
    assert 'vd-figure-number">2</p>' in page
    assert "Tiền thưởng 1.420.000 đồng" in page
    assert "Lê Cường" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("award=GIAY_KHEN", ["Lê An", "Lê Cường"]),
        ("award=BIEU_DUONG", ["Lê Bình"]),
        ("kind=household", ["Lê Bình"]),
        ("state=revoked", ["Lê Cường"]),
        ("q=le+an", ["Lê An"]),
        ("q=%23%23", []),
        ("year=2020", []),
    ],
)
def test_filters(awards, event, secretary, query, found):
    awards.give(event, "Lê An")
    awards.give(event, "Lê Bình", award="BIEU_DUONG", kind="household")
    awards.give(event, "Lê Cường", state="revoked")
    assert names(secretary.get(f"/u/{awards.commune.key}/register?{query}")) == found


def test_filter_by_nominating_unit(awards, event, secretary):
    awards.give(event, "Lê An", unit=awards.village("Thôn Đông"))
    west = awards.village("Thôn Tây")
    awards.give(event, "Lê Bình", unit=west)
    assert names(secretary.get(f"/u/{awards.commune.key}/register?from={west.key}")) == ["Lê Bình"]


@pytest.mark.parametrize("query", ["state=xx", "kind=xx", "sort=xx", "shelf=xx", "year=x", "year=99999", "after=zz"])
def test_wrong_parameters_are_a_page_of_status_400(awards, secretary, query):
    assert secretary.get(f"/u/{awards.commune.key}/register?{query}").status_code == 400


def test_village_reads_what_its_people_received_and_nothing_of_others(awards, event, make, sign_in):
    east, west = awards.village("Thôn Đông"), awards.village("Thôn Tây")
    awards.give(event, "Lê An", unit=east)
    other = awards.give(event, "Lê Bình", unit=west)
    browser = sign_in(make.user("Phạm Văn Lập", (Role.NOMINATOR, east)))
    assert names(browser.get(f"/u/{east.key}/register")) == ["Lê An"]
    assert names(browser.get(f"/u/{east.key}/register?shelf=signed")) == []
    assert browser.get(f"/u/{east.key}/register/{other.key}").status_code == 404


def test_foreign_register_is_not_found(awards, event, make, sign_in):
    award = awards.give(event, "Lê An")
    stranger = make.unit("Xã Khác")
    browser = sign_in(make.user("Người Lạ", (Role.SECRETARY, stranger)))
    assert browser.get(f"/u/{stranger.key}/register/{award.key}").status_code == 404
    assert browser.get(f"/u/{awards.commune.key}/register").status_code == 404


def test_entry_tells_decision_prize_and_place(awards, event, secretary):
    award = awards.give(event, "Lê An", place="Trưởng thôn, Thôn Đông")
    page = secretary.get(f"/u/{awards.commune.key}/register/{award.key}").text
    for part in ("01/QĐ-UBND", "ngày 13 tháng 5 năm 2026", "710.000 đồng", "Trưởng thôn, Thôn Đông", "Chưa hỏi"):
        assert part in page


def test_print_holds_the_whole_year_under_the_head_of_the_office(awards, event, secretary):
    for n in range(55):
        awards.give(event, f"Lê Văn {n}")
    page = secretary.get(f"/u/{awards.commune.key}/register?print=1").text
    assert page.count('role="rowheader"') == 55 + 1
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in page
    assert awards.commune.name.upper() in page


def test_one_entry_or_fifty_cost_the_same_queries(awards, event, secretary):
    address = f"/u/{awards.commune.key}/register"
    awards.give(event, "Lê An")
    secretary.get(address)
    with counting() as one:
        assert secretary.get(address).status_code == 200
    for n in range(49):
        awards.give(event, f"Lê Văn {n}")
    with counting() as fifty:
        assert secretary.get(address).status_code == 200
    assert fifty.count == one.count


# ---------------------------------------------------------------- consent


def consent_of(award):
    db.session.expire_all()
    row = db.session.get_one(Nomination, award.nomination_id)
    return row.consent, row.consent_note, row.consent_on


def test_consent_opens_and_closes_the_public_page_at_once(awards, event, secretary, client):
    award = awards.give(event, "Lê An")
    public, private = f"/honours/{event.key}/{award.key}", f"/u/{awards.commune.key}/register/{award.key}/consent"
    assert client.get(public).status_code == 404
    assert secretary.post(private, data={"answer": "given", "note": "Phiếu 05"}).status_code == 302
    assert consent_of(award) == ("given", "Phiếu 05", dt.date(2026, 5, 13))
    assert client.get(public).status_code == 200
    assert secretary.post(private, data={"answer": "withdrawn"}).status_code == 302
    assert client.get(public).status_code == 404
    lines = db.session.scalars(sa.select(AuditLine.action).where(AuditLine.action == "consent.record")).all()
    assert len(lines) == 2


@pytest.mark.parametrize(("role", "status"), [(Role.NOMINATOR, 302), (Role.HEAD, 302)])
def test_nominating_unit_may_record_consent_of_its_own(awards, event, make, sign_in, role, status):
    east = awards.village("Thôn Đông")
    award = awards.give(event, "Lê An", unit=east)
    browser = sign_in(make.user("Phạm Văn Lập", (role, east)))
    answer = browser.post(f"/u/{east.key}/register/{award.key}/consent", data={"answer": "given"})
    assert answer.status_code == status
    assert consent_of(award)[0] == "given"


@pytest.mark.parametrize("role", [Role.MEMBER, Role.SIGNER, Role.INSPECTOR, Role.UNIT_ADMIN, Role.NOMINATOR])
def test_others_of_the_commune_may_not(awards, event, make, sign_in, role):
    award = awards.give(event, "Lê An")
    browser = sign_in(make.user("Người Khác", (role, awards.commune)))
    address = f"/u/{awards.commune.key}/register/{award.key}"
    assert browser.get(address).status_code == 200
    assert "Ghi ý kiến" not in browser.get(address).text
    assert browser.post(f"{address}/consent", data={"answer": "given"}).status_code == 403
    assert consent_of(award)[0] == "not_asked"


def test_silence_is_no_consent(awards, event, secretary):
    award = awards.give(event, "Lê An")
    address = f"/u/{awards.commune.key}/register/{award.key}"
    assert " checked" not in secretary.get(address).text
    answer = secretary.post(f"{address}/consent", data={"note": "quên chọn"})
    assert answer.status_code == 422
    assert "quên chọn" in answer.text
    assert consent_of(award)[0] == "not_asked"


def test_two_answers_at_once_do_not_overwrite_each_other(awards, event, secretary):
    award = awards.give(event, "Lê An")
    version = db.session.get_one(Nomination, award.nomination_id).version
    address = f"/u/{awards.commune.key}/register/{award.key}/consent"
    assert secretary.post(address, data={"answer": "refused", "version": version}).status_code == 302
    assert secretary.post(address, data={"answer": "given", "version": version}).status_code == 409
    assert consent_of(award)[0] == "refused"


def test_what_was_never_given_cannot_be_withdrawn(awards, event, secretary):
    award = awards.give(event, "Lê An")
    address = f"/u/{awards.commune.key}/register/{award.key}/consent"
    answer = secretary.post(address, data={"answer": "withdrawn"})
    assert (answer.status_code, "chưa từng đồng ý" in answer.text) == (422, True)
