"""Dossiers of the demo at the handling side: received, appraised, returned, before the council, handed up, decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from core.domain.voting import PaperCount
from core.models import Award, Committee, CommitteeMember, Decision, Remark, Sitting, SittingItem
from core.services import (
    agendas,
    appraisal,
    decision_issue,
    decisions,
    handovers,
    outcomes,
    paper_counts,
    sittings,
    written_opinions,
)
from core.services.appraisal import Note
from core.services.context import Context
from core.services.decision_issue import Paper
from core.services.demo_story import Stage, Told
from core.services.sittings import SittingData


@dataclass(frozen=True, slots=True)
class Desk:
    """Who does what in one handling unit."""

    unit: str
    secretary: str
    second: str


COMMUNE = Desk("ha-long", "xa.thuky", "xa.thuky2")
PROVINCE = Desk("thanh-hoa", "tinh.thuky", "tinh.phokyduyet")


def receive(stage: Stage, desk: Desk, told: Told, at: dt.datetime) -> None:
    """Take the dossier in as complete."""
    appraisal.receive(_ctx(stage, desk, at), told.key)


def appraise(stage: Stage, desk: Desk, told: Told, at: dt.datetime) -> None:
    """Find that it meets what is asked."""
    conclusion = "Hồ sơ đủ thành phần, thành tích rõ, đúng đối tượng."
    appraisal.appraise(_ctx(stage, desk, at), told.key, conclusion=conclusion)


def give_back(stage: Stage, told: Told, at: dt.datetime, *, about: str, text: str) -> None:
    """Return it with one remark."""
    ctx = _ctx(stage, COMMUNE, at)
    appraisal.give_back(ctx, told.key, [Note(about, text)], due_on=appraisal.mending_day(ctx))
    remarks = sa.select(Remark.key).where(Remark.nomination_id == told.row.id, Remark.audience == "nominating")
    told.entry["asked"] = list(stage.session.scalars(remarks))


def decline(stage: Stage, desk: Desk, told: Told, at: dt.datetime, *, reason: str) -> None:
    """End it without honour."""
    appraisal.decline(_ctx(stage, desk, at), told.key, reason=reason)


def hand_up(stage: Stage, told: Told, at: dt.datetime, *, letter: str) -> None:
    """Hand it to the province."""
    handovers.hand_up(
        _ctx(stage, COMMUNE, at), told.key, letter_number=letter, note="Đề nghị Chủ tịch UBND tỉnh xem xét."
    )


# ---------------------------------------------------------------- the council


def sit(stage: Stage, desk: Desk, told: Sequence[Told], at: dt.datetime, *, title: str, event: str | None) -> Sitting:
    """A sitting that has been opened with these candidates, everybody but the last member in the room."""
    committee = stage.session.scalars(
        sa.select(Committee.key).where(Committee.unit_id == stage.units[desk.unit].id).order_by(Committee.id)
    ).first()
    before, ctx = _ctx(stage, desk, at - dt.timedelta(days=1)), _ctx(stage, desk, at)
    row = sittings.plan(
        before, str(committee), SittingData(title=title, held_at=at, place="Phòng họp số 1"), event_key=event
    )
    agendas.put_on(before, row.key, [one.key for one in told])
    sittings.open_sitting(ctx, row.key)
    marks = {seat.member.key: ("present", "") for seat in row.roll}
    marks[row.roll[-1].member.key] = ("absent", "đi công tác")
    sittings.record_attendance(ctx, row.key, marks, expected_version=row.version)
    return row


def count(
    stage: Stage, desk: Desk, item: SittingItem, at: dt.datetime, *, passes: bool, confirmed: bool = True
) -> None:
    """The paper count of one candidate: entered by the secretary and, where asked, counted again by a second person."""
    ctx = _ctx(stage, desk, at)
    if passes:
        _write_opinion(ctx, item)
    entitled = outcomes.room_of(ctx, item).entitled
    yes = entitled if passes else 2
    papers = PaperCount(issued=entitled, returned=entitled, valid=entitled, invalid=0, yes=yes, no=entitled - yes)
    paper_counts.enter(ctx, item.key, papers, expected_version=item.version)
    if confirmed:
        again = stage.acting(desk.second, desk.unit, at + dt.timedelta(minutes=10))
        paper_counts.confirm(again, item.key, papers)


def _write_opinion(ctx: Context, item: SittingItem) -> None:
    absent: list[CommitteeMember] = written_opinions.may_write(ctx, item)
    for member in absent:
        written_opinions.record(ctx, item.key, member.key, mark="yes", note="Phiếu lấy ý kiến gửi ngày họp")


def vote(
    stage: Stage,
    desk: Desk,
    told: Sequence[Told],
    at: dt.datetime,
    *,
    title: str,
    event: str | None,
    failing: Sequence[Told] = (),
) -> None:
    """A whole sitting: opened, all candidates counted and confirmed, closed."""
    row = sit(stage, desk, told, at, title=title, event=event)
    losers = {one.row.id for one in failing}
    for minute, item in enumerate(items_of(stage, row)):
        moment = at + dt.timedelta(minutes=20 + minute)
        count(stage, desk, item, moment, passes=item.nomination_id not in losers)
    minutes = "Hội đồng họp đủ thành phần theo quy định, bỏ phiếu kín từng trường hợp."
    sittings.close(_ctx(stage, desk, at + dt.timedelta(hours=2)), row.key, minutes=minutes)


def items_of(stage: Stage, row: Sitting) -> list[SittingItem]:
    """The candidates of a sitting in their order."""
    query = (
        sa.select(SittingItem).where(SittingItem.sitting_id == row.id).order_by(SittingItem.position, SittingItem.id)
    )
    return list(stage.session.scalars(query))


# ---------------------------------------------------------------- decisions


def draft(stage: Stage, desk: Desk, event: str, told: Sequence[Told], at: dt.datetime, *, title: str) -> Decision:
    """A draft that grants awards to these dossiers."""
    return decisions.draft(_ctx(stage, desk, at), event, title=title, keys=[one.key for one in told])


def sign(stage: Stage, row: Decision, login: str, unit: str, at: dt.datetime, *, number: int) -> Decision:
    """Issue a draft in the name of a signer, dated that day."""
    ctx = stage.acting(login, unit, at)
    return decision_issue.issue(ctx, row.key, Paper(number, "QĐ-UBND", ctx.today), expected_version=row.version)


def awards_of(stage: Stage, row: Decision) -> dict[str, Award]:
    """What a decision gave, by the honouree's name."""
    query = sa.select(Award).where(Award.decision_id == row.id).order_by(Award.register_number)
    return {one.name: one for one in stage.session.scalars(query)}


def _ctx(stage: Stage, desk: Desk, at: dt.datetime) -> Context:
    return stage.acting(desk.secretary, desk.unit, at)
