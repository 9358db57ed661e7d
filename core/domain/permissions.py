"""Permissions, the roles that bundle them, and what a person holds in a unit. No plugin can grant one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """A role is held in a unit. ``SYSTEM_ADMIN`` is held in the installation (any root unit)."""

    NOMINATOR = "nominator"  # người lập hồ sơ
    HEAD = "head"  # thủ trưởng đơn vị
    SECRETARY = "secretary"  # thường trực, thư ký hội đồng
    MEMBER = "member"  # thành viên hội đồng
    SIGNER = "signer"  # người ký quyết định
    UNIT_ADMIN = "unit_admin"  # quản trị đơn vị
    SYSTEM_ADMIN = "system_admin"  # quản trị hệ thống
    INSPECTOR = "inspector"  # kiểm tra, chỉ đọc
    VOLUNTEER = "volunteer"  # tình nguyện viên, người ghi số liệu ở cơ sở
    DATA_OFFICER = "data_officer"  # đầu mối số liệu chính thức (công an xã, cơ quan quản lý nền tảng)


@dataclass(frozen=True, slots=True)
class Permission:
    """One key. ``flows_down``: a role held in an upper unit carries it to all units below."""

    key: str
    roles: frozenset[Role]
    flows_down: bool = False


R = Role
_ALL = frozenset(Role)


def _permission(key: str, *roles: Role, flows_down: bool = False) -> Permission:
    return Permission(key, frozenset(roles), flows_down)


#: Every key of the core. Routes and services name these and nothing else.
PERMISSIONS: dict[str, Permission] = {
    p.key: p
    for p in (
        # both sides: which boxes and which dossiers is decided in the query
        _permission("nomination.list", R.NOMINATOR, R.HEAD, R.SECRETARY, R.SIGNER, R.INSPECTOR),
        _permission("nomination.read", R.NOMINATOR, R.HEAD, R.SECRETARY, R.SIGNER, R.INSPECTOR, R.MEMBER),
        # the nominating side
        _permission("nomination.read_own", R.NOMINATOR, R.HEAD, R.INSPECTOR),
        _permission("nomination.write", R.NOMINATOR, R.HEAD),
        _permission("nomination.submit", R.HEAD),
        _permission("nominee.read", R.NOMINATOR, R.HEAD, R.SECRETARY, R.INSPECTOR),
        _permission("nominee.write", R.NOMINATOR, R.HEAD, R.SECRETARY),
        # the handling side
        _permission("nomination.read_incoming", R.SECRETARY, R.SIGNER, R.INSPECTOR),
        _permission("nomination.appraise", R.SECRETARY),
        _permission("nomination.judge", R.MEMBER, R.SECRETARY),
        _permission("nomination.export", R.SECRETARY, R.INSPECTOR),
        _permission("committee.read", R.SECRETARY, R.MEMBER, R.SIGNER, R.INSPECTOR),
        _permission("committee.manage", R.SECRETARY),
        _permission("sitting.read", R.SECRETARY, R.MEMBER, R.SIGNER, R.INSPECTOR),
        _permission("sitting.run", R.SECRETARY),
        _permission("sitting.confirm", R.SECRETARY, R.MEMBER, R.SIGNER),
        _permission("sitting.declare_conflict", R.MEMBER, R.SECRETARY),
        _permission("ballot.cast", R.MEMBER, R.SECRETARY),
        _permission("decision.read", R.SECRETARY, R.SIGNER, R.INSPECTOR, R.HEAD),
        _permission("decision.draft", R.SECRETARY),
        _permission("decision.issue", R.SIGNER),
        _permission("register.read", R.SECRETARY, R.SIGNER, R.INSPECTOR, R.HEAD, R.NOMINATOR, R.MEMBER, R.UNIT_ADMIN),
        _permission("register.consent", R.NOMINATOR, R.HEAD, R.SECRETARY),
        # events
        _permission("event.read", *_ALL - {R.SYSTEM_ADMIN}, flows_down=False),
        _permission("event.manage", R.UNIT_ADMIN, R.SECRETARY),
        _permission("event.task", R.NOMINATOR, R.HEAD, R.UNIT_ADMIN, R.SECRETARY),
        # administration
        _permission("unit.read", *_ALL),
        _permission("unit.manage", R.UNIT_ADMIN, R.SYSTEM_ADMIN, flows_down=True),
        _permission("account.manage", R.UNIT_ADMIN, R.SYSTEM_ADMIN, flows_down=True),
        _permission("office.manage", R.UNIT_ADMIN, R.SYSTEM_ADMIN, flows_down=True),
        _permission("catalog.read", *_ALL),
        _permission("catalog.manage", R.SYSTEM_ADMIN),
        _permission("calendar.manage", R.SYSTEM_ADMIN),
        _permission("audit.read", R.INSPECTOR, R.UNIT_ADMIN, R.SYSTEM_ADMIN),
        _permission("system.read", R.SYSTEM_ADMIN),
        # plugins: what a unit turns on within what the units above allow; the server's own word is the system's
        _permission("plugin.read", *_ALL),
        _permission("plugin.manage", R.UNIT_ADMIN, R.SYSTEM_ADMIN, flows_down=True),
        _permission("plugin.serve", R.SYSTEM_ADMIN),
        _permission("report.read", R.HEAD, R.SECRETARY, R.SIGNER, R.UNIT_ADMIN, R.INSPECTOR, R.DATA_OFFICER),
    )
}

#: Granting these is granting power over others: only who holds them, or an administrator above, may give them out.
ADMIN_ROLES = frozenset({R.UNIT_ADMIN, R.SYSTEM_ADMIN})


@dataclass(frozen=True, slots=True)
class Held:
    """A role held in a unit. ``path`` is the unit's materialised path, ``/1/4/``, by which upper units are known."""

    role: Role
    unit_id: int
    path: str


def grants_for(held: Iterable[Held], *, unit_id: int, path: str) -> frozenset[str]:
    """The permission keys that these roles give in the unit with this id and path.

    A role counts in its own unit; a permission that flows down also counts in all units below. A system administrator's
    keys count everywhere.
    """
    keys: set[str] = set()
    for one in held:
        is_here = one.unit_id == unit_id
        is_above = path.startswith(one.path)
        for permission in PERMISSIONS.values():
            if one.role not in permission.roles:
                continue
            if is_here or one.role is Role.SYSTEM_ADMIN or (permission.flows_down and is_above):
                keys.add(permission.key)
    return frozenset(keys)


def holds(held: Iterable[Held], permission: Permission, *, unit_id: int, path: str) -> bool:
    """Whether these roles give one key in the unit with this id and path. A plugin's key follows the same rule, but no
    system administrator holds it by being one."""
    return any(
        one.role in permission.roles
        and (one.unit_id == unit_id or (permission.flows_down and path.startswith(one.path)))
        for one in held
    )


def units_granting(held: Iterable[Held], key: str) -> frozenset[int]:
    """Ids of the units in which one of these roles gives ``key`` directly (without what flows down)."""
    roles = PERMISSIONS[key].roles
    return frozenset(one.unit_id for one in held if one.role in roles)
