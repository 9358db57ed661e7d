"""A council that votes with sealed envelopes: nine members with accounts and a second factor, three tellers."""

from __future__ import annotations

import datetime as dt

from core.domain.permissions import Role
from core.models import Ballot, CommitteeMember, Nomination, Sitting, User, db
from core.services import ballot_casting, ballot_keys, ballot_opening, ballots, committees
from core.services.committees import CommitteeData, SeatData
from tests.council import FIRST, Council

TELLERS = ("Nguyễn Kiểm Phiếu", "Bùi Thị Đếm", "Lý Văn Tổ")


class SealedCouncil(Council):
    """Everybody on the roll may vote by telephone; ``voters`` in the order of the roll."""

    size = 9

    def __init__(self, make, context_of, *, size: int = 9) -> None:
        super().__init__(make, context_of)
        self.size = size
        for user in (self.chair, self.member, self.neighbour):
            user.tf_primary_method = "authenticator"
        db.session.commit()
        self.voters: list[User] = [self.chair, self.member, self.neighbour][:size] + [
            make.user(f"Ủy viên {n}", (Role.MEMBER, self.commune), login=f"uv{n}", tf_primary_method="authenticator")
            for n in range(4, size + 1)
        ]
        self.own_head = make.user("Mai Trưởng Thôn", (Role.HEAD, self.village), (Role.NOMINATOR, self.village))
        self.shares: tuple[str, ...] = ()

    def committee(self, *, seats: int = 9):
        chair = SeatData("chair", "Trần Chủ Tịch", FIRST, login="chu-tich")
        row = committees.create(self.ctx, CommitteeData("Hội đồng xã", "45/QĐ-UBND", FIRST, FIRST), chair=chair)
        for user in self.voters[1:]:
            home = self.village.key if user is self.neighbour else None
            committees.add_seat(
                self.ctx, row.key, SeatData("member", user.full_name, FIRST, login=user.login, home_unit=home)
            )
        db.session.commit()
        return row

    def ceremony(self, row: Sitting) -> tuple[str, ...]:
        """Three shares, handed out and confirmed."""
        handout = ballot_keys.make(self.ctx, row.key, TELLERS)
        self.shares = tuple(share for _name, share in handout.shares)
        ballot_keys.confirm_kept(self.ctx, row.key)
        db.session.commit()
        return self.shares

    def begun(self, *nominations: Nomination, absent: tuple[str, ...] = ()) -> Ballot:
        """A sitting with an open ballot on these candidates."""
        row = self.opened(*nominations, absent=absent)
        self.ceremony(row)
        return self.begin(row, *nominations)

    def begin(self, row: Sitting, *nominations: Nomination) -> Ballot:
        keys = [self.item(row, one).key for one in nominations]
        ballot = ballots.begin(self.ctx, row.key, keys)
        db.session.commit()
        return ballot

    def cast(self, ballot: Ballot, user: User, *marks: str, nonce: str = "") -> str:
        nonce = nonce or f"{user.id:064x}"
        receipt = ballot_casting.cast(self.as_(user), ballot.sitting.key, ballot.key, nonce=nonce, marks=marks)
        db.session.commit()
        return receipt

    def close(self, ballot: Ballot) -> Ballot:
        ballots.close(self.ctx, ballot.sitting.key, ballot.key)
        db.session.commit()
        return ballot

    def open_box(self, row: Sitting, *shares: str) -> list[Ballot]:
        opened = ballot_opening.open_box(self.ctx, row.key, shares or self.shares[:2])
        db.session.commit()
        return opened

    def seat_of(self, user: User) -> CommitteeMember:
        return next(one for one in db.session.query(CommitteeMember) if one.user_id == user.id)


def day() -> dt.date:
    return dt.date(2026, 5, 13)
