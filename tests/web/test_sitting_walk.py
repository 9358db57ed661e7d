"""A whole sitting through the browser's door: committee, agenda, attendance, two counts, minutes."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from core.domain.permissions import Role
from core.models import Committee, CommitteeMember, Nomination, Recusal, Sitting, SittingItem, db

DAY = "13/05/2026"


@pytest.fixture
def room(make, sign_in):
    """A commune with a secretary, a second secretary, three members with accounts and one appraised dossier."""
    return Room(make, sign_in)


class Room:
    def __init__(self, make, sign_in) -> None:
        self.make = make
        self.province = make.unit("Tỉnh Mẫu", kind="tinh")
        self.commune = make.unit("Xã Mẫu", parent=self.province, kind="xa")
        self.village = make.unit("Thôn Đông", parent=self.commune, kind="thon")
        self.secretary = make.user("Lê Thị Thư", (Role.SECRETARY, self.commune), login="thu")
        self.second = make.user("Phạm Văn Hai", (Role.SECRETARY, self.commune), login="hai")
        self.chair = make.user("Trần Chủ Tịch", (Role.MEMBER, self.commune), login="chu-tich")
        self.member = make.user("Đỗ Thành Viên", (Role.MEMBER, self.commune), login="vien")
        self.neighbour = make.user("Vũ Láng Giềng", (Role.MEMBER, self.commune), login="lang")
        self.head = make.user("Hoàng Trưởng Thôn", (Role.HEAD, self.village), (Role.NOMINATOR, self.village))
        self.event = make.event(self.commune, awards=("CSTDCS", "GIAY_KHEN"), invited=(self.village,))
        self.nomination = make.nomination(self.event, self.village, award="CSTDCS", state="appraised")
        self.desk = sign_in(self.secretary)
        self.other_desk = sign_in(self.second)
        self.unit = f"/u/{self.commune.key}"

    def committee(self, *, absent: int = 0) -> Committee:
        answer = self.desk.post(
            f"{self.unit}/committees/new",
            data={
                "name": "Hội đồng Thi đua, Khen thưởng",
                "decision_number": "45/QĐ-UBND",
                "decided_on": "01/05/2026",
                "from_on": "01/05/2026",
                "full_name": "Trần Chủ Tịch",
                "login": "chu-tich",
            },
        )
        assert answer.status_code == 303, answer.text
        row = db.session.scalars(sa.select(Committee)).one()
        people = [("Đỗ Thành Viên", "vien", ""), ("Vũ Láng Giềng", "lang", self.village.key), ("Người Thứ Tư", "", "")]
        people += [(f"Ủy viên {n}", "", "") for n in range(5, 10)]
        for name, login, home in people:
            answer = self.desk.post(
                f"{self.unit}/committees/{row.key}/seats/new",
                data={"part": "member", "full_name": name, "login": login, "home_unit": home, "from_on": "01/05/2026"},
            )
            assert answer.status_code == 303, answer.text
        return row

    def sitting(self, committee: Committee) -> Sitting:
        answer = self.desk.post(
            f"{self.unit}/sittings/new",
            data={
                "committee": committee.key,
                "event": self.event.key,
                "title": "Phiên họp xét khen thưởng",
                "day": DAY,
                "clock": "14h30",
                "place": "Phòng họp số 1",
            },
        )
        assert answer.status_code == 303, answer.text
        return db.session.scalars(sa.select(Sitting)).one()

    def ready(self) -> tuple[Sitting, SittingItem]:
        """An open sitting with everybody present and the dossier on the agenda."""
        sitting = self.sitting(self.committee())
        url = f"{self.unit}/sittings/{sitting.key}"
        answer = self.desk.post(f"{url}/agenda", data={"nominations": [self.nomination.key]})
        assert answer.status_code == 303, answer.text
        assert self.desk.post(f"{url}/open").status_code == 303
        self.attend(sitting)
        return sitting, db.session.scalars(sa.select(SittingItem)).one()

    def attend(self, sitting: Sitting, *, absent: tuple[str, ...] = ()) -> None:
        db.session.expire_all()
        data = {"version": str(sitting.version)}
        for seat in db.session.scalars(sa.select(CommitteeMember)):
            data[f"seat-{seat.key}-attendance"] = "absent" if seat.full_name in absent else "present"
        answer = self.desk.post(f"{self.unit}/sittings/{sitting.key}/attendance", data=data)
        assert answer.status_code == 303, answer.text

    def url(self, item: SittingItem) -> str:
        return f"{self.unit}/sittings/{item.sitting.key}/items/{item.key}"


def figures(**changes: int) -> dict[str, str]:
    count = {"issued": 8, "returned": 8, "valid": 8, "invalid": 0, "yes": 8, "no": 0, "blank": 0} | changes
    return {name: str(value) for name, value in count.items()}


def test_a_sitting_from_committee_to_minutes(room):
    sitting, item = room.ready()
    # the neighbour's home unit put the dossier forward: found without anybody declaring it
    assert [(one.reason, one.member.full_name) for one in db.session.scalars(sa.select(Recusal))] == [
        ("own_unit", "Vũ Láng Giềng")
    ]
    page = room.desk.get(room.url(item))
    assert page.status_code == 200
    assert "Cần 8/9 phiếu đồng ý trên tổng số thành viên" in page.text
    count = room.desk.post(f"{room.url(item)}/count", data=figures() | {"version": str(item.version)})
    assert count.status_code == 303, count.text
    assert room.other_desk.post(f"{room.url(item)}/confirm", data=figures()).status_code == 303
    db.session.expire_all()
    assert (item.outcome, item.got, item.needed, item.members, item.present) == ("passed", 8, 8, 9, 9)
    assert db.session.scalars(sa.select(Nomination.state)).one() == "passed"
    assert "Cần 8/9 trên tổng số thành viên; đạt 8." in room.desk.get(room.url(item)).text
    closed = room.desk.post(f"{room.unit}/sittings/{sitting.key}/close", data={"minutes": "Họp đúng giờ."})
    assert closed.status_code == 303
    minutes = room.desk.get(f"{room.unit}/sittings/{sitting.key}/minutes")
    assert minutes.status_code == 200
    assert "cùng đơn vị với người được đề nghị" in minutes.text
    assert "Họp đúng giờ." in minutes.text
    assert dt.date(2026, 5, 13) == sitting.held_at.date()
