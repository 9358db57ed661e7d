"""Two communes that differ in nothing but their names, each with one of everything: data that could leak."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest

from core.domain.permissions import Role
from core.models import (
    Attachment,
    Award,
    Ballot,
    BallotItem,
    BallotKey,
    Committee,
    CommitteeMember,
    Decision,
    DecisionLine,
    Delegation,
    EventTask,
    Notice,
    Office,
    RecoveryTask,
    Remark,
    Sitting,
    SittingItem,
    SittingSeat,
)
from core.services.context import new_key

DAY = dt.date(2026, 5, 13)


@dataclass
class Commune:
    """One commune and the keys of what it holds, by the name of the address argument."""

    unit: Any
    village: Any
    people: dict[Role, Any]
    keys: dict[str, str]
    canaries: tuple[str, ...]


def _commune(make, upper, word: str) -> Commune:  # one of everything, in reading order
    unit = make.unit(f"Xã {word}", parent=upper, kind="xa")
    village = make.unit(f"Thôn {word}", parent=unit, kind="thon")
    people = {
        role: make.user(f"{word} {role.value}", (role, village if role in (Role.NOMINATOR, Role.HEAD) else unit))
        for role in Role
    }
    event = make.event(unit, title=f"Đợt {word}", invited=(unit, village), key=f"dot-{word.lower()}")
    canary = f"KHONGLO{word.upper()}"
    nominee = make.nominee(village, f"{canary} Văn Mẫu", phone="0900000000", place=f"{canary}NHA")
    achievement = make.achievement(nominee, f"{canary} thành tích")
    nomination = make.nomination(event, village, nominee=nominee, achievement=achievement, state="on_ballot")
    at = make.now
    user = people[Role.SECRETARY]
    file = make.keep(
        Attachment(
            key=new_key(), nomination_id=nomination.id, part="TO_TRINH", storage_id=new_key(32), name=f"{canary}.pdf",
            media_type="application/pdf", size=3, sha256="0" * 64, user_id=user.id, created_at=at,
        )
    )  # fmt: skip
    remark = make.keep(
        Remark(
            key=new_key(), nomination_id=nomination.id, text=f"{canary}NOIBO", audience="handling", user_id=user.id,
            unit_id=unit.id, created_at=at,
        )
    )  # fmt: skip
    committee = make.keep(
        Committee(
            key=new_key(), unit_id=unit.id, name=f"Hội đồng {canary}", decision_number="1/QĐ-UBND", decided_on=DAY,
            from_on=DAY - dt.timedelta(days=9), created_at=at,
        )
    )  # fmt: skip
    seat = make.keep(
        CommitteeMember(
            key=new_key(), committee_id=committee.id, part="chair", full_name=f"{canary} Chủ Tịch",
            user_id=people[Role.MEMBER].id, from_on=DAY - dt.timedelta(days=9),
        )
    )  # fmt: skip
    sitting = make.keep(
        Sitting(
            key=new_key(), committee_id=committee.id, unit_id=unit.id, event_id=event.id, title=f"Phiên {canary}",
            held_at=at, state="open", opened_at=at, created_at=at,
        )
    )  # fmt: skip
    make.keep(SittingSeat(sitting_id=sitting.id, member_id=seat.id, attendance="present"))
    item = make.keep(
        SittingItem(
            key=new_key(), sitting_id=sitting.id, nomination_id=nomination.id, rule=nomination.rules.get("vote") or {}
        )
    )
    tellers = [f"{canary} Kiểm {n}" for n in range(3)]
    secret = make.keep(
        BallotKey(key=new_key(), sitting_id=sitting.id, public="5" * 64, tellers=tellers, state="kept", made_at=at)
    )
    ballot = Ballot(
        key=new_key(), sitting_id=sitting.id, key_id=secret.id, number=1, members=1, entitled=1, began_at=at
    )
    ballot.lines = [BallotItem(item_id=item.id, position=0)]
    make.keep(ballot)
    decision = make.keep(
        Decision(key=new_key(), unit_id=unit.id, event_id=event.id, kind="grant", title=f"QĐ {canary}", created_at=at)
    )
    awarded = make.nomination(event, village, state="awarded")
    make.keep(DecisionLine(decision_id=decision.id, nomination_id=awarded.id))
    award = make.keep(
        Award(
            key=new_key(), unit_id=unit.id, nominating_unit_id=village.id, event_id=event.id, decision_id=decision.id,
            nomination_id=awarded.id, nominee_id=awarded.nominee_id, achievement_id=awarded.achievement_id,
            kind="individual", award_code="GIAY_KHEN", award_name="Giấy khen", commendation_type="phong_trao",
            name=f"{canary} Vinh Danh", name_key="x", folded="x", awarded_on=DAY, year=2026, register_number=1,
            created_at=at,
        )
    )  # fmt: skip
    office = make.keep(
        Office(
            key=new_key(), unit_id=unit.id, authority="CT_UBND_XA", title="Chủ tịch", user_id=people[Role.SIGNER].id,
            from_on=DAY - dt.timedelta(days=99), created_at=at,
        )
    )  # fmt: skip
    delegation = make.keep(
        Delegation(
            key=new_key(), office_id=office.id, kind="KT", user_id=people[Role.HEAD].id, title="Phó Chủ tịch",
            number="2/GUQ", from_on=DAY, created_at=at,
        )
    )  # fmt: skip
    task = make.keep(
        EventTask(key=new_key(), event_id=event.id, unit_id=village.id, part="lead", content=f"{canary} việc")
    )
    recovery = make.keep(RecoveryTask(key=new_key(), award_id=award.id, unit_id=unit.id, what="object", created_at=at))
    notices = {
        role: make.keep(
            Notice(key=new_key(), user_id=one.id, code="news_submit", params={"name": canary}, created_at=at)
        )
        for role, one in people.items()
    }
    keys = {
        "event": event.key, "nomination": nomination.key, "nominee": nominee.key, "attachment": file.key,
        "file": file.key, "remark": remark.key, "committee": committee.key, "member": seat.key, "seat": seat.key,
        "sitting": sitting.key, "item": item.key,
        "ballot": ballot.key, "decision": decision.key, "award": award.key, "office": office.key,
        "delegation": delegation.key, "task": task.key, "recovery": recovery.key,
        "notice": notices[Role.SECRETARY].key, "account": people[Role.NOMINATOR].key, "user": people[Role.HEAD].key,
        "child": village.key, "other": village.key, "target": village.key, "below": village.key,
    }  # fmt: skip
    return Commune(unit, village, people, keys, (canary, f"Xã {word}", f"Thôn {word}"))


@pytest.fixture
def world(make):
    """A province with two communes: (mine, other)."""
    province = make.unit("Tỉnh Mẫu", kind="tinh")
    return _commune(make, province, "Nhất"), _commune(make, province, "Nhì")


@pytest.fixture
def reachable(world):
    """Who crawls: every role of the first commune, and a stranger."""
    mine, _other = world
    return {**mine.people, None: None}
