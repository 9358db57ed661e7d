"""The leader's page, its file, the cards on other pages, the chapters of a report, and where figures are in use."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import uuid
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from core.models import NominationSection, PluginTarget, RoleGrant, Unit, db
from core.sdk import Place, Viewer, Window
from core.services.context import new_key
from plugins.vneid_guidance import dashboard, services_official, usage
from plugins.vneid_guidance.models_official import Evidence
from plugins.vneid_guidance.services_official import Entry
from tests.plugins.vneid_guidance.conftest import PLUGIN

TODAY = dt.date(2026, 5, 13)
WEEK = Window(TODAY - dt.timedelta(days=6), TODAY)
LEADERS = ("head", "secretary", "signer", "unit_admin", "inspector", "data_officer")


class Team:
    """A hamlet that counts: a volunteer and a head who approves."""

    def __init__(self, commune, name):
        self.unit = commune.house.commune(name, kind="thon", under=commune)
        self.unit.switch_on(PLUGIN)
        self.lan, self.head = self.unit.user("volunteer"), self.unit.user("head")

    def count(self, day, until="approved", **figures):
        """A day's totals: VN03=5 and so on (``VN10_sim`` is a tap on that blocker); up to a state."""
        with self.unit.desk(PLUGIN, user=self.lan) as desk:
            for code, number in figures.items():
                desk.tallies.record(
                    indicator=code.replace("_", "."),
                    day=day,
                    quantity=number,
                    client_id=str(uuid.uuid4()),
                    source="day_total" if "_" not in code else "tap",
                    reason="mẫu",
                )
            if until != "draft":
                self.sheet = desk.tallies.submit(day)
        if until in ("approved", "locked"):
            with self.unit.desk(PLUGIN, user=self.head) as desk:
                desk.tallies.approve(self.sheet)
        return self


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


def target(unit, code, first, last, quantity):
    values = {"unit_id": unit.id, "plugin": PLUGIN, "indicator": code, "from_on": first, "to_on": last}
    unit.house.make.keep(PluginTarget(key=new_key(), quantity=quantity, at=unit.clock.now, **values))


def officially(unit, day=TODAY, document="1/BC-CAX", **figures):
    """Confirmed figures of a commune."""
    one, two = unit.user("data_officer", name="Mẫu Một"), unit.user("data_officer", name="Mẫu Hai")
    with unit.desk(PLUGIN, user=one) as desk:
        row = services_official.enter(desk, Entry(day, figures, document, "mẫu"))
    with unit.desk(PLUGIN, user=two) as desk:
        services_official.confirm(desk, row.key)


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
    board = board_of(province)
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
    # 60 - 5 and 100 - 60 stand nowhere
    figures = set(re.findall(r"\d+", re.sub(r"<[^>]+>", " ", page)))
    assert figures & {"55", "40"} == set()


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


# ---------------------------------------------------------------- hooks


def viewer(role):
    return Viewer(1, "Ai Đó", frozenset({role}))


def test_hook_panels(commune, dong):
    dong.count(TODAY, VN03=5)
    secretary = commune.user("secretary")
    event = commune.event()
    home = commune.hear("panels", user=secretary, place=Place.HOME, subject=commune.view, viewer=viewer("secretary"))
    assert [(one.label, one.value) for one in home[0].figures] == [
        ("lượt hướng dẫn", 5),
        ("lượt gửi đi Công an", 0),
        ("lượt chưa làm được", 0),
    ]
    assert (home[0].note, home[0].endpoint) == ("7 ngày qua: 1/1 đơn vị đã báo cáo.", "vneid_guidance.figures")
    card = commune.hear("panels", user=secretary, place=Place.EVENT, subject=event, viewer=viewer("secretary"))[0]
    assert card.args == {"from": event.window.first.isoformat(), "to": event.window.last.isoformat()}
    page = commune.house.client(secretary).get(
        commune.url(PLUGIN, f"/figures?from={card.args['from']}&to={card.args['to']}")
    )
    assert page.status_code == 200
    # who may not open the page gets no card
    volunteer = commune.user("volunteer")
    assert (
        commune.hear("panels", user=volunteer, place=Place.HOME, subject=commune.view, viewer=viewer("volunteer")) == []
    )


def test_no_card_where_nobody_counts(commune):
    secretary = commune.user("secretary")
    assert commune.hear("panels", user=secretary, place=Place.HOME, subject=commune.view, viewer=viewer("x")) == []


