"""The volunteer's day through the door: taps, undo, the end of the day, sending; and what is refused there."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from core.models import Tally, TallyLock, TallySheet, db
from plugins.vneid_guidance import domain
from plugins.vneid_guidance.models import Slip
from tests.plugins.vneid_guidance.conftest import PLUGIN, new_id


def rows():
    return db.session.execute(sa.select(Tally.indicator, Tally.quantity, Tally.source).order_by(Tally.id)).all()


@pytest.fixture
def at(village):
    """Addresses of the hamlet's pages."""
    return lambda rule="/": village.hamlet.url(PLUGIN, rule)


def tap(village, code="VN03", number=None, **values):
    data = {"tap": f"{code} {number or new_id()}"} | values
    return village.phone.post(village.hamlet.url(PLUGIN, "/tap"), data=data)


def shown(page: str, code: str) -> str:
    return re.search(rf'data-count="{re.escape(code)}">([^<]*)<', page).group(1)


def test_a_tap_without_javascript_is_one_turn(village, at):
    page = village.phone.get(at()).text
    value = re.search(r'name="tap" value="(VN04 [^"]+)"', page).group(1)
    for _ in range(2):  # the browser sent it twice
        answer = village.phone.post(at("/tap"), data={"tap": value, "place": "market"})
        assert (answer.status_code, answer.location) == (302, at("/"))
    page = village.phone.get(at()).text
    assert (shown(page, "VN04"), shown(page, "VN03")) == ("1", "")
    assert rows() == [("VN04", 1, "tap")]
    # the place stays chosen
    assert re.search(r'<option value="(\w+)" selected', page).group(1) == "market"


def test_every_button_has_an_id_of_its_own_and_records(village, at):
    values = re.findall(r'name="tap" value="([^"]+)"', village.phone.get(at()).text)
    codes = [value.split(" ")[0] for value in values]
    assert codes == [
        *domain.BUTTONS,
        domain.REFERRED,
        *domain.BLOCKER_CODES,
        *domain.PAPER_CODES,
        *domain.OTHERS,
    ]
    assert len({value.split(" ")[1] for value in values}) == len(values)
    for value in values:
        assert village.phone.post(at("/tap"), data={"tap": value}).status_code == 302
    assert [code for code, _, _ in rows()] == codes


def test_a_turn_is_taken_back(village, at):
    number = new_id()
    tap(village, number=number)
    page = village.phone.get(at()).text
    assert f'name="client_id" value="{number}"' in page
    assert village.phone.post(at("/undo"), data={"client_id": number}).status_code == 302
    assert shown(village.phone.get(at()).text, "VN03") == ""
    village.commune.clock.move(minutes=6)
    late = new_id()
    tap(village, number=late)
    village.commune.clock.move(minutes=6)
    answer = village.phone.post(at("/undo"), data={"client_id": late})
    assert answer.status_code == 422
    assert "Chỉ hoàn tác được trong 5 phút" in answer.text


def test_a_referral_shows_the_code_for_the_paper_slip(village, at):
    number = new_id()
    for _ in range(2):
        answer = tap(village, domain.REFERRED, number)
        code = domain.slip_code(number)
        assert answer.location == f"{at('/')}?slip={code}"
    assert f"<b>{code.upper()}</b>" in village.phone.get(answer.location).text
    assert db.session.execute(sa.select(Slip.code, Slip.state)).all() == [(code, "referred")]
    # a code that was never given is not shown, whatever the address says
    assert 'class="slip"' not in village.phone.get(f"{at('/')}?slip=aaaaa").text
    assert 'class="slip"' not in village.phone.get(f"{at('/')}?slip=<b>").text
    village.phone.post(at("/undo"), data={"client_id": number})
    assert db.session.scalar(sa.select(Slip.id)) is None


def test_a_slip_is_closed_by_its_code_however_it_is_typed(village, at):
    number = new_id()
    tap(village, domain.REFERRED, number)
    code = domain.slip_code(number)
    typed = f" {code[:2].upper()}-{code[2:]} "
    assert village.phone.post(at("/slips"), data={"code": typed}).status_code == 302
    assert village.phone.post(at("/slips"), data={"code": code}).status_code == 302
    assert "đã xong: 1" in village.phone.get(at("/slips")).text
    for wrong in ("zzzzz", "", "038201001234", "<script>"):
        answer = village.phone.post(at("/slips"), data={"code": wrong})
        assert answer.status_code == 422
        assert "Không có phiếu mang mã này" in answer.text


# ---------------------------------------------------------------- the end of the day


def total(village, **figures):
    reason, day = figures.pop("reason", ""), figures.pop("day", "13/05/2026")
    data = {"day": day, "reason": reason} | {code: str(number) for code, number in figures.items()}
    data |= {f"id-{code}": new_id() for code in domain.DAY_LINES}
    return village.phone.post(village.hamlet.url(PLUGIN, "/total"), data=data)


