"""The first unit and the first administrator of an empty installation; afterwards administrators make the rest."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import sqlalchemy as sa

from core.domain.errors import Objection, Refused
from core.domain.permissions import Held, Role
from core.domain.text import clean_line
from core.models import Unit, User
from core.services import accounts, audit, catalog, links, logins, reach, units
from core.services.context import Context


def root_unit(ctx: Context, *, name: str, kind: str) -> Unit:
    """The root unit: the one there is, or a new one with this name. Raises ``Refused("unit_kind_unknown")``."""
    row = ctx.session.scalar(sa.select(Unit).where(Unit.parent_id.is_(None)).order_by(Unit.id).limit(1))
    if row is not None:
        return row
    if kind not in catalog.current(ctx.session).unit_kinds:
        raise Refused.because([Objection("unit_kind_unknown", field="kind")])
    row = units.make(ctx, parent=None, name=clean_line(name, limit=200), kind=kind)
    audit.note(ctx, "unit.added", f"unit:{row.key}", name=row.name, kind=kind)
    return row


def system_admin(ctx: Context, *, login: str, name: str, unit: Unit) -> User:
    """The account with this login; made, as system administrator of the root unit, where there is none.

    Raises ``Refused``: ``account_closed``, ``login_bad``.
    """
    row = ctx.session.scalar(sa.select(User).where(User.login == logins.plain_login(login)))
    if row is None:
        return account(ctx, unit, login=login, name=name, title="", unit_key=unit.key, given=[Role.SYSTEM_ADMIN.value])
    if not row.active:
        raise Refused("account_closed")
    return row


def account(
    ctx: Context, root: Unit, *, login: str, name: str, title: str, unit_key: str, given: Sequence[str]
) -> User:
    """A new account with its first roles, made with a system administrator's powers. Raises as ``accounts.create``."""
    return accounts.create(
        _empowered(ctx, root), full_name=name, login=login, title=title, email="", unit=unit_key, roles_given=given
    )


def link(ctx: Context, user: User) -> str:
    """A fresh one-time token by which this person sets a password; earlier ones end."""
    return links.make_for(ctx, user)


def _empowered(ctx: Context, root: Unit) -> Context:
    """Whoever holds the server's keyboard may do what a system administrator may: that is why it is kept locked."""
    held = (Held(Role.SYSTEM_ADMIN, root.id, root.path),)
    return dataclasses.replace(ctx, actor=dataclasses.replace(ctx.actor, held=held), unit=reach.unit_ref(root))
