"""Committees and sittings in the browser: forms that help, pages that cost the same, and what nobody may see."""

from __future__ import annotations

import dataclasses
import re

import pytest
import sqlalchemy as sa

from core.domain.permissions import Role
from core.models import AuditLine, AuditPayload, Committee, Recusal, Sitting, SittingItem, WrittenOpinion, db
from core.services import agendas, paper_counts, recusals, sittings
from tests.awards import counting
from tests.council import EIGHT_OF_NINE, Council
from tests.crawler import crawl

PAPER = {
    "name": "Hội đồng xã",
    "decision_number": "45/QĐ-UBND",
    "decided_on": "01/05/2026",
    "from_on": "01/05/2026",
    "full_name": "Trần Chủ Tịch",
    "title": "Chủ tịch UBND xã",
    "login": "",
    "home_unit": "",
}


@pytest.fixture
def council(make, context_of):
    return Council(make, context_of)


@pytest.fixture
def desk(council, sign_in):
    return sign_in(council.secretary)


@pytest.fixture
def at(council):
    """``at("/sittings/…")``: an address of the commune."""
    return lambda tail: f"/u/{council.commune.key}{tail}"


def figures(count=EIGHT_OF_NINE, **changes) -> dict[str, str]:
    count = dataclasses.replace(count, **changes)
    return {name: str(value) for name, value in dataclasses.asdict(count).items()}


def item_url(at, item: SittingItem, tail: str = "") -> str:
    return at(f"/sittings/{item.sitting.key}/items/{item.key}{tail}")


# ---------------------------------------------------------------- committees


