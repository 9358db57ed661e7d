"""Events through the browser: written down, furnished, announced, reported on, copied."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.domain import event_check
from core.domain.permissions import Role
from core.models import Event, EventTask, db
from core.services.context import new_key
from core.web.events.words import say_finding
from core.web.messages import sentences
from tests.domain.test_event_check import CASES


@pytest.fixture
def commune(make):
    """A commune with two villages and an organiser's secretary."""
    xa = make.unit("UBND xã Hà Long")
    dong = make.unit("Thôn Đông", parent=xa, kind="thon")
    doai = make.unit("Thôn Đoài", parent=xa, kind="thon")
    secretary = make.user("Nguyễn Mẫu Hoa", (Role.SECRETARY, xa))
    nominator = make.user("Lê Mẫu Đông", (Role.NOMINATOR, dong))
    return {"xa": xa, "dong": dong, "doai": doai, "secretary": secretary, "nominator": nominator}


WORDS = {
    "title": "Hưởng ứng Ngày Khoa học, Công nghệ và Đổi mới sáng tạo Việt Nam năm 2026",
    "short_title": "Đợt 18/5/2026",
    "kind": "ngay_huong_ung",
    "commendation_type": "phong_trao",
    "summary": "Tôn vinh đội ngũ trí thức.",
    "window_from": "12/05/2026",
    "window_to": "18/05/2026",
    "legal_basis-0-title": "Tổ chức các hoạt động hưởng ứng",
    "legal_basis-0-number": "7834/UBND-CNXXDKH",
    "legal_basis-0-on": "04/05/2026",
    "legal_basis-0-issuer": "UBND tỉnh Thanh Hóa",
    "themes-0": "Khoa học, công nghệ, đổi mới sáng tạo và chuyển đổi số",
    "slogans-0-text": "Nhiệt liệt chào mừng",
    "slogans-0-is_mandatory": "y",
    "report_due_on": "",
    "report_to": "",
}


def version_in(text):
    return re.search(r'name="version" type="hidden" value="(\d*)"', text).group(1)


def only_event():
    db.session.expire_all()
    return db.session.query(Event).one()


def test_a_draft_is_written_and_says_what_is_missing(commune, sign_in):
    browser = sign_in(commune["secretary"])
    at = f"/u/{commune['xa'].key}/events"
    assert browser.get(f"{at}/new").status_code == 200
    answer = browser.post(f"{at}/new", data=WORDS)
    row = only_event()
    assert (answer.status_code, answer.location) == (302, f"/u/{commune['xa'].key}/e/{row.key}/phases")
    assert (row.state, row.title, row.themes) == ("draft", WORDS["title"], [WORDS["themes-0"]])
    assert row.legal_basis == [
        {
            "title": "Tổ chức các hoạt động hưởng ứng",
            "number": "7834/UBND-CNXXDKH",
            "issuer": "UBND tỉnh Thanh Hóa",
            "date": "2026-05-04",
        }
    ]
    assert row.slogans == [{"text": "Nhiệt liệt chào mừng", "is_mandatory": True}]
    page = browser.get(f"/u/{commune['xa'].key}/e/{row.key}/").text
    for sentence in (
        "Hạn báo cáo chưa có trong kế hoạch: hỏi ai, điền ở đây",
        "Chưa mời đơn vị nào",
        "Chưa chọn loại khen thưởng nào",
        "Chưa đặt thời gian cho giai đoạn Nhận hồ sơ",
    ):
        assert sentence in page
    assert row.title in browser.get(at).text


def test_a_row_is_added_and_taken_away_without_javascript(commune, sign_in):
    browser = sign_in(commune["secretary"])
    at = f"/u/{commune['xa'].key}/events/new"
    answer = browser.post(at, data={**WORDS, "add_row": "slogans"})
    assert answer.status_code == 200
    assert 'name="slogans-1-text"' in answer.text
    assert "Nhiệt liệt chào mừng" in answer.text
    answer = browser.post(at, data={**WORDS, "slogans-1-text": "Hai", "remove_row": "slogans-0"})
    assert "Nhiệt liệt chào mừng" not in answer.text
    assert 'value="Hai"' in answer.text
    assert db.session.query(Event).count() == 0


