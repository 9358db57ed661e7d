"""What is swept away when its time is over, and the lock row that keeps periodic work single."""

from __future__ import annotations

import contextlib
import datetime as dt
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.models import AdminLink, Attachment, IdempotencyRow, JobRun, Login, SignInAttempt
from core.services.doctor_files import ORPHANS_KEPT, stored_files

#: A run that has not ended by then is taken for dead.
_DEAD_AFTER = dt.timedelta(minutes=10)
_ATTEMPTS_KEPT = dt.timedelta(days=1)
_REPEATS_KEPT = dt.timedelta(days=7)
_LOGINS_KEPT = dt.timedelta(days=30)


def take_turn(session: Session, name: str, now: dt.datetime) -> bool:
    """Whether this process may run ``name`` now; False while another one does. The caller commits."""
    if session.get(JobRun, name) is None:
        with contextlib.suppress(IntegrityError), session.begin_nested():
            session.add(JobRun(name=name))
    is_free = sa.or_(
        JobRun.started_at.is_(None), JobRun.finished_at.is_not(None), JobRun.started_at < now - _DEAD_AFTER
    )
    update = sa.update(JobRun).where(JobRun.name == name, is_free).values(started_at=now, finished_at=None)
    return session.execute(update).rowcount == 1


def end_turn(session: Session, name: str, now: dt.datetime, *, error: str = "") -> None:
    """The run is over."""
    values = {"finished_at": now, "last_error": error[:300]}
    session.execute(sa.update(JobRun).where(JobRun.name == name).values(**values))


def sweep_rows(session: Session, now: dt.datetime) -> int:
    """Delete old sign-in attempts, answered repeats, ended logins and links; returns how many rows went."""
    gone = 0
    for model, condition in (
        (SignInAttempt, SignInAttempt.at < now - _ATTEMPTS_KEPT),
        (IdempotencyRow, IdempotencyRow.at < now - _REPEATS_KEPT),
        (Login, sa.or_(Login.ended_at < now - _LOGINS_KEPT, Login.expires_at < now - _LOGINS_KEPT)),
        (AdminLink, AdminLink.expires_at < now - _LOGINS_KEPT),
    ):
        gone += session.execute(sa.delete(model).where(condition)).rowcount
    return gone


def sweep_files(session: Session, folder: Path, now: dt.datetime) -> int:
    """Delete files that no row has named for a day: a sending request that died left them."""
    before = (now - ORPHANS_KEPT).timestamp()
    old = [path for path in stored_files(folder) if path.stat().st_mtime < before]
    if not old:
        return 0
    known = set(session.scalars(sa.select(Attachment.storage_id)))
    orphans = [path for path in old if path.name not in known]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)
