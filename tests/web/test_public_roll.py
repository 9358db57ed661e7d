"""The public honour roll: who agreed to be named, by a decision in force, and nothing more of them."""

import datetime as dt

import pytest
import sqlalchemy as sa

from core.domain.permissions import Role
from core.models import Award, Decision, EventPhase, Nomination, Remark, db
from tests.awards import Awards, counting

#: Words planted in everything that is no business of the public.
CANARIES = (
    "CANARY-PHONE",
    "CANARY-PLACE",
    "CANARY-ATTEST",
    "CANARY-REMARK",
    "CANARY-REPORT",
    "CANARY-REVIEWER",
    "CANARY-CONSENT-NOTE",
    "CANARY-TYPED",
    "CANARY-PRIZE",
    "1987",
    "07/03",
)


@pytest.fixture
def awards(make):
    return Awards(make)


@pytest.fixture
def event(awards):
    return awards.event(is_roll_public=True, title="Ngày hội Đổi mới sáng tạo")


def test_front_list_names_published_rolls_only(client, awards, event):
    hidden = awards.event(title="Đợt chưa công bố")
    awards.give(event, "Nguyễn Văn Đức", consent="given")
    awards.give(hidden, "Lê Thị Kín", consent="given")
    page = client.get("/honours/")
    assert page.status_code == 200
    assert "Ngày hội Đổi mới sáng tạo" in page.text
    assert "1 người, tập thể, hộ gia đình được tôn vinh" in page.text
    assert "Đợt chưa công bố" not in page.text
    assert client.get(f"/honours/{hidden.key}").status_code == 404


def test_roll_waits_for_its_phase_and_stays_when_the_event_is_closed(client, awards, event, make):
    awards.give(event, "Nguyễn Văn Đức", consent="given")
    phase = db.session.scalars(sa.select(EventPhase).filter_by(event_id=event.id, phase="publish")).one()
    phase.opens_at, phase.closes_at = make.now + dt.timedelta(days=1), make.now + dt.timedelta(days=2)
    db.session.commit()
    assert client.get(f"/honours/{event.key}").status_code == 404
    assert "Ngày hội" not in client.get("/honours/").text
    event.state = "closed"
    db.session.commit()
    assert client.get(f"/honours/{event.key}").status_code == 200


@pytest.mark.parametrize("consent", ["not_asked", "refused", "withdrawn"])
def test_who_did_not_agree_neither_shows_nor_counts(client, awards, event, consent):
    awards.give(event, "Nguyễn Văn Đức", consent="given")
    silent = awards.give(event, "Lê Thị Kín", consent=consent)
    page = client.get(f"/honours/{event.key}")
    assert "1 người, tập thể, hộ gia đình được tôn vinh" in page.text
    assert "Lê Thị Kín" not in page.text
    assert client.get(f"/honours/{event.key}?q=le+thi+kin").text.count("Lê Thị Kín") == 0
    assert client.get(f"/honours/{event.key}/{silent.key}").status_code == 404


def test_undecided_nominations_do_not_show(client, awards, event, make):
    unit = awards.village("Thôn Đông")
    nominee = make.nominee(unit, "Phạm Thị Chờ")
    make.nomination(event, unit, nominee=nominee, state="signing", consent="given")
    page = client.get(f"/honours/{event.key}")
    assert "Phạm Thị Chờ" not in page.text
    assert "0 người, tập thể, hộ gia đình được tôn vinh" in page.text


def test_revoked_is_gone_from_page_count_and_search(client, awards, event):
    gone = awards.give(event, "Trần Văn Thu", consent="given", state="revoked")
    page = client.get(f"/honours/{event.key}")
    assert "Trần Văn Thu" not in page.text
    assert "Trần Văn Thu" not in client.get(f"/honours/{event.key}?q=tran").text
    assert client.get(f"/honours/{event.key}/{gone.key}").status_code == 404


def test_search_needs_no_marks(client, awards, event):
    awards.give(event, "Nguyễn Văn Đức", consent="given")
    awards.give(event, "Lê Thị Hòa", consent="given")
    page = client.get(f"/honours/{event.key}?q=nguyen van duc")
    assert "Nguyễn Văn Đức" in page.text
    assert "Lê Thị Hòa" not in page.text
    assert "Không tìm thấy ai như vậy" in client.get(f"/honours/{event.key}?q=***").text


def test_filters_by_award_and_unit(client, awards, event):
    awards.give(event, "Nguyễn Văn Đức", consent="given", award="GIAY_KHEN", unit=awards.village("Thôn Đông"))
    awards.give(event, "Lê Thị Hòa", consent="given", award="BIEU_DUONG", unit=awards.village("Thôn Tây"))
    by_award = client.get(f"/honours/{event.key}?award=BIEU_DUONG").text
    assert ("Lê Thị Hòa" in by_award, "Nguyễn Văn Đức" in by_award) == (True, False)
    east = awards.village("Thôn Đông")
    by_unit = client.get(f"/honours/{event.key}?unit={east.key}").text
    assert ("Lê Thị Hòa" in by_unit, "Nguyễn Văn Đức" in by_unit) == (False, True)


