"""One commune, from plan to award and beyond, told as a story: every step is a page opened and a button pressed.

Event → nominations of the three kinds → return → resubmit → council on paper → decision → public roll → revocation.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest

from core.domain.permissions import Role
from core.models import Office
from core.services.context import new_key

pytestmark = pytest.mark.browser

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@dataclass
class Desk:
    """One person at one browser window. ``base`` is the unit in whose name the person works."""

    page: Any
    base: str

    def open(self, path: str) -> Desk:
        answer = self.page.goto(f"{self.base}{path}")
        assert answer.status == 200, (path, answer.status)
        assert "/sign-in" not in self.page.url, f"{path}: the login had ended"
        return self

    def fill(self, **values: str) -> Desk:
        for name, value in values.items():
            field = self.page.locator(f'main [name="{name}"]').first
            if field.evaluate("e => e.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        return self

    def tick(self, name: str, value: str) -> Desk:
        self.page.locator(f'main [name="{name}"][value="{value}"]').check()
        return self

    def press(self, label: str) -> Desk:
        """Press the button (or follow the link) that says this."""
        button = self.page.get_by_role("button", name=label, exact=True)
        target = button if button.count() else self.page.get_by_role("link", name=label, exact=True)
        with self.page.expect_navigation():
            target.first.click()
        return self

    @property
    def says(self) -> str:
        return self.page.locator("body").inner_text()

    @property
    def path(self) -> str:
        return self.page.url.split(self.base.split("/u/")[0] or "/", 1)[-1].split("?")[0]


@pytest.fixture
def cast(make):
    """The commune, its village, and who works there; the offices were filled before the story begins."""

    class Cast:
        commune = make.unit("Xã Hà Long", key="xa-ha-long")
        village = make.unit("Thôn Đông", parent=commune, kind="thon", key="thon-dong")
        secretary = make.user("Nguyễn Thị Thư", (Role.SECRETARY, commune), (Role.UNIT_ADMIN, commune), login="thuky")
        chair = make.user("Lê Văn Chủ", (Role.SIGNER, commune), (Role.MEMBER, commune), login="chutich")
        member = make.user("Phạm Thị Viên", (Role.MEMBER, commune), login="thanhvien")
        nominator = make.user("Trần Thị Lập", (Role.NOMINATOR, village), login="lap")
        head = make.user("Vũ Văn Trưởng", (Role.HEAD, village), login="truong")

    for authority, title in (("CT_UBND_XA", "Chủ tịch"), ("BAN_TO_CHUC", "Trưởng Ban Tổ chức")):
        make.keep(
            Office(
                key=new_key(),
                unit_id=Cast.commune.id,
                authority=authority,
                title=title,
                user_id=Cast.chair.id,
                from_on=dt.date(2025, 7, 1),
                created_at=make.now,
            )
        )
    return Cast


def _prepare_event(desk: Desk) -> str:
    """From the plan: an event with phases, two awards on offer, one invited unit; announced."""
    desk.open("/events/new").fill(
        title="Hưởng ứng Ngày Khoa học, Công nghệ và Đổi mới sáng tạo Việt Nam năm 2026",
        short_title="Ngày 18/5/2026",
        window_from="12/05/2026",
        window_to="18/05/2026",
        **{"themes-0": "Khoa học, công nghệ, đổi mới sáng tạo và chuyển đổi số"},
    )
    desk.page.locator('[name="kind"]').select_option(label="Ngày, tuần lễ hưởng ứng")
    desk.page.locator('[name="commendation_type"]').select_option("phong_trao")
    desk.press("Lưu bản nháp")
    event = desk.page.url.split("/e/")[1].split("/")[0]
    days = {"receive": (10, 16), "appraise": (10, 20), "council": (12, 25), "publish": (12, 31)}
    times = {}
    for phase, (opens, closes) in days.items():
        times |= {f"{phase}_opens": f"{opens}/05/2026", f"{phase}_opens_at": "08:00"}
        times |= {f"{phase}_closes": f"{closes}/05/2026", f"{phase}_closes_at": "17:00"}
    desk.open(f"/e/{event}/phases").fill(**times).press("Lưu các giai đoạn")
    desk.open(f"/e/{event}/awards").fill(**{"awards-0-award_code": "GIAY_KHEN", "awards-0-quota_total": "5"})
    desk.page.get_by_role("button", name="Thêm loại khen thưởng").click()  # the row appears in place
    desk.fill(**{"awards-1-award_code": "BIEU_DUONG"}).press("Lưu loại khen thưởng")
    desk.open(f"/e/{event}/units").tick("ticked", "thon-dong").press("Lưu danh sách mời")
    desk.open(f"/e/{event}/step/announce")
    desk.page.locator("main form button").last.click()
    desk.open(f"/e/{event}/")
    assert "Hạn báo cáo" in desk.says
    return event


def _nominate(desk: Desk, event: str, *, award: str, kind: str, name: str, deed: str) -> str:
    """A draft with nothing in the way, handed to the head; returns the dossier's key."""
    desk.open(f"/e/{event}/nominations/new").tick("award_code", award).tick("kind", kind)
    desk.press("Bắt đầu soạn hồ sơ")
    key = desk.page.url.split("/nominations/")[1].split("/")[0]
    desk.fill(nominee=name, achievement=deed, result=f"{deed}: được bà con hưởng ứng", citation=f"Đã {deed.lower()}")
    for area in desk.page.locator('main textarea[name^="report."]').all():
        area.fill("Kết quả cụ thể, có số liệu")
    for radio in desk.page.locator('main input[name^="attest."][value="yes"]').all():
        radio.check()
    desk.tick("consent", "given").fill(consent_on="12/05/2026", consent_note="Bằng văn bản")
    for upload in desk.page.locator('main input[type="file"]').all():
        upload.set_input_files({"name": "Tờ trình.pdf", "mimeType": "application/pdf", "buffer": PDF})
    desk.press("Kiểm tra và gửi")
    desk.press("Trình thủ trưởng")
    return key