def test_the_total_of_the_day_stands_for_the_taps(village, at):
    for _ in range(3):
        tap(village)
    assert total(village, VN01=20, VN03=12).status_code == 302
    page = village.phone.get(at()).text
    assert "cả tổ 20 lượt" in page
    assert shown(page, "VN03") == "3"
    assert "đang ghi tổng 12" in village.phone.get(at("/total")).text


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ({"VN01": 5, "VN03": 4, "VN04": 2}, "nhỏ hơn các phần cộng lại là 6"),
        ({"VN03": -1}, "không thể là số âm"),
        ({"VN03": "mười"}, "VN03-wrong"),
        ({"VN03": 61}, "hơn mức thường gặp 60"),
        ({"VN03": 6000, "reason": "đông"}, "quá lớn"),
        ({"day": "14/05/2026", "VN03": 1}, "chưa đến"),
        ({"day": "31/02/2026", "VN03": 1}, "day-wrong"),
        ({"day": "01/05/2026", "VN03": 1}, "đã qua hơn 7 ngày"),
        ({}, "Hãy ghi ít nhất một số"),
        ({"VN03": 1, "reason": "ông A, CCCD 038201001234"}, "không được ghi số căn cước"),
    ],
)
def test_totals_that_cannot_be_are_said_beside_their_line_and_leave_nothing(village, figures, words):
    answer = total(village, **figures)
    assert answer.status_code == 422
    assert words in answer.text
    assert rows() == []
    for code, number in figures.items():
        if code.startswith("VN"):
            assert f'name="{code}" inputmode="numeric" maxlength="8" autocomplete="off" value="{number}"' in answer.text


def test_a_reason_lets_a_large_or_late_total_pass(village):
    assert total(village, VN03=90, reason="Ngày hội toàn dân").status_code == 302
    assert total(village, day="01/05/2026", VN03=4, reason="Ghi bù từ sổ giấy").status_code == 302


def test_the_day_is_sent_and_taken_back(village, at):
    tap(village)
    assert village.phone.post(at("/send"), data={"day": "13/05/2026"}).status_code == 302
    page = village.phone.get(at()).text
    assert "Đã gửi, chờ duyệt" in page
    answer = tap(village)
    assert answer.status_code == 422
    assert "đang chờ duyệt" in answer.text
    assert village.phone.post(at("/take-back"), data={"day": "13/05/2026"}).status_code == 302
    assert tap(village).status_code == 302
    assert village.phone.post(at("/send"), data={"day": "14/05/2026"}).status_code == 422
    assert village.phone.post(at("/send"), data={"day": "mai"}).status_code == 422
    assert "2 lượt" in village.phone.get(at("/days")).text


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("13/05/2026", "Hôm nay chưa ghi lượt nào. Gửi số 0?"),
        ("12/05/2026", "Ngày 12/05/2026 chưa ghi lượt nào. Gửi số 0?"),
    ],
)
def test_a_day_of_nothing_is_sent_only_once_that_is_confirmed(village, at, day, words):
    tap(village, number=(number := new_id()))
    village.phone.post(at("/undo"), data={"client_id": number})
    answer = village.phone.post(at("/send"), data={"day": day})
    assert words in answer.text
    assert db.session.scalars(sa.select(TallySheet.state).where(TallySheet.state == "submitted")).all() == []
    sure = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.text)) | {"csrf_token": ""}
    assert village.phone.post(at("/send"), data=sure).status_code == 302
    sent = sa.select(TallySheet.day).where(TallySheet.state == "submitted")
    assert [f"{one:%d/%m/%Y}" for one in db.session.scalars(sent)] == [day]


def test_a_total_of_nought_is_an_entry_and_is_not_asked_about(village, at):
    assert total(village, VN03=0).status_code == 302
    assert village.phone.post(at("/send"), data={"day": "13/05/2026"}).status_code == 302


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"tap": "VN03 12"}, "thiếu mã riêng"),
        ({"tap": ""}, "Không có chỉ tiêu này"),
        ({"tap": "VN20 {id}"}, "Không có chỉ tiêu này"),
        ({"tap": "VN99 {id}"}, "Không có chỉ tiêu này"),
        ({"tap": "VN03 {id}", "place": "Nhà bà Tư"}, "Không có nơi hướng dẫn này"),
        ({"tap": "VN03 {id}", "reason": "0912345678"}, "không được ghi số căn cước"),
    ],
)
def test_taps_that_cannot_be(village, at, values, words):
    values = {name: value.replace("{id}", new_id()) for name, value in values.items()}
    answer = village.phone.post(at("/tap"), data=values)
    assert answer.status_code in (400, 422)
    assert words in answer.text
    assert rows() == []


