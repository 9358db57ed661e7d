"""Units and accounts of seeded installations, and invented Vietnamese names drawn by rule."""

from __future__ import annotations

import random
from dataclasses import dataclass

from core.domain.permissions import Role
from core.models import RoleGrant, Unit, User
from core.services import accounts, passwords, units
from core.services.context import Context

PASSWORD = "seed-only-2026"  # noqa: S105 - the password of data that no production instance holds

_FAMILY = (
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Huỳnh",
    "Phan",
    "Vũ",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
)
_FAMILY_WEIGHTS = (38, 12, 10, 7, 5, 3, 4, 3, 2, 3, 2, 2, 2, 2, 2, 1)
_MIDDLE_WOMEN = ("Thị", "Thị Thanh", "Thị Ngọc", "Thị Kim", "Thùy", "Khánh", "Minh", "Bảo", "Thị Hồng")
_MIDDLE_MEN = ("Văn", "Hữu", "Đức", "Công", "Quang", "Minh", "Ngọc", "Xuân", "Đình", "Mạnh", "Quốc")
_GIVEN_WOMEN = (
    "Lan", "Hương", "Hoa", "Mai", "Trang", "Linh", "Thảo", "Hằng", "Nga", "Yến", "Phương", "Thu", "Hiền", "Dung",
    "Nhung", "Hạnh", "Loan", "Oanh", "Thủy", "Quỳnh", "Vân", "Ánh", "Diễm", "Tuyết", "Xuân", "Bích", "Ngân", "Hà",
)  # fmt: skip
_GIVEN_MEN = (
    "Hùng", "Dũng", "Tuấn", "Nam", "Sơn", "Thắng", "Đức", "Minh", "Long", "Hải", "Cường", "Tùng", "Khánh", "Quân",
    "Phúc", "Việt", "Bình", "Kiên", "Toàn", "Trung", "Hiếu", "Lộc", "Khoa", "Thịnh", "Đạt", "Vinh", "Quý", "Nghĩa",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SeedUser:
    """An account and how to sign in with it."""

    login: str
    password: str
    role: str
    unit: str
    totp_secret: str | None = None


def person(draw: random.Random) -> str:
    """A name as people have them: common families are common."""
    family = draw.choices(_FAMILY, _FAMILY_WEIGHTS)[0]
    if draw.random() < 0.5:
        return f"{family} {draw.choice(_MIDDLE_WOMEN)} {draw.choice(_GIVEN_WOMEN)}"
    return f"{family} {draw.choice(_MIDDLE_MEN)} {draw.choice(_GIVEN_MEN)}"


def unit(ctx: Context, *, key: str, name: str, kind: str, parent: Unit | None = None) -> Unit:
    """A unit with a key of its own."""
    row = units.make(ctx, parent=parent, name=name, kind=kind)
    row.key = key
    ctx.session.flush()
    return row


def user(ctx: Context, login: str, name: str, *held: tuple[Role, Unit], password: str) -> tuple[User, list[SeedUser]]:
    """An account with roles; ``password`` is the hash, made once for all."""
    row = accounts.make(ctx, full_name=name, login=login)
    row.password, row.wants_mail = password, False
    row.grants = [RoleGrant(role=role.value, unit_id=unit.id, created_at=ctx.now) for role, unit in held]
    ctx.session.flush()
    return row, [SeedUser(login, PASSWORD, role.value, unit.key) for role, unit in held]


def password_hash() -> str:
    """The hash of the one password."""
    return passwords.hashed(PASSWORD)


def key_maker(draw: random.Random, prefix: str) -> str:
    """A key like those of real rows, drawn by rule."""
    return prefix + "".join(draw.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(11))