def test_mistakes_stand_beside_their_fields_and_nothing_is_saved(commune, sign_in):
    browser = sign_in(commune["secretary"])
    bad = {**WORDS, "title": "", "window_to": "11/05/2026", "legal_basis-0-title": "", "kind": "khong-co"}
    answer = browser.post(f"/u/{commune['xa'].key}/events/new", data=bad)
    assert answer.status_code == 422
    assert "7834/UBND-CNXXDKH" in answer.text
    answer = browser.post(f"/u/{commune['xa'].key}/events/new", data={**WORDS, "window_to": "11/05/2026"})
    assert answer.status_code == 422
    assert "Ngày kết thúc trước ngày bắt đầu" in answer.text
    assert db.session.query(Event).count() == 0


def test_a_stale_edit_shows_both_texts_and_saves_on_purpose(commune, sign_in, make):
    row = make.event(commune["xa"], kind="ngay_huong_ung")
    browser = sign_in(commune["secretary"])
    at = f"/u/{commune['xa'].key}/e/{row.key}/edit"
    version = version_in(browser.get(at).text)
    first = browser.post(at, data={**WORDS, "version": version, "summary": "Bản của người thứ nhất"})
    assert first.status_code == 302
    second = browser.post(at, data={**WORDS, "version": version, "summary": "Bản của người thứ hai"})
    assert second.status_code == 409
    assert "Bản của người thứ nhất" in second.text
    assert "Bản của người thứ hai" in second.text
    assert only_event().summary == "Bản của người thứ nhất"
    again = browser.post(at, data={**WORDS, "version": version_in(second.text), "summary": "Bản của người thứ hai"})
    assert again.status_code == 302
    assert only_event().summary == "Bản của người thứ hai"


def phase_fields(**changes):
    days = {"receive": ("12/05/2026", "16/05/2026"), "appraise": ("12/05/2026", "17/05/2026")}
    days |= {"council": ("17/05/2026", "17/05/2026"), "publish": ("18/05/2026", "30/06/2026")}
    fields = {}
    for name, (opens, closes) in days.items():
        fields |= {
            f"{name}_opens": opens,
            f"{name}_opens_at": "",
            f"{name}_closes": closes,
            f"{name}_closes_at": "17:00",
        }
    return fields | changes


def test_phases_are_set_and_refused_beside_the_field(commune, sign_in, make):
    row = make.event(commune["xa"], state="draft")
    browser = sign_in(commune["secretary"])
    at = f"/u/{commune['xa'].key}/e/{row.key}/phases"
    assert browser.get(at).status_code == 200
    wrong = browser.post(at, data=phase_fields(receive_closes="11/05/2026", council_opens_at="25:00"))
    assert wrong.status_code == 422
    assert "Hãy ghi giờ như 07:30 hoặc 17:00" in wrong.text
    wrong = browser.post(at, data=phase_fields(receive_closes="11/05/2026"))
    assert "Giờ đóng trước giờ mở" in wrong.text
    wrong = browser.post(at, data=phase_fields(receive_closes=""))
    assert "Hãy ghi đủ ngày mở và ngày đóng" in wrong.text
    assert browser.post(at, data=phase_fields()).status_code == 302
    spans = [(one.phase, str(one.opens_at), str(one.closes_at)) for one in only_event().phases]
    assert spans[0] == ("receive", "2026-05-11 17:00:00+00:00", "2026-05-16 10:00:59+00:00")
    assert [one[0] for one in spans] == ["receive", "appraise", "council", "publish"]


def test_awards_units_and_tasks_are_set(commune, sign_in, make):
    row = make.event(commune["xa"], state="draft", awards=())
    browser = sign_in(commune["secretary"])
    at = f"/u/{commune['xa'].key}/e/{row.key}"
    for part in ("awards", "units", "tasks", "tasks/new", "copy", "step/announce", "edit"):
        assert browser.get(f"{at}/{part}").status_code == 200
    offers = {"awards-0-award_code": "GIAY_KHEN", "awards-0-quota_total": "20", "awards-0-quota_per_unit": "3"}
    assert browser.post(f"{at}/awards", data=offers).status_code == 302
    keys = [commune["dong"].key, commune["doai"].key]
    assert browser.post(f"{at}/units", data={"shown": keys, "ticked": keys[:1]}).status_code == 302
    task = {
        "unit_key": keys[0],
        "part": "lead",
        "content": "Tuyên truyền trên loa",
        "due_on": "18/05/2026",
        "status": "open",
    }
    assert browser.post(f"{at}/tasks/new", data=task).status_code == 302
    row = only_event()
    assert [(one.award_code, one.quota_total, one.quota_per_unit) for one in row.awards] == [("GIAY_KHEN", 20, 3)]
    assert [one.unit_id for one in row.invited] == [commune["dong"].id]
    assert [(one.unit_id, one.part, one.status) for one in row.tasks] == [(commune["dong"].id, "lead", "open")]
    page = browser.get(f"{at}/").text
    assert "Tuyên truyền trên loa" in page
    assert "Giấy khen" in page