def _send_back_and_again(secretary: Desk, clerk: Desk, head: Desk, key: str) -> None:
    """Returned with a remark on one field; the unit answers, corrects and sends again. The receipt stays the first."""
    secretary.open(f"/nominations/{key}/return")
    secretary.page.locator('[name="notes-0-about"]').select_option("result")
    secretary.fill(**{"notes-0-text": "Cần số liệu cụ thể: bao nhiêu lượt?"})
    secretary.page.locator("main form button.btn-primary").last.click()
    secretary.page.wait_for_url("**/nominations/**")
    assert "Cần số liệu cụ thể" in clerk.open(f"/nominations/{key}").says
    assert "Nguyễn Thị Thư" not in clerk.says, "the nominating unit learned the reviewer's name"
    clerk.open(f"/nominations/{key}/edit").fill(result="Hướng dẫn 214 lượt người dân trong bốn buổi")
    clerk.press("Kiểm tra và gửi")
    head.open(f"/nominations/{key}/check").press("Xác nhận và gửi")


def _appraise(secretary: Desk, key: str) -> None:
    secretary.open(f"/nominations/{key}").press("Tiếp nhận hồ sơ")
    secretary.open(f"/nominations/{key}/appraise").fill(conclusion="Đủ điều kiện")
    secretary.page.locator("main form button.btn-primary").last.click()
    secretary.page.wait_for_url(f"**/nominations/{key}**")


def _found_committee(secretary: Desk) -> None:
    """Three seats: the chair, a member, and one who will be absent."""
    secretary.open("/committees/new").fill(
        name="Hội đồng Thi đua - Khen thưởng xã Hà Long",
        decision_number="12/QĐ-UBND",
        decided_on="02/02/2026",
        from_on="02/02/2026",
        full_name="Lê Văn Chủ",
        login="chutich",
    ).press("Lưu Hội đồng")
    committee = secretary.page.url.split("/committees/")[1].split("/")[0]
    for part, name, login in (("secretary", "Nguyễn Thị Thư", ""), ("member", "Phạm Thị Viên", "thanhvien")):
        secretary.open(f"/committees/{committee}/seats/new").fill(part=part, full_name=name, from_on="02/02/2026")
        if login:
            secretary.fill(login=login)
        secretary.press("Lưu thành viên")


