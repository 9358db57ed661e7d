"""The catalogue and the calendar through the browser."""

import datetime as dt
import re

import pytest

from core.domain.permissions import Role
from core.models import CalendarDay, CatalogVersion, db
from core.services import catalog


@pytest.fixture
def house(make):
    tinh = make.unit("UBND tỉnh", kind="tinh")
    xa = make.unit("UBND xã", parent=tinh)
    return {
        "tinh": tinh,
        "xa": xa,
        "system": make.user("Quản trị", (Role.SYSTEM_ADMIN, tinh)),
        "nominator": make.user("Người lập", (Role.NOMINATOR, xa)),
    }


VERSION = {
    "from_on": "01/01/2027",
    "authorities": ["CT_UBND_XA", "TT_DON_VI"],
    "coef_individual": "0,4",
    "coef_collective": "0,8",
    "coef_household": "0,6",
    "vote": "majority",
    "dossier": "dp_giay_khen_ca_nhan",
    "source": "Nghị quyết 12 của Hội đồng nhân dân tỉnh",
    "conf": "B",
    "note": "",
}


def hidden(name, text):
    return re.search(rf'name="{name}" type="hidden" value="([^"]*)"', text).group(1)


def test_anyone_signed_in_reads_the_catalogue_by_day(house, sign_in):
    browser = sign_in(house["nominator"])
    at = f"/u/{house['xa'].key}/catalog"
    page = browser.get(at).text
    assert "Giấy khen" in page
    assert "Cá nhân: 710.000 đồng" in page
    later = browser.get(f"{at}?on=01/12/2026").text
    assert "Cá nhân: 760.000 đồng" in later
    assert "cần kiểm tra" in later
    assert "không danh hiệu nào được áp dụng" in browser.get(f"{at}?on=01/01/2030").text
    for wrong in ("x", "99/99/2026", "%00", "01/01/0001"):
        assert browser.get(f"{at}?on={wrong}").status_code == 400
    assert browser.get(f"{at}/GIAY_KHEN").status_code == 200
    assert browser.get(f"{at}/KHONG_CO").status_code == 404
    assert browser.get(f"{at}/GIAY_KHEN/new").status_code == 403


def test_every_award_type_has_a_page(house, sign_in):
    browser = sign_in(house["nominator"])
    answers = {
        code: browser.get(f"/u/{house['xa'].key}/catalog/{code}").status_code
        for code in catalog.current(db.session()).award_types
    }
    assert set(answers.values()) == {200}


def test_a_version_is_previewed_then_kept_and_the_old_one_ends(house, sign_in):
    browser = sign_in(house["system"])
    at = f"/u/{house['tinh'].key}/catalog/GIAY_KHEN"
    assert browser.get(f"{at}/new").status_code == 200
    first = browser.post(f"{at}/new", data=VERSION)
    assert first.status_code == 200
    assert "Xem trước: từ 01/01/2027" in first.text
    assert db.session.query(CatalogVersion).count() == 0
    seen = hidden("seen", first.text)
    changed = browser.post(f"{at}/new", data={**VERSION, "coef_collective": "0,9", "act": "save", "seen": seen})
    assert changed.status_code == 200
    assert db.session.query(CatalogVersion).count() == 0
    saved = browser.post(f"{at}/new", data={**VERSION, "act": "save", "seen": seen})
    assert (saved.status_code, saved.location) == (302, at)
    db.session.expire_all()
    versions = catalog.current(db.session()).award_types["GIAY_KHEN"].versions
    assert [(v.from_on, v.to_on, v.is_added) for v in versions[-2:]] == [
        (dt.date(2026, 10, 1), dt.date(2026, 12, 31), False),
        (dt.date(2027, 1, 1), None, True),
    ]
    page = browser.get(at).text
    assert "Nghị quyết 12 của Hội đồng nhân dân tỉnh" in page