def test_invited_units_see_an_announced_event_and_no_draft(commune, sign_in, make):
    row = make.event(commune["xa"], state="draft", invited=(commune["dong"],), title="Đợt kín")
    guest = sign_in(commune["nominator"])
    address = f"/u/{commune['dong'].key}/e/{row.key}/"
    assert guest.get(address).status_code == 404
    assert "Đợt kín" not in guest.get(f"/u/{commune['dong'].key}/events").text
    browser = sign_in(commune["secretary"])
    at = f"/u/{commune['xa'].key}/e/{row.key}/step/announce"
    assert browser.post(at, data={"version": "1"}).status_code == 302
    assert guest.get(address).status_code == 200
    assert "Đợt kín" in guest.get(f"/u/{commune['dong'].key}/events").text
    assert guest.get(f"/u/{commune['dong'].key}/e/{row.key}/edit").status_code == 403
    assert "Đợt này còn thiếu gì" not in guest.get(address).text
    assert browser.post(at, data={"version": "2"}).status_code == 409


def test_a_unit_reports_on_its_task(commune, sign_in, make):
    row = make.event(commune["xa"])
    task = EventTask(key="viec1", event_id=row.id, unit_id=commune["dong"].id, part="lead", content="Treo băng rôn")
    make.keep(task)
    guest = sign_in(commune["nominator"])
    at = f"/u/{commune['dong'].key}/tasks"
    assert "Treo băng rôn" in guest.get(at).text
    version = version_in(guest.get(f"{at}/viec1").text)
    saved = {"status": "done", "note": "Đã treo ở nhà văn hóa", "version": version}
    assert guest.post(f"{at}/viec1", data=saved).status_code == 302
    assert guest.post(f"{at}/viec1", data={**saved, "note": "Khác"}).status_code == 409
    db.session.expire_all()
    stored = db.session.query(EventTask).one()
    assert (stored.status, stored.note) == ("done", "Đã treo ở nhà văn hóa")
    other = sign_in(make.user("Người thôn Đoài", (Role.NOMINATOR, commune["doai"])))
    assert other.get(f"/u/{commune['doai'].key}/tasks/viec1").status_code == 404


def test_wild_input_is_never_a_server_error(commune, sign_in, make):
    row = make.event(commune["xa"])
    browser = sign_in(commune["secretary"])
    at = f"/u/{commune['xa'].key}/e/{row.key}"
    wild = ("99/99/9999", "31/12/9999", "0", "²", "\x00", "x" * 100_000, "2100-12-31", "1900-01-01")
    for value in wild:
        for data, address in (
            ({**WORDS, "window_from": value, "window_to": value, f"slogans-{value[:9]}-text": value}, f"{at}/edit"),
            (phase_fields(receive_opens=value, receive_closes=value, receive_opens_at=value[:9]), f"{at}/phases"),
            ({"awards-0-award_code": value, "awards-0-quota_total": value, "awards-²-note": "x"}, f"{at}/awards"),
            ({"year": value, "title": "x", "short_title": "y"}, f"{at}/copy"),
            ({"unit_key": value, "part": value, "content": value, "due_on": value}, f"{at}/tasks/new"),
            ({"shown": value, "ticked": value}, f"{at}/units"),
        ):
            assert browser.post(address, data=data).status_code < 500
    for address in (f"{at}/tasks/%00", f"/u/{commune['xa'].key}/tasks/%00", f"/u/{commune['xa'].key}/e/%00/"):
        assert browser.get(address).status_code in (400, 404)
    for query in ("box=x", "after=x", "after=" + "9" * 500, "q=" + "%00", "q=" + "a" * 5000):
        for address in (f"/u/{commune['xa'].key}/events", f"{at}/units", f"/u/{commune['xa'].key}/tasks"):
            assert browser.get(f"{address}?{query}").status_code in (200, 400)


