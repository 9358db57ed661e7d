"""Thôn Đông in xã Mẫu, with a volunteer, a head and an officer, in an app with only this plugin."""

from __future__ import annotations

import uuid
from types import SimpleNamespace

import pytest

PLUGIN = "vneid_guidance"


@pytest.fixture
def commune(unit_with):
    """A commune where the plugin is on."""
    return unit_with(PLUGIN, name="Xã Mẫu")


@pytest.fixture
def village(commune):
    """A hamlet of it, with the plugin on, and who works there."""
    house = commune.house
    hamlet = house.commune("Thôn Đông", kind="thon", under=commune)
    hamlet.switch_on(PLUGIN)
    lan = hamlet.user("volunteer", name="Nguyễn Thị Lan")
    head = hamlet.user("head", name="Phạm Văn Trưởng")
    officer = commune.user("secretary", name="Đỗ Thị Xã")
    return SimpleNamespace(
        commune=commune,
        hamlet=hamlet,
        lan=lan,
        head=head,
        officer=officer,
        phone=house.client(lan),
        desk_of_head=house.client(head),
        desk_of_officer=house.client(officer),
    )


def new_id() -> str:
    """A client id as a phone makes one."""
    return str(uuid.uuid4())
