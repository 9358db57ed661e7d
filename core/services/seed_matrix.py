"""Two communes that must not see each other: every role in both, a dossier in every state, a canary in every name."""

from __future__ import annotations

import datetime as dt

from core.domain.nomination import State
from core.domain.permissions import Role
from core.models import Event, EventAward, EventPhase, EventUnit, Unit, User
from core.models.event import PHASES
from core.services.context import Context, at_local
from core.services.seed_people import SeedUser, password_hash, unit, user
from core.services.seed_rows import Dossier, Writer

_BELOW = frozenset({Role.NOMINATOR, Role.HEAD})


def fill(ctx: Context, *, seed: int) -> tuple[list[SeedUser], dict[str, object], dict[str, int]]:
    """Worlds ``a`` and ``b``; each name carries ``CANARY-A`` or ``CANARY-B`` and the state."""
    hashed = password_hash()
    users: list[SeedUser] = []
    ids: dict[str, object] = {}
    nominations = 0
    for world in ("a", "b"):
        told, keys = _world(ctx, world, hashed, seed)
        users += told
        ids[world] = keys
        nominations += len(State)
    return users, ids, {"nominations": nominations, "units": 6, "events": 2}


def _world(ctx: Context, world: str, hashed: str, seed: int) -> tuple[list[SeedUser], dict[str, object]]:
    mark = world.upper()
    root = unit(ctx, key=f"m-{world}-tinh", name=f"UBND tỉnh Thử {mark}", kind="tinh")
    commune = unit(ctx, key=f"m-{world}-xa", name=f"UBND xã Thử {mark}", kind="xa", parent=root)
    village = unit(ctx, key=f"m-{world}-thon", name=f"Thôn Thử {mark}", kind="thon", parent=commune)
    users: list[SeedUser] = []
    people: dict[Role, User] = {}
    for role in Role:
        place = village if role in _BELOW else root if role is Role.SYSTEM_ADMIN else commune
        people[role], told = user(
            ctx, f"m.{world}.{role.value}", f"CANARY-{mark} {role.value}", (role, place), password=hashed
        )
        users += told
    event = _event(ctx, world, commune, village)
    writer = Writer(ctx, seed + ord(world), people[Role.NOMINATOR], people[Role.SECRETARY], people[Role.SIGNER])
    writer.write([_dossier(ctx, mark, event, village, state, n) for n, state in enumerate(State)])
    writer.finish()
    return users, {
        "root": root.key,
        "unit": commune.key,
        "below": village.key,
        "event": event.key,
        "nominations": dict(zip((state.value for state in State), writer.keys, strict=True)),
    }


def _event(ctx: Context, world: str, commune: Unit, village: Unit) -> Event:
    start = ctx.today - dt.timedelta(days=10)
    row = Event(
        key=f"m-{world}-dot",
        unit_id=commune.id,
        title=f"Đợt CANARY-{world.upper()}",
        short_title=f"Đợt {world.upper()}",
        folded=f"dot canary-{world}",
        kind="ngay_huong_ung",
        commendation_type="phong_trao",
        state="announced",
        legal_basis=[],
        themes=[],
        slogans=[],
        window_from=start,
        window_to=start + dt.timedelta(days=30),
        created_at=at_local(start),
    )
    row.unit = commune
    row.awards = [EventAward(award_code="GIAY_KHEN", position=0)]
    row.invited = [EventUnit(unit_id=village.id)]
    row.phases = [
        EventPhase(phase=phase, position=n, opens_at=at_local(start), closes_at=at_local(row.window_to, 17))
        for n, phase in enumerate(PHASES)
    ]
    ctx.session.add(row)
    ctx.session.flush()
    return row


def _dossier(ctx: Context, mark: str, event: Event, village: Unit, state: State, n: int) -> Dossier:
    return Dossier(
        unit=village,
        event=event,
        state=state,
        award="GIAY_KHEN",
        kind=("individual", "collective", "household")[n % 3],
        name=f"CANARY-{mark} {state.value}",
        deed=f"Việc CANARY-{mark} {state.value}",
        sent_at=at_local(ctx.today - dt.timedelta(days=5), 9, n),
    )