def test_what_forbids_a_version_stands_beside_its_field(house, sign_in):
    browser = sign_in(house["system"])
    at = f"/u/{house['tinh'].key}/catalog/GIAY_KHEN/new"
    cases = {
        "Phiên bản mới phải bắt đầu sau phiên bản mới nhất đang có (từ 01/10/2026)": {"from_on": "01/06/2026"},
        "Hệ số của hộ gia đình phải bằng 1,5 lần hệ số của cá nhân": {"coef_household": "0,5"},
        "Hãy chọn ít nhất một chức vụ có thẩm quyền ký": {"authorities": []},
        "Mục này bắt buộc": {"source": ""},
        "Chưa có quy định nào được nạp cho ngày 01/01/2029": {"from_on": "01/01/2029"},
    }
    for sentence, change in cases.items():
        answer = browser.post(at, data={**VERSION, **change})
        assert answer.status_code == 422
        assert sentence in answer.text
    for wild in ("\x00", "x" * 100_000, "²", "9" * 400, "-1", "1e5"):
        values = dict.fromkeys(VERSION, wild)
        assert browser.post(at, data=values).status_code == 422
    assert db.session.query(CatalogVersion).count() == 0


def test_a_version_never_begins_where_dossiers_were_received(house, sign_in, make):
    event = make.event(house["xa"])
    row = make.nomination(event, house["xa"], state="received")
    row.receipt_at = dt.datetime(2027, 1, 5, 3, tzinfo=dt.UTC)
    make.keep(row)
    answer = sign_in(house["system"]).post(f"/u/{house['tinh'].key}/catalog/GIAY_KHEN/new", data=VERSION)
    assert answer.status_code == 422
    assert "Đã có hồ sơ tiếp nhận theo quy định cũ đến ngày 05/01/2027" in answer.text


def test_a_day_of_the_calendar_is_set_changed_and_dropped(house, sign_in):
    browser = sign_in(house["system"])
    at = f"/u/{house['tinh'].key}/calendar"
    assert "Lịch nghỉ năm 2027 chưa được xác nhận" in browser.get(f"{at}?year=2027").text
    assert "chưa được xác nhận" not in browser.get(at).text
    day = {"day": "11/05/2026", "kind": "off", "name": "Nghỉ lễ hội", "source": "Thông báo 1"}
    assert browser.post(f"{at}/day", data=day).status_code == 302
    assert dt.date(2026, 5, 11) in catalog.calendar(db.session()).days_off
    assert "Nghỉ lễ hội" in browser.get(at).text
    # somebody who did not see the stored day does not overwrite it
    assert browser.post(f"{at}/day", data={**day, "name": "Khác"}).status_code == 409
    form = browser.get(f"{at}/day?day=11/05/2026").text
    version = hidden("version", form)
    assert browser.post(f"{at}/day", data={**day, "name": "Khác", "version": version}).status_code == 302
    db.session.expire_all()
    assert db.session.query(CalendarDay).one().name == "Khác"
    assert browser.post(f"{at}/2026-05-11/drop").status_code == 302
    assert browser.post(f"{at}/2026-05-11/drop").status_code == 404
    assert browser.post(f"{at}/khong-phai/drop").status_code == 404
    assert dt.date(2026, 5, 11) not in catalog.calendar(db.session()).days_off


def test_a_weekday_is_no_day_of_make_up_work(house, sign_in):
    browser = sign_in(house["system"])
    day = {"day": "11/05/2026", "kind": "worked", "name": "Làm bù", "source": "Thông báo 1"}
    answer = browser.post(f"/u/{house['tinh'].key}/calendar/day", data=day)
    assert answer.status_code == 422
    assert "vốn đã là ngày làm việc" in answer.text


def test_a_year_is_confirmed_once(house, sign_in):
    browser = sign_in(house["system"])
    at = f"/u/{house['tinh'].key}/calendar"
    assert browser.get(f"{at}/2027/confirm").status_code == 200
    assert browser.post(f"{at}/2027/confirm", data={"source": "Thông báo 2"}).status_code == 302
    assert 2027 in catalog.calendar(db.session()).confirmed_years
    assert browser.post(f"{at}/2027/confirm", data={"source": "Thông báo 2"}).status_code == 409
    assert "chưa được xác nhận" not in browser.get(f"{at}?year=2027").text


def test_the_calendar_is_read_by_all_and_changed_by_few(house, sign_in):
    browser = sign_in(house["nominator"])
    at = f"/u/{house['xa'].key}/calendar"
    assert browser.get(at).status_code == 200
    assert browser.get(f"{at}/day").status_code == 403
    assert browser.get(f"{at}/2027/confirm").status_code == 403
    for wrong in ("x", "0", "99999999999999999999", "²", "2101"):
        assert browser.get(f"{at}?year={wrong}").status_code == 400
