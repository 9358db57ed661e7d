"""One's own account: the roles held, the password, where notices go."""

from __future__ import annotations

import re

import sqlalchemy as sa

from core.domain.errors import Objection, Refused
from core.models import RoleGrant, Unit, User
from core.services import audit, links, passwords, reach_accounts, second_factor
from core.services.context import Context

_EMAIL = re.compile(r"[^@\s,;<>()\"\\]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,188}[a-z0-9])?\.[a-z]{2,24}", re.IGNORECASE)


def roles_by_unit(ctx: Context, user_id: int) -> list[tuple[str, list[str]]]:
    """(unit's name, roles held there now), upper units first."""
    rows = ctx.session.execute(
        sa.select(Unit.name, RoleGrant.role)
        .join(RoleGrant, RoleGrant.unit_id == Unit.id)
        .where(RoleGrant.user_id == user_id, RoleGrant.ended_at.is_(None))
        .order_by(sa.func.length(Unit.path), Unit.sort_key, Unit.id, RoleGrant.id)
    )
    found: dict[str, list[str]] = {}
    for name, role in rows:
        found.setdefault(name, []).append(role)
    return list(found.items())


def prove(ctx: Context, current: str, *, field: str = "current") -> User:
    """The account of who acts, given the present password; else ``Refused("password_wrong")``."""
    user = reach_accounts.me(ctx)
    if not passwords.is_right(current, user.password):
        raise Refused.because([Objection("password_wrong", field=field)])
    return user


def change_password(ctx: Context, *, current: str, password: str) -> User:
    """A new password; every login of the account ends, the door renews the one that acts. Raises ``Refused``."""
    user = prove(ctx, current)
    links.judge(ctx, user, password)
    links.change(ctx, user, password)
    return user


def turn_second_factor_off(ctx: Context, *, current: str) -> User:
    """A password is enough again. Raises ``Refused`` without the present password."""
    user = prove(ctx, current)
    second_factor.turn_off(ctx, user)
    return user


def renew_recovery_codes(ctx: Context, *, current: str) -> list[str]:
    """New printed codes. Raises ``Refused`` without the present password."""
    return second_factor.renew_recovery_codes(ctx, prove(ctx, current))


def set_mail(ctx: Context, *, email: str, wants_mail: bool) -> None:
    """Where notices go. Raises ``Refused``: ``bad_email``, ``email_missing``."""
    user = reach_accounts.me(ctx)
    address = checked_email(email)
    if wants_mail and address is None:
        raise Refused.because([Objection("email_missing", field="email")])
    if (user.email, user.wants_mail) == (address, wants_mail):
        return
    user.email, user.wants_mail = address, wants_mail
    ctx.session.flush()
    audit.note(ctx, "account.mail_changed", f"user:{user.key}", wants_mail=int(wants_mail))


def checked_email(raw: str) -> str | None:
    """An address that mail can be sent to, or None for an empty one. Raises ``Refused("bad_email")``."""
    email = raw.strip()
    if not email:
        return None
    if not (email.isascii() and _EMAIL.fullmatch(email)) or ".." in email:
        raise Refused.because([Objection("bad_email", field="email")])
    return email
