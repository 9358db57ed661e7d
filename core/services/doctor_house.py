"""Checks of the house itself: chain, schema, keys, mail, repeats, settings, tokens."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import sqlalchemy as sa

from core.domain.nomination import Step
from core.models import (
    AdminLink,
    AuditLine,
    Event,
    IdempotencyRow,
    Login,
    Nomination,
    NominationStep,
    OutboxRow,
    User,
)
from core.services import audit, database_shape
from core.services.doctor_base import Finding, Patient, check

_STUCK_AFTER = dt.timedelta(days=1)
_REPEATS_KEPT = dt.timedelta(days=8)
_DRIFT = dt.timedelta(minutes=5)
_HEX64 = re.compile(r"[0-9a-f]{64}")


@check("audit.chain")
def chain_is_whole(patient: Patient) -> Iterator[Finding]:
    """Each link hashes to the next, and the head is the last."""
    for one in audit.verify(patient.session).faults[:50]:
        yield Finding("audit.chain", f"audit:{one.seq}", one.kind)


@check("audit.triggers")
def triggers_stand(patient: Patient) -> Iterator[Finding]:
    """The audit refuses to be changed."""
    for fault in patient.schema_faults:
        if fault.startswith("trigger "):
            yield Finding("audit.triggers", fault.split()[1], "the append-only trigger is missing")


@check("schema.contract")
def schema_is_as_promised(patient: Patient) -> Iterator[Finding]:
    """Tables are as the models say."""
    for fault in patient.schema_faults:
        if not fault.startswith("trigger "):
            yield Finding("schema.contract", "schema", fault)


@check("fk.check")
def keys_point_somewhere(patient: Patient) -> Iterator[Finding]:
    """No row points at nothing."""
    for table, count in database_shape.dangling(patient.session).items():
        yield Finding("fk.check", f"table:{table}", f"{count} rows point at nothing")


@check("audit.row_per_change")
def every_step_was_noted(patient: Patient) -> Iterator[Finding]:
    """Each line of a dossier's history has its line in the audit."""
    s, n, line = NominationStep, Nomination, AuditLine
    noted = (
        sa.select(line.object, sa.func.count().label("lines"))
        .where(line.action.in_([f"nomination.{step.value}" for step in Step]))
        .group_by(line.object)
        .subquery()
    )
    taken = sa.select(s.nomination_id, sa.func.count().label("steps")).group_by(s.nomination_id).subquery()
    name = sa.literal("nomination:").concat(n.key)
    query = (
        sa.select(n.key, taken.c.steps, sa.func.coalesce(noted.c.lines, 0))
        .join(taken, taken.c.nomination_id == n.id)
        .outerjoin(noted, noted.c.object == name)
        .where(taken.c.steps != sa.func.coalesce(noted.c.lines, 0))
        .limit(50)
    )
    for key, steps, lines in patient.session.execute(query):
        yield Finding("audit.row_per_change", f"nomination:{key}", f"{steps} steps, {lines} audit lines")


@check("outbox.stuck")
def mail_leaves(patient: Patient) -> Iterator[Finding]:
    """Nothing that could leave has waited more than a day; what was given up is named."""
    config = patient.config
    leaves = bool(config.get("SMTP_HOST")) or config.get("VINHDANH_ENV") in ("test", "demo")
    late = sa.and_(OutboxRow.sent_at.is_(None), OutboxRow.parked_at.is_(None))
    late = sa.and_(late, OutboxRow.due_at < patient.now - _STUCK_AFTER)
    waiting = _count(patient, OutboxRow, late)
    if waiting and leaves:
        yield Finding("outbox.stuck", "outbox", f"{waiting} rows have waited more than a day")
    parked = _count(patient, OutboxRow, OutboxRow.parked_at.is_not(None))
    if parked:
        yield Finding("outbox.stuck", "outbox", f"{parked} rows were given up", severity="warn")


@check("idempotency.age")
def repeats_are_forgotten(patient: Patient) -> Iterator[Finding]:
    """Answers to repeated requests are kept for a week."""
    old = _count(patient, IdempotencyRow, IdempotencyRow.at < patient.now - _REPEATS_KEPT)
    if old:
        yield Finding("idempotency.age", "idempotency", f"{old} rows are older than a week: do the jobs run?")


@check("token.unhashed")
def tokens_are_hashed(patient: Patient) -> Iterator[Finding]:
    """Logins and one-time links are stored as hashes only."""
    for model, column, noun in ((Login, Login.id_hash, "login"), (AdminLink, AdminLink.token_hash, "admin_link")):
        values = patient.session.scalars(sa.select(column).select_from(model).execution_options(yield_per=5000))
        if bad := sum(not _HEX64.fullmatch(value) for value in values):
            yield Finding("token.unhashed", noun, f"{bad} rows hold something that is no SHA-256")


@check("config.modes")
def modes_agree(patient: Patient) -> Iterator[Finding]:
    """No demo account and no demo event where real work is done."""
    if patient.config.get("IS_DEMO") or patient.config.get("VINHDANH_ENV") in ("test", "development"):
        return
    for model, noun in ((User, "accounts"), (Event, "events")):
        if count := _count(patient, model, model.is_demo.is_(True)):
            yield Finding("config.modes", noun, f"{count} demo {noun} in production")


@check("clock.drift")
def clock_is_right(patient: Patient) -> Iterator[Finding]:
    """Nothing was noted in the future: the clock ran ahead when it was, or runs behind now."""
    last = patient.session.scalar(sa.select(sa.func.max(AuditLine.at)))
    if last is not None and last > patient.now + _DRIFT:
        yield Finding("clock.drift", "audit", f"the latest line is of {last.isoformat()}", severity="warn")


def _count(patient: Patient, model: type, condition: sa.ColumnElement[bool]) -> int:
    return patient.session.scalar(sa.select(sa.func.count()).select_from(model).where(condition)) or 0
