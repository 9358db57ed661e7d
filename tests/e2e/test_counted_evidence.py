"""What volunteers count becomes evidence: told as a story, from the province's word to the council's reading, and off.

Policy → switch → taps → approval → official figures → dossier → correction → report → off: every step is a page opened
and a button pressed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe

from core.domain.permissions import Role
from core.domain.views import Window
from core.models import Committee, CommitteeMember, Nomination, PluginPolicy, PluginSwitch, Sitting, SittingItem, db
from core.services import passwords, tally_totals
from core.services.context import new_key
from tests.e2e.test_round import PDF, Desk

pytestmark = pytest.mark.browser

PLUGIN = "vneid_guidance"
TITLE = "Hướng dẫn VNeID"
TEAM = "Tổ công nghệ số cộng đồng thôn Đông"
PASSWORD = "một câu dài để thử 2026"
TODAY = "13/05/2026"
#: What is tapped, and what stands after one is undone and after the commune's correction.
TAPS = ("VN03",) * 4 + ("VN04", "VN04", "VN06", "VN10.password")
SENT = {"Lượt hướng dẫn": "8 lượt", "Kích hoạt": "4 lượt", "Tích hợp giấy tờ": "2 lượt", "Dịch vụ công": "1 lượt"}
SENT_TURNS, NOW_TURNS = 8, 7
NOW = SENT | {"Lượt hướng dẫn": "7 lượt", "Tích hợp giấy tờ": "1 lượt"}


@dataclass
class Cast:
    """The units and who works there; the event is announced, the committee sits."""

    units: dict
    people: dict
    event: str
    make: object


@pytest.fixture
def cast(make):
    province = make.unit("Tỉnh Mẫu", kind="tinh", key="tinh-mau")
    commune = make.unit("Xã Hà Long", parent=province, key="xa-ha-long")
    village = make.unit("Thôn Đông", parent=commune, kind="thon", key="thon-dong")
    team = make.unit(TEAM, parent=village, kind="to_cnsc", key="to-dong")
    silent = make.unit("Tổ công nghệ số cộng đồng thôn Bắc", parent=commune, kind="to_cnsc", key="to-bac")
    police = make.unit("Công an xã Hà Long", parent=commune, kind="cong_an", key="cong-an")
    secret = passwords.hashed(PASSWORD)
    people = {
        "province": make.user("Hoàng Thị Tỉnh", (Role.UNIT_ADMIN, province), login="tinh", password=secret),
        "admin": make.user(
            "Nguyễn Thị Thư", (Role.UNIT_ADMIN, commune), (Role.SECRETARY, commune), login="thuky", password=secret
        ),
        "member": make.user("Phạm Thị Viên", (Role.MEMBER, commune), login="thanhvien"),
        "clerk": make.user("Trần Thị Lập", (Role.NOMINATOR, village), login="lap"),
        "village_head": make.user("Vũ Văn Trưởng", (Role.HEAD, village), login="truongthon"),
        "volunteer": make.user("Lê Thị Lan", (Role.VOLUNTEER, team), (Role.HEAD, team), login="lan"),
        "head": make.user("Đỗ Văn Tổ", (Role.HEAD, team), login="totruong"),
        "other_volunteer": make.user("Lý Văn Bắc", (Role.VOLUNTEER, silent), login="bac"),
        "officer": make.user("Tạ Thị Liên", (Role.DATA_OFFICER, police), login="solieu1"),
        "officer2": make.user("Phùng Văn Kiên", (Role.DATA_OFFICER, police), login="solieu2"),
    }
    event = make.event(commune, invited=(village,), title="Đợt 18/5", key="dot-18-5")
    units = {one.key: one for one in (province, commune, village, team, silent, police)}
    return Cast(units, people, event.key, make)


@dataclass
class Desks:
    """Opens a browser for somebody, at the desk of a unit."""

    cast: Cast
    visit: object

    def of(self, who: str, unit: str, **how) -> Desk:
        return Desk(self.visit(self.cast.people[who], **how), f"/u/{unit}")


@pytest.fixture
def desks(cast, visit):
    return Desks(cast, visit)


def why(desk: Desk) -> str:
    """The sentence that answers "vì sao?" in this unit."""
    desk.open(f"/plugins/{PLUGIN}/why")
    assert desk.page.locator(".vd-timeline li.is-now").count() == 1, "exactly one decision decides"
    return desk.page.locator(".vd-lead").inner_text()


def prove(desk: Desk) -> None:
    """The password again: an act that changes what others may do asks for it, and keeps what was chosen."""
    assert "Gõ lại mật khẩu" in desk.says
    desk.fill(own_password=PASSWORD).press("Tiếp tục")


def table(desk: Desk, caption: str) -> dict[str, list[str]]:
    """The rows of a table by their first cell (the label without its note)."""
    found = desk.page.locator("table", has=desk.page.locator("caption", has_text=caption)).first
    rows = found.locator("tbody tr").evaluate_all(
        "rows => rows.map(r => [...r.cells].map(c => c.innerText.trim().replaceAll('\\u00a0', ' ')))"
    )
    return {row[0].split("\n")[0]: row[1:] for row in rows}


def facts(desk: Desk, caption: str, column: int = 0) -> dict[str, str]:
    """Label -> figure, for the figures that the story is about."""
    return {label: row[column].split("\n")[0].strip() for label, row in table(desk, caption).items() if label in SENT}


# ------------------------------------------------------------------------------------------------ switching


def _allow_and_lock(province: Desk) -> None:
    """The province allows it, and locks: no dossier of a counted nominee is sent without approved figures."""
    province.open(f"/plugins/{PLUGIN}")
    province.page.locator('[name="policy"][value="allowed"]').check()
    province.press("Lưu quy định")
    prove(province)
    assert "Đã lưu quy định cho cấp dưới." in province.says
    province.open(f"/plugins/{PLUGIN}/settings")
    province.page.get_by_label("Có", exact=True).first.check()
    province.tick("locked", "facts_required").press("Lưu thiết lập")
    assert "Đã lưu thiết lập." in province.says


def _switch_on(admin: Desk, clock) -> None:
    """What it adds is read before the switch; the units below get it by the commune's word for them."""
    assert why(admin) == "Tắt: Tỉnh Mẫu cho phép dùng nhưng để đơn vị tự bật."
    admin.open("/plugins").press("Xem và bật")
    for said in ("Trang bấm đếm cho tình nguyện viên", "Đếm", "không lưu dữ liệu cá nhân", "Tình nguyện viên"):
        assert said in admin.says
    clock(minutes=6)
    admin.press("Bật phần này")
    prove(admin)
    assert f"Đã bật “{TITLE}”." in admin.says
    assert why(admin) == "Bật vì Xã Hà Long đã bật."
    admin.open(f"/plugins/{PLUGIN}").page.locator('[name="policy"][value="default_on"]').check()
    admin.press("Lưu quy định")
    admin.open(f"/plugins/{PLUGIN}/settings")
    assert "Tỉnh Mẫu đã khóa mục này." in admin.says
    assert admin.page.locator('main input[type="radio"]').count() == 0, "what is locked above is no choice here"


