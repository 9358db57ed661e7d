"""The standing body's pages: queue, acts, and nothing of a reviewer on the nominating side."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from core.models import Handover, Nomination, Remark, db
from core.services import appraisal, handovers
from core.services.appraisal import Note
from tests.awards import counting
from tests.council import TODAY, Council
from tests.crawler import crawl


@pytest.fixture
def council(make, context_of):
    return Council(make, context_of)


@pytest.fixture
def desk(council, sign_in):
    return sign_in(council.secretary)


def address(council, row: Nomination, act: str) -> str:
    return f"/u/{council.commune.key}/nominations/{row.key}{act}"


def state_of(row: Nomination) -> str:
    db.session.expire_all()
    return row.state


def test_the_queue_tells_each_box_and_links_the_dossier(council, desk):
    row = council.nomination(award="GIAY_KHEN", state="received", due_on=TODAY - dt.timedelta(days=1))
    page = desk.get(f"/u/{council.commune.key}/appraisal").text
    assert "1 hồ sơ chờ xử lý, 1 quá hạn" in page
    assert address(council, row, "") in page
    assert "quá hạn 1 ngày làm việc" in page
    assert desk.get(f"/u/{council.commune.key}/appraisal?box=khong-co").status_code == 400
    assert desk.get(f"/u/{council.commune.key}/appraisal?after=khong-co").status_code == 400


@pytest.mark.parametrize(
    "box", ["waiting", "overdue", "submitted", "received", "consulting", "appraised", "returned", "handed_up"]
)
def test_every_box_opens_empty(council, desk, box):
    answer = desk.get(f"/u/{council.commune.key}/appraisal?box={box}")
    assert answer.status_code == 200
    assert "Không có hồ sơ nào" in answer.text


def test_one_row_or_fifty_cost_the_same_queries(council, desk):
    url = f"/u/{council.commune.key}/appraisal"
    council.make.nomination(council.event, council.other_village, state="submitted")
    desk.get(url)
    with counting() as one:
        assert desk.get(url).status_code == 200
    for _n in range(49):
        council.make.nomination(council.event, council.other_village, state="submitted")
    with counting() as fifty:
        assert desk.get(url).text.count('role="rowheader"') == 50
    assert fifty.count == one.count


def test_the_dossier_offers_the_acts_open_now_and_the_way_through(council, desk):
    first = council.nomination(award="GIAY_KHEN", state="submitted", due_on=TODAY)
    second = council.nomination(award="GIAY_KHEN", state="received", due_on=TODAY + dt.timedelta(days=1))
    page = desk.get(address(council, first, "")).text
    assert "Hồ sơ 1/2 đang chờ" in page
    assert address(council, second, "") in page
    offered = {act for act in ("receive", "return", "appraise", "consultation", "decline", "hand-up")
               if f'{address(council, first, "/" + act)}"' in page}  # fmt: skip
    assert offered == {"receive", "return", "decline"}
    page = desk.get(address(council, second, "")).text
    offered = {act for act in ("receive", "return", "appraise", "consultation", "decline", "hand-up")
               if f'{address(council, second, "/" + act)}"' in page}  # fmt: skip
    assert offered == {"return", "appraise", "decline"}


def test_handing_up_is_offered_only_for_awards_beyond_the_commune(council, desk):
    own, beyond = council.nomination(award="GIAY_KHEN"), council.nomination(award="BANG_KHEN_TINH")
    assert "/hand-up" not in desk.get(address(council, own, "")).text
    assert "/hand-up" in desk.get(address(council, beyond, "")).text
    page = desk.get(address(council, beyond, "/hand-up"))
    assert "Đã trình thì không lấy lại được" in page.text
    assert council.province.name in page.text
    answer = desk.post(address(council, beyond, "/hand-up"), data={"letter_number": "88/TTr-UBND", "note": ""})
    assert answer.status_code == 303
    assert db.session.scalars(sa.select(Handover.letter_number)).one() == "88/TTr-UBND"
    page = desk.get(address(council, beyond, "")).text
    assert "Cấp trên đang xét" in page
    assert "/appraise" not in page
    assert desk.get(address(council, own, "/hand-up")).status_code == 422


def test_receive_appraise_and_decline_by_button(council, desk):
    row = council.nomination(award="GIAY_KHEN", state="submitted")
    assert desk.post(address(council, row, "/receive")).status_code == 303
    assert state_of(row) == "received"
    # pressed twice, or on an old page: nothing happens, and it is said
    assert desk.post(address(council, row, "/receive")).status_code == 409
    assert desk.post(address(council, row, "/appraise"), data={"conclusion": "Đủ"}).status_code == 303
    assert state_of(row) == "appraised"
    answer = desk.post(address(council, row, "/decline"), data={"reason": "  "})
    assert answer.status_code == 422
    assert "Mục này bắt buộc." in answer.text
    assert desk.post(address(council, row, "/decline"), data={"reason": "Không đạt"}).status_code == 303
    assert state_of(row) == "declined"


def test_a_return_keeps_what_was_typed_and_adds_rows_without_javascript(council, desk):
    row = council.nomination(award="GIAY_KHEN", state="received")
    url = address(council, row, "/return")
    typed = {"notes-0-about": "result", "notes-0-text": "Nêu số liệu", "due_on": "khong-phai-ngay"}
    answer = desk.post(url, data=typed)
    assert answer.status_code == 422
    assert "Nêu số liệu" in answer.text
    assert state_of(row) == "received"
    answer = desk.post(url, data=typed | {"add_row": "notes"})
    assert answer.status_code == 200
    assert 'name="notes-1-text"' in answer.text
    answer = desk.post(url, data={"notes-0-about": "result", "notes-0-text": "", "due_on": "20/05/2026"})
    assert answer.status_code == 422
    good = {
        "notes-0-about": "result",
        "notes-0-text": "Nêu số liệu",
        "notes-1-about": "",
        "notes-1-text": "Gửi bản giấy",
        "due_on": "20/05/2026",
    }
    assert desk.post(url, data=good).status_code == 303
    assert state_of(row) == "returned"
    remarks = db.session.scalars(sa.select(Remark).order_by(Remark.id))
    assert [(one.about, one.text) for one in remarks] == [("result", "Nêu số liệu"), ("", "Gửi bản giấy")]


def test_public_notice_from_page_to_result(council, desk):
    row = council.nomination(award="GIAY_KHEN")
    page = desk.get(address(council, row, "/consultation")).text
    assert "cần kiểm tra" in page
    assert desk.post(address(council, row, "/consultation"), data={"days": "0"}).status_code == 422
    assert desk.post(address(council, row, "/consultation"), data={"days": "5"}).status_code == 303
    assert "Đang lấy ý kiến công khai đến hết ngày 20/05/2026" in desk.get(address(council, row, "")).text
    close = address(council, row, "/consultation/close")
    assert desk.post(close, data={"result": "Không có ý kiến"}).status_code == 303
    assert state_of(row) == "appraised"


def test_a_note_is_saved_once_however_often_it_is_sent(council, desk):
    row = council.nomination(award="GIAY_KHEN", state="received")
    data = {"text": "Hỏi lại", "request_id": "abc123"}
    answers = [desk.post(address(council, row, "/notes"), data=data).status_code for _ in range(2)]
    assert answers == [303, 303]
    assert db.session.scalar(sa.select(sa.func.count(Remark.id))) == 1
    answer = desk.post(address(council, row, "/notes"), data={"text": " "})
    assert answer.status_code == 422


def test_acts_are_shut_to_everybody_else(council, sign_in):
    row = council.nomination(award="GIAY_KHEN", state="submitted")
    acts = ("/receive", "/return", "/appraise", "/notes", "/consultation", "/decline", "/hand-up")
    member, upper, head = (sign_in(one) for one in (council.member, council.upper, council.head))
    for act in acts:
        assert member.post(address(council, row, act)).status_code == 403
        assert upper.post(address(council, row, act)).status_code == 404
        here = address(council, row, act).replace(council.commune.key, council.other_village.key)
        assert head.post(here).status_code == 403
    assert state_of(row) == "submitted"


def test_nothing_of_the_reviewers_reaches_the_nominating_side(council, app, sign_in):
    """Names, notes, conclusions, the way up and undisclosed states: planted first, then looked for on every page."""
    row = council.nomination(award="BANG_KHEN_TINH", state="submitted")
    appraisal.receive(council.ctx, row.key)
    appraisal.write_note(council.ctx, row.key, "CANARYGHICHU")
    appraisal.appraise(council.ctx, row.key, conclusion="CANARYKETLUAN")
    appraisal.open_consultation(council.ctx, row.key, days=5)
    appraisal.close_consultation(council.ctx, row.key, result="CANARYCONGKHAI")
    handovers.hand_up(council.ctx, row.key, letter_number="CANARYTOTRINH", note="CANARYTRINH")
    upper = council.as_(council.upper, council.province)
    appraisal.receive(upper, row.key)
    appraisal.give_back(upper, row.key, [Note("result", "Nêu số liệu")], due_on=TODAY)
    db.session.commit()
    planted = ("CANARYGHICHU", "CANARYKETLUAN", "Lê Thị Thư", "CANARYTRINH", "CANARYTOTRINH")
    staff = "".join(_pages(app, sign_in(council.secretary)))
    assert [word for word in planted if word not in staff] == []
    pages = _pages(app, sign_in(council.head))
    assert any("Nêu số liệu" in page for page in pages)  # the remark itself arrives
    secrets = (*planted, "CANARYCONGKHAI", "Phạm Văn Hai", "Đào Tỉnh Thư")
    assert [word for word in secrets for page in pages if word in page] == []


def _pages(app, browser) -> list[str]:
    return [browser.get(url).text for url, _status in crawl(app, browser).answers]
