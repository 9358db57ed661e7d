"""The second factor: six digits of an authenticator app (RFC 6238), and printed codes for when the telephone is lost.

``secret_key`` is the installation's secret: it seals the shared secrets, so that a copy of the database holds none.
"""

from __future__ import annotations

import hashlib

import sqlalchemy as sa
from passlib.exc import TokenError
from passlib.totp import TOTP

from core.domain.errors import Refused
from core.models import User
from core.services import audit, logins
from core.services.context import Context, new_key

ISSUER = "Vinh Danh"
RECOVERY_CODES = 10


def new_secret(secret_key: str) -> str:
    """A new shared secret, sealed; nothing is stored yet."""
    return str(_totp(secret_key).new().to_json(encrypt=True))


def describe(sealed: str, *, login: str, secret_key: str) -> tuple[str, str]:
    """What an app needs: the secret in groups to type, and the ``otpauth`` address to scan."""
    found = _totp(secret_key).from_source(sealed)
    return str(found.pretty_key()), str(found.to_uri(login))


def turn_on(ctx: Context, user: User, sealed: str, *, code: str, secret_key: str) -> list[str]:
    """Ask for a second factor from now on; returns the recovery codes, which are shown once.

    Raises ``Refused("code_wrong")`` while the app does not show what it should.
    """
    step = _matching_step(ctx, sealed, code, last=None, secret_key=secret_key)
    if step is None:
        raise Refused("code_wrong")
    user.tf_primary_method, user.tf_totp_secret, user.tf_last_step = "authenticator", sealed, step
    codes = _give_recovery_codes(user)
    logins.end_all(ctx, user.id)
    audit.note(ctx, "second_factor.on", f"user:{user.key}")
    ctx.session.flush()
    return codes


def turn_off(ctx: Context, user: User) -> None:
    """A password is enough again."""
    user.tf_primary_method = user.tf_totp_secret = user.tf_last_step = user.mf_recovery_codes = None
    logins.end_all(ctx, user.id)
    audit.note(ctx, "second_factor.off", f"user:{user.key}")
    ctx.session.flush()


def renew_recovery_codes(ctx: Context, user: User) -> list[str]:
    """New printed codes; the old ones are void."""
    codes = _give_recovery_codes(user)
    audit.note(ctx, "second_factor.codes_renewed", f"user:{user.key}")
    ctx.session.flush()
    return codes


def spend(ctx: Context, user: User, code: str, *, secret_key: str) -> str | None:
    """Use up one code: ``totp`` or ``recovery`` says which it was, None that it was neither. Each works once."""
    plain = "".join(code.split()).lower()
    if user.tf_totp_secret is None:
        return None
    step = _matching_step(ctx, user.tf_totp_secret, plain, last=user.tf_last_step, secret_key=secret_key)
    if step is not None:
        return "totp" if _take_step(ctx, user, step) else None
    digest = _digest(user, plain.replace("-", ""))
    kept = list(user.mf_recovery_codes or [])
    if digest not in kept:
        return None
    kept.remove(digest)
    user.mf_recovery_codes = kept
    ctx.session.flush()  # the row's version: of two at once one is told to try again
    audit.note(ctx, "second_factor.recovery_used", f"user:{user.key}", left=len(kept))
    return "recovery"


def _totp(secret_key: str) -> type[TOTP]:
    return TOTP.using(issuer=ISSUER, secrets={"1": secret_key})


def _matching_step(ctx: Context, sealed: str, code: str, *, last: int | None, secret_key: str) -> int | None:
    """The number of the current half minute, if the code is its code and the half minute was not used yet."""
    if not (code.isascii() and code.isdigit() and len(code) == 6):
        return None
    found = _totp(secret_key).from_source(sealed)
    now = int(ctx.now.timestamp())
    try:
        match = found.match(code, time=now, window=0, last_counter=last)
    except TokenError:
        return None
    return int(match.counter) if match.counter == now // 30 else None


def _take_step(ctx: Context, user: User, step: int) -> bool:
    """Of two requests with the same code one gets the step."""
    is_newer = sa.or_(User.tf_last_step.is_(None), User.tf_last_step < step)
    taken = ctx.session.execute(sa.update(User).where(User.id == user.id, is_newer).values(tf_last_step=step))
    return bool(taken.rowcount)


def _give_recovery_codes(user: User) -> list[str]:
    plain = [new_key(16) for _ in range(RECOVERY_CODES)]
    user.mf_recovery_codes = [_digest(user, one) for one in plain]
    return ["-".join(one[at : at + 4] for at in range(0, 16, 4)) for one in plain]


def _digest(user: User, code: str) -> str:
    # eighty random bits need no slow hash
    return hashlib.sha256(f"{user.key}:{code}".encode("utf-8", "surrogatepass")).hexdigest()
