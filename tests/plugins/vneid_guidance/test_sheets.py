"""Who answers for the figures: approve, give back, close the period, correct; each through the door."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from core.models import Tally, TallySheet, db
from tests.plugins.vneid_guidance.conftest import PLUGIN, new_id


def state() -> str:
    return db.session.scalar(sa.select(TallySheet.state))


def tap(village, code="VN03", **values):
    data = {"tap": f"{code} {new_id()}"} | values
    assert village.phone.post(village.hamlet.url(PLUGIN, "/tap"), data=data).status_code == 302


@pytest.fixture
def sent(village):
    """The hamlet's day with two turns, sent. Gives addresses of its sheet, in the hamlet or in the commune."""
    tap(village)
    tap(village, "VN04", place="market")
    assert village.phone.post(village.hamlet.url(PLUGIN, "/send"), data={"day": "13/05/2026"}).status_code == 302
    key = db.session.scalar(sa.select(TallySheet.key))
    return lambda unit, verb="": unit.url(PLUGIN, f"/sheets/{key}{verb}")


def version(page: str) -> str:
    return re.search(r'name="version" value="(\d+)"', page).group(1)


def test_the_head_sees_what_waits_and_approves_it(village, sent):
    page = village.desk_of_head.get(village.hamlet.url(PLUGIN, "/sheets")).text
    assert "1/1 đơn vị đã báo cáo ngày 13/05/2026" in page
    assert sent(village.hamlet) in page
    page = village.desk_of_head.get(sent(village.hamlet)).text
    assert "Nguyễn Thị Lan" in page
    assert page.count("Tích hợp giấy tờ") == 2
    answer = village.desk_of_head.post(sent(village.hamlet, "/approve"), data={"version": version(page)})
    assert (answer.status_code, state()) == (302, "approved")
    page = village.desk_of_head.get(answer.location).text
    assert "Đã duyệt số liệu của Thôn Đông ngày 13/05/2026." in page
    assert sent(village.hamlet) not in village.desk_of_head.get(village.hamlet.url(PLUGIN, "/sheets")).text
    assert sent(village.hamlet) in village.desk_of_head.get(village.hamlet.url(PLUGIN, "/sheets?show=all")).text


def test_the_commune_sees_its_hamlets_and_who_is_missing(village, sent):
    quiet = village.commune.house.commune("Thôn Im Lặng", kind="thon", under=village.commune)
    quiet.user("volunteer")
    page = village.desk_of_officer.get(village.commune.url(PLUGIN, "/sheets")).text
    assert "1/2 đơn vị đã báo cáo ngày 13/05/2026" in page
    assert "Chưa báo cáo ngày 13/05/2026: <strong>Thôn Im Lặng</strong>." in page
    assert village.desk_of_officer.post(sent(village.commune, "/approve"), data={}).status_code == 302
    assert state() == "approved"


def test_a_sheet_goes_back_with_a_reason_and_the_team_reads_it(village, sent):
    page = village.desk_of_head.get(sent(village.hamlet)).text
    for reason, words in (("", "Hãy ghi lý do"), ("gọi 0912 345 678", "không được ghi số căn cước")):
        answer = village.desk_of_head.post(
            sent(village.hamlet, "/give-back"), data={"version": version(page), "reason": reason}
        )
        assert (answer.status_code, state()) == (422, "submitted")
        assert words in answer.text
        assert f'value="{reason}"' in answer.text
    data = {"version": version(page), "reason": "Thiếu lượt ở chợ"}
    assert village.desk_of_head.post(sent(village.hamlet, "/give-back"), data=data).status_code == 302
    assert state() == "returned"
    assert "Thiếu lượt ở chợ" in village.phone.get(village.hamlet.url(PLUGIN)).text
    tap(village)


def test_nobody_approves_what_they_counted(village):
    both = village.hamlet.user("volunteer", "head")
    client = village.commune.house.client(both)
    data = {"tap": f"VN03 {new_id()}"}
    assert client.post(village.hamlet.url(PLUGIN, "/tap"), data=data).status_code == 302
    client.post(village.hamlet.url(PLUGIN, "/send"), data={"day": "13/05/2026"})
    key = db.session.scalar(sa.select(TallySheet.key))
    answer = client.post(village.hamlet.url(PLUGIN, f"/sheets/{key}/approve"), data={})
    assert (answer.status_code, state()) == (422, "submitted")
    assert "không tự duyệt" in answer.text


