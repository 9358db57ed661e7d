"""The nominating unit in its browser: begin, write, check, send, read."""

from __future__ import annotations

import io
import re

import pytest
import sqlalchemy as sa

from core.domain.permissions import Role
from core.models import Attachment, Nomination, db

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
