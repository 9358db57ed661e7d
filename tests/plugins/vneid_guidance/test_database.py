"""On the engine of this run: the tables are those of the models, and the desk's statements work there."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from core.domain.permissions import Role
from core.domain.views import NomineeView, Window
from core.migrations import plugin_tables, runner
from core.migrations.components import of_plugin
from core.models import db
from core.services.desk import Desk
from plugins.vneid_guidance import domain, evidence, services
from plugins.vneid_guidance.models import Slip
from tests.plugins.vneid_guidance.conftest import PLUGIN, new_id


@pytest.fixture
def team(app, make):
    unit = make.unit("Thôn Đông", kind="thon")
    lan = make.user("Nguyễn Thị Lan", (Role.VOLUNTEER, unit))
    head = make.user("Phạm Văn Trưởng", (Role.HEAD, unit))
    return unit, lan, head


def test_the_migrations_make_what_the_models_say(app):
    component = of_plugin(app.extensions["plugins"].installed[PLUGIN])
    assert runner.differences(db.engine, component) == []
    with db.engine.connect() as connection:
        assert plugin_tables.faults(connection, PLUGIN) == []


def test_a_day_of_a_team(team, context_of):
    unit, lan, head = team
    desk, boss = Desk(PLUGIN, context_of(lan, unit)), Desk(PLUGIN, context_of(head, unit))
    point = services.add_point(boss, name="Nhà văn hóa thôn Đông", kind="hamlet")
    assert [code for code, _ in services.places(desk)] == [point.key, "home", "hamlet", "desk", "market", "school"]
    for code in ("VN03", "VN03", "VN04.birth", domain.REFERRED):
        done = services.tap(desk, indicator=code, client_id=new_id(), place=point.key)
    assert services.slip_counts(desk) == {"referred": 1}
    services.undo(desk, services.tap(desk, indicator="VN08", client_id=new_id()).client_id)
    assert services.close_slip(desk, done.slip) == done.slip
    assert services.slip_counts(desk) == {"done": 1}
    key = desk.tallies.submit(desk.today)
    boss.tallies.approve(key)
    nominee = NomineeView("individual", "k", "Lan", unit.id, account_id=lan.id)
    found = evidence.facts(boss, nominee, Window(desk.today, desk.today)) or ()
    assert {one.code: one.value for one in found if one.value} == {
        "VN01": 4,
        "VN02": 1,
        "VN03": 2,
        "VN04": 1,
        "days": 1,
    }
    services.turn_point(boss, point.key, is_closed=True)
    assert services.places(desk)[0][0] == "home"
    slip = db.session.scalars(sa.select(Slip)).one()
    slip.given_on -= dt.timedelta(days=91)
    services.delete_old_slips(boss)
    services.lapse_slips(boss)
    assert services.slip_counts(desk) == {}
