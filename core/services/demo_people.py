"""Units, accounts, offices and committees of the demo. Every person in it is invented."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from core.domain.permissions import Role
from core.domain.text import fold
from core.models import Committee, CommitteeMember, Delegation, Office, RoleGrant, Unit, UnitAlias
from core.services import accounts, audit, passwords, units
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
    ctx = dataclasses.replace(stage.ctx, now=at)
    row = units.make(
        ctx,
        parent=parent,
        name=entry["name"],
        short_name=entry["short"],
        kind=entry["kind"],
        is_external=entry.get("external", False),
    )
    row.key = entry["key"]
    if "alias" in entry:
        row.aliases = [UnitAlias(name=entry["alias"], folded=fold(entry["alias"]), reason="alias", created_at=at)]
    stage.session.flush()
    stage.units[row.key] = row
    audit.note(ctx, "unit.added", f"unit:{row.key}", name=row.name, kind=row.kind)
    return row


def _person(stage: Stage, entry: dict[str, Any], password: str, at: dt.datetime) -> None:
    ctx = dataclasses.replace(stage.ctx, now=at)
    row = accounts.make(ctx, full_name=entry["name"], login=entry["login"], title=entry["title"])
    row.password, row.is_demo, row.wants_mail = password, True, False
    for one in entry["roles"]:
        role, _at, unit = one.partition("@")
        row.grants.append(RoleGrant(role=Role(role).value, unit_id=stage.units[unit].id, created_at=at))
    stage.session.flush()
    stage.people[row.login] = row
    audit.note(ctx, "account.created", f"user:{row.key}", login=row.login, roles=",".join(entry["roles"]))


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
