"""The first unit and the first administrator of an empty installation; afterwards administrators make the rest."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

import sqlalchemy as sa

from core.domain.errors import Refused
from core.domain.permissions import Role
from core.domain.text import clean_line, fold, name_key, sort_key
from core.models import AdminLink, RoleGrant, Unit, User
from core.services import audit
from core.services.context import Context, new_key

_LINK_LIVES = dt.timedelta(hours=24)


def root_unit(ctx: Context, *, name: str, kind: str) -> Unit:
    """The root unit: the one there is, or a new one with this name."""
    row = ctx.session.scalar(sa.select(Unit).where(Unit.parent_id.is_(None)).order_by(Unit.id))
    if row is not None:
        return row
    name = clean_line(name, limit=200)
    row = Unit(
        key=fold(name).replace(" ", "-")[:40] or new_key(),
        name=name,
        short_name=name[:80],
        sort_key=sort_key(name),
        folded=fold(name),
        kind=kind,
        created_at=ctx.now,
    )
    ctx.session.add(row)
    ctx.session.flush()
    row.path = f"/{row.id}/"
    audit.note(ctx, "unit.created", f"unit:{row.key}", name=name)
    return row


def system_admin(ctx: Context, *, login: str, name: str, unit: Unit) -> User:
    """The account with this login; made, as system administrator of the root unit, where there is none."""
    login = clean_line(login, limit=60).lower()
    row = ctx.session.scalar(sa.select(User).where(User.login == login))
    if row is not None:
        if not row.active:
            raise Refused("account_closed")
        return row
    row = User(
        key=new_key(),
        login=login,
        full_name=clean_line(name, limit=120),
        name_key=name_key(name),
        fs_uniquifier=secrets.token_urlsafe(32)[:64],
        created_at=ctx.now,
    )
    row.grants.append(RoleGrant(role=Role.SYSTEM_ADMIN.value, unit_id=unit.id, created_at=ctx.now))
    ctx.session.add(row)
    ctx.session.flush()
    audit.note(ctx, "account.created", f"user:{row.key}", login=login, role=Role.SYSTEM_ADMIN.value)
    return row


def one_time_link(ctx: Context, user: User) -> tuple[str, dt.datetime]:
    """A fresh token by which this person sets a password, once, and until when. Earlier ones end."""
    ctx.session.execute(
        sa.update(AdminLink).where(AdminLink.user_id == user.id, AdminLink.used_at.is_(None)).values(used_at=ctx.now)
    )
    token = secrets.token_urlsafe(32)
    expires_at = ctx.now + _LINK_LIVES
    hashed = hashlib.sha256(token.encode()).hexdigest()
    ctx.session.add(AdminLink(token_hash=hashed, user_id=user.id, expires_at=expires_at, created_at=ctx.now))
    audit.note(ctx, "account.link_made", f"user:{user.key}")
    return token, expires_at
