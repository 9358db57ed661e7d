"""What we answer when the core asks. Each function is short and calls ``evidence`` or ``services``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from core.sdk import (
    Conflict,
    Desk,
    EventView,
    Fact,
    FieldSpec,
    MemberView,
    NavItem,
    NominationView,
    NomineeView,
    Objection,
    Panel,
    Place,
    ReportChapter,
    UnitView,
    Viewer,
    Window,
    hookimpl,
)
from core.sdk.web import gettext, lazy
from plugins.vneid_guidance import cards, dashboard, evidence, services, usage, words_leader

#: Who sees which line of the menu; the core drops what the viewer may not open.
_NAV = (
    (frozenset({"volunteer"}), (lazy("Ghi lượt VNeID"), "vneid_guidance.counter", "plus")),
    (frozenset({"head", "secretary"}), (lazy("Duyệt lượt VNeID"), "vneid_guidance.sheets", "check")),
    (
        frozenset({"head", "secretary", "signer", "unit_admin", "inspector"}),
        (lazy("Số liệu VNeID"), "vneid_guidance.figures", "chart"),
    ),
    (frozenset({"data_officer"}), (lazy("Số liệu chính thức VNeID"), "vneid_guidance.official_index", "shield")),
)


@hookimpl
def nomination_fields(event: EventView, award_code: str, nominee_kind: str) -> Sequence[FieldSpec] | None:  # noqa: ARG001 - the same for every event and award
    return evidence.FIELDS if nominee_kind in evidence.KINDS else None


@hookimpl
def nominee_facts(desk: Desk, nominee: NomineeView, window: Window) -> Sequence[Fact] | None:
    return evidence.facts(desk, nominee, window)


@hookimpl
def nomination_objections(
    desk: Desk, nomination: NominationView, section: dict[str, Any], step: str
) -> Sequence[Objection] | None:
    return evidence.objections(desk, nomination, section) if step == "submit" else None


@hookimpl
def member_conflicts(desk: Desk, nomination: NominationView, member: MemberView) -> Sequence[Conflict] | None:
    return evidence.conflicts(desk, nomination, member)


@hookimpl
def nav_items(unit: UnitView, viewer: Viewer) -> Sequence[NavItem] | None:  # noqa: ARG001 - the same in every unit
    return tuple(NavItem(str(label), *rest) for roles, (label, *rest) in _NAV if roles & viewer.roles)


@hookimpl
def switch_on_objections(desk: Desk, unit: UnitView) -> Sequence[Objection] | None:  # noqa: ARG001 - the desk is that unit's
    if desk.tallies.counting_units():
        return None
    return (
        Objection(
            gettext("Ở đơn vị này và bên dưới chưa ai có vai trò Tình nguyện viên, nên chưa ai ghi được số liệu."),
            is_warning=True,
        ),
    )


@hookimpl
def unit_switched_off(desk: Desk, unit_id: int, actor_id: int | None, at: dt.datetime) -> None:  # noqa: ARG001 - the desk is that unit's
    services.lapse_slips(desk)


@hookimpl
def panels(
    desk: Desk, place: Place, subject: UnitView | EventView | NominationView, viewer: Viewer
) -> Sequence[Panel] | None:
    return cards.of_place(desk, place, subject, viewer)


@hookimpl
def report_chapters(desk: Desk, window: Window) -> Sequence[ReportChapter] | None:
    return words_leader.chapters(dashboard.build(desk, window))


@hookimpl
def nomination_moved(desk: Desk, nomination_id: int, new: str, at: dt.datetime) -> None:
    usage.remember(desk, nomination_id, new, at)
