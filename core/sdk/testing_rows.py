"""Factories with defaults a reader would guess. Each commits and expires, so that tests see what the database holds."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from core.domain.errors import Refused
from core.domain.freezing import hash_frozen
from core.domain.permissions import Role
from core.domain.text import fold, name_key, sort_key, words
from core.models import (
    Achievement,
    Event,
    EventAward,
    EventPhase,
    EventUnit,
    Nomination,
    NominationWord,
    Nominee,
    RoleGrant,
    Unit,
    User,
)
from core.services import catalog
from core.services.context import new_key

#: Phases of the plan's week, in days around now: (phase, opens, closes).
PHASES = (("receive", -3, 3), ("appraise", -3, 6), ("council", -3, 8), ("publish", -3, 30))


T = TypeVar("T")


class Factory:
    """Makes rows. ``now`` is the test's clock."""

    def __init__(self, session: Session, now: dt.datetime) -> None:
        self.session = session
        self.now = now
        self._count = itertools.count(1)

    def keep(self, row: T) -> T:
        """Commit a row of any table."""
        self.session.add(row)
        self.session.commit()
        return row

    def unit(self, name: str = "", *, parent: Unit | None = None, kind: str = "xa", **values: Any) -> Unit:
        n = next(self._count)
        name = name or f"Xã Thử {n}"
        row = Unit(
            key=values.pop("key", f"u{n}-{new_key(4)}"),
            name=name,
            short_name=values.pop("short_name", name[:80]),
            sort_key=sort_key(name),
            folded=fold(name),
            kind=kind,
            parent_id=parent.id if parent else None,
            created_at=self.now,
            **values,
        )
        self.session.add(row)
        self.session.flush()
        row.path = f"{parent.path if parent else '/'}{row.id}/"
        return self.keep(row)

    def user(self, name: str = "", *roles: tuple[Role, Unit], **values: Any) -> User:
        n = next(self._count)
        name = name or f"Nguyễn Văn {n}"
        row = User(
            key=new_key(),
            login=values.pop("login", f"nguoi{n}"),
            full_name=name,
            name_key=name_key(name),
            fs_uniquifier=new_key(24),
            created_at=self.now,
            **values,
        )
        for role, unit in roles:
            row.grants.append(RoleGrant(role=role.value, unit_id=unit.id, created_at=self.now))
        return self.keep(row)

    def event(
        self,
        unit: Unit,
        *,
        awards: tuple[str, ...] = ("GIAY_KHEN", "BIEU_DUONG"),
        invited: tuple[Unit, ...] = (),
        **values: Any,
    ) -> Event:
        n = next(self._count)
        title = values.pop("title", f"Đợt tôn vinh {n}")
        day = self.now.date()
        row = Event(
            key=values.pop("key", f"dot-{n}"),
            unit_id=unit.id,
            title=title,
            short_title=title[:80],
            folded=fold(title),
            kind=values.pop("kind", "ngay_huong_ung"),
            commendation_type=values.pop("commendation_type", "phong_trao"),
            state=values.pop("state", "announced"),
            legal_basis=[],
            themes=["Chủ đề thử"],
            slogans=[],
            window_from=day - dt.timedelta(days=1),
            window_to=day + dt.timedelta(days=5),
            created_at=self.now,
            **values,
        )
        row.awards = [EventAward(award_code=code, position=i) for i, code in enumerate(awards)]
        row.invited = [EventUnit(unit_id=one.id) for one in invited]
        row.phases = [
            EventPhase(
                phase=phase,
                position=i,
                opens_at=self.now + dt.timedelta(days=opens),
                closes_at=self.now + dt.timedelta(days=closes),
            )
            for i, (phase, opens, closes) in enumerate(PHASES)
        ]
        return self.keep(row)

    def nominee(self, unit: Unit, name: str = "Trần Thị Mẫu", *, kind: str = "individual", **values: Any) -> Nominee:
        return self.keep(
            Nominee(
                key=new_key(),
                kind=kind,
                unit_id=unit.id,
                name=name,
                name_key=name_key(name),
                folded=fold(name),
                created_at=self.now,
                **values,
            )
        )

    def achievement(self, nominee: Nominee, title: str = "Mô hình hay", **values: Any) -> Achievement:
        return self.keep(
            Achievement(
                key=new_key(), nominee_id=nominee.id, title=title, folded=fold(title), created_at=self.now, **values
            )
        )

    def _frozen(self, award: str, kind: str, ctype: str) -> dict[str, Any]:
        """The day's rules as a receipt freezes them; nothing for a pair that the catalogue does not offer."""
        try:
            rules = catalog.current(self.session).freeze(award, self.now.date(), kind, ctype)
        except Refused:
            return {}
        return {"rules": rules, "rules_hash": hash_frozen(rules)}

    def nomination(
        self,
        event: Event,
        unit: Unit,
        *,
        nominee: Nominee | None = None,
        award: str = "GIAY_KHEN",
        state: str = "draft",
        **values: Any,
    ) -> Nomination:
        """A nomination in any state, without walking there: for tests of what reads it."""
        nominee = nominee or self.nominee(unit, f"Trần Thị Mẫu {next(self._count)}")
        achievement = values.pop("achievement", None) or self.achievement(nominee, f"Thành tích {next(self._count)}")
        is_sent = state not in ("draft", "ready")
        if is_sent and "rules" not in values:
            values |= self._frozen(award, nominee.kind, event.commendation_type)
        row = Nomination(
            key=new_key(),
            event_id=event.id,
            unit_id=unit.id,
            organiser_id=event.unit_id,
            handling_unit_id=event.unit_id,
            state=state,
            state_since=self.now,
            kind=nominee.kind,
            award_code=award,
            nominee_id=nominee.id,
            achievement_id=achievement.id,
            nominee_name=nominee.name,
            name_key=nominee.name_key,
            receipt_at=self.now if is_sent else None,
            receipt_number=f"T-{next(self._count):04d}" if is_sent else None,
            created_at=self.now,
            **values,
        )
        self.session.add(row)
        self.session.flush()
        for word in words(f"{nominee.name} {achievement.title}"):
            self.session.add(NominationWord(word=word, nomination_id=row.id))
        return self.keep(row)
