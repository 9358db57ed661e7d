"""The nominating unit in its browser: begin, write, check, send, read."""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest
import sqlalchemy as sa

from core.domain.permissions import Role
from core.models import Attachment, Nomination, Notice, Remark, db
from core.services.context import new_key
from tests.conftest import NOW

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
TEXTS = {
    "nominee": "Nguyễn Văn Đức",
    "birth_year": "1990",
    "achievement": "Tổ chức lớp bình dân học vụ số",
    "result": "214 lượt người dân được hướng dẫn",
    "consent": "given",
    "consent_on": "12/05/2026",
    "citation": "Có thành tích xuất sắc",
    "attest.E_NO_DISCIPLINE": "yes",
    "report.noi_dung_chuyen_de": "Hướng dẫn người dân",
    "report.ket_qua_so_chi_tieu": "Vượt chỉ tiêu",
    "report.bien_phap": "Đi từng nhà",
}


@pytest.fixture
def world(make):
    class World:
        commune = make.unit("Xã Hà Long", key="xa-ha-long")
        village = make.unit("Thôn Đông", parent=commune, kind="thon", key="thon-dong")
        event = make.event(commune, invited=(village,), title="Đợt 18/5", key="dot")
        nominator = make.user("Lê Thị Lập", (Role.NOMINATOR, village))
        head = make.user("Trần Văn Trưởng", (Role.HEAD, village))
        secretary = make.user("Phạm Thị Thư", (Role.SECRETARY, commune))

    return World()


def begin(browser, *, award="GIAY_KHEN", kind="individual"):
    answer = browser.post("/u/thon-dong/e/dot/nominations/new", data={"award_code": award, "kind": kind})
    assert answer.status_code == 303, answer.text
    return answer.location


def hidden(browser, address, name):
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', browser.get(address).text)[1]


def write(browser, address, act="save", **changes):
    data = {**TEXTS, "version": hidden(browser, address, "version"), "act": act, **changes}
    return browser.post(address, data=data, content_type="multipart/form-data")


def the_one():
    db.session.expire_all()
    return db.session.scalars(sa.select(Nomination)).one()


def test_a_nomination_of_each_kind_from_the_first_page_to_the_receipt(world, sign_in):
    browser = sign_in(world.head)
    for kind, parts in (("individual", {}), ("collective", {"birth_year": ""}), ("household", {"birth_year": ""})):
        address = begin(browser, kind=kind)
        name = {"nominee": f"Tên {kind}", "achievement": f"Việc {kind}"}
        file = {"file.TO_TRINH": (io.BytesIO(PDF), "Tờ trình.pdf")}
        answer = write(browser, address, act="check", **name, **parts, **file)
        assert answer.status_code == 303
        check = browser.get(answer.location)
        assert "không còn gì vướng" in check.text, check.text
        version = re.search(r'name="version" value="(\d+)"', check.text)[1]
        sent = browser.post(address.replace("/edit", "/submit"), data={"version": version})
        assert sent.status_code == 303
        receipt = browser.get(sent.location)
        assert f"Tên {kind}" in receipt.text
        page = browser.get(address.replace("/edit", ""))
        assert (page.status_code, "Đã gửi, chờ tiếp nhận" in page.text) == (200, True)
    assert db.session.scalars(sa.select(Nomination.receipt_number).order_by(Nomination.id)).all() == [
        "HL-2026-0001",
        "HL-2026-0002",
        "HL-2026-0003",
    ]


def test_what_does_not_fit_is_kept_as_typed_and_shown_with_its_reason(world, sign_in):
    browser = sign_in(world.nominator)
    address = begin(browser)
    assert write(browser, address, consent_on="31/02/2026", birth_year="mười").status_code == 303
    row = the_one()
    assert row.typed == {"consent_on": "31/02/2026", "birth_year": "mười"}
    page = browser.get(address).text
    assert 'value="31/02/2026"' in page
    assert 'value="mười"' in page
    assert page.count("aria-invalid") == 2
    assert "Mục “Ngày hỏi ý kiến” ghi chưa đúng nên chưa nhận được." in page


