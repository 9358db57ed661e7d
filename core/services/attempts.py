"""Failed sign-ins, counted in our own database: guessing is slowed down per account and per address."""

from __future__ import annotations

import datetime as dt
import hashlib

import sqlalchemy as sa

from core.domain.errors import Refused
from core.models import SignInAttempt, User
from core.services.context import Context

WINDOW = dt.timedelta(minutes=15)
MOST_PER_ACCOUNT = 10
MOST_PER_ADDRESS = 100


def name_of(login: str, *, device: str | None = None) -> str:
    """Under which name attempts are counted.

    A hash: people type passwords into the wrong box. A device that this account has signed in from counts apart, so
    that a stranger's guesses do not lock the person out.
    """
    digest = hashlib.sha256(f"{login}\n{device or ''}".encode("utf-8", "surrogatepass")).hexdigest()
    return digest[:40]


def reserve(ctx: Context, login: str, *, address: str, device: str | None = None) -> int:
    """Count one try before it is made, so that tries at the same moment all count; returns its id.

    Raises ``Refused("too_many_attempts", minutes=…)``. The caller commits at once; ``forgive`` takes a good one back.
    """
    name, since = name_of(login, device=device), ctx.now - WINDOW
    ctx.session.execute(sa.delete(SignInAttempt).where(SignInAttempt.at < ctx.now - dt.timedelta(days=1)))
    # tries on one account queue here: on PostgreSQL two could otherwise both be the tenth
    ctx.session.execute(sa.select(User.id).where(User.login == login).with_for_update())
    per_account = _since(ctx, SignInAttempt.login == name, since)
    per_address = _since(ctx, SignInAttempt.address == address, since)
    for found, most in ((per_account, MOST_PER_ACCOUNT), (per_address, MOST_PER_ADDRESS)):
        if len(found) >= most:
            wait = found[-most] + WINDOW - ctx.now
            raise Refused("too_many_attempts", minutes=max(1, -(-int(wait.total_seconds()) // 60)))
    row = SignInAttempt(login=name, address=address[:64], at=ctx.now)
    ctx.session.add(row)
    ctx.session.flush()
    return row.id


def _since(ctx: Context, condition: sa.ColumnElement[bool], since: dt.datetime) -> list[dt.datetime]:
    query = sa.select(SignInAttempt.at).where(condition, SignInAttempt.at > since).order_by(SignInAttempt.at)
    return list(ctx.session.scalars(query))


def forgive(ctx: Context, attempt_id: int) -> None:
    """This try was none: the password was right."""
    ctx.session.execute(sa.delete(SignInAttempt).where(SignInAttempt.id == attempt_id))


def clear(ctx: Context, login: str, *, device: str | None = None) -> None:
    """The person is in: earlier slips of this account are forgotten. Those of the address are other people's too."""
    ctx.session.execute(sa.delete(SignInAttempt).where(SignInAttempt.login == name_of(login, device=device)))
