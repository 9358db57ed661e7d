"""Our cards on pages of the core, for who leads: a few figures and the way to the rest."""

from __future__ import annotations

import datetime as dt

from core.sdk import Desk, EventView, Figure, NominationView, Panel, Place, UnitView, Viewer, Window
from core.sdk.web import gettext
from plugins.vneid_guidance import dashboard, domain

#: Days that the card on the home page is about.
_DAYS = 7


def of_place(
    desk: Desk, place: Place, subject: UnitView | EventView | NominationView, viewer: Viewer
) -> tuple[Panel, ...] | None:
    """The card for a page; None where it has no place, or the reader may not open what it leads to."""
    if viewer.id is None or not desk.may(dashboard.PERMISSION):
        return None
    if place is Place.HOME:
        window = Window(desk.today - dt.timedelta(days=_DAYS - 1), desk.today)
        return _card(desk, window, gettext("%(number)s ngày qua", number=_DAYS), {"days": str(_DAYS)})
    if place is Place.EVENT and isinstance(subject, EventView) and subject.window.first <= desk.today:
        window = subject.window
        args = {"from": window.first.isoformat(), "to": window.last.isoformat()}
        return _card(desk, window, gettext("Trong những ngày của đợt"), args)
    return None


def _card(desk: Desk, window: Window, when: str, args: dict[str, str]) -> tuple[Panel, ...] | None:
    found, reported, expected = dashboard.small(desk, window)
    if not expected:
        return None
    return (
        Panel(
            title=gettext("Hướng dẫn VNeID"),
            figures=(
                Figure(gettext("lượt hướng dẫn"), found.get(domain.TURNS), note=gettext("số đã duyệt")),
                Figure(gettext("lượt gửi đi Công an"), found.get(domain.REFERRED)),
                Figure(gettext("lượt chưa làm được"), found.get(domain.BLOCKED)),
            ),
            note=gettext(
                "%(when)s: %(reported)s/%(expected)s đơn vị đã báo cáo.",
                when=when,
                reported=reported,
                expected=expected,
            ),
            endpoint="vneid_guidance.figures",
            args=args,
        ),
    )