def test_a_committee_is_set_up_once_however_often_it_is_sent(council, desk, at):
    data = PAPER | {"request_id": "mot-lan"}
    answers = [desk.post(at("/committees/new"), data=data) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    assert db.session.scalar(sa.select(sa.func.count(Committee.id))) == 1
    page = desk.get(answers[0].location).text
    assert "Quyết định số 45/QĐ-UBND ngày 01/05/2026" in page
    # one member is an odd number and one chair is enough: nothing to complain about
    assert "đang chẵn" not in page


def test_every_problem_stands_beside_its_field_and_nothing_typed_is_lost(desk, at):
    answer = desk.post(at("/committees/new"), data=PAPER | {"to_on": "31/04/2026", "decision_number": " "})
    assert answer.status_code == 422
    assert 'id="to_on-error"' in answer.text
    assert 'id="decision_number-error"' in answer.text
    assert 'value="31/04/2026"' in answer.text
    assert db.session.scalar(sa.select(sa.func.count(Committee.id))) == 0


def test_an_even_number_deserves_a_hint(council, desk, at):
    row = council.committee(seats=2)
    assert "Số thành viên đang chẵn (2)" in desk.get(at(f"/committees/{row.key}")).text


def test_a_stale_edit_shows_both_texts_and_is_deliberate_the_second_time(council, desk, at):
    row = council.committee(seats=1)
    url = at(f"/committees/{row.key}/edit")
    old = str(row.version)
    mine = {k: PAPER[k] for k in ("decision_number", "decided_on", "from_on")} | {"version": old}
    assert desk.post(url, data=mine | {"name": "Hội đồng A"}).status_code == 303
    answer = desk.post(url, data=mine | {"name": "Hội đồng B"})
    assert answer.status_code == 409
    assert "Hội đồng A" in answer.text
    assert 'value="Hội đồng B"' in answer.text
    db.session.expire_all()
    again = desk.post(url, data=mine | {"name": "Hội đồng B", "version": str(row.version)})
    assert again.status_code == 303
    db.session.expire_all()
    assert row.name == "Hội đồng B"


def test_a_member_is_added_corrected_and_let_go(council, desk, at):
    row = council.committee(seats=1)
    url = at(f"/committees/{row.key}")
    new = {"part": "member", "full_name": "Đỗ Thị Mới", "title": "", "login": "vien", "home_unit": council.village.key}
    assert desk.post(f"{url}/seats/new", data=new | {"from_on": "12/05/2026"}).status_code == 303
    seat = council.seat("Đỗ Thị Mới")
    assert (seat.user_id, seat.home_unit_id) == (council.member.id, council.village.id)
    data = {"full_name": "Đỗ Thị Đúng", "title": "Trưởng thôn", "login": "", "home_unit": ""}
    assert desk.post(f"{url}/seats/{seat.key}/edit", data=data).status_code == 303
    assert desk.post(f"{url}/seats/{seat.key}/end", data={"to_on": "13/05/2026"}).status_code == 303
    db.session.expire_all()
    assert (seat.full_name, seat.user_id, f"{seat.to_on:%d/%m/%Y}") == ("Đỗ Thị Đúng", None, "13/05/2026")
    answer = desk.post(f"{url}/seats/new", data=new | {"part": "chair", "from_on": "12/05/2026"})
    assert answer.status_code == 422
    assert "Hội đồng đã có Chủ tịch là Trần Chủ Tịch" in answer.text


@pytest.mark.parametrize("clock", ["14:30", "14h30", "14h", "7:05"])
def test_a_clock_is_understood_as_people_write_it(council, desk, at, clock):
    committee = council.committee(seats=1)
    data = {"committee": committee.key, "event": "", "title": "Họp", "day": "13/05/2026", "clock": clock}
    assert desk.post(at("/sittings/new"), data=data).status_code == 303
    answer = desk.post(at("/sittings/new"), data=data | {"clock": "25:00", "title": "Khác"})
    assert answer.status_code == 422
    assert "Giờ họp ghi như 14:30." in answer.text


# ---------------------------------------------------------------- two tellers


def test_figures_that_cannot_be_true_are_refused_beside_the_field(council, desk, at):
    item = council.item(council.opened(council.nomination()))
    data = figures(valid=8) | {"version": str(item.version)}
    answer = desk.post(item_url(at, item, "/count"), data=data)
    assert answer.status_code == 422
    assert 'id="returned-error"' in answer.text
    assert "Thu về 9 phiếu, nhưng hợp lệ cộng không hợp lệ là 8." in answer.text
    assert "Hợp lệ 8 phiếu, nhưng đồng ý, không đồng ý và trắng cộng lại là 9." in answer.text
    db.session.expire_all()
    assert item.entered_by_id is None


def test_the_second_person_sees_nothing_of_the_first(council, desk, at, sign_in):
    item = council.item(council.opened(council.nomination()))
    count = dataclasses.replace(EIGHT_OF_NINE, issued=9, returned=9, valid=8, invalid=1, yes=7, no=0, blank=1)
    first = desk.post(item_url(at, item, "/count"), data=figures(count) | {"version": str(item.version)})
    assert first.status_code == 303
    other = sign_in(council.second)
    for tail in ("", "/confirm", "/count"):
        page = other.get(item_url(at, item, tail)).text
        values = [name for name in dataclasses.asdict(count) if f'name="{name}" type="text" value="{0}"' in page]
        assert values == []
        assert 'value="7"' not in page
    assert "Nhập lại để chốt" in other.get(item_url(at, item)).text
    # the first person does not confirm
    assert "Nhập lại để chốt" not in desk.get(item_url(at, item)).text
    assert desk.post(item_url(at, item, "/confirm"), data=figures(count)).status_code == 409


def test_unequal_counts_are_both_shown_and_decide_nothing(council, desk, at, sign_in):
    item = council.item(council.opened(council.nomination()))
    desk.post(item_url(at, item, "/count"), data=figures() | {"version": str(item.version)})
    other = sign_in(council.second)
    answer = other.post(item_url(at, item, "/confirm"), data=figures(yes=7, no=2))
    assert answer.status_code == 303
    for browser in (desk, other):
        page = browser.get(item_url(at, item)).text
        assert "Hai lần nhập khác nhau, chưa chốt được" in page
        assert "Lê Thị Thư" in page
        assert "Phạm Văn Hai" in page
    db.session.expire_all()
    assert (item.outcome, item.second["yes"]) == (None, 7)
    assert other.post(item_url(at, item, "/confirm"), data=figures()).status_code == 303
    assert "Cần 8/9 trên tổng số thành viên; đạt 8." in desk.get(item_url(at, item)).text


def test_no_figure_is_on_the_wall_before_the_vote_is_settled(council, desk, at):
    item = council.item(council.opened(council.nomination()))
    count = figures(valid=8, invalid=1, yes=7, no=1)
    desk.post(item_url(at, item, "/count"), data=count | {"version": str(item.version)})
    for url in (item_url(at, item), at(f"/sittings/{item.sitting.key}"), at(f"/sittings/{item.sitting.key}/minutes")):
        page = desk.get(url).text
        assert "Chờ người thứ hai" in page
        assert "Phiếu trắng" not in page
        assert "đồng ý 7" not in page.lower()


def test_a_unanimous_vote_comes_with_a_warning(council, desk, at):
    row = council.opened(council.nomination())
    council.count(council.item(row), dataclasses.replace(EIGHT_OF_NINE, yes=9, no=0))
    text = "con số này cho biết từng người đã bỏ phiếu thế nào"
    assert text in desk.get(item_url(at, council.item(row))).text
    sittings.close(council.ctx, row.key, minutes="")
    db.session.commit()
    assert "Cân nhắc trước khi gửi biên bản ra ngoài Hội đồng" in desk.get(at(f"/sittings/{row.key}/minutes")).text


def test_the_rule_of_the_dossier_is_shown_with_its_article(council, desk, at):
    voted = council.nomination(award="CSTDCS")
    local = council.nomination(award="GIAY_KHEN")
    row = council.opened(voted, local)
    page = desk.get(item_url(at, council.item(row, voted))).text
    assert "NĐ 98/2023 Điều 30.7" in page
    assert "Cần 8/9 phiếu đồng ý trên tổng số thành viên" in page
    page = desk.get(item_url(at, council.item(row, local))).text
    assert "Cần 5/9 phiếu đồng ý trên tổng số thành viên" in page
    assert "cần kiểm tra" in page


# ---------------------------------------------------------------- conflicts


def test_who_steps_back_sees_nothing_of_it_on_any_page(council, app, at, sign_in):
    """The member also holds the secretary's role: every page of that person is looked at."""
    council.member.grants.append(_grant(council, Role.SECRETARY))
    nominee = council.make.nominee(council.other_village, "CANARYTEN Văn Mẫu")
    shut, other = council.nomination(nominee=nominee), council.nomination()
    row = council.opened(shut, other)
    item = council.item(row, shut)
    browser = sign_in(council.member)
    assert any("CANARYTEN" in page for page in _pages(app, browser))
    answer = browser.post(item_url(at, item, "/conflict"), data={"reason": "relative", "note": "CANARYLYDO"})
    assert answer.status_code == 303
    council.count(item, dataclasses.replace(EIGHT_OF_NINE, issued=8, returned=8, valid=8, yes=8, no=0))
    council.count(council.item(row, other))
    sittings.close(council.ctx, row.key, minutes="")
    db.session.commit()
    assert any("CANARYTEN" in page for page in _pages(app, sign_in(council.secretary)))
    words = ("CANARYTEN", "CANARYLYDO")
    leaks = [
        url for url, _s in crawl(app, browser, per_endpoint=9).answers if any(w in browser.get(url).text for w in words)
    ]
    assert leaks == []
    for tail in ("", "/count", "/confirm", "/conflict", "/opinions", "/recusals", "/again"):
        assert browser.get(item_url(at, item, tail)).status_code == 404
    hidden, unknown = browser.get(at(f"/nominations/{shut.key}")), browser.get(at("/nominations/khongco"))
    assert (hidden.status_code, unknown.status_code) == (404, 404)
    assert _without_ids(hidden.text) == _without_ids(unknown.text)
    # the attempts are noted: 7 addresses of the candidate, and the dossier
    noted = sa.select(AuditLine.object).join(AuditPayload).where(AuditPayload.json.contains("conflict_of_interest"))
    assert len(list(db.session.scalars(noted))) == 8
    # everybody else reads who stepped back and why
    minutes = sign_in(council.chair).get(at(f"/sittings/{row.key}/minutes")).text
    assert "người thân trong gia đình" in minutes
    assert "CANARYLYDO" in minutes


def test_the_secretary_writes_down_what_was_declared_in_the_room(council, desk, at):
    item = council.item(council.opened(council.nomination()))
    seat = council.seat("Ủy viên 4")
    data = {"member": seat.key, "reason": "other", "note": ""}
    answer = desk.post(item_url(at, item, "/recusals"), data=data)
    assert answer.status_code == 422
    assert "Hãy nói rõ lý do." in answer.text
    assert desk.post(item_url(at, item, "/recusals"), data=data | {"note": "đang tranh chấp"}).status_code == 303
    row = db.session.scalars(sa.select(Recusal)).one()
    assert (row.member_id, row.reason, row.note, row.declared_by_id) == (
        seat.id,
        "other",
        "đang tranh chấp",
        council.secretary.id,
    )


def test_opinions_of_absent_members_are_entered_and_taken_back(council, desk, at):
    row = council.opened(council.nomination(), absent=("Ủy viên 4",))
    item, seat = council.item(row), council.seat("Ủy viên 4")
    data = {"member": seat.key, "mark": "yes", "note": "CV 12"}
    assert desk.post(item_url(at, item, "/opinions"), data=data).status_code == 303
    assert "Ủy viên 4" in desk.get(item_url(at, item)).text
    present = council.seat("Ủy viên 5").key
    assert desk.post(item_url(at, item, "/opinions"), data=data | {"member": present}).status_code == 422
    assert desk.post(item_url(at, item, f"/opinions/{seat.key}/remove")).status_code == 303
    assert db.session.scalar(sa.select(sa.func.count(WrittenOpinion.id))) == 0


# ---------------------------------------------------------------- scope and cost


def test_another_commune_finds_nothing(council, desk, at, make, sign_in):
    item = council.item(council.opened(council.nomination()))
    stranger = make.unit("Xã Khác", parent=council.province)
    browser = sign_in(make.user("Người Lạ", (Role.SECRETARY, stranger)))
    row = item.sitting
    tails = (
        f"/committees/{row.committee.key}",
        f"/sittings/{row.key}",
        f"/sittings/{row.key}/minutes",
        f"/sittings/{row.key}/agenda",
        f"/sittings/{row.key}/items/{item.key}",
        f"/sittings/{row.key}/items/{item.key}/count",
    )
    for tail in tails:
        assert desk.get(at(tail)).status_code == 200
        assert browser.get(f"/u/{stranger.key}{tail}").status_code == 404
        assert browser.get(at(tail)).status_code == 404


def test_a_candidate_is_found_under_its_own_sitting_only(council, desk, at):
    first = council.opened(council.nomination())
    second = council.sitting([], committee=first.committee)
    item = council.item(first)
    assert desk.get(at(f"/sittings/{second.key}/items/{item.key}")).status_code == 404


def test_a_member_reads_and_does_not_run(council, at, sign_in):
    item = council.item(council.opened(council.nomination()))
    row, browser = item.sitting, sign_in(council.member)
    assert browser.get(item_url(at, item)).status_code == 200
    for tail in ("/count", "/opinions", "/recusals", "/again", "/remove"):
        assert browser.post(item_url(at, item, tail)).status_code == 403
    for tail in ("/agenda", "/open", "/cancel", "/attendance", "/close", "/edit"):
        assert browser.post(at(f"/sittings/{row.key}{tail}")).status_code == 403
    page = browser.get(at(f"/sittings/{row.key}")).text
    assert "Kết thúc phiên họp" not in page


def test_one_or_many_cost_the_same_queries(council, desk, at):
    nominations = [council.nomination() for _ in range(9)]
    committee = council.committee()
    first = council.sitting(nominations[:1], committee=committee)
    sittings.open_sitting(council.ctx, first.key)
    db.session.commit()
    urls = ["/committees", f"/committees/{committee.key}"]
    inside = [f"/sittings/{first.key}{tail}" for tail in ("", "/minutes", "/agenda")]
    before = [_cost(desk, at(url)) for url in (*urls, *inside)]
    for _n in range(20):
        council.sitting([], committee=committee)
    agendas.put_on(council.ctx, first.key, [one.key for one in nominations[1:]])
    for item in db.session.scalars(sa.select(SittingItem)):
        recusals.record(council.ctx, item.key, council.seat("Ủy viên 4").key, reason="relative", note="")
    for _n in range(12):
        council.nomination()
    db.session.commit()
    assert db.session.scalar(sa.select(sa.func.count(Sitting.id))) == 21
    assert [_cost(desk, at(url)) for url in (*urls, *inside)] == before


def test_my_sittings_cost_the_same_for_one_or_many(council, at, sign_in):
    committee = council.committee()
    council.sitting([council.nomination()], committee=committee)
    browser = sign_in(council.member)
    before = _cost(browser, at("/my-sittings"))
    for _n in range(5):
        council.sitting([council.nomination(), council.nomination()], committee=committee)
    assert _cost(browser, at("/my-sittings")) == before
    assert browser.get(at("/my-sittings")).text.count("Khai xung đột lợi ích") >= 11


def test_pages_of_lists_take_only_cursors_they_gave_out(desk, at):
    assert desk.get(at("/committees?after=%00")).status_code == 400


def _cost(browser, url: str) -> int:
    browser.get(url)
    with counting() as queries:
        assert browser.get(url).status_code == 200
    return queries.count


def _without_ids(page: str) -> str:
    return re.sub(r"[0-9a-f]{16,}", "", page)


def _grant(council, role: Role):
    from core.models import RoleGrant

    return RoleGrant(role=role.value, unit_id=council.commune.id, created_at=council.make.now)


def _pages(app, browser) -> list[str]:
    return [browser.get(url).text for url, _status in crawl(app, browser, per_endpoint=9).answers]


def test_the_second_count_is_asked_in_the_same_words(council, at, sign_in):
    """Both forms ask for the same figures in the same order: a slip of the eye is no difference."""
    item = council.item(council.opened(council.nomination()))
    first = sign_in(council.secretary).get(item_url(at, item, "/count")).text
    paper_counts.enter(council.ctx, item.key, EIGHT_OF_NINE, expected_version=item.version)
    db.session.commit()
    second = sign_in(council.second).get(item_url(at, item, "/confirm")).text
    names = list(dataclasses.asdict(EIGHT_OF_NINE))
    assert sorted(names, key=lambda name: first.index(f'name="{name}"')) == names
    assert sorted(names, key=lambda name: second.index(f'name="{name}"')) == names
