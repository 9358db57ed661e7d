"""Awards and decisions made by hand: for tests of what reads them. The acts themselves are tested through the doors."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from core.domain.text import fold, name_key
from core.models import Award, Decision, Event, Nomination, Unit, db
from core.services.context import new_key
from tests.factories import Factory

NAMES = {"GIAY_KHEN": "Giấy khen", "BIEU_DUONG": "Biểu dương, tôn vinh tại sự kiện", "LDTT": "Lao động tiên tiến"}
DAY = dt.date(2026, 5, 13)


class Awards:
    """A commune with villages, events and what was given in them."""

    def __init__(self, make: Factory, commune: Unit | None = None) -> None:
        self.make = make
        self.commune = commune or make.unit("Xã Hà Long")
        self._villages: dict[str, Unit] = {}
        self._numbers = 0

    def village(self, name: str) -> Unit:
        if name not in self._villages:
            self._villages[name] = self.make.unit(name, parent=self.commune, kind="thon")
        return self._villages[name]

    def event(self, **values: Any) -> Event:
        return self.make.event(self.commune, **values)

    def decision(self, *, kind: str = "grant", number: str = "", event: Event | None = None, **values: Any) -> Decision:
        self._numbers += 1
        text = number or f"{self._numbers:02d}/QĐ-UBND"
        day = values.pop("decided_on", DAY)
        return self.make.keep(
            Decision(
                key=new_key(),
                unit_id=self.commune.id,
                event_id=event.id if event else None,
                kind=kind,
                state="issued",
                title="Quyết định thử",
                number=text,
                number_key=fold(text),
                year=day.year,
                decided_on=day,
                signer_name="Người Ký",
                signed_as=["CHỦ TỊCH"],
                authority="CT_UBND_XA",
                created_at=self.make.now,
                issued_at=self.make.now,
                **values,
            )
        )

    def give(
        self,
        event: Event,
        name: str,
        *,
        award: str = "GIAY_KHEN",
        consent: str = "not_asked",
        unit: Unit | None = None,
        state: str = "valid",
        decision: Decision | None = None,
        kind: str = "individual",
        nominee: dict[str, Any] | None = None,
        birth_year: int | None = None,
        **values: Any,
    ) -> Award:
        """An award with its nomination and decision, in any state."""
        unit = unit or self.village("Thôn Đông")
        person = self.make.nominee(unit, name, kind=kind, **{"birth_year": birth_year, **(nominee or {})})
        known = {c.key for c in sa.inspect(Award).columns}
        dossier = {k: values.pop(k) for k in list(values) if k not in known}
        nomination: Nomination = self.make.nomination(
            event,
            unit,
            nominee=person,
            award=award,
            state="revoked" if state == "revoked" else "awarded",
            consent=consent,
            **dossier,
        )
        decision = decision or self.decision(event=event)
        place = values.pop("place", unit.name)
        citation = values.pop("citation", "Có thành tích xuất sắc trong chuyển đổi số")
        used = db.session.scalar(
            sa.select(sa.func.max(Award.register_number)).where(
                Award.unit_id == decision.unit_id, Award.year == decision.year
            )
        )
        return self.make.keep(
            Award(
                key=new_key(),
                unit_id=decision.unit_id,
                nominating_unit_id=unit.id,
                event_id=event.id,
                decision_id=decision.id,
                nomination_id=nomination.id,
                nominee_id=person.id,
                achievement_id=nomination.achievement_id,
                kind=kind,
                award_code=award,
                award_name=values.pop("award_name", NAMES[award]),
                commendation_type=event.commendation_type,
                name=name,
                name_key=name_key(name),
                folded=fold(f"{name} {place} {citation}")[:800],
                place=place,
                citation=citation,
                awarded_on=decision.decided_on,
                year=decision.year,
                register_number=(used or 0) + 1,
                coefficient=values.pop("coefficient", Decimal("0.3") if award == "GIAY_KHEN" else None),
                prize=values.pop("prize", 710_000 if award == "GIAY_KHEN" else None),
                state=state,
                created_at=self.make.now,
                **values,
            )
        )


@contextlib.contextmanager
def counting() -> Iterator[SimpleNamespace]:
    """Counts the statements that the database sees."""
    seen = SimpleNamespace(count=0)

    def note(*_args: object) -> None:
        seen.count += 1

    sa.event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(Engine, "before_cursor_execute", note)
