"""A commune with its council, built through the services: what the tests of appraisal and council share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import sqlalchemy as sa

from core.domain.permissions import Role
from core.domain.voting import PaperCount
from core.models import Committee, CommitteeMember, Nomination, Sitting, SittingItem, User, db
from core.services import agendas, committees, paper_counts, sittings
from core.services.catalog_file import shipped
from core.services.committees import CommitteeData, SeatData
from core.services.sittings import SittingData

FIRST = dt.date(2026, 5, 1)
TODAY = dt.date(2026, 5, 13)
#: Nine votes in the room, one against: for 80 % of nine exactly enough.
EIGHT_OF_NINE = PaperCount(issued=9, returned=9, valid=9, invalid=0, yes=8, no=1, blank=0)


class Council:
    """Nine seats: a chair and two members with accounts, one of whom comes from the village, and six without."""

    def __init__(self, make, context_of) -> None:
        self.make, self.context_of = make, context_of
        self.province = make.unit("Tỉnh Mẫu", kind="tinh")
        self.commune = make.unit("Xã Mẫu", parent=self.province, kind="xa")
        self.village = make.unit("Thôn Đông", parent=self.commune, kind="thon")
        self.other_village = make.unit("Thôn Đoài", parent=self.commune, kind="thon")
        self.secretary = make.user("Lê Thị Thư", (Role.SECRETARY, self.commune), login="thu")
        self.second = make.user("Phạm Văn Hai", (Role.SECRETARY, self.commune), login="hai")
        self.chair = make.user("Trần Chủ Tịch", (Role.MEMBER, self.commune), login="chu-tich")
        self.member = make.user("Đỗ Thành Viên", (Role.MEMBER, self.commune), login="vien")
        self.neighbour = make.user("Vũ Láng Giềng", (Role.MEMBER, self.commune), login="lang")
        self.head = make.user(
            "Hoàng Trưởng Thôn", (Role.HEAD, self.other_village), (Role.NOMINATOR, self.other_village)
        )
        self.upper = make.user("Đào Tỉnh Thư", (Role.SECRETARY, self.province), login="tinh")
        self.event = make.event(
            self.commune,
            awards=("CSTDCS", "GIAY_KHEN", "BANG_KHEN_TINH", "CSTD_TINH", "BIEU_DUONG"),
            invited=(self.village, self.other_village),
        )
        self.ctx = self.as_(self.secretary)

    def as_(self, user: User, unit=None, *, now: dt.datetime | None = None):
        """The context of somebody here (or in another unit)."""
        return self.context_of(user, unit or self.commune, now=now)

    def nomination(self, *, award: str = "CSTDCS", unit=None, state: str = "appraised", **values) -> Nomination:
        """A dossier of the other village (nobody of the council comes from there) with its rules frozen."""
        rules = shipped().freeze(
            award,
            TODAY,
            "individual",
            "ghi_nhan"
            if award == "BIEU_DUONG"
            else "phong_trao"
            if award in ("GIAY_KHEN", "BANG_KHEN_TINH")
            else "cong_trang",
        )
        return self.make.nomination(
            self.event, unit or self.other_village, award=award, state=state, rules=rules, **values
        )

    def committee(self, *, seats: int = 9) -> Committee:
        """In force since the first of the month."""
        chair = SeatData("chair", "Trần Chủ Tịch", FIRST, login="chu-tich")
        row = committees.create(self.ctx, CommitteeData("Hội đồng xã", "45/QĐ-UBND", FIRST, FIRST), chair=chair)
        people = [
            SeatData("member", "Đỗ Thành Viên", FIRST, login="vien"),
            SeatData("member", "Vũ Láng Giềng", FIRST, login="lang", home_unit=self.village.key),
            *(SeatData("member", f"Ủy viên {n}", FIRST) for n in range(4, 12)),
        ]
        for one in people[: seats - 1]:
            committees.add_seat(self.ctx, row.key, one)
        db.session.commit()
        return row

    def sitting(self, nominations: Iterable[Nomination], *, committee: Committee | None = None) -> Sitting:
        """Planned for today, with these on the agenda."""
        committee = committee or self.committee()
        data = SittingData("Phiên họp tháng 5", self.make.now, "Phòng họp")
        row = sittings.plan(self.ctx, committee.key, data, event_key=self.event.key)
        keys = [one.key for one in nominations]
        if keys:
            agendas.put_on(self.ctx, row.key, keys)
        db.session.commit()
        return row

    def opened(self, *nominations: Nomination, absent: tuple[str, ...] = (), seats: int = 9) -> Sitting:
        """Open, everybody in the room except ``absent``."""
        row = self.sitting(nominations, committee=self.committee(seats=seats))
        sittings.open_sitting(self.ctx, row.key)
        self.attend(row, absent=absent)
        return row

    def attend(self, row: Sitting, *, absent: tuple[str, ...] = ()) -> None:
        marks = {
            seat.member.key: ("absent" if seat.member.full_name in absent else "present", "")
            for seat in sittings.roll_of(self.ctx, row)
        }
        sittings.record_attendance(self.ctx, row.key, marks, expected_version=row.version)
        db.session.commit()

    def item(self, row: Sitting, nomination: Nomination | None = None) -> SittingItem:
        query = sa.select(SittingItem).where(SittingItem.sitting_id == row.id).order_by(SittingItem.id.desc())
        if nomination is not None:
            query = query.where(SittingItem.nomination_id == nomination.id)
        return db.session.scalars(query).first()

    def seat(self, name: str) -> CommitteeMember:
        return db.session.scalars(sa.select(CommitteeMember).where(CommitteeMember.full_name == name)).one()

    def count(self, item: SittingItem, count: PaperCount = EIGHT_OF_NINE):
        """Entered by the first secretary, confirmed by the second."""
        paper_counts.enter(self.ctx, item.key, count, expected_version=item.version)
        outcome = paper_counts.confirm(self.as_(self.second), item.key, count)
        db.session.commit()
        return outcome


def codes(refused) -> list[str]:
    """The codes of everything that was refused."""
    return [one.code for one in refused.value.objections]