def _hold_sitting(secretary: Desk, chair: Desk, keys: list[str]) -> None:
    """Two present, one absent with a written opinion; each count is entered by one and confirmed by another."""
    _found_committee(secretary)
    secretary.open("/sittings/new").fill(
        title="Họp xét khen thưởng", day="13/05/2026", clock="08:00", place="Phòng họp"
    )
    secretary.page.locator('[name="committee"]').select_option(index=1)
    secretary.page.locator('[name="event"]').select_option(index=1)
    secretary.press("Lưu phiên họp")
    sitting = secretary.page.url.split("/sittings/")[1].split("/")[0]
    secretary.open(f"/sittings/{sitting}/agenda")
    for key in keys:
        secretary.tick("nominations", key)
    secretary.press("Đưa vào chương trình")
    secretary.open(f"/sittings/{sitting}/open")
    secretary.page.locator("main form button.btn-primary").last.click()
    secretary.page.wait_for_url(f"**/sittings/{sitting}**")
    secretary.open(f"/sittings/{sitting}/attendance")
    for n, row in enumerate(secretary.page.locator('main [name$="-attendance"][value="present"]').all()):
        if n < 2:
            row.check()
    secretary.page.locator('main [name$="-attendance"][value="absent"]').nth(2).check()
    secretary.press("Lưu điểm danh")
    items = [
        link.get_attribute("href").split("/items/")[1].split("/")[0]
        for link in secretary.open(f"/sittings/{sitting}").page.locator('main a[href*="/items/"]').all()
    ]
    paper = {"issued": "2", "returned": "2", "valid": "2", "invalid": "0", "yes": "2", "no": "0", "blank": "0"}
    for item in dict.fromkeys(items):
        secretary.open(f"/sittings/{sitting}/items/{item}/opinions")
        secretary.page.locator('[name="member"]').select_option(index=1)
        secretary.tick("mark", "yes").fill(note="Văn bản số 1").press("Ghi ý kiến")
        impossible = paper | {"yes": "3"}
        secretary.open(f"/sittings/{sitting}/items/{item}/count").fill(**impossible)
        secretary.page.locator("main form button.btn-primary").last.click()
        assert "3" in secretary.page.locator('[name="yes"]').input_value(), "what was typed is kept"
        assert secretary.page.locator(".invalid-feedback, [aria-invalid=true]").count() >= 1
        secretary.fill(**paper).press("Lưu số phiếu")
        chair.open(f"/sittings/{sitting}/items/{item}/confirm").fill(**paper).press("Chốt kết quả")
        assert "đạt 3" in chair.says
    secretary.open(f"/sittings/{sitting}/close").press("Kết thúc phiên họp")
    assert "Nhật ký" in secretary.open(f"/sittings/{sitting}/minutes").says or "nhật ký" in secretary.says


def _decide(secretary: Desk, chair: Desk, event: str, number: str, keys: list[str]) -> str:
    """These dossiers go into a draft; the chair issues it under this number. Returns the decision's key."""
    secretary.open(f"/decisions/new?event={event}")
    for key in keys:
        secretary.tick("keys", key)
    secretary.press("Đưa vào dự thảo")
    decision = secretary.page.url.split("/decisions/")[1].split("/")[0]
    chair.open(f"/decisions/{decision}/issue").fill(number=number, decided_on="14/05/2026")
    chair.press("Xem lại trước khi ban hành")
    assert "không sửa được" in chair.says
    chair.page.locator("main form button").first.click()
    chair.page.wait_for_url(f"**/decisions/{decision}")
    assert f"{number}/QĐ-UBND" in chair.open(f"/decisions/{decision}").says
    return decision