def test_more_than_sixty_turns_need_a_reason_once(village, at):
    assert village.phone.post(at("/sync"), json=batch(*[record(quantity=60)])).status_code == 200
    number = new_id()
    answer = tap(village, number=number)
    assert answer.status_code == 422
    # the page keeps the very tap and asks for the reason
    assert f'name="tap" value="VN03 {number}"' in answer.text
    assert tap(village, number=number, reason="Phiên chợ đông").status_code == 302
    assert tap(village).status_code == 302


def test_one_client_id_for_two_things_is_refused(village, at):
    number = new_id()
    tap(village, "VN03", number)
    answer = tap(village, "VN04", number)
    assert answer.status_code == 422
    assert "đã dùng cho một lượt khác" in answer.text
    assert rows() == [("VN03", 1, "tap")]


def test_a_closed_period_takes_no_tap(village, at):
    db.session.add(
        TallyLock(
            unit_id=village.commune.id,
            plugin=PLUGIN,
            first_on=village.commune.clock.now.date(),
            last_on=village.commune.clock.now.date(),
            at=village.commune.clock.now,
        )
    )
    db.session.commit()
    answer = tap(village)
    assert answer.status_code == 422
    assert "đã khóa" in answer.text
    assert db.session.scalar(sa.select(TallySheet.id)) is None


@pytest.mark.parametrize("role", ["head", "secretary", "data_officer", "nominator"])
def test_other_roles_do_not_count(village, at, role):
    someone = village.hamlet.sign_in(role=role)
    for rule in ("/tap", "/undo", "/sync", "/send", "/total", "/slips"):
        assert someone.post(at(rule), data={"tap": f"VN03 {new_id()}"}).status_code == 403
    assert rows() == []


# ---------------------------------------------------------------- the phone's own sending


def record(**data):
    return {
        "client_id": new_id(),
        "claimed_at": "2026-05-13T09:58:00+07:00",
        "data": {"indicator": "VN03", "day": "2026-05-13"} | data,
    }


def batch(*records):
    return {"device": "web", "batch": new_id(), "records": list(records)}


def test_the_phone_sends_what_it_kept(village, at):
    body = batch(
        record(),
        record(indicator=domain.CHILD),
        record(indicator=domain.CHILD, detail={"guardian": True}),
        record(day="2026-05-14"),
        record(place="nowhere"),
        record(indicator="VN20"),
        record(quantity=-1),
        record(note="x"),
    )
    answer = village.phone.post(at("/sync"), json=body).json
    assert [one["status"] for one in answer["results"]] == ["stored", "refused", "stored", *["refused"] * 5]
    assert [one["client_id"] for one in answer["results"]] == [one["client_id"] for one in body["records"]]
    assert all(one["reason"] for one in answer["results"] if one["status"] == "refused")
    assert answer["server_time"] == "2026-05-13T03:00:00+00:00"
    again = village.phone.post(at("/sync"), json=body).json
    assert [one["status"] for one in again["results"]][:3] == ["known", "refused", "known"]
    assert [code for code, _, _ in rows()] == ["VN03", domain.CHILD]


def test_a_referral_in_a_batch_brings_its_code_back(village, at):
    body = batch(record(indicator=domain.REFERRED))
    code = domain.slip_code(body["records"][0]["client_id"])
    for status in ("stored", "known"):
        result = village.phone.post(at("/sync"), json=body).json["results"][0]
        assert (result["status"], result["slip"]) == (status, code)
    assert db.session.scalars(sa.select(Slip.code)).all() == [code]


def test_a_batch_after_the_total_is_flagged(village, at):
    total(village, VN03=5)
    result = village.phone.post(at("/sync"), json=batch(record())).json["results"][0]
    assert (result["status"], result["code"]) == ("flagged", "tally_total_stands")


@pytest.mark.parametrize("body", [None, [], {}, {"records": []}, {"records": "x"}, {"records": {}}, "text"])
def test_a_body_of_another_form_is_bad_input(village, at, body):
    assert village.phone.post(at("/sync"), json=body).status_code == 400


def test_a_body_that_is_no_json_is_bad_input(village, at):
    answer = village.phone.post(at("/sync"), data=b"\xff{", content_type="application/json")
    assert answer.status_code == 400


def test_slips_are_deleted_after_ninety_days_and_not_before(village):
    tap(village, domain.REFERRED)
    from plugins.vneid_guidance import services

    village.hamlet.switch_off(PLUGIN)
    for days, left in ((90, 1), (1, 0)):
        village.commune.clock.move(days=days)
        with village.commune.desk(PLUGIN) as desk:
            services.delete_old_slips(desk)
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Slip)) == left