# ------------------------------------------------------------------------------------------------ counting


def _count(desks: Desks) -> None:
    """Ten taps on a phone, one of them without JavaScript; one is taken back; the day is sent."""
    phone = desks.of("volunteer", "to-dong", phone=True)
    phone.open(f"/x/{PLUGIN}/")
    for code in TAPS:
        phone.page.locator(f'button[value^="{code} "]').click()
    phone.page.get_by_text("Đã gửi về máy chủ lúc").wait_for()
    phone.page.wait_for_function("() => !JSON.parse(localStorage[Object.keys(localStorage)[0]]).length")
    plain = desks.of("volunteer", "to-dong", phone=True, javascript=False)
    plain.open(f"/x/{PLUGIN}/").page.locator('button[value^="VN08 "]').click()
    assert plain.page.locator('[data-count="VN08"]').inner_text() == "1"
    phone.open(f"/x/{PLUGIN}/")
    phone.page.locator('button[value^="VN03 "]').click()
    phone.page.locator('[data-count="VN03"]', has_text="5").wait_for()
    phone.page.get_by_role("button", name="Hoàn tác").click()
    phone.page.get_by_text("Đã hoàn tác").wait_for()


def _send_and_approve(desks: Desks) -> None:
    """The day is sent; who counted does not approve; the other head does."""
    lan, head = desks.of("volunteer", "to-dong", phone=True), desks.of("head", "to-dong")
    assert why(lan) == "Bật theo mặc định của Xã Hà Long."
    lan.open(f"/x/{PLUGIN}/").press("Gửi số liệu ngày")
    assert f"Đã gửi số liệu ngày {TODAY}." in lan.says
    lan.open(f"/x/{PLUGIN}/sheets").press(TEAM)
    assert "Đã gửi, chờ duyệt" in lan.says
    assert lan.page.get_by_role("button", name="Duyệt số liệu ngày này").count() == 0
    assert "Ông/bà đã ghi số trong ngày này nên không tự duyệt." in lan.says
    head.open(f"/x/{PLUGIN}/sheets").press(TEAM)
    assert table(head, "Số liệu của ngày")["Lượt hướng dẫn"] == ["8"]
    head.press("Duyệt số liệu ngày này")
    assert f"Đã duyệt số liệu của {TEAM} ngày {TODAY}." in head.says


