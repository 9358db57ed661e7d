"""Verbs about accounts, for the person who has the server and no account yet."""

from __future__ import annotations

import click
import sqlalchemy as sa
from flask import current_app

from core.cli.envelope import Outcome, operator_context, verb
from core.domain.permissions import Role
from core.models import RoleGrant, Unit, User, db
from core.services import founding, links
from core.services.context import Context


@click.group()
def user() -> None:
    """Accounts."""


@user.command(name="admin-link")
@click.option("--login", required=True)
@click.option("--name", default="Quản trị hệ thống", show_default=True, help="Full name of a new account.")
@click.option("--unit", default="Đơn vị gốc", show_default=True, help="Name of the root unit, where there is none yet.")
@click.option("--unit-kind", default="xa", show_default=True)
@verb("user admin-link")
def admin_link(login: str, name: str, unit: str, unit_kind: str) -> Outcome:
    """A one-time link by which the system administrator sets a password; made new where there is none."""
    ctx = operator_context()
    root = founding.root_unit(ctx, name=unit, kind=unit_kind)
    row = founding.system_admin(ctx, login=login, name=name, unit=root)
    return _link(ctx, row, root)


def _link(ctx: Context, row: User, unit: Unit) -> Outcome:
    url = f"{_base_url()}/link/{founding.link(ctx, row)}"
    expires_at = ctx.now + links.LIFE
    outcome = Outcome(extra={"url": url, "expires_at": expires_at.isoformat(), "login": row.login, "unit": unit.key})
    outcome.lines = [url, f"expires at {expires_at.isoformat()}"]
    return outcome


@user.command()
@click.option("--login", required=True)
@click.option("--name", required=True, help="Full name.")
@click.option("--title", default="", help="What the person is.")
@click.option("--unit", "unit_key", required=True, help="The unit's key, as in its address.")
@click.option("--role", "given", multiple=True, required=True, type=click.Choice([role.value for role in Role]))
@verb("user create")
def create(login: str, name: str, title: str, unit_key: str, given: tuple[str, ...]) -> Outcome:
    """A new account with roles in one unit, and the link by which the person sets a password."""
    ctx = operator_context()
    root = founding.root_unit(ctx, name="Đơn vị gốc", kind="xa")
    row = founding.account(ctx, root, login=login, name=name, title=title, unit_key=unit_key, given=given)
    return _link(ctx, row, root)


def _base_url() -> str:
    return str(current_app.config["BASE_URL"] or "http://127.0.0.1:8000").rstrip("/")


@user.command(name="list")
@verb("user list")
def list_users() -> Outcome:
    """Accounts with the roles they hold."""
    query = (
        sa.select(User.login, User.full_name, User.active, RoleGrant.role, Unit.key)
        .outerjoin(RoleGrant, sa.and_(RoleGrant.user_id == User.id, RoleGrant.ended_at.is_(None)))
        .outerjoin(Unit, Unit.id == RoleGrant.unit_id)
        .order_by(User.login, RoleGrant.id)
    )
    found: dict[str, dict[str, object]] = {}
    for login, name, active, role, unit in db.session.execute(query):
        row = found.setdefault(login, {"login": login, "name": name, "active": active, "roles": []})
        if role is not None:
            row["roles"].append({"role": role, "unit": unit})  # type: ignore[attr-defined]
    outcome = Outcome(extra={"users": list(found.values())}, counts={"users": len(found)})
    outcome.lines = [f"{row['login']:24} {row['name']}" for row in found.values()]
    return outcome


COMMANDS = (user,)
