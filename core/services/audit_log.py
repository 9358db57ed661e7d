"""The audit as people read it: by page, newest first, each only as far as that person's units reach."""

from __future__ import annotations

import json
from dataclasses import dataclass

import sqlalchemy as sa

from core.models import AuditLine, AuditPayload, Unit, User
from core.services import audit, reach, roles
from core.services.context import Context
from core.services.paging import Order, Page, fetch


@dataclass(frozen=True, slots=True)
class Anchor:
    """The head of the chain as it is printed: seq and the first 20 hex digits."""

    seq: int
    hex20: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hex20}"


def anchor(ctx: Context) -> Anchor:
    """What fixes the chain as it stands now."""
    return Anchor(*audit.head(ctx.session))


@dataclass(frozen=True, slots=True)
class Names:
    """Who and where the lines of one page speak of, as people know them."""

    #: login to full name
    people: dict[str, str]
    #: key to name, of units and of accounts ("user:…", "unit:…")
    objects: dict[str, str]
    units: dict[str, str]


def names_of(ctx: Context, page: Page) -> Names:
    """The names for one page, in two queries whatever its length."""
    logins = {row.actor for row in page.rows} | {row.object.removeprefix("login:") for row in page.rows}
    users = {row.object.removeprefix("user:") for row in page.rows if row.object.startswith("user:")}
    keys = {row.unit for row in page.rows} | {row.object.removeprefix("unit:") for row in page.rows}
    people = ctx.session.execute(
        sa.select(User.login, User.key, User.full_name).where(sa.or_(User.login.in_(logins), User.key.in_(users)))
    ).all()
    rows = ctx.session.execute(sa.select(Unit.key, Unit.name).where(Unit.key.in_(keys)))
    units = {key: name for key, name in rows}  # noqa: C416 - rows are no pairs to a type checker
    objects = {f"unit:{key}": name for key, name in units.items()}
    objects |= {f"user:{one.key}": one.full_name for one in people}
    objects |= {f"login:{one.login}": one.full_name for one in people}
    return Names({one.login: one.full_name for one in people}, objects, units)


def listing(
    ctx: Context, *, unit: str = "", action: str = "", actor: str = "", cursor: str | None = None
) -> tuple[Page, dict[int, dict[str, object] | None]]:
    """Lines of the subtree (all lines for a system administrator) and the payloads of that page; None: erased.

    ``unit`` narrows to one unit's key, ``action`` to the acts on one noun, ``actor`` to logins that begin so. Raises
    ``NotFound`` for a unit that is not below this one.
    """
    ctx.require("audit.read")
    query = sa.select(
        AuditLine.seq, AuditLine.at, AuditLine.actor, AuditLine.role, AuditLine.unit, AuditLine.action, AuditLine.object
    )
    if unit:
        query = query.where(AuditLine.unit == reach.unit_below(ctx, unit).key)
    elif not roles.is_system_admin(ctx):
        below = sa.select(Unit.key).where(Unit.path.startswith(ctx.here.path, autoescape=True))
        query = query.where(AuditLine.unit.in_(below))
    if action:
        query = query.where(
            sa.or_(AuditLine.action == action, AuditLine.action.startswith(f"{action}.", autoescape=True))
        )
    if actor:
        query = query.where(AuditLine.actor.startswith(actor, autoescape=True))
    page = fetch(ctx.session, query, Order((AuditLine.seq,), down=True), cursor=cursor)
    return page, _payloads(ctx, [row.seq for row in page.rows])


def _payloads(ctx: Context, seqs: list[int]) -> dict[int, dict[str, object] | None]:
    rows = ctx.session.execute(sa.select(AuditPayload.seq, AuditPayload.json).where(AuditPayload.seq.in_(seqs)))
    return {seq: None if text is None else json.loads(text) for seq, text in rows}