def _enter_official(desks: Desks) -> None:
    """The police's own figures: one enters, another confirms, nobody both."""
    first, second = desks.of("officer", "cong-an"), desks.of("officer2", "cong-an")
    first.open(f"/x/{PLUGIN}/official").press("Nhập số liệu của một ngày")
    first.fill(as_of=TODAY, document="125/BC-CAX", eligible="5.200", collected="4.100", activated="3.900")
    first.press("Nhập, chờ người thứ hai xác nhận")
    assert "người nhập không tự xác nhận" in first.says
    assert first.page.get_by_role("button", name="Đã đối chiếu văn bản, xác nhận").count() == 0
    second.open(f"/x/{PLUGIN}/official").press("Đã đối chiếu văn bản, xác nhận")
    assert f"Đã xác nhận số liệu ngày {TODAY}." in second.says


# ------------------------------------------------------------------------------------------------ the dossier


def _begin_without_figures(clerk: Desk, event: str) -> str:
    """Before anybody counted the section stands there, says so, and the dossier cannot be sent."""
    clerk.open(f"/e/{event}/nominations/new").tick("award_code", "BIEU_DUONG").tick("kind", "collective")
    clerk.press("Bắt đầu soạn hồ sơ")
    key = clerk.page.url.split("/nominations/")[1].split("/")[0]
    clerk.fill(nominee=TEAM).press("Lưu nháp")
    part = clerk.page.locator(f"#ext_{PLUGIN}")
    assert TITLE in part.inner_text()
    assert "Sổ đếm chưa có số liệu nào" in part.inner_text()
    assert "0 lượt" not in part.inner_text(), "a silence was told as nought"
    clerk.open(f"/nominations/{key}/check")
    assert "Đợt này cần số liệu hướng dẫn VNeID đã duyệt" in clerk.says
    return key


def _write(clerk: Desk, key: str) -> None:
    """The figures stand there; a telephone number is refused with the reason, and nothing typed is lost."""
    clerk.open(f"/nominations/{key}/edit")
    assert facts(clerk, "Số liệu từ sổ đếm") == SENT
    deed = "Đi từng ngõ hướng dẫn kỹ năng số"
    clerk.fill(achievement=deed, result=f"{deed}: được bà con hưởng ứng", citation=f"Đã {deed.lower()}")
    for area in clerk.page.locator('main textarea[name^="report."]').all():
        area.fill("Kết quả cụ thể, có số liệu")
    for radio in clerk.page.locator('main input[name^="attest."][value="yes"]').all():
        radio.check()
    clerk.tick("consent", "given").fill(consent_on="12/05/2026", consent_note="Bằng văn bản")
    for upload in clerk.page.locator('main input[type="file"]').all():
        upload.set_input_files({"name": "Tờ trình.pdf", "mimeType": "application/pdf", "buffer": PDF})
    ours = f"ext_{PLUGIN}-"
    clerk.fill(**{f"{ours}households": "86", f"{ours}approach": "Gọi bác Tư 0912345678 rồi đến nhà"})
    clerk.press("Kiểm tra và gửi")
    assert "Chưa gửi được, còn 1 việc" in clerk.says
    clerk.press("Đến chỗ cần sửa")
    assert "điện thoại" in clerk.page.locator(f"#ext_{PLUGIN} .vd-error").inner_text()
    assert clerk.page.locator(f'[name="{ours}approach"]').input_value() == "Gọi bác Tư 0912345678 rồi đến nhà"
    assert clerk.page.locator(f'[name="{ours}households"]').input_value() == "86"
    assert clerk.page.locator('[name="result"]').input_value() == f"{deed}: được bà con hưởng ứng"
    clerk.fill(**{f"{ours}approach": "Đến nhà người cao tuổi vào buổi tối"}).press("Kiểm tra và gửi")
    clerk.press("Trình thủ trưởng")


def _submit(head: Desk, key: str, cast: Cast) -> None:
    """The head sends it: the figures are frozen, with who counted and who approved."""
    head.open(f"/nominations/{key}/check").press("Xác nhận và gửi")
    head.open(f"/nominations/{key}")
    assert facts(head, "Số liệu từ sổ đếm") == SENT
    assert "Số liệu đã thay đổi sau khi nộp" not in head.says
    assert "Ghi: Lê Thị Lan" in head.says
    assert "Duyệt: Đỗ Văn Tổ" in head.says
    _put_on_agenda(cast, key)