def test_copying_makes_next_years_draft(commune, sign_in, make):
    row = make.event(commune["xa"], title="Ngày hội năm 2026", invited=(commune["dong"],))
    browser = sign_in(commune["secretary"])
    at = f"/u/{commune['xa'].key}/e/{row.key}/copy"
    assert 'value="Ngày hội năm 2027"' in browser.get(at).text
    answer = browser.post(at, data={"year": "2027", "title": "Ngày hội năm 2027", "short_title": "Ngày hội 2027"})
    assert answer.status_code == 302
    db.session.expire_all()
    new = db.session.query(Event).filter_by(title="Ngày hội năm 2027").one()
    assert (new.state, new.report_due_on, new.window_from.year) == ("draft", None, 2027)


def test_the_public_roll_waits_for_its_phase(commune, sign_in, make):
    row = make.event(commune["xa"])
    browser = sign_in(commune["secretary"])
    at = f"/u/{commune['xa'].key}/e/{row.key}/roll"
    assert browser.post(at, data={"value": "1"}).status_code == 302
    assert only_event().is_roll_public is True
    assert browser.post(at, data={"value": "0"}).status_code == 302
    assert only_event().is_roll_public is False
    draft = make.event(commune["xa"], state="draft")
    assert browser.post(f"/u/{commune['xa'].key}/e/{draft.key}/roll", data={"value": "1"}).status_code == 422


def queries_of(browser, address):
    seen = []

    def count(_conn, _cursor, statement, *_rest):
        seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", count)
    try:
        assert browser.get(address).status_code == 200
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", count)
    return len(seen)


def test_no_page_costs_more_with_fifty_rows_than_with_one(commune, sign_in, make):
    browser = sign_in(commune["secretary"])
    guest = sign_in(commune["nominator"])
    xa, dong = commune["xa"], commune["dong"]
    row = make.event(xa, invited=(dong,))
    pages = [
        (browser, f"/u/{xa.key}/events"),
        (browser, f"/u/{xa.key}/e/{row.key}/"),
        (browser, f"/u/{xa.key}/e/{row.key}/units?box=below"),
        (browser, f"/u/{xa.key}/e/{row.key}/tasks"),
        (browser, f"/u/{xa.key}/e/{row.key}/tasks/new"),
        (guest, f"/u/{dong.key}/tasks"),
        (guest, f"/u/{dong.key}/events"),
        (guest, f"/u/{dong.key}/e/{row.key}/"),
    ]

    def fill(count):
        for n in range(count):
            unit = make.unit(f"Thôn {n}", parent=xa, kind="thon")
            make.event(xa, invited=(dong, unit))
            make.nomination(row, dong, state="submitted")
            for one in (dong, unit):
                make.keep(EventTask(key=new_key(), event_id=row.id, unit_id=one.id, part="lead", content="Việc"))

    fill(1)
    for page in pages:
        queries_of(*page)  # what a process or a login does once is not the page's cost
    one = [queries_of(*page) for page in pages]
    fill(49)
    assert [queries_of(*page) for page in pages] == one
    assert max(one) <= 30


def test_pages_of_the_list_meet_without_gap_or_double(commune, sign_in, make):
    for n in range(120):
        make.event(commune["xa"], title=f"Đợt số {n:03d}.")
    browser = sign_in(commune["secretary"])
    address, seen = f"/u/{commune['xa'].key}/events", []
    while address:
        page = browser.get(address).text
        seen += re.findall(r"Đợt số (\d{3})\.", page)
        found = re.search(r'rel="next" href="([^"]+)"', page)
        address = found.group(1).replace("&amp;", "&") if found else None
    assert seen == [f"{n:03d}" for n in range(119, -1, -1)]


def test_every_finding_of_the_self_check_is_said_in_words(app):
    with app.test_request_context():
        said = {finding.code: say_finding(finding) for answer, *_rest in CASES for finding in answer}
    code_of = re.compile(r'"(check_\w+)"')
    known = set(code_of.findall(Path(event_check.__file__).read_text(encoding="utf-8")))
    assert known <= set(sentences())
    assert [text for text in said.values() if "%(" in text or "check_" in text] == []
