"""Our cards on other pages, the chapters of a report, and where figures are in use."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from core.models import NominationSection, Unit, db
from core.sdk import Place, Viewer, Window
from plugins.vneid_guidance import usage
from plugins.vneid_guidance.models_official import Evidence
from tests.plugins.vneid_guidance.conftest import PLUGIN
from tests.plugins.vneid_guidance.teams import TODAY, WEEK, Team, officially


@pytest.fixture
def dong(commune):
    return Team(commune, "Thôn Đông")


@pytest.fixture
def doai(commune):
    return Team(commune, "Thôn Đoài")


@pytest.fixture
def leader(commune):
    return commune.sign_in(role="secretary")


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


def test_an_office_that_counts_nothing_has_no_chapter(commune, dong):
    dong.count(TODAY, VN03=5)
    office = commune.house.commune("Phòng Văn hóa", kind="phong", under=commune)
    office.switch_on(PLUGIN)
    head = office.user("head")
    assert office.hear("report_chapters", user=head, unit=office.view, event=commune.event(), window=WEEK) == []


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