def _put_on_agenda(cast: Cast, key: str) -> None:
    """A council member reads what is on an agenda of a committee that has a seat for them."""
    make, day = cast.make, dt.date(2026, 5, 13)
    known = {"unit_id": cast.units["xa-ha-long"].id, "created_at": make.now}
    committee = make.keep(
        Committee(key=new_key(), name="Hội đồng", decision_number="1/QĐ-UBND", decided_on=day, from_on=day, **known)
    )
    seat = {"part": "member", "full_name": "Phạm Thị Viên", "user_id": cast.people["member"].id, "from_on": day}
    make.keep(CommitteeMember(key=new_key(), committee_id=committee.id, **seat))
    sitting = make.keep(Sitting(key=new_key(), title="Phiên 1", held_at=make.now, committee_id=committee.id, **known))
    dossier = db.session.query(Nomination).filter_by(key=key).one()
    make.keep(SittingItem(key=new_key(), sitting_id=sitting.id, nomination_id=dossier.id))


def _correct(admin: Desk) -> None:
    """The commune's officer corrects an approved figure: with a reason, and without one it is refused."""
    admin.open(f"/x/{PLUGIN}/sheets?show=all").press(TEAM)
    admin.fill(indicator="VN04", quantity="1").press("Đính chính")
    assert admin.page.locator('[name="quantity"]').input_value() == "1"
    admin.page.locator("#why").fill("Một lượt bấm nhầm")
    admin.press("Đính chính")
    assert "Đã đính chính." in admin.says
    assert table(admin, "Số liệu của ngày")["Tích hợp giấy tờ"] == ["1"]
    assert "Một lượt bấm nhầm" in admin.says


def _read_both_numbers(reader: Desk, key: str) -> None:
    reader.open(f"/nominations/{key}")
    warning = reader.page.locator(".vd-alert", has_text="Số liệu đã thay đổi sau khi nộp").inner_text()
    assert "Lượt hướng dẫn: khi nộp 8 lượt, hiện nay 7 lượt" in warning.replace("\u00a0", " ")
    assert facts(reader, "Số liệu từ sổ đếm") == SENT
    assert facts(reader, "Số liệu từ sổ đếm", 1) == NOW


# ------------------------------------------------------------------------------------------------ the report, and off


def _report(admin: Desk, event: str) -> None:
    """The chapter says how many reported of how many; its figure is the ledger's, and so is the leader's."""
    admin.open(f"/e/{event}/report")
    chapter = admin.page.locator("section.vd-chapter", has_text="Hướng dẫn VNeID của các tổ").first.inner_text()
    assert "1/2" in chapter
    rows = table(admin, "Hướng dẫn VNeID của các tổ")
    assert rows["Thôn Đông"][:2] == ["1/1", "7"]
    admin.open(f"/x/{PLUGIN}/figures")
    assert table(admin, "Số lượt theo đơn vị")["Cộng"][:2] == ["1/2", "7"]
    assert table(admin, "Hướng dẫn cạnh số liệu chính thức")["Kích hoạt"] == [
        "4",
        "Tài khoản mức 2 đã kích hoạt",
        "3.900 tài khoản",
    ]
    assert admin.page.get_by_role("link", name="Số liệu VNeID").count() == 1


def _ledger(cast: Cast, context_of) -> int | None:
    """What the book itself says today, asked past every page."""
    db.session.rollback()
    ctx = context_of(cast.people["admin"], cast.units["xa-ha-long"])
    window = Window(dt.date(2026, 5, 12), dt.date(2026, 5, 18))
    return tally_totals.totals(ctx, PLUGIN, [cast.units["to-dong"].id], window).value("VN01")


def _switch_off(admin: Desk) -> None:
    """Off here, and forbidden to those below."""
    admin.open(f"/plugins/{PLUGIN}").page.locator('[name="policy"][value="forbidden"]').check()
    admin.press("Lưu quy định")
    admin.open(f"/plugins/{PLUGIN}").press("Tắt phần này")
    assert why(admin) == "Tắt vì Xã Hà Long đã tắt."