@pytest.mark.parametrize(
    "query", ["award=NONE", "unit=khong-co", "year=1999", "year=abc", "after=xx", "q=%00", "award=%E2%80%AE"]
)
def test_wrong_parameters_are_a_page_of_status_400(client, event, query):
    assert client.get(f"/honours/{event.key}?{query}").status_code == 400


def test_birth_year_tells_namesakes_apart_and_is_silent_otherwise(client, awards, event):
    awards.give(event, "Nguyễn Văn Đức", consent="given", birth_year=1961)
    awards.give(event, "Nguyễn Văn Đức", consent="given", birth_year=1972)
    awards.give(event, "Lê Thị Hòa", consent="given", birth_year=1983)
    page = client.get(f"/honours/{event.key}").text
    assert ("(1961)" in page, "(1972)" in page, "1983" in page) == (True, True, False)


def test_nothing_else_leaks(client, awards, event, make):
    reviewer = make.user("CANARY-REVIEWER", (Role.SECRETARY, awards.commune))
    award = awards.give(
        event,
        "Nguyễn Văn Đức",
        consent="given",
        consent_note="CANARY-CONSENT-NOTE",
        attestations={"E": {"value": "yes", "note": "CANARY-ATTEST"}},
        report={"hoan_canh": "CANARY-REPORT"},
        typed={"x": "CANARY-TYPED"},
        nominee={"phone": "CANARY-PHONE", "place": "CANARY-PLACE", "born_on": dt.date(1987, 3, 7), "birth_year": 1987},
        prize_note="CANARY-PRIZE",
    )
    db.session.add(
        Remark(
            key="canary",
            nomination_id=award.nomination_id,
            text="CANARY-REMARK",
            audience="handling",
            user_id=reviewer.id,
            unit_id=awards.commune.id,
            created_at=make.now,
        )
    )
    decision = db.session.get_one(Decision, award.decision_id)
    decision.created_by_id, decision.signer_id = reviewer.id, reviewer.id
    db.session.commit()
    pages = [client.get(one) for one in ("/honours/", f"/honours/{event.key}", f"/honours/{event.key}/{award.key}")]
    assert [one.status_code for one in pages] == [200, 200, 200]
    assert [word for one in pages for word in CANARIES if word in one.text] == []


def test_story_reads_like_an_article(client, awards, event):
    award = awards.give(
        event,
        "Nguyễn Văn Đức",
        consent="given",
        citation="Đưa máy tính về nhà văn hóa thôn",
        story="Mỗi tối thứ Bảy, ông mở cửa nhà văn hóa.",
        place="Trưởng thôn, Thôn Đông",
    )
    page = client.get(f"/honours/{event.key}/{award.key}").text
    number = db.session.get_one(Decision, award.decision_id).number
    for part in (award.citation, award.story, award.place, number, "ngày 13 tháng 5 năm 2026"):
        assert part in page


def test_corrected_shows_new_text_and_reference(client, awards, event):
    award = awards.give(event, "Nguyễn Văn Đức", consent="given")
    correction = awards.decision(kind="correct", number="77/QĐ-UBND")
    award.state, award.changed_by_id = "corrected", correction.id
    db.session.commit()
    page = client.get(f"/honours/{event.key}/{award.key}").text
    assert "đã điều chỉnh theo Quyết định số 77/QĐ-UBND" in page


def test_recognition_never_says_giay_khen(client, awards, event):
    award = awards.give(event, "Lê Thị Hòa", consent="given", award="BIEU_DUONG")
    pages = client.get(f"/honours/{event.key}").text + client.get(f"/honours/{event.key}/{award.key}").text
    assert ("Giấy khen" in pages, "Bằng khen" in pages, "Biểu dương" in pages) == (False, False, True)


def test_search_engines_stay_away_unless_invited(app, client, event):
    assert client.get(f"/honours/{event.key}").headers["X-Robots-Tag"] == "noindex, nofollow"
    app.config["HONOURS_NOINDEX"] = False
    try:
        assert "X-Robots-Tag" not in client.get(f"/honours/{event.key}").headers
    finally:
        app.config["HONOURS_NOINDEX"] = True


def test_pages_follow_by_key(client, awards, event):
    for n in range(65):
        awards.give(event, f"Nguyễn Văn {chr(65 + n % 26)}{n}", consent="given")
    first = client.get(f"/honours/{event.key}")
    assert first.text.count("vd-honour-name") == 60
    after = first.text.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    second = client.get(after)
    assert second.text.count("vd-honour-name") == 5
    assert 'rel="prev"' in second.text


def test_one_name_or_fifty_cost_the_same_queries(client, awards, event):
    awards.give(event, "Nguyễn Văn Một", consent="given")
    with counting() as one:
        assert client.get(f"/honours/{event.key}").status_code == 200
    for n in range(49):
        awards.give(event, f"Nguyễn Văn Nữa {n}", consent="given")
    with counting() as fifty:
        assert client.get(f"/honours/{event.key}").status_code == 200
    assert fifty.count == one.count


def test_award_column_is_the_only_source(awards, event):
    """What a later edit of the nominee says does not reach the roll: the award keeps what the decision said."""
    award = awards.give(event, "Nguyễn Văn Đức", consent="given")
    nomination = db.session.get_one(Nomination, award.nomination_id)
    nomination.nominee.name = "Tên Khác"
    db.session.commit()
    assert db.session.get_one(Award, award.id).name == "Nguyễn Văn Đức"
