"""Accounts as administrators see them: listed, opened, closed; and the demo's, for its sign-in page."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from core.domain.errors import Objection, Refused
from core.domain.text import fold, name_key, slug
from core.models import Login, RoleGrant, Unit, User
from core.services import audit, links, logins, reach, reach_accounts, roles, second_factor, units
from core.services.context import Context, new_key
from core.services.my_account import checked_email
from core.services.paging import Order, Page, fetch

_LOGIN = re.compile(r"[a-z0-9](?:[a-z0-9._-]{1,58})[a-z0-9]")


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One line of the demo's sign-in page."""

    key: str
    name: str
    title: str
    #: (unit's name, roles there), the unit it stands under first
    places: tuple[tuple[str, tuple[str, ...]], ...]


def demo_accounts(ctx: Context) -> list[tuple[str, list[DemoAccount]]]:
    """The demo's open accounts by unit, upper units first."""
    rows = ctx.session.execute(
        sa.select(User.key, User.full_name, User.title, Unit.name, RoleGrant.role)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .join(Unit, Unit.id == RoleGrant.unit_id)
        .where(User.is_demo.is_(True), User.active.is_(True), RoleGrant.ended_at.is_(None))
        .order_by(sa.func.length(Unit.path), Unit.sort_key, Unit.id, RoleGrant.id)
    )
    people: dict[str, tuple[str, str, dict[str, list[str]]]] = {}
    for key, name, title, unit, role in rows:
        people.setdefault(key, (name, title, {}))[2].setdefault(unit, []).append(role)
    groups: dict[str, list[DemoAccount]] = {}
    for key, (name, title, places) in people.items():
        told = tuple((unit, tuple(held)) for unit, held in places.items())
        groups.setdefault(told[0][0], []).append(DemoAccount(key, name, title, told))
    return list(groups.items())


def demo_account(ctx: Context, key: str) -> User | None:
    """An open account of the demo; None for any other."""
    user = reach_accounts.by_key(ctx, key)
    return user if user is not None and user.is_demo else None


def listing(
    ctx: Context, *, q: str = "", role: str = "", state: str = "", cursor: str | None = None
) -> tuple[Page, dict[int, list[tuple[str, list[str]]]]]:
    """Accounts of the subtree by given name, a page at a time, and the roles of that page's people by unit.

    ``q`` finds names and logins without marks; ``role`` keeps who holds it; ``state``: ``closed``, else open.
    """
    ctx.require("account.manage")
    query = sa.select(User.id, User.key, User.login, User.full_name, User.title, User.active, User.name_key)
    query = query.where(reach_accounts.in_subtree(ctx), User.active.is_(state != "closed"))
    if wanted := fold(q):
        query = query.where(User.folded.contains(wanted, autoescape=True))
    if role:
        query = query.where(reach_accounts.holds(ctx, role))
    page = fetch(ctx.session, query, Order((User.name_key, User.id)), cursor=cursor)
    return page, _roles_of(ctx, [row.id for row in page.rows])


def _roles_of(ctx: Context, user_ids: Sequence[int]) -> dict[int, list[tuple[str, list[str]]]]:
    rows = ctx.session.execute(
        sa.select(RoleGrant.user_id, Unit.name, RoleGrant.role)
        .join(Unit, Unit.id == RoleGrant.unit_id)
        .where(
            RoleGrant.user_id.in_(user_ids),
            RoleGrant.ended_at.is_(None),
            Unit.path.startswith(ctx.here.path, autoescape=True),
        )
        .order_by(sa.func.length(Unit.path), Unit.sort_key, Unit.id, RoleGrant.id)
    )
    found: dict[int, dict[str, list[str]]] = defaultdict(dict)
    for user_id, unit, role in rows:
        found[user_id].setdefault(unit, []).append(role)
    return {user_id: list(places.items()) for user_id, places in found.items()}


def create(
    ctx: Context, *, full_name: str, login: str, title: str, email: str, unit: str, roles_given: Sequence[str]
) -> User:
    """A new account with its first roles in one unit of the subtree; it has no password until its link is used.

    Raises ``Refused`` with every reason: ``login_bad``, ``login_taken``, ``bad_email``, ``role_missing``, …
    """
    ctx.require("account.manage")
    place = reach.unit_below(ctx, unit)
    name = logins.plain_login(login) or suggest_login(ctx, full_name)
    objections = _new_objections(ctx, name, roles_given)
    address = None
    try:
        address = checked_email(email)
    except Refused as refused:
        objections += refused.objections
    if objections:
        raise Refused.because(objections)
    user = make(ctx, full_name=full_name, login=name, title=title, email=address)
    audit.note(ctx, "account.created", f"user:{user.key}", login=name)
    for role in roles_given:
        roles.give(ctx, user, place, role)
    return user