def _after(desks: Desks, clerk: Desk, admin: Desk, event: str, key: str) -> None:
    """Pages gone, menu gone, the section gone for what is new; what was sent still says what it said."""
    assert admin.page.get_by_role("link", name="Số liệu VNeID").count() == 0
    assert admin.page.goto(f"{admin.base}/x/{PLUGIN}/figures").status == 404
    lan = desks.of("volunteer", "to-dong", phone=True)
    assert lan.page.goto(f"{lan.base}/x/{PLUGIN}/").status == 404
    assert why(lan) == "Tắt vì Xã Hà Long không cho phép dùng."
    clerk.open(f"/e/{event}/nominations/new").tick("award_code", "BIEU_DUONG").tick("kind", "collective")
    clerk.press("Bắt đầu soạn hồ sơ")
    assert clerk.page.locator(f"#ext_{PLUGIN}").count() == 0
    assert "VNeID" not in clerk.page.locator("main form").first.inner_text().replace("Hướng dẫn người cao tuổi", "")
    admin.open(f"/nominations/{key}")
    assert "Phần mở rộng này đang tắt." in admin.says
    assert "Đến nhà người cao tuổi vào buổi tối" in admin.says
    assert facts(admin, "Số liệu từ sổ đếm") == SENT


def test_what_is_counted_becomes_evidence(cast, desks, app, context_of):
    """The story."""

    def clock(**delta) -> None:
        app.config["FROZEN_CLOCK"] += dt.timedelta(**delta)

    province, admin = desks.of("province", "tinh-mau"), desks.of("admin", "xa-ha-long")
    clerk, head = desks.of("clerk", "thon-dong", phone=True), desks.of("village_head", "thon-dong")
    assert why(admin) == "Tắt vì chưa ai bật."
    clock(minutes=6)
    _allow_and_lock(province)
    _switch_on(admin, clock)
    key = _begin_without_figures(clerk, cast.event)
    _count(desks)
    _send_and_approve(desks)
    _enter_official(desks)
    _write(clerk, key)
    _submit(head, key, cast)
    assert _ledger(cast, context_of) == SENT_TURNS

    _correct(admin)
    assert _ledger(cast, context_of) == NOW_TURNS
    for reader in (admin, desks.of("member", "xa-ha-long", phone=True), head):
        _read_both_numbers(reader, key)
    _report(admin, cast.event)

    _switch_off(admin)
    _after(desks, clerk, admin, cast.event, key)


# ------------------------------------------------------------------------------------------------ for everybody

#: Pages that nobody has put anything into: who, in which unit, which page.
EMPTY = (
    ("system", "", "/system/plugins"),
    *(("admin", "xa-ha-long", f"/plugins{one}") for one in ("", f"/{PLUGIN}")),
    *(("admin", "xa-ha-long", f"/plugins/{PLUGIN}/{one}") for one in ("why", "settings", "targets", "below", "data")),
    *(("admin", "xa-ha-long", f"/e/dot-18-5/{one}") for one in ("plugins", "report")),
    *(("admin", "xa-ha-long", f"/x/{PLUGIN}/{one}") for one in ("sheets", "figures", "period", "points")),
    *(("volunteer", "to-dong", f"/x/{PLUGIN}/{one}") for one in ("", "total", "days", "slips")),
    *(("officer", "cong-an", f"/x/{PLUGIN}/official{one}") for one in ("", "/new")),
)


@pytest.mark.parametrize("is_phone", [True, False], ids=["360", "1280"])
def test_every_page_is_for_everybody(cast, desks, make, is_phone):
    """axe finds nothing, no page is wider than the screen, and nobody is told a nought where nobody reported."""
    commune, province = cast.units["xa-ha-long"], cast.units["tinh-mau"]
    cast.people["system"] = make.user("Quản Trị", (Role.SYSTEM_ADMIN, province), login="hethong")
    make.keep(PluginSwitch(unit_id=commune.id, plugin=PLUGIN, is_on=True, at=make.now))
    make.keep(PluginPolicy(unit_id=commune.id, plugin=PLUGIN, policy="default_on", at=make.now))
    faults, windows = [], {}
    for who, unit, path in EMPTY:
        if who not in windows:
            windows[who] = desks.of(who, unit, phone=is_phone)
        desk = windows[who]
        desk.base = f"/u/{unit}" if unit else ""
        page = desk.open(path).page
        faults += [(path, one["id"], one["nodes"][0]["html"][:160]) for one in Axe().run(page).response["violations"]]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"):
            faults.append((path, "wider than the screen", ""))
        if path.endswith("/figures"):
            assert table(desk, "Số lượt theo đơn vị")["Cộng"] == ["0/2", "—", "—", "—"]
            assert "Trong kỳ chưa ghi vướng mắc nào." not in desk.says
    assert faults == []
