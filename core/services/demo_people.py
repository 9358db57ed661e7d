"""Units, accounts, offices and committees of the demo. Every person in it is invented."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from core.domain.permissions import Role
from core.domain.text import fold, name_key, sort_key
from core.models import Committee, CommitteeMember, Delegation, Office, RoleGrant, Unit, UnitAlias, User
from core.services import audit, passwords
from core.services.context import new_key
from core.services.demo_story import Stage

#: The day the story begins: nothing in the demo is older.
FIRST_DAY = "2025-07-01"


def build(stage: Stage) -> None:
    """Everybody and everything that is there before the first event."""
    ctx = stage.ctx
    start = stage.at(FIRST_DAY)
    province = _unit(stage, stage.plan["province"], None, start)
    commune = _unit(stage, stage.plan["commune"], province, start)
    for entry in stage.plan["units"]:
        _unit(stage, entry, stage.units[entry["up"]] if "up" in entry else commune, start)
    password = passwords.hashed(stage.plan["password"])
    for entry in stage.plan["people"]:
        _person(stage, entry, password, start)
    ctx.session.flush()
    for entry in stage.plan["offices"]:
        _office(stage, entry, start)
    for entry in stage.plan["delegations"]:
        _delegation(stage, entry, start)
    for entry in stage.plan["committees"]:
        _committee(stage, entry)
    ctx.session.flush()


def _unit(stage: Stage, entry: dict[str, Any], parent: Unit | None, at: dt.datetime) -> Unit:
    name = entry["name"]
    row = Unit(
        key=entry["key"],
        name=name,
        short_name=entry["short"],
        sort_key=sort_key(name),
        folded=fold(f"{name} {entry['short']}"),
        kind=entry["kind"],
        parent_id=parent.id if parent else None,
        is_external=entry.get("external", False),
        created_at=at,
    )
    if "alias" in entry:
        row.aliases = [UnitAlias(name=entry["alias"], folded=fold(entry["alias"]), reason="alias", created_at=at)]
    stage.session.add(row)
    stage.session.flush()
    row.path = f"{parent.path if parent else '/'}{row.id}/"
    stage.units[row.key] = row
    audit.note(stage.ctx, "unit.create", f"unit:{row.key}", name=name)
    return row


def _person(stage: Stage, entry: dict[str, Any], password: str, at: dt.datetime) -> None:
    row = User(
        key=new_key(),
        login=entry["login"],
        full_name=entry["name"],
        name_key=name_key(entry["name"]),
        title=entry["title"],
        password=password,
        fs_uniquifier=secrets.token_hex(32),
        is_demo=True,
        wants_mail=False,
        created_at=at,
    )
    for one in entry["roles"]:
        role, _at, unit = one.partition("@")
        row.grants.append(RoleGrant(role=Role(role).value, unit_id=stage.units[unit].id, created_at=at))
    stage.session.add(row)
    stage.people[row.login] = row
    audit.note(stage.ctx, "account.create", f"user:{row.key}", login=row.login, roles=",".join(entry["roles"]))


def _office(stage: Stage, entry: dict[str, Any], at: dt.datetime) -> None:
    stage.session.add(
        Office(
            key=new_key(),
            unit_id=stage.units[entry["unit"]].id,
            authority=entry["authority"],
            title=entry["title"],
            user_id=stage.people[entry["login"]].id,
            from_on=dt.date.fromisoformat(entry["from"]),
            created_at=at,
        )
    )
    stage.session.flush()


def _delegation(stage: Stage, entry: dict[str, Any], at: dt.datetime) -> None:
    offices = stage.session.query(Office).filter_by(unit_id=stage.units[entry["unit"]].id).all()
    stage.session.add(
        Delegation(
            key=new_key(),
            office_id=offices[0].id,
            kind=entry["kind"],
            user_id=stage.people[entry["login"]].id,
            title=entry["title"],
            number=entry["number"],
            from_on=dt.date.fromisoformat(entry["from"]),
            created_at=at,
        )
    )


def _committee(stage: Stage, entry: dict[str, Any]) -> None:
    day = dt.date.fromisoformat(entry["decided_on"])
    row = Committee(
        key=new_key(),
        unit_id=stage.units[entry["unit"]].id,
        name=entry["name"],
        decision_number=entry["number"],
        decided_on=day,
        from_on=day,
        created_at=stage.at(entry["decided_on"]),
    )
    for position, seat in enumerate(entry["members"]):
        person = stage.people.get(seat.get("login", ""))
        row.members.append(
            CommitteeMember(
                key=new_key(),
                position=position,
                part=seat["part"],
                full_name=person.full_name if person else seat["name"],
                title=person.title if person else "",
                user_id=person.id if person else None,
                home_unit_id=stage.units[seat["home"]].id if "home" in seat else None,
                from_on=day,
            )
        )
    stage.session.add(row)
