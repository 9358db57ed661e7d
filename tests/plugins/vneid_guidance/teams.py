"""Teams that count, targets, confirmed official figures: what tests of the leader's side share."""

from __future__ import annotations

import datetime as dt
import uuid

from core.models import PluginTarget
from core.sdk import Window
from core.services.context import new_key
from plugins.vneid_guidance import services_official
from plugins.vneid_guidance.services_official import Entry
from tests.plugins.vneid_guidance.conftest import PLUGIN

TODAY = dt.date(2026, 5, 13)
WEEK = Window(TODAY - dt.timedelta(days=6), TODAY)


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