def test_two_people_editing_see_each_others_text_and_nothing_is_overwritten(world, sign_in):
    one, two = sign_in(world.nominator), sign_in(world.head)
    address = begin(one)
    write(one, address)
    version = hidden(two, address, "version")
    write(one, address, result="Bản của Lập")
    answer = two.post(address, data={**TEXTS, "version": version, "result": "Bản của Trưởng", "act": "save"})
    assert answer.status_code == 409
    assert "Lê Thị Lập đã lưu lúc 10:00 13/05/2026" in answer.text
    assert "Bản của Lập" in answer.text
    assert "Bản của Trưởng" in answer.text
    assert the_one().achievement.result == "Bản của Lập"
    again = re.search(r'name="version"[^>]*value="([^"]*)"', answer.text)[1]
    saved = two.post(address, data={**TEXTS, "version": again, "result": "Bản của Trưởng", "act": "save"})
    assert saved.status_code == 303
    assert the_one().achievement.result == "Bản của Trưởng"


def test_the_draft_saves_itself_and_tells_a_conflict(world, sign_in):
    browser = sign_in(world.nominator)
    address = begin(browser)
    autosave = address.replace("/edit", "/autosave")
    data = {**TEXTS, "version": hidden(browser, address, "version")}
    saved = browser.post(autosave, data=data)
    assert (saved.status_code, saved.json["saved_at"]) == (200, "10:00")
    row = the_one()
    assert (row.nominee_name, row.nominee_id, saved.json["version"]) == ("Nguyễn Văn Đức", None, row.version)
    stale = browser.post(autosave, data=data)
    assert (stale.status_code, stale.json["error"]) == (409, "stale")
    # nothing of what was typed before there was a record is lost
    assert "1990" in browser.get(address).text


def test_a_file_is_given_out_only_as_an_attachment_and_only_to_its_readers(world, sign_in, make):
    browser = sign_in(world.nominator)
    address = begin(browser)
    write(browser, address, **{"file.TO_TRINH": (io.BytesIO(PDF), "Tờ trình\u202e số 1.pdf")})
    file = db.session.scalars(sa.select(Attachment)).one()
    assert file.name == "Tờ trình số 1.pdf"
    answer = browser.get(f"/u/thon-dong/attachments/{file.key}")
    assert (answer.status_code, answer.data) == (200, PDF)
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "filename*=UTF-8''T%E1%BB%9D%20tr%C3%ACnh" in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    stranger = sign_in(make.user("Người Lạ", (Role.HEAD, world.commune)))
    assert stranger.get(f"/u/xa-ha-long/attachments/{file.key}").status_code == 404


def test_the_organiser_does_not_see_drafts_and_the_unit_not_the_names_of_appraisers(world, sign_in, make):
    browser = sign_in(world.secretary)
    draft = make.nomination(world.event, world.village)
    assert browser.get(f"/u/xa-ha-long/nominations/{draft.key}").status_code == 404
    assert draft.nominee_name not in browser.get("/u/xa-ha-long/nominations").text
    sent = make.nomination(world.event, world.village, state="passed")
    assert "Hội đồng đã thông qua" in browser.get(f"/u/xa-ha-long/nominations/{sent.key}").text
    own = sign_in(world.nominator).get(f"/u/thon-dong/nominations/{sent.key}").text
    assert "Đang xét" in own
    assert "Hội đồng đã thông qua" not in own


@pytest.mark.parametrize(
    "query",
    ["box=x", "sort=id", "state=passed", "event=khong-co", "award=X", "after=zzz", "after=%00", "state=x&box=own"],
)
def test_wrong_parameters_are_a_page_with_a_sentence(world, sign_in, query):
    answer = sign_in(world.nominator).get(f"/u/thon-dong/nominations?{query}")
    assert (answer.status_code, "Đường dẫn" in answer.text) == (400, True)


def test_the_road_between_nominator_and_head(world, sign_in):
    nominator, head = sign_in(world.nominator), sign_in(world.head)
    address = begin(nominator)
    refused = nominator.post(address.replace("/edit", "/ask"))
    assert (refused.status_code, "Chưa có người" in refused.text) == (422, True)
    write(nominator, address, **{"file.TO_TRINH": (io.BytesIO(PDF), "a.pdf")})
    assert nominator.post(address.replace("/edit", "/submit")).status_code == 403
    assert nominator.post(address.replace("/edit", "/ask")).status_code == 303
    assert the_one().state == "ready"
    assert nominator.post(address, data={"version": "1"}).status_code == 409
    empty = head.post(address.replace("/edit", "/send-back"), data={"note": ""})
    assert (empty.status_code, "Mục này bắt buộc" in empty.text) == (422, True)
    assert head.post(address.replace("/edit", "/send-back"), data={"note": "Thiếu số liệu"}).status_code == 303
    assert "Thiếu số liệu" in nominator.get(address.replace("/edit", "")).text
    assert the_one().state == "draft"
    assert nominator.post(address.replace("/edit", "/withdraw"), data={"note": "Thôi"}).status_code == 303
    assert the_one().state == "withdrawn"


