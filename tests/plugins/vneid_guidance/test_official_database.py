"""The official ledger, the leader's board and the record of use on the engine under test, without pages."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from core.domain.permissions import Role
from core.models import NominationSection, PluginSwitch, db
from core.sdk import Desk, NotFound, Refused, Window
from plugins.vneid_guidance import dashboard, official, services_official, usage
from plugins.vneid_guidance.models_official import OfficialFigure
from plugins.vneid_guidance.services_official import Entry
from tests.plugins.vneid_guidance.conftest import PLUGIN, new_id

TODAY = dt.date(2026, 5, 13)


@pytest.fixture
def commune(make):
    unit = make.unit("Xã Mẫu")
    make.keep(PluginSwitch(unit_id=unit.id, plugin=PLUGIN, is_on=True, by_id=None, at=make.now))
    return unit


@pytest.fixture
def desk_of(commune, context_of, make):
    """``desk_of(role, unit)``: the desk of somebody new."""
    return lambda role, unit=None: Desk(
        PLUGIN, context_of(make.user("", (Role(role), unit or commune)), unit or commune)
    )


def enter(desk, day=TODAY, **figures):
    return services_official.enter(desk, Entry(day, figures, "1/BC-CAX", "mẫu"))


def test_from_entry_to_correction(desk_of, commune):
    one, two = desk_of("data_officer"), desk_of("data_officer")
    first = enter(one, eligible=200, collected=100, activated=60)
    services_official.confirm(two, first.key)
    second = enter(one, eligible=200, collected=110, activated=70)
    services_official.confirm(two, second.key)
    enter(one, TODAY - dt.timedelta(days=7), collected=90)
    db.session.commit()
    assert [(row.version, row.state) for row in services_official.history(one, 2026)] == [
        (2, "confirmed"),
        (1, "replaced"),
        (1, "entered"),
    ]
    found = services_official.latest(one, [commune.id], TODAY)
    assert services_official.figures_of(found[commune.id]) == {
        **dict.fromkeys(official.FIELDS),
        "eligible": 200,
        "collected": 110,
        "activated": 70,
    }
    assert services_official.years(one) == [2026]


def test_two_officers_at_the_same_moment(desk_of, commune, monkeypatch):
    """The version that the other one wrote meanwhile was not there when this one looked."""
    one, two = desk_of("data_officer"), desk_of("data_officer")
    enter(one, collected=100)
    db.session.commit()
    monkeypatch.setattr(services_official, "_of_day", lambda *args: [])
    with pytest.raises(Refused) as refused:
        enter(two, collected=101)
    assert "Người khác vừa nhập" in str(refused.value.objections[0].params["text"])
    # the page can still be shown and nothing of the second entry is left
    assert db.session.scalar(sa.select(sa.func.count(OfficialFigure.id))) == 1


@pytest.mark.parametrize(
    "values",
    [
        {"confirmed_by_id": "entered_by_id"},
        {"activated": 101},
        {"eligible": 99},
        {"state": "guessed"},
    ],
)
def test_the_database_refuses_what_cannot_be(desk_of, values):
    row = enter(desk_of("data_officer"), collected=100, activated=50, eligible=200)
    db.session.commit()
    for name, value in values.items():
        setattr(row, name, getattr(row, value) if value == "entered_by_id" else value)
    with pytest.raises(sa.exc.IntegrityError):
        db.session.commit()
    db.session.rollback()


@pytest.mark.parametrize("key", ["", "x\0", "ß", "a'b", "x" * 400])
def test_what_is_no_key_is_not_there(desk_of, key):
    with pytest.raises(NotFound):
        services_official.find(desk_of("data_officer"), key)


def test_board_and_use(make, commune, desk_of):
    hamlet = make.unit("Thôn Đông", parent=commune, kind="thon")
    team = make.unit("Tổ Đông", parent=hamlet, kind="to_cong_nghe_so")
    lan, head = desk_of("volunteer", team), desk_of("head", team)
    for code, number in (("VN03", 5), ("VN10.sim", 2)):
        lan.tallies.record(indicator=code, day=TODAY, quantity=number, client_id=new_id())
    head.tallies.approve(lan.tallies.submit(TODAY))
    services_official.confirm(desk_of("data_officer"), enter(desk_of("data_officer"), collected=100).key)
    secretary = desk_of("secretary")
    board = dashboard.build(secretary, Window(TODAY - dt.timedelta(days=2), TODAY))
    assert [(one.unit.name, one.figures["VN01"], one.reported) for one in board.branches] == [("Thôn Đông", 5, 1)]
    assert (board.blockers, board.ledger.sums["collected"]) == ((("SIM không chính chủ", 2),), 100)
    # a dossier about the hamlet: its figures are the team's
    nominee = make.nominee(hamlet, "Thôn Đông", kind="collective", as_unit_id=hamlet.id)
    row = make.nomination(make.event(commune), hamlet, nominee=nominee, state="submitted")
    fact = {"code": "VN01", "label": "Lượt", "value": 5, "measure": "lượt", "source": "x"}
    days = {"first": "2026-05-13", "last": "2026-05-13"}
    at = {"specs_at": make.now, "facts_at": make.now}
    make.keep(NominationSection(nomination_id=row.id, plugin=PLUGIN, data={}, specs=[], facts=[fact | days], **at))
    for _ in range(2):
        usage.remember(secretary, row.id, "submitted", make.now)
    assert usage.of_unit(head, team.id, TODAY) == usage.Used(1, Window(TODAY, TODAY))
    assert usage.of_unit(head, hamlet.id) is None
