"""The frame around every signed-in page: where I am, what I may open. A fixed, small number of queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app, g, request, url_for

from core.models import Notice, Unit
from core.services import reach
from core.services.context import Context, UnitRef
from core.web import shell_plugins
from core.web.i18n import gettext as _
from core.web.i18n import lazy


@dataclass
class Item:
    """One line of the menu; it exists only for who may open it."""

    label: str
    url: str
    icon: str
    is_current: bool = False
    count: int | None = None


@dataclass
class Group:
    """A titled part of the menu."""

    title: str
    items: list[Item] = field(default_factory=list)


def init_app(app: Flask) -> None:
    """Templates get ``nav`` and ``shell``; both are empty for a stranger."""

    @app.context_processor
    def frame() -> dict[str, Any]:
        ctx = g.get("ctx")
        if ctx is None or ctx.actor.id is None:
            return {"nav": [], "shell": _anonymous()}
        return {"nav": _menu(ctx), "shell": _shell(ctx)}


def _anonymous() -> dict[str, Any]:
    return {
        "home_url": "/",
        "public_url": "/",
        "sign_in_url": url_for("accounts.sign_in"),
        "is_demo": current_app.config["IS_DEMO"],
    }


def my_units(ctx: Context) -> list[Unit]:
    """The units in which the actor holds a role, nearest first by name; read once per request."""
    if "my_units" not in g:
        ids = {one.unit_id for one in ctx.actor.held}
        query = sa.select(Unit).where(Unit.id.in_(ids)).order_by(Unit.path, Unit.id)
        g.my_units = list(ctx.session.scalars(query))
    return g.my_units


def _current_unit(ctx: Context) -> Unit | None:
    units = my_units(ctx)
    if ctx.unit is not None:
        return next((one for one in units if one.id == ctx.unit.id), None)
    return units[0] if units else None


def _shell(ctx: Context) -> dict[str, Any]:
    units = my_units(ctx)
    unread = sa.select(sa.func.count()).where(Notice.user_id == ctx.actor.id, Notice.read_at.is_(None))
    here = ctx.unit.name if ctx.unit else (units[0].name if units else "")
    return {
        "home_url": url_for("home.index"),
        "public_url": url_for("home.front"),
        "unit_name": here,
        "units": [
            (one.name, url_for("home.unit", unit=one.key), ctx.unit is not None and one.id == ctx.unit.id)
            for one in units
        ],
        "event_name": (ctx.event.short_title or ctx.event.title) if ctx.event else "",
        "events": [],
        "notice_count": ctx.session.scalar(unread),
        "notices_url": url_for("home.notices"),
        "user_name": ctx.actor.name,
        "user_menu": [
            (_("Tài khoản của tôi"), url_for("accounts.mine"), "get"),
            (_("Đăng xuất"), url_for("accounts.sign_out"), "post"),
        ],
        "search_url": _search_url(ctx),
        "is_demo": current_app.config["IS_DEMO"],
    }


def _search_url(ctx: Context) -> str | None:
    unit = _current_unit(ctx)
    if unit is None or "nominations.index" not in current_app.view_functions:
        return None
    grants = ctx.actor.grants(unit_id=unit.id, path=unit.path)
    if "nomination.list" not in grants:
        return None
    return url_for("nominations.index", unit=unit.key)


_ADMIN = lazy("Quản trị")
_PLUGINS = lazy("Phần mở rộng")
#: (group, label, endpoint, icon, permissions of which one is enough); the order is the menu's.
_ENTRIES: tuple[tuple[Any, Any, str, str, frozenset[str]], ...] = (
    ("", lazy("Hồ sơ"), "nominations.index", "folder", frozenset({"nomination.list"})),
    ("", lazy("Thẩm định"), "appraisal.index", "tasks", frozenset({"nomination.appraise"})),
    ("", lazy("Đợt tôn vinh"), "events.index", "calendar", frozenset({"event.read"})),
    ("", lazy("Hội đồng"), "committee.index", "people", frozenset({"committee.read"})),
    ("", lazy("Quyết định"), "decisions.index", "file", frozenset({"decision.read"})),
    ("", lazy("Sổ vàng"), "honours.register", "star", frozenset({"register.read"})),
    (_ADMIN, lazy("Đơn vị"), "units.index", "building", frozenset({"unit.manage"})),
    (_ADMIN, lazy("Tài khoản"), "units.accounts", "person", frozenset({"account.manage"})),
    (_ADMIN, lazy("Chức vụ ký"), "units.offices", "edit", frozenset({"office.manage"})),
    (_ADMIN, lazy("Danh mục khen thưởng"), "catalog.index", "list", frozenset({"catalog.manage", "event.manage"})),
    (_ADMIN, lazy("Phần mở rộng"), "plugins.index", "plug", frozenset({"plugin.manage"})),
    (_ADMIN, lazy("Phần cài trên máy chủ"), "plugins.system", "gear", frozenset({"plugin.serve"})),
    (_ADMIN, lazy("Nhật ký"), "system.audit_log", "clock", frozenset({"audit.read"})),
)


def _menu(ctx: Context) -> list[Group]:
    first = Group("", [Item(_("Việc của tôi"), url_for("home.index"), "home", request.endpoint == "home.index")])
    groups = {"": first}
    unit = ctx.unit or _reference(_current_unit(ctx))
    if unit is None:
        return [first]
    grants = ctx.actor.grants(unit_id=unit.id, path=unit.path)
    for title, label, endpoint, icon, keys in _ENTRIES:
        if title == _ADMIN and str(_PLUGINS) not in groups:
            _add_plugins(ctx, unit, groups)
        if endpoint not in current_app.view_functions or not grants & keys:
            continue
        group = groups.setdefault(str(title), Group(str(title)))
        group.items.append(Item(str(label), _address(endpoint, unit.key), icon, _is_current(endpoint)))
    return [one for one in groups.values() if one.items]


def _add_plugins(ctx: Context, unit: UnitRef, groups: dict[str, Group]) -> None:
    """The group of what plugins bring; there, though empty, so that it is asked for once."""
    items = [Item(*line) for line in shell_plugins.lines(ctx, unit)]
    groups[str(_PLUGINS)] = Group(str(_PLUGINS), items)


def _reference(unit: Unit | None) -> UnitRef | None:
    return None if unit is None else reach.unit_ref(unit)


def _address(endpoint: str, unit: str) -> str:
    """Pages of the server stand below no unit."""
    return url_for(endpoint) if endpoint == "plugins.system" else url_for(endpoint, unit=unit)


def _is_current(endpoint: str) -> bool:
    """Whether this entry is the one we are in: by area, but for areas with several entries."""
    area, here = endpoint.partition(".")[0], request.endpoint or ""
    if here == endpoint:
        return True
    if area == "plugins" and endpoint != "plugins.system":
        return here.startswith("plugins.") and here not in ("plugins.system", "plugins.event")
    return area not in ("units", "plugins") and here.partition(".")[0] == area