def test_who_counted_reads_why_before_they_press_anything(village):
    client = village.commune.house.client(village.hamlet.user("volunteer", "head"))
    client.post(village.hamlet.url(PLUGIN, "/tap"), data={"tap": f"VN03 {new_id()}"})
    client.post(village.hamlet.url(PLUGIN, "/send"), data={"day": "13/05/2026"})
    address = village.hamlet.url(PLUGIN, f"/sheets/{db.session.scalar(sa.select(TallySheet.key))}")
    theirs, another = client.get(address).text, village.desk_of_head.get(address).text
    assert [f'action="{address}/approve"' in page for page in (theirs, another)] == [False, True]
    assert ["không tự duyệt" in page for page in (theirs, another)] == [True, False]
    # giving it back stays open to both
    assert [f'action="{address}/give-back"' in page for page in (theirs, another)] == [True, True]


def test_a_problem_stands_beside_its_field(village, sent):
    def box(page, name):
        return re.search(rf'<input[^>]* name="{name}"[^>]*>', page).group()

    head, here = village.desk_of_head, sent(village.hamlet)
    seen = head.get(here).text
    assert "aria-invalid" not in seen
    answer = head.post(f"{here}/give-back", data={"version": version(seen), "reason": ""}).text
    head.post(f"{here}/approve", data={})
    fix = {"indicator": "VN03", "quantity": "3", "reason": ""}
    answers = [
        ("reason", answer, "Hãy ghi lý do."),
        ("reason", head.post(f"{here}/correct", data=fix).text, "Hãy ghi lý do."),
        ("quantity", head.post(f"{here}/correct", data=fix | {"quantity": "-3", "reason": "Sót"}).text, "số âm"),
        ("quantity", head.post(f"{here}/correct", data=fix | {"quantity": "ba"}).text, "số"),
    ]
    for name, page, words in answers:
        mark = re.search(r'aria-invalid="true" aria-describedby="([^"]+)"', box(page, name)).group(1)
        assert words in re.search(rf'id="{mark}">(.*?)</div>', page, re.DOTALL).group(1)
        assert page.count("aria-invalid") == 1


def test_two_equal_times_are_one(village, sent):
    page = village.desk_of_head.get(sent(village.hamlet)).text
    assert "10:00" in page
    assert "10:00 – 10:00" not in page


def test_weeks_are_called_weeks_in_the_order_of_time(village):
    page = village.desk_of_officer.get(village.commune.url(PLUGIN, "/sheets?to=2026-05-06")).text
    links = re.findall(r'<a[^>]*rel="(\w+)"[^>]*to=([-\d]+)"[^>]*>(.*?)</a>', page, re.DOTALL)
    plain = [(rel, day, re.sub(r"<[^>]+>", "", words).strip()) for rel, day, words in links]
    assert plain == [("prev", "2026-04-29", "Tuần trước"), ("next", "2026-05-13", "Tuần sau")]


def test_an_approval_of_what_changed_meanwhile_is_a_conflict(village, sent):
    seen = version(village.desk_of_head.get(sent(village.hamlet)).text)
    for rule in ("/take-back", "/send"):
        village.phone.post(village.hamlet.url(PLUGIN, rule), data={"day": "13/05/2026"})
    answer = village.desk_of_head.post(sent(village.hamlet, "/approve"), data={"version": seen})
    assert (answer.status_code, state()) == (409, "submitted")
    assert version(answer.text) != seen


def test_who_may_not(village, sent):
    other = village.commune.house.commune("Xã Khác")
    other.switch_on(PLUGIN)
    stranger = other.sign_in(role="secretary")
    for verb in ("", "/approve", "/give-back", "/correct"):
        method = stranger.get if not verb else stranger.post
        assert method(sent(other, verb)).status_code == 404
        if verb:
            assert village.phone.post(sent(village.hamlet, verb)).status_code == 403
    # the village's own head cannot reach a sheet of the village beside it
    beside = village.commune.house.commune("Thôn Bắc", kind="thon", under=village.commune)
    beside.switch_on(PLUGIN)
    head = beside.sign_in(role="head")
    assert head.post(sent(beside, "/approve")).status_code == 404
    assert head.post(sent(village.hamlet, "/approve")).status_code == 404
    assert state() == "submitted"


def test_a_figure_is_corrected_with_its_history(village, sent):
    village.desk_of_head.post(sent(village.hamlet, "/approve"), data={})
    page = village.desk_of_head.get(sent(village.hamlet)).text
    number = re.search(r'name="client_id" value="([^"]+)"', page).group(1)
    data = {"client_id": number, "indicator": "VN03", "quantity": "3", "reason": "Sót hai lượt trong sổ"}
    for _ in range(2):
        assert village.desk_of_head.post(sent(village.hamlet, "/correct"), data=data).status_code == 302
    page = village.desk_of_head.get(sent(village.hamlet)).text
    assert "Sót hai lượt trong sổ" in page
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Tally)) == 3
    for changed, words in (
        ({"quantity": "ba"}, "số"),
        ({"quantity": "-3"}, "số âm"),
        ({"reason": ""}, "Hãy ghi lý do"),
        ({"indicator": "VN20"}, "Không có chỉ tiêu này"),
    ):
        wrong = data | {"client_id": new_id()} | changed
        answer = village.desk_of_head.post(sent(village.hamlet, "/correct"), data=wrong)
        assert answer.status_code == 422
        assert words in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Tally)) == 3