def make(ctx: Context, *, full_name: str, login: str, title: str = "", email: str | None = None) -> User:
    """The row itself; what may be was asked before."""
    user = User(
        key=new_key(),
        login=login,
        full_name=full_name,
        name_key=name_key(full_name),
        folded=fold(f"{full_name} {login}")[:200],
        title=title,
        email=email,
        fs_uniquifier=new_key(48),
        created_at=ctx.now,
    )
    try:
        with ctx.session.begin_nested():
            ctx.session.add(user)
    except IntegrityError:  # somebody took the name at the same moment
        raise Refused.because([Objection("login_taken", {"login": login}, field="login")]) from None
    return user


def _new_objections(ctx: Context, login: str, roles_given: Sequence[str]) -> list[Objection]:
    found = []
    if not _LOGIN.fullmatch(login):
        found.append(Objection("login_bad", field="login"))
    elif ctx.session.scalar(sa.select(User.id).where(User.login == login)) is not None:
        found.append(Objection("login_taken", {"login": login}, field="login"))
    if not roles_given:
        found.append(Objection("role_missing", field="roles"))
    if any(not roles.may_give(ctx, role) for role in roles_given):
        found.append(Objection("role_not_yours", field="roles"))
    return found


def suggest_login(ctx: Context, full_name: str) -> str:
    """A free login name: "Nguyễn Thị Lan" becomes ``lan.nt``, the next one ``lan.nt2``."""
    parts = slug(full_name, limit=120).split("-")
    base = ".".join(filter(None, [parts[-1], "".join(part[0] for part in parts[:-1] if part)]))[:50]
    if len(base) < 3:
        base = f"{base or 'nguoi'}.dung"
    taken = set(ctx.session.scalars(sa.select(User.login).where(User.login.startswith(base, autoescape=True))))
    return next(one for n in range(1, 100_000) if (one := base if n == 1 else f"{base}{n}") not in taken)


def edit(ctx: Context, key: str, *, full_name: str, title: str, email: str, expected: int | None) -> User:
    """Change how a person is named. Raises ``Stale``, ``Refused``."""
    user = _handled(ctx, key)
    theirs = {"full_name": user.full_name, "title": user.title, "email": user.email or ""}
    units.refuse_stale(user, expected, theirs=theirs)
    address = checked_email(email)
    if (user.full_name, user.title, user.email) == (full_name, title, address):
        return user
    user.full_name, user.title, user.email = full_name, title, address
    user.name_key, user.folded = name_key(full_name), fold(f"{full_name} {user.login}")[:200]
    ctx.session.flush()
    audit.note(ctx, "account.edited", f"user:{user.key}", full_name=full_name, title=title)
    return user


def close(ctx: Context, key: str) -> User:
    """Nobody signs in to this account from now on; what the person did stays. Raises ``Refused``."""
    user = _handled(ctx, key)
    if user.id == ctx.actor.id:
        raise Refused("account_own")
    if roles.is_last_system_admin(ctx, user):
        raise Refused("last_system_admin")
    if user.active:
        user.active = False
        logins.end_all(ctx, user.id)
        links.void(ctx, user)
        ctx.session.flush()
        audit.note(ctx, "account.closed", f"user:{user.key}")
    return user


def reopen(ctx: Context, key: str) -> User:
    """The person signs in again, with the password and the roles of before."""
    user = _handled(ctx, key)
    if not user.active:
        user.active = True
        ctx.session.flush()
        audit.note(ctx, "account.reopened", f"user:{user.key}")
    return user


def make_link(ctx: Context, key: str) -> tuple[User, str]:
    """A one-time link by which this person sets a password; returns the token, which is shown once."""
    user = _handled(ctx, key)
    if not user.active:
        raise Refused("account_closed")
    return user, links.make_for(ctx, user)


def turn_second_factor_off(ctx: Context, key: str) -> User:
    """For a person who lost the telephone and the printed codes. Raises ``Refused``."""
    user = _handled(ctx, key)
    second_factor.turn_off(ctx, user)
    return user


def last_seen(ctx: Context, user: User) -> object:
    """When the person last used the product; None: never."""
    return ctx.session.scalar(sa.select(sa.func.max(Login.seen_at)).where(Login.user_id == user.id))


def _handled(ctx: Context, key: str) -> User:
    """The account, if all of it lies in what the actor administers: else a link would open doors elsewhere."""
    ctx.require("account.manage")
    user = reach_accounts.account(ctx, key)
    if not roles.is_all_below(ctx, user):
        raise Refused("account_has_roles_elsewhere")
    return user
