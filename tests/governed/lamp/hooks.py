"""What the lamp answers. The name of a unit says how it behaves there."""

from __future__ import annotations

from core.sdk import NavItem, Objection, hookimpl

#: News heard, for the tests.
HEARD: list[int] = []


@hookimpl
def switch_on_objections(unit):
    """Objects in "Tối", warns in "Mờ", breaks in "Nổ"."""
    if "Nổ" in unit.name:
        raise RuntimeError("no current")
    if "Tối" in unit.name:
        return [Objection("Chưa có điện ở đây."), Objection("Chưa có cột đèn.")]
    if "Mờ" in unit.name:
        return [Objection("Điện yếu, đèn sẽ mờ.", is_warning=True)]
    return None


@hookimpl
def unit_switched_off(unit_id):
    """Remember it."""
    HEARD.append(unit_id)


@hookimpl
def nav_items(unit, viewer):
    """One good line, and lines that the core must drop."""
    if "Nổ" in unit.name:
        raise RuntimeError("no menu")
    return [
        NavItem("Đèn đường", "lamp.index", "star"),
        NavItem("Đếm bóng", "lamp.count", "edit"),
        NavItem("Không có trang", "lamp.nowhere"),
        NavItem("Trang của người khác", "units.index"),
        NavItem("Thiếu địa chỉ", "lamp.one"),
    ]