def test_a_returned_dossier_is_answered_beside_its_fields_and_sent_again(world, sign_in, make):
    nominator, head = sign_in(world.nominator), sign_in(world.head)
    address = begin(nominator)
    write(nominator, address, **{"file.TO_TRINH": (io.BytesIO(PDF), "a.pdf")})
    head.post(address.replace("/edit", "/submit"))
    row = the_one()
    row.state, row.due_on = "returned", dt.date(2026, 5, 18)
    values = {"nomination_id": row.id, "user_id": world.secretary.id, "unit_id": world.commune.id, "created_at": NOW}
    on_result = make.keep(
        Remark(key=new_key(), about="result", text="Chưa có số liệu", audience="nominating", **values)
    )
    make.keep(Remark(key=new_key(), about="result", text="Nội bộ thôi", audience="handling", **values))
    page = nominator.get(address).text
    assert page.index("Chưa có số liệu") < page.index('id="result"')
    assert "Nội bộ thôi" not in page
    assert "Phạm Thị Thư" not in page + nominator.get(address.replace("/edit", "")).text
    answer = {f"answer.{on_result.key}": "Đã ghi số liệu"}
    nominator.post(
        address.replace("/edit", "/autosave"),
        data={**TEXTS, **answer, "version": hidden(nominator, address, "version")},
    )
    db.session.expire_all()
    assert (on_result.answer, "Đã ghi số liệu" in nominator.get(address).text) == ("", True)
    write(nominator, address, **answer)
    db.session.expire_all()
    assert (on_result.answer, on_result.answered_by_id) == ("Đã ghi số liệu", world.nominator.id)
    assert nominator.post(address.replace("/edit", "/tell-head")).status_code == 303
    assert db.session.scalars(sa.select(Notice.code).where(Notice.user_id == world.head.id)).all() == ["news_mended"]
    number = the_one().receipt_number
    assert head.post(address.replace("/edit", "/submit")).status_code == 303
    assert (the_one().state, the_one().receipt_number) == ("submitted", number)


def test_a_double_press_sends_once(world, sign_in):
    head = sign_in(world.head)
    address = begin(head)
    write(head, address, **{"file.TO_TRINH": (io.BytesIO(PDF), "a.pdf")})
    body = {"version": str(the_one().version), "request_id": "abcdefgh"}
    first, second = (head.post(address.replace("/edit", "/submit"), data=body) for _ in range(2))
    assert (first.status_code, second.status_code, first.location) == (303, 303, second.location)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert the_one().receipt_number == "HL-2026-0001"


def test_rows_of_prior_awards_without_javascript(world, sign_in, make):
    make.event(
        world.commune, invited=(world.village,), key="nam", awards=("CSTDCS",), kind="tong_ket_nam",
        commendation_type="cong_trang",
    )  # fmt: skip
    browser = sign_in(world.head)
    started = browser.post("/u/thon-dong/e/nam/nominations/new", data={"award_code": "CSTDCS", "kind": "individual"})
    table = "report.danh_hieu_thi_dua"
    data = {"version": "1", f"{table}-0-nam": "2025", f"{table}-0-danh_hieu": "LĐTT", "add_row": table}
    more = browser.post(started.location, data=data).text
    assert f'name="{table}-1-nam"' in more
    assert 'value="2025"' in more
    data |= {f"{table}-1-nam": "2024", "act": "save", "version": hidden(browser, started.location, "version")}
    data.pop("add_row")
    assert browser.post(started.location, data=data).status_code == 303
    stored = the_one().report["danh_hieu_thi_dua"]
    assert [row["nam"] for row in stored] == ["2025", "2024"]
    assert "2024" in browser.get(started.location.replace("/edit", "")).text


def test_an_award_may_be_changed_and_what_was_typed_for_the_other_waits(world, sign_in):
    browser = sign_in(world.head)
    address = begin(browser)
    write(browser, address, award_code="BIEU_DUONG")
    page = browser.get(address).text
    assert ('name="report.bien_phap"' in page, "Đã đủ" in page) == (False, True)
    write(browser, address, award_code="GIAY_KHEN")
    assert "Đi từng nhà" in browser.get(address).text