def test_hook_report_chapters(commune, dong, doai):
    dong.count(TODAY, VN03=5, VN10_sim=1)
    officially(commune, collected=100)
    secretary = commune.user("secretary")
    found = commune.hear("report_chapters", user=secretary, unit=commune.view, event=commune.event(), window=WEEK)
    assert [one.title for one in found] == [
        "Hướng dẫn VNeID của các tổ (lượt)",
        "Hướng dẫn VNeID theo việc",
        "Vướng mắc khi hướng dẫn VNeID",
        "Số liệu chính thức của Công an",
    ]
    assert (found[0].reported, found[0].expected) == (1, 2)
    assert [row[:3] for row in found[0].rows] == [
        ("Thôn Đoài", "0/1", None),
        ("Thôn Đông", "1/1", 5),
        ("Cộng", "1/2", 5),
    ]
    assert found[1].rows[:2] == (("Kích hoạt", 5), ("Tích hợp giấy tờ", 0))
    assert found[2].rows == (("SIM không chính chủ", 1),)
    assert ("Hồ sơ mức 2 đã thu nhận", 100, "tài khoản", "1/1") in found[3].rows


def test_the_chapters_stand_in_the_report_of_an_event(commune, dong, leader):
    dong.count(TODAY, VN03=5)
    event = commune.event()
    address = f"/u/{commune.key}/e/{event.key}/report"
    assert "6. Hướng dẫn VNeID của các tổ (lượt)" in leader.get(address).text
    commune.switch_off(PLUGIN)
    assert "Hướng dẫn VNeID" not in leader.get(address).text


# ---------------------------------------------------------------- figures in use


@pytest.fixture
def sent(commune, dong):
    """A dossier about the hamlet as a collective, sent with figures of four days."""
    dong.count(dt.date(2026, 5, 10), VN03=5)
    make = commune.house.make
    row = db.session.get(Unit, dong.unit.id)
    nominee = make.nominee(row, "Thôn Đông", kind="collective", as_unit_id=row.id)
    view = dong.unit.nomination(commune.event(invited=()), state="submitted", nominee=nominee)
    fact = {"code": "VN01", "label": "Lượt", "value": 5, "measure": "lượt", "source": "x"}
    days = {"first": "2026-05-10", "last": "2026-05-13"}
    kept = NominationSection(nomination_id=view.id, plugin=PLUGIN, data={}, specs=[], facts=[fact | days])
    kept.specs_at = kept.facts_at = commune.clock.now
    make.keep(kept)
    return SimpleNamespace(id=view.id, team=dong)


def move(commune, sent, new):
    arguments = {"old": "draft", "new": new, "actor_id": None, "at": commune.clock.now}
    commune.tell(PLUGIN, "nomination_moved", nomination_id=sent.id, **arguments)


def in_use(unit, day=None):
    with unit.desk(PLUGIN, user=unit.user("head")) as desk:
        return usage.of_unit(desk, unit.id, day)


def test_hook_nomination_moved(commune, sent):
    unit = sent.team.unit
    assert in_use(unit) is None
    for _ in range(2):  # news may come twice
        move(commune, sent, "submitted")
    used = usage.Used(1, Window(dt.date(2026, 5, 10), dt.date(2026, 5, 13)))
    assert (in_use(unit), in_use(unit, dt.date(2026, 5, 13))) == (used, used)
    assert in_use(unit, dt.date(2026, 5, 14)) is None
    move(commune, sent, "received")
    assert db.session.scalar(sa.select(sa.func.count(Evidence.id))) == 1
    move(commune, sent, "withdrawn")
    assert in_use(unit) is None


def test_the_team_and_its_head_see_that_figures_are_in_use(commune, sent):
    team = sent.team
    pages = [
        lambda: commune.house.client(team.lan).get(team.unit.url(PLUGIN, "/days")).text,
        lambda: commune.house.client(team.head).get(team.unit.url(PLUGIN, f"/sheets/{team.sheet}")).text,
    ]
    assert ["đã dùng làm minh chứng trong 1 hồ sơ" in page() for page in pages] == [False, False]
    move(commune, sent, "submitted")
    assert ["đã dùng làm minh chứng trong 1 hồ sơ" in page() for page in pages] == [True, True]


def test_a_dossier_without_our_figures_is_not_remembered(commune, dong):
    view = dong.unit.nomination(commune.event(), state="submitted")
    move(commune, SimpleNamespace(id=view.id), "submitted")
    assert db.session.scalar(sa.select(sa.func.count(Evidence.id))) == 0


def test_a_team_that_was_closed_keeps_its_figures_in_the_totals(commune, dong, doai):
    dong.count(TODAY, VN03=5)
    db.session.execute(sa.update(RoleGrant).where(RoleGrant.unit_id == dong.unit.id).values(ended_at=commune.clock.now))
    db.session.commit()
    board = board_of(commune)
    assert (board.figures["VN03"], board.reported, board.expected) == (5, 1, 2)