def test_a_period_is_closed_once_nothing_waits(village, sent):
    url = village.commune.url(PLUGIN, "/period")
    page = village.desk_of_officer.get(f"{url}?first=01/05/2026&last=13/05/2026").text
    assert "Thôn Đông" in page
    data = {"first": "2026-05-01", "last": "2026-05-13"}
    answer = village.desk_of_officer.post(url, data=data)
    assert (answer.status_code, state()) == (422, "submitted")
    assert "Còn 1 bảng số liệu chờ duyệt" in answer.text
    village.desk_of_officer.post(sent(village.commune, "/approve"), data={})
    assert village.desk_of_officer.post(url, data=data).status_code == 302
    assert state() == "locked"
    assert "01/05/2026 – 13/05/2026" in village.desk_of_officer.get(url).text
    refused = village.phone.post(village.hamlet.url(PLUGIN, "/tap"), data={"tap": f"VN03 {new_id()}"})
    assert refused.status_code == 422
    # now only the commune corrects
    fix = {"indicator": "VN03", "quantity": "2", "reason": "Nhầm"}
    assert village.desk_of_head.post(sent(village.hamlet, "/correct"), data=fix).status_code == 403
    assert village.desk_of_officer.post(sent(village.commune, "/correct"), data=fix).status_code == 302


@pytest.mark.parametrize(
    ("first", "last"),
    [("", ""), ("hôm qua", "2026-05-13"), ("2026-05-13", "2026-05-01"), ("2026-05-13", "2026-05-14")],
)
def test_periods_that_cannot_be(village, first, last):
    url = village.commune.url(PLUGIN, "/period")
    assert village.desk_of_officer.post(url, data={"first": first, "last": last}).status_code == 422
    assert village.desk_of_officer.get(url, query_string={"first": first, "last": last}).status_code == 200


def test_places_of_the_team(village):
    url = village.hamlet.url(PLUGIN, "/points")
    head = village.desk_of_head

    def add(name, kind="hamlet"):
        return head.post(url, data={"name": name, "kind": kind, "request_id": new_id()})

    assert add("Nhà văn hóa thôn Đông").status_code == 302
    for name, kind, words in (
        ("nhà văn hóa thôn đông", "hamlet", "Đã có nơi hướng dẫn tên này"),
        ("", "hamlet", "Hãy ghi tên nơi hướng dẫn"),
        ("Nhà ông A, 038201001234", "hamlet", "không được có số căn cước"),
        ("Nhà bà B, 0912.345.678", "hamlet", "không được có số căn cước"),
        ("Chợ", "moon", "Hãy chọn loại"),
    ):
        answer = add(name, kind)
        assert answer.status_code == 422
        assert words in answer.text
    page = village.phone.get(village.hamlet.url(PLUGIN)).text
    code = re.search(r'<option value="(\w+)">Nhà văn hóa thôn Đông<', page).group(1)
    tap(village, place=code)
    assert head.post(f"{url}/{code}", data={"close": "1"}).status_code == 302
    assert "Nhà văn hóa thôn Đông" not in village.phone.get(village.hamlet.url(PLUGIN)).text
    assert head.post(f"{url}/nowhere", data={"close": "1"}).status_code == 404
    assert village.desk_of_officer.post(village.commune.url(PLUGIN, f"/points/{code}")).status_code == 404


def test_the_list_asks_the_same_number_of_questions_for_one_and_for_many(village, sent):
    def questions() -> int:
        asked = []

        def count(*_):
            asked.append(1)

        sa.event.listen(db.engine, "before_cursor_execute", count)
        answer = village.desk_of_officer.get(village.commune.url(PLUGIN, "/sheets?show=all"))
        sa.event.remove(db.engine, "before_cursor_execute", count)
        return len(asked), answer.text.count("/sheets/")

    questions()  # the first page of a login writes that it was seen
    first = questions()
    unit = village.hamlet
    for n in range(5):
        hamlet = village.commune.house.commune(f"Thôn Số {n}", kind="thon", under=village.commune)
        db.session.add(
            TallySheet(
                key=new_id()[:20],
                unit_id=hamlet.id,
                plugin=PLUGIN,
                day=unit.clock.now.date(),
                state="submitted",
                created_at=unit.clock.now,
            )
        )
    db.session.commit()
    then = questions()
    assert (then[0], then[1]) == (first[0], first[1] + 5)
