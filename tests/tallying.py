"""A plugin that only counts, for tests of the book: two teams in a commune, who counts, who approves, who locks."""

from __future__ import annotations

import dataclasses
import uuid
from types import SimpleNamespace
from typing import Any

from core.domain.permissions import Role
from core.plugin.manifest import Indicator, Manifest, Permission
from core.plugin.registry import Installed, Registry
from core.services.tally_book import TallyBook

PLUGIN = "dem"
MANIFEST = Manifest(
    name=PLUGIN,
    title="Đếm",
    summary="Chỉ đếm.",
    version="0.1.0",
    works_with=">=0.1",
    personal_data="none",
    permissions=(
        Permission("dem.record", "Ghi", roles=("volunteer",)),
        Permission("dem.approve", "Duyệt", roles=("head", "secretary"), flows_down=True),
        Permission("dem.lock", "Khóa", roles=("secretary",), flows_down=True),
    ),
    indicators=(
        Indicator("A", "Lượt", "lượt", record="dem.record", soft_cap=100),
        Indicator("B", "Kích hoạt", "lượt", record="dem.record", part_of="A"),
        Indicator("C", "Tích hợp", "lượt", record="dem.record", part_of="A", soft_cap=None),
        Indicator("H", "Hộ", "hộ", record="dem.record"),
        Indicator("Q", "Chính thức", "người"),
    ),
)


def registry() -> Registry:
    """Only this plugin."""
    return Registry([Installed(PLUGIN, MANIFEST)])


def new_id() -> str:
    """A device's id for one tap."""
    return str(uuid.uuid4())


def village(make: Any) -> SimpleNamespace:
    """Xã with thôn Đông (two volunteers, a head) and thôn Bắc (one volunteer), an officer, another commune."""
    commune = make.unit("Xã Đếm", key="xa-dem")
    east = make.unit("Thôn Đông", parent=commune, kind="thon", key="thon-dong")
    north = make.unit("Thôn Bắc", parent=commune, kind="thon", key="thon-bac")
    other = make.unit("Xã Khác", key="xa-khac")
    return SimpleNamespace(
        commune=commune,
        east=east,
        north=north,
        other=other,
        lan=make.user("Nguyễn Thị Lan", (Role.VOLUNTEER, east), login="lan"),
        minh=make.user("Trần Văn Minh", (Role.VOLUNTEER, east), login="minh"),
        bac=make.user("Lê Văn Bắc", (Role.VOLUNTEER, north), login="bac"),
        head=make.user("Phạm Văn Trưởng", (Role.HEAD, east), login="truong"),
        officer=make.user("Đỗ Thị Xã", (Role.SECRETARY, commune), login="xa"),
        stranger=make.user("Vũ Văn Lạ", (Role.SECRETARY, other), (Role.VOLUNTEER, other), login="la"),
    )


def book(context_of: Any, user: Any, unit: Any, **values: Any) -> TallyBook:
    """The book as this person has it in this unit."""
    ctx = context_of(user, unit, **values)
    return TallyBook(PLUGIN, dataclasses.replace(ctx, registry=registry()))
