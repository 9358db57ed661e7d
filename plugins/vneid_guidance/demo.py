"""Our part of the demonstration: two weeks of counted days, official figures, a correction after a dossier was sent.

Everybody and every figure is invented. Each act goes through the same services as on the pages.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from core.sdk import Window
from plugins.vneid_guidance import services, services_official
from plugins.vneid_guidance.domain import BLOCKED, BUTTONS, REFERRED
from plugins.vneid_guidance.services_official import Entry

#: Two weeks, up to today.
_FIRST = -13
#: Dossiers of the open event are sent from here on.
_SENT = -3
_SPACE = uuid.UUID("2f0b7a34-6f0f-4a39-9a2b-3a64a58fd2a1")


@dataclass(frozen=True, slots=True)
class Team:
    """A unit that counts: who taps, who approves, how much they do on an ordinary day."""

    unit: str
    volunteer: str
    head: str
    pace: int


DONG = Team("hl-to-dong", "thon.tinhnguyen", "dong.truongthon", 5)
DOAI = Team("hl-to-doai", "thon.tinhnguyen2", "doai.truongthon", 4)
TRUNG = Team("hl-thon-trung", "thon.tinhnguyen3", "trung.truongthon", 2)


def before(scene: Any) -> None:
    """The first eleven days, each approved the morning after; the oldest ones locked; official figures."""
    _places(scene)
    for day in range(_FIRST, _SENT + 1):
        _evening(scene, DONG, day)
        _evening(scene, DOAI, day)
        if day % 3 == 0:  # this hamlet goes out every third day: silence is not nought
            _evening(scene, TRUNG, day)
    _evening(scene, DONG, -2)
    lock = scene.desk("xa.thuky", "ha-long", day=_SENT + 1, hour=9)
    lock.tallies.lock_period(Window(_on(scene, _FIRST), _on(scene, _FIRST + 4)))
    _official(scene)


def after(scene: Any) -> None:
    """The last days in every state, and a figure that was corrected once a dossier with it had been sent."""
    _correct(scene, DOAI, _SENT - 1)
    _evening(scene, DOAI, -2)
    _count(scene, DONG, -1)
    _count(scene, DOAI, -1)
    _send(scene, DONG, -1)
    sheet = _send(scene, DOAI, -1)
    head = scene.desk(DOAI.head, DOAI.unit, day=0, hour=6, minute=30)
    head.tallies.give_back(sheet, reason="Số gửi đi Công an nhiều hơn sổ của tổ, đề nghị xem lại.")
    _count(scene, DONG, 0, hour=6)


def _places(scene: Any) -> None:
    for team, name, kind in (
        (DONG, "Nhà văn hóa thôn Mẫu Đông", "hamlet"),
        (DOAI, "Chợ phiên Mẫu Đoài", "market"),
        (DOAI, "Nhà văn hóa thôn Mẫu Đoài", "hamlet"),
    ):
        services.add_point(scene.desk(team.head, team.unit, day=_FIRST, hour=7), name=name, kind=kind)


def _count(scene: Any, team: Team, day: int, *, hour: int = 19) -> None:
    """An evening's taps: numbers made from the day, so that every load tells the same."""
    desk = scene.desk(team.volunteer, team.unit, day=day, hour=hour)
    place = services.places(desk)[0][0]
    for at, code in enumerate(BUTTONS):
        quantity = (team.pace + (day * (at + 3)) % 5) * 6 // (6 + 2 * at)
        _tap(desk, team, code, day, quantity, place)
    for number in range(1 + day % 2):
        services.tap(desk, indicator=REFERRED, client_id=_id(team, f"{REFERRED}{number}", day), place=place)
    _tap(desk, team, "VN09", day, team.pace, place)
    blockers = ("sim", "network", "password", "card", "no_phone")
    _tap(desk, team, f"{BLOCKED}.{blockers[day % len(blockers)]}", day, 1 + day * 2 % 3, place)


def _tap(desk: Any, team: Team, code: str, day: int, quantity: int, place: str) -> None:
    if quantity:
        desk.tallies.record(
            indicator=code, day=desk.today, quantity=quantity, client_id=_id(team, code, day), place=place
        )


def _send(scene: Any, team: Team, day: int) -> str:
    desk = scene.desk(team.volunteer, team.unit, day=day, hour=20)
    key: str = desk.tallies.submit(desk.today)
    return key


def _evening(scene: Any, team: Team, day: int) -> None:
    """Counted and sent in the evening, approved the next morning."""
    _count(scene, team, day)
    sheet = _send(scene, team, day)
    scene.desk(team.head, team.unit, day=day + 1, hour=7, minute=15).tallies.approve(sheet)


def _correct(scene: Any, team: Team, day: int) -> None:
    """The head found turns of that evening written down twice."""
    desk = scene.desk(team.head, team.unit, day=-1, hour=10)
    sheet = desk.tallies.sheet_of_day(_on(scene, day))
    most = max(BUTTONS, key=lambda code: sheet.figures[code])
    reason = "Ghi trùng một lượt đi chung của hai tình nguyện viên."
    desk.tallies.correct(sheet.key, indicator=most, quantity=max(0, sheet.figures[most] - 3), reason=reason)


def _official(scene: Any) -> None:
    """Each week from a paper: confirmed, corrected once, and the latest one waiting for the second person."""
    weeks = (
        (-14, 6210, 4105, "41/BC-CAX (mẫu)", ""),
        (-7, 6388, 4390, "44/BC-CAX (mẫu)", ""),
        (-7, 6392, 4402, "44/BC-CAX (mẫu)", "Văn bản đính chính: cộng sót số thu nhận lưu động ngày cuối tuần."),
    )
    for step, (day, collected, activated, document, reason) in enumerate(weeks):
        entry = _entry(scene, day, collected, activated, document, reason)
        row = services_official.enter(_police(scene, "congan.solieu", -6 if step else -13), entry)
        services_official.confirm(_police(scene, "congan.solieu2", -5 if step else -12), row.key)
    waiting = _entry(scene, -1, 6471, 4618, "47/BC-CAX (mẫu)", "")
    services_official.enter(_police(scene, "congan.solieu", -1), waiting)


def _police(scene: Any, login: str, day: int) -> Any:
    return scene.desk(login, "hl-congan", day=day, hour=15)


def _entry(scene: Any, day: int, collected: int, activated: int, document: str, reason: str) -> Entry:
    figures = {
        "eligible": 7840,
        "collected": collected,
        "activated": activated,
        "insured": 8215,
        "health_books": activated - 1240,
        "social_accounts": activated - 1985,
        "signatures": 612 + activated - 4105,
        "ready": None,
    }
    return Entry(_on(scene, day), figures, document, reason)


def _on(scene: Any, day: int) -> dt.date:
    today: dt.date = scene.today
    return today + dt.timedelta(days=day)


def _id(team: Team, code: str, day: int) -> str:
    return str(uuid.uuid5(_SPACE, f"{team.unit} {code} {day}"))
