"""The leader's page and its file: sums of approved figures, silence apart from nought, two ledgers side by side."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re

import pytest
import sqlalchemy as sa

from core.models import RoleGrant, db
from core.sdk import Window
from plugins.vneid_guidance import dashboard, services_official
from plugins.vneid_guidance.services_official import Entry
from tests.plugins.vneid_guidance.conftest import PLUGIN
from tests.plugins.vneid_guidance.teams import TODAY, WEEK, Team, officially, target

LEADERS = ("head", "secretary", "signer", "unit_admin", "inspector", "data_officer")


@pytest.fixture
def dong(commune):
    return Team(commune, "Thôn Đông")


@pytest.fixture
def doai(commune):
    return Team(commune, "Thôn Đoài")


@pytest.fixture
def leader(commune):
    return commune.sign_in(role="secretary")


def board_of(unit, window=WEEK):
    with unit.desk(PLUGIN, user=unit.user("secretary")) as desk:
        return dashboard.build(desk, window)


# ---------------------------------------------------------------- the figures


def test_a_commune_sees_its_hamlets_and_what_is_silent(commune, dong, doai):
    trung = Team(commune, "Thôn Trung")
    dong.count(TODAY, VN03=5, VN04=2).count(TODAY - dt.timedelta(days=1), VN03=1)
    doai.count(TODAY, VN03=7).count(TODAY - dt.timedelta(days=2), until="submitted", VN03=99)
    board = board_of(commune)
    assert (board.reported, board.expected, board.missing, board.waiting) == (2, 3, (trung.unit.name,), 1)
    assert (board.figures["VN01"], board.figures["VN03"], board.figures["VN04"]) == (15, 13, 2)
    assert [(one.unit.name, one.figures.get("VN03"), one.reported, one.expected) for one in board.branches] == [
        ("Thôn Đoài", 7, 1, 1),
        ("Thôn Đông", 6, 1, 1),
        ("Thôn Trung", None, 0, 1),
    ]
    assert board.days == (
        *((TODAY - dt.timedelta(days=at), None) for at in (6, 5, 4, 3, 2)),
        (TODAY - dt.timedelta(days=1), 1),
        (TODAY, 14),
    )


def test_a_day_that_was_reported_as_nothing_is_nought(commune, dong):
    dong.count(TODAY)
    board = board_of(commune)
    assert (board.days[-1], board.figures["VN01"]) == ((TODAY, 0), 0)


def test_a_hamlet_sees_itself_only(commune, dong, doai):
    dong.count(TODAY, VN03=5)
    doai.count(TODAY, VN03=7)
    officially(commune, collected=100, activated=60)
    board = board_of(dong.unit)
    assert [(one.unit.name, one.figures["VN03"]) for one in board.branches] == [("Thôn Đông", 5)]
    assert (board.expected, board.ledger) == (1, None)


def test_a_province_sees_its_communes(commune, dong, doai):
    house = commune.house
    other = house.commune("Xã Bạn")
    other.switch_on(PLUGIN)
    province = house.province()
    province.switch_on(PLUGIN)
    dong.count(TODAY, VN03=5)
    doai.count(TODAY, VN03=7)
    Team(other, "Thôn Xa").count(TODAY, VN03=1)
    officially(commune, eligible=200, collected=100, activated=60)
    officially(other, TODAY - dt.timedelta(days=3), document="9/BC-CAX", collected=50)
    for unit, quantity in ((province, 300), (other, 70)):
        target(unit, "VN20", TODAY, TODAY, quantity)
    board = board_of(province)
    assert [(one.unit, one.actual, one.quantity) for one in board.targets] == [
        (province.name, 150, 300),
        ("Xã Bạn", 50, 70),
    ]
    assert [(one.unit.name, one.figures["VN03"], one.reported, one.expected) for one in board.branches] == [
        ("Xã Bạn", 1, 1, 1),
        ("Xã Mẫu", 12, 2, 2),
    ]
    ledger = board.ledger
    assert (ledger.areas, ledger.first, ledger.last) == (2, TODAY - dt.timedelta(days=3), TODAY)
    assert (ledger.sums["collected"], ledger.given["collected"]) == (150, 2)
    assert (ledger.sums["activated"], ledger.given["activated"]) == (60, 1)
    # a share only over the communes that gave both numbers
    assert [(one.part, one.whole, one.areas) for one in ledger.rates] == [(60, 200, 1), (60, 100, 1)]


def test_no_percentage_without_a_denominator(commune, dong, leader):
    dong.count(TODAY, VN03=5)
    officially(commune, activated=60)
    page = leader.get(commune.url(PLUGIN, "/figures")).text
    assert "Chưa có số người từ đủ 14 tuổi nên không tính tỷ lệ." in page
    assert "%" not in re.sub(r"<[^>]+>", " ", page.split("Cạnh số liệu chính thức")[1].split("Vướng mắc")[0])


def test_only_confirmed_figures_stand_and_the_latest_of_them(commune):
    officially(commune, TODAY - dt.timedelta(days=9), collected=90)
    officially(commune, TODAY - dt.timedelta(days=2), collected=95)
    one = commune.user("data_officer")
    with commune.desk(PLUGIN, user=one) as desk:
        services_official.enter(desk, Entry(TODAY, {"collected": 120}, "3/BC"))
    assert board_of(commune).ledger.sums["collected"] == 95
    until = Window(TODAY - dt.timedelta(days=20), TODAY - dt.timedelta(days=3))
    assert board_of(commune, until).ledger.sums["collected"] == 90


def test_blockers_by_kind_the_most_frequent_first(commune, dong):
    dong.count(TODAY, VN10_sim=1, VN10_network=1, VN10=5)
    assert board_of(commune).blockers == (("SIM không chính chủ", 1), ("Mạng yếu", 1), ("Chưa ghi rõ lý do", 3))


def test_targets_are_measured_over_their_own_days(commune, dong, doai):
    month = (dt.date(2026, 5, 1), dt.date(2026, 5, 31))
    target(commune, "VN03", *month, 40)
    target(doai.unit, "VN03", *month, 10)
    target(commune, "VN21", *month, 500)
    target(commune, "VN04", dt.date(2026, 1, 1), dt.date(2026, 1, 31), 9)  # not in these days
    dong.count(TODAY, VN03=5).count(dt.date(2026, 5, 2), VN03=3)
    officially(commune, activated=60)
    rows = [(one.unit, one.label, one.quantity, one.actual) for one in board_of(commune).targets]
    assert rows == [
        ("Xã Mẫu", "Kích hoạt", 40, 8),
        ("Thôn Đoài", "Kích hoạt", 10, None),
        ("Xã Mẫu", "Tài khoản mức 2 đã kích hoạt", 500, 60),
    ]


def test_a_team_that_was_closed_keeps_its_figures_in_the_totals(commune, dong, doai):
    dong.count(TODAY, VN03=5)
    db.session.execute(sa.update(RoleGrant).where(RoleGrant.unit_id == dong.unit.id).values(ended_at=commune.clock.now))
    db.session.commit()
    board = board_of(commune)
    assert (board.figures["VN03"], board.reported, board.expected) == (5, 1, 2)


# ---------------------------------------------------------------- the page and its file


def test_the_page_puts_both_ledgers_side_by_side_and_never_takes_one_from_the_other(commune, dong, leader):
    dong.count(TODAY, VN03=5)
    officially(commune, eligible=200, collected=100, activated=60)
    page = leader.get(commune.url(PLUGIN, "/figures")).text
    table = page.split('<caption class="visually-hidden">Hướng dẫn cạnh số liệu chính thức')[1].split("</table>")[0]
    row = next(one for one in table.split("<tr") if "Kích hoạt" in one)
    cells = [re.sub(r"<[^>]+>", " ", one).strip() for one in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)]
    assert cells == ["Kích hoạt", "5", "Tài khoản mức 2 đã kích hoạt", "60 tài khoản"]
    for text in ("không cộng, không trừ với nhau", "1/1 đơn vị đã báo cáo", "30,0%", "(60/200)", "chốt đến ngày 13/05"):
        assert text in page
    assert "chưa kích hoạt: 40 tài khoản (cùng nguồn Công an)" in page
    # 60 - 5 and 100 - 5 stand nowhere
    figures = set(re.findall(r"\d+", re.sub(r"<[^>]+>", " ", page)))
    assert figures & {"55", "95"} == set()


def test_the_trend_has_its_table_behind_it(commune, dong, leader):
    dong.count(TODAY, VN03=5)
    page = leader.get(commune.url(PLUGIN, "/figures?days=7")).text
    details = re.search(r"<details>.*?</details>", page.split("<figcaption>Lượt hướng dẫn theo ngày")[1], re.S)[0]
    rows = re.findall(r'<th scope="row">(.*?)</th><td class="is-num">(.*?)</td>', details)
    assert rows == [*((f"{day:02d}/05", "—") for day in range(7, 13)), ("13/05", "5")]


@pytest.mark.parametrize("role", LEADERS)
def test_who_leads_may_read(commune, role):
    browser = commune.sign_in(role=role)
    assert browser.get(commune.url(PLUGIN, "/figures")).status_code == 200
    assert browser.get(commune.url(PLUGIN, "/figures.csv")).status_code == 200


@pytest.mark.parametrize("role", ["volunteer", "nominator", "member"])
def test_nobody_else(commune, role):
    browser = commune.sign_in(role=role)
    assert browser.get(commune.url(PLUGIN, "/figures")).status_code == 403
    assert browser.get(commune.url(PLUGIN, "/figures.csv")).status_code == 403


def test_off_is_off(commune, leader):
    commune.switch_off(PLUGIN)
    assert leader.get(commune.url(PLUGIN, "/figures")).status_code == 404


def test_a_leader_above_may_read_below_and_not_beside(commune, dong, leader):
    other = commune.house.commune("Xã Bạn")
    other.switch_on(PLUGIN)
    assert leader.get(other.url(PLUGIN, "/figures")).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "days=13",
        "days=x",
        "days=١٤",
        "from=2026-05-01",
        "to=2026-05-01",
        "from=x&to=y",
        "from=2026-05-09&to=2026-05-01",
        "from=2024-05-01&to=2026-05-01",
        "from=2026-06-01&to=2026-06-09",
    ],
)
def test_days_that_cannot_be_are_a_page_of_400(commune, leader, query):
    assert leader.get(commune.url(PLUGIN, f"/figures?{query}")).status_code == 400


def test_the_file_says_the_same(commune, dong, doai, leader):
    dong.count(TODAY, VN03=5, VN04=1200)
    officially(commune, collected=100)
    answer = leader.get(commune.url(PLUGIN, "/figures.csv?from=2026-05-12&to=2026-05-20"))
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert rows[:3] == [["Hướng dẫn VNeID", "Xã Mẫu"], ["Từ ngày", "2026-05-12"], ["Đến ngày", "2026-05-13"]]
    at = rows.index(["Theo đơn vị"])
    assert rows[at + 2][:6] == ["Thôn Đoài", "0/1", "", "", "", ""]
    assert rows[at + 3][:6] == ["Thôn Đông", "1/1", "1205", "0", "5", "1200"]
    assert rows[at + 4][:6] == ["Cộng", "1/2", "1205", "0", "5", "1200"]
    at = rows.index(["Theo ngày"])
    assert rows[at + 2 : at + 4] == [["2026-05-12", ""], ["2026-05-13", "1205"]]
    noted = db.session.execute(sa.text("SELECT action, object FROM audit WHERE action LIKE '%exported'")).all()
    assert [tuple(row) for row in noted] == [("vneid_guidance.exported", f"unit:{commune.key}")]


def test_a_unit_named_like_a_formula_is_text_in_the_file(commune, leader):
    Team(commune, "=HYPERLINK(1)").count(TODAY, VN03=5)
    text = leader.get(commune.url(PLUGIN, "/figures.csv")).get_data(as_text=True)
    assert "\r\n'=HYPERLINK(1),1/1,5" in text


def test_one_hamlet_or_fifteen_cost_the_same_queries(commune, dong, leader):
    dong.count(TODAY, VN03=5)
    target(commune, "VN03", TODAY, TODAY, 5)
    Team(commune, "Thôn Lặng")
    officially(commune, collected=100)
    address = commune.url(PLUGIN, "/figures")
    leader.get(address)
    one = count_of(lambda: leader.get(address))
    for number in range(12):
        team = Team(commune, f"Thôn {number}")
        team.count(TODAY, VN03=number + 1)
        target(team.unit, "VN03", TODAY, TODAY, 5)
    assert count_of(lambda: leader.get(address)) == one


def count_of(act):
    seen = []

    def note(*_args):
        seen.append(1)

    sa.event.listen(sa.engine.Engine, "before_cursor_execute", note)
    try:
        assert act().status_code == 200
    finally:
        sa.event.remove(sa.engine.Engine, "before_cursor_execute", note)
    return len(seen)
