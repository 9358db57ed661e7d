"""The audit: services note what they do; the notes are chained in the same transaction, last before commit."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, SessionTransaction

from core.domain.audit import Line, canonical, instant, link, payload_hash
from core.models import AuditHead, AuditLine, AuditPayload
from core.services import failpoints
from core.services.context import Context

_PENDING = "vinhdanh.audit"


@dataclass(frozen=True, slots=True)
class _Note:
    at: dt.datetime
    actor: str
    role: str
    unit: str
    action: str
    object: str
    payload: dict[str, object]


def note(ctx: Context, action: str, obj: str, /, **payload: object) -> None:
    """Remember one act. ``action``: ``noun.verb``; ``obj``: ``noun:key``; payload: strings, integers, no secrets."""
    roles = ",".join(sorted(ctx.actor.roles_in(ctx.unit.id))) if ctx.unit else ""
    canonical(payload)  # fails here, where the caller is, and not at commit
    ctx.session.info.setdefault(_PENDING, []).append(
        _Note(ctx.now, ctx.actor.login or "-", roles, ctx.unit.key if ctx.unit else "-", action, obj, payload)
    )


def has_notes(session: Session) -> bool:
    """Whether an act of this transaction was noted."""
    return bool(session.info.get(_PENDING))


def count_notes(session: Session) -> int:
    """How many acts of this transaction were noted so far."""
    return len(session.info.get(_PENDING, ()))


def keep_only(session: Session, count: int) -> None:
    """Forget what was noted after the first ``count``: a savepoint was rolled back, and with it the acts."""
    if _PENDING in session.info:
        del session.info[_PENDING][count:]


def finish(session: Session) -> None:
    """Append the notes to the chain. Doors need not call it: it runs before every commit of the session."""
    if session.in_nested_transaction():  # a savepoint is no commit
        return
    notes = session.info.pop(_PENDING, None)
    if not notes:
        return
    failpoints.hit("audit.before_insert")
    session.flush()
    head = session.execute(sa.select(AuditHead.seq, AuditHead.h).where(AuditHead.id == 1).with_for_update()).one()
    seq, prev = head
    for one in notes:
        seq += 1
        salt, text = secrets.token_hex(16), canonical(one.payload).decode()
        line = Line(
            seq, instant(one.at), one.actor, one.role, one.unit, one.action, one.object, payload_hash(salt, text)
        )
        h = link(prev, line)
        session.execute(
            sa.insert(AuditLine).values(
                seq=seq,
                at=one.at,
                actor=line.actor,
                role=line.role,
                unit=line.unit,
                action=line.action,
                object=line.object,
                payload_hash=line.payload_hash,
                prev=prev,
                h=h,
            )
        )
        session.execute(sa.insert(AuditPayload).values(seq=seq, salt=salt, json=text))
        prev = h
    session.execute(sa.update(AuditHead).where(AuditHead.id == 1).values(seq=seq, h=prev))


def _forget(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:  # a savepoint that is undone takes no notes of what was done before it
        session.info.pop(_PENDING, None)


sa.event.listen(Session, "before_commit", finish)
sa.event.listen(Session, "after_soft_rollback", _forget)


@dataclass(frozen=True, slots=True)
class Fault:
    """Where the chain is broken: ``kind`` is ``gap``, ``prev``, ``hash``, ``payload``, ``head`` or ``anchor``."""

    seq: int
    kind: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification saw."""

    rows: int
    seq: int
    h: str
    erased: int
    faults: tuple[Fault, ...]


def verify(session: Session, *, expect: tuple[int, str] | None = None) -> Report:
    """Walk the whole chain. ``expect`` is a printed anchor: (seq, first 20 hex digits)."""
    faults: list[Fault] = []
    prev, last, rows, erased = "", 0, 0, 0
    anchored = None
    for line, h, line_prev, salt, text in _lines(session):
        rows += 1
        if line.seq != last + 1:
            faults.append(Fault(line.seq, "gap"))
        if line_prev != prev:
            faults.append(Fault(line.seq, "prev"))
        if link(line_prev, line) != h:
            faults.append(Fault(line.seq, "hash"))
        if text is None:
            erased += 1
        elif salt is None or payload_hash(salt, text) != line.payload_hash:
            faults.append(Fault(line.seq, "payload"))
        if expect and line.seq == expect[0]:
            anchored = h[:20]
        prev, last = h, line.seq
    head = session.execute(sa.select(AuditHead.seq, AuditHead.h).where(AuditHead.id == 1)).one_or_none()
    if head is None or tuple(head) != (last, prev):
        faults.append(Fault(last, "head"))
    if expect and anchored != expect[1].lower():
        faults.append(Fault(expect[0], "anchor"))
    return Report(rows, last, prev, erased, tuple(faults))


def _lines(session: Session) -> Iterator[tuple[Line, str, str, str | None, str | None]]:
    a, p = AuditLine, AuditPayload
    columns = (a.seq, a.at, a.actor, a.role, a.unit, a.action, a.object, a.payload_hash)
    query = (
        sa.select(*columns, a.h, a.prev, p.salt, p.json)
        .outerjoin(p, p.seq == a.seq)
        .order_by(a.seq)
        .execution_options(yield_per=5000)
    )
    for row in session.execute(query):
        yield Line(row[0], instant(row[1]), *row[2:8]), row[8], row[9], row[10], row[11]


def head(session: Session) -> tuple[int, str]:
    """The anchor to print: (seq, first 20 hex digits)."""
    seq, h = session.execute(sa.select(AuditHead.seq, AuditHead.h).where(AuditHead.id == 1)).one()
    return seq, h[:20]