def _revoke(secretary: Desk, chair: Desk, decision: str, name: str) -> None:
    secretary.open(f"/decisions/{decision}/revoke")
    secretary.page.get_by_label(name).first.check()
    secretary.fill(reason="Kê khai không đúng sự thật", article="Luật Thi đua, khen thưởng, Điều 93")
    secretary.page.locator('[name="ground_code"]').select_option("RV1")
    secretary.press("Lập dự thảo thu hồi")
    revocation = secretary.page.url.split("/decisions/")[1].split("/")[0]
    chair.open(f"/decisions/{revocation}/issue").fill(number="27", decided_on="15/05/2026")
    chair.press("Xem lại trước khi ban hành")
    chair.page.locator("main form button").first.click()
    chair.page.wait_for_url(f"**/decisions/{revocation}")


def test_a_whole_round(cast, visit, app):
    """The story."""
    secretary = Desk(visit(cast.secretary), "/u/xa-ha-long")
    chair = Desk(visit(cast.chair), "/u/xa-ha-long")
    clerk = Desk(visit(cast.nominator, phone=True), "/u/thon-dong")
    head = Desk(visit(cast.head), "/u/thon-dong")
    stranger = Desk(visit(None, phone=True), "")
    event = _prepare_event(secretary)

    keys = {
        kind: _nominate(clerk, event, award=award, kind=kind, name=name, deed=deed)
        for kind, award, name, deed in (
            ("individual", "GIAY_KHEN", "Nguyễn Văn Đức", "Dạy bà con dùng dịch vụ công trực tuyến"),
            ("collective", "GIAY_KHEN", "Tổ công nghệ số cộng đồng thôn Đông", "Đi từng ngõ hướng dẫn kỹ năng số"),
            ("household", "BIEU_DUONG", "Hộ ông Trần Văn Hòa", "Bán nông sản qua mạng"),
        )
    }
    for key in keys.values():
        head.open(f"/nominations/{key}/check").press("Xác nhận và gửi")
    receipt = head.open(f"/nominations/{keys['individual']}/receipt").says
    assert "XHL-2026-0001" in receipt or "HL-2026-0001" in receipt

    _send_back_and_again(secretary, clerk, head, keys["individual"])
    for key in keys.values():
        _appraise(secretary, key)
    _hold_sitting(secretary, chair, [keys["individual"], keys["collective"]])
    assert "đang xét" in clerk.open(f"/nominations/{keys['individual']}").says.lower(), "the result leaked before issue"

    app.config["FROZEN_CLOCK"] += dt.timedelta(days=1)  # logins end overnight
    secretary, chair = Desk(visit(cast.secretary), "/u/xa-ha-long"), Desk(visit(cast.chair), "/u/xa-ha-long")
    decision = _decide(secretary, chair, event, "25", [keys["individual"], keys["collective"]])
    _decide(secretary, chair, event, "26", [keys["household"]])  # recognition is no award: a paper of its own
    register = secretary.open("/register").says
    assert all(name in register for name in ("Nguyễn Văn Đức", "Tổ công nghệ số cộng đồng thôn Đông", "Trần Văn Hòa"))
    assert "710.000" in secretary.open(f"/decisions/{decision}").says  # 0,3 × 2.340.000, rounded up

    secretary.open(f"/e/{event}/")
    secretary.page.locator(f'form[action$="/e/{event}/roll"] button').first.click()
    stranger.open(f"/honours/{event}?q=nguyen+van+duc")
    assert "Nguyễn Văn Đức" in stranger.says
    assert "Tổ công nghệ số" not in stranger.says
    story = stranger.page.get_by_role("link", name="Nguyễn Văn Đức").first.get_attribute("href")
    assert "25/QĐ-UBND" in stranger.open(story).says

    app.config["FROZEN_CLOCK"] += dt.timedelta(days=1)
    secretary, chair = Desk(visit(cast.secretary), "/u/xa-ha-long"), Desk(visit(cast.chair), "/u/xa-ha-long")
    _revoke(secretary, chair, decision, "Nguyễn Văn Đức")
    assert stranger.page.goto(story).status == 404
    assert "Nguyễn Văn Đức" not in stranger.open(f"/honours/{event}").says
    assert "thu hồi" in secretary.open("/register?state=revoked").says.lower()
    assert "Nguyễn Văn Đức" in secretary.open("/recovery").says
