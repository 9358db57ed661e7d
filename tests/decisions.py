"""A commune with its secretary, its chair who signs, and nominations that wait for a decision."""

from __future__ import annotations

import datetime as dt
from typing import Any

from core.domain.permissions import Role
from core.models import Committee, Event, Nomination, Nominee, Office, Sitting, SittingItem, Unit, db
from core.services import catalog
from core.services.context import new_key
from tests.factories import Factory

DAY = dt.date(2026, 5, 11)


class Round:
    """Everything up to the council is made by hand; the decision itself goes through the doors."""

    def __init__(self, make: Factory) -> None:
        self.make = make
        self.commune: Unit = make.unit("Xã Hà Long")
        self.village: Unit = make.unit("Thôn Đông", parent=self.commune, kind="thon")
        self.secretary = make.user("Trần Thị Thư Ký", (Role.SECRETARY, self.commune))
        self.chair = make.user("Lê Văn Chủ Tịch", (Role.SIGNER, self.commune))
        self.nominator = make.user("Phạm Văn Lập", (Role.NOMINATOR, self.village))
        self.event: Event = make.event(self.commune, invited=(self.village,))
        self.office = self.hold("CT_UBND_XA")
        self.hold("BAN_TO_CHUC")
        self._sitting: Sitting | None = None

    def hold(self, authority: str, user: Any = None, unit: Unit | None = None) -> Office:
        return self.make.keep(
            Office(
                key=new_key(),
                unit_id=(unit or self.commune).id,
                authority=authority,
                title="",
                user_id=(user or self.chair).id,
                from_on=dt.date(2026, 1, 1),
                created_at=self.make.now,
            )
        )

    def nominee(self, name: str, kind: str = "individual") -> Nominee:
        return self.make.nominee(
            self.village, name, kind=kind, position="Trưởng thôn", workplace="Thôn Đông", birth_year=1980
        )

    def appraised(
        self,
        name: str = "",
        *,
        award: str = "GIAY_KHEN",
        kind: str = "individual",
        state: str = "appraised",
        **values: Any,
    ) -> Nomination:
        """A dossier received on 11/05/2026 with the rules of that day frozen."""
        ctype = values.pop("ctype", "ghi_nhan" if award == "BIEU_DUONG" else "phong_trao")
        if award in ("BANG_KHEN_TINH",):
            ctype = "phong_trao"
        if award == "CSTDCS":
            ctype = "cong_trang"
        nominee = values.pop("nominee", None) or self.nominee(name, kind)
        achievement = values.pop("achievement", None) or self.make.achievement(
            nominee, f"Thành tích {new_key(4)}", result="Kết quả", figures="Số liệu", effect="Hiệu quả"
        )
        rules = catalog.current(db.session()).freeze(award, DAY, nominee.kind, ctype)
        row = self.make.nomination(
            self.event,
            self.village,
            nominee=nominee,
            award=award,
            state=state,
            achievement=achievement,
            rules=rules,
            **values,
        )
        row.receipt_at = dt.datetime(2026, 5, 11, 3, 0, tzinfo=dt.UTC)
        if award == "GDVH":
            row.consult_from, row.consult_to = dt.date(2026, 4, 1), dt.date(2026, 4, 12)
        db.session.commit()
        return row

    def passed(self, name: str = "", **values: Any) -> Nomination:
        """The same, passed by eight of nine with five needed."""
        row = self.appraised(name, state="passed", **values)
        count = {"members": 9, "issued": 9, "returned": 9, "valid": 9, "invalid": 0, "yes": 8, "no": 1, "blank": 0}
        self.make.keep(
            SittingItem(
                key=new_key(),
                sitting_id=self.sitting().id,
                nomination_id=row.id,
                entered_by_id=self.secretary.id,
                entered_at=dt.datetime(2026, 5, 12, 3, 0, tzinfo=dt.UTC),
                confirmed_by_id=self.chair.id,
                confirmed_at=dt.datetime(2026, 5, 12, 3, 30, tzinfo=dt.UTC),
                got=8,
                needed=5,
                outcome="passed",
                **count,
            )
        )
        return row

    def sitting(self) -> Sitting:
        if self._sitting is None:
            committee = self.make.keep(
                Committee(
                    key=new_key(),
                    unit_id=self.commune.id,
                    name="Hội đồng Thi đua, khen thưởng",
                    decision_number="01/QĐ-UBND",
                    decided_on=dt.date(2026, 1, 5),
                    from_on=dt.date(2026, 1, 5),
                    created_at=self.make.now,
                )
            )
            self._sitting = self.make.keep(
                Sitting(
                    key=new_key(),
                    committee_id=committee.id,
                    unit_id=self.commune.id,
                    event_id=self.event.id,
                    title="Phiên họp thứ nhất",
                    held_at=dt.datetime(2026, 5, 12, 1, 0, tzinfo=dt.UTC),
                    state="closed",
                    created_at=self.make.now,
                )
            )
        return self._sitting
