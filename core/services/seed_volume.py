"""Many nominations in one commune of 25 units, for timing: names, deeds and states spread as they would be."""

from __future__ import annotations

import datetime as dt
import random

from core.domain.nomination import State
from core.domain.permissions import Role
from core.domain.text import fold
from core.models import Event, EventAward, EventPhase, EventUnit, Unit
from core.models.event import PHASES
from core.services.context import Context, at_local
from core.services.seed_people import SeedUser, password_hash, person, unit, user
from core.services.seed_rows import Dossier, Writer

#: Larger portions cost more than they save: reading back the keys of one grows with its square.
PORTION = 400
_UNITS = 25
#: Days between events: all of them lie under the law of 2022, whose rules the catalogue knows.
_APART = 200
_KINDS = ("thon", "phong", "truong", "hoi_doan", "to_cong_nghe_so")
_KIND_NAMES = {"thon": "Thôn", "phong": "Phòng", "truong": "Trường", "hoi_doan": "Chi hội", "to_cong_nghe_so": "Tổ số"}
#: Most of what an office holds is over; the rest is on its way.
_STATES = (
    (State.ARCHIVED, 30), (State.PRESENTED, 14), (State.AWARDED, 6), (State.DECLINED, 8), (State.WITHDRAWN, 3),
    (State.REVOKED, 1), (State.SUBMITTED, 9), (State.RECEIVED, 7), (State.APPRAISED, 6), (State.RETURNED, 3),
    (State.PASSED, 3), (State.FAILED, 1), (State.SIGNING, 2), (State.DRAFT, 5), (State.READY, 2),
)  # fmt: skip
_IN_HAND = frozenset({State.SUBMITTED, State.RECEIVED, State.APPRAISED, State.RETURNED, State.PASSED})
_ACTS = ("Hướng dẫn", "Vận động", "Xây dựng", "Duy trì", "Số hóa", "Mở lớp", "Giúp", "Nhân rộng")
_THINGS = (
    "dịch vụ công trực tuyến", "lớp bình dân học vụ số", "mô hình vườn mẫu", "tuyến đường hoa", "tủ sách cộng đồng",
    "định danh điện tử", "gian hàng trực tuyến", "camera an ninh", "truy xuất nguồn gốc", "thanh toán không tiền mặt",
)  # fmt: skip
_WHERE = ("thôn Đông", "thôn Đoài", "thôn Trung", "xóm Chùa", "xóm Đình", "khu chợ", "trường học", "nhà văn hóa")
#: One deed in a thousand carries a word that nearly nobody else has.
_RARE = ("khinh khí cầu", "kính thiên văn", "rô bốt", "địa nhiệt", "vi tảo")


def fill(ctx: Context, *, rows: int, seed: int) -> tuple[list[SeedUser], dict[str, object], dict[str, int]]:
    """The commune with its people, four events, and ``rows`` nominations."""
    draw = random.Random(seed)  # noqa: S311 - the same data for the same number, no secret
    root = unit(ctx, key="volume-tinh", name="UBND tỉnh Số Lượng", kind="tinh")
    commune = unit(ctx, key="volume-xa", name="UBND xã Số Lượng", kind="xa", parent=root)
    below = [_below(ctx, commune, n) for n in range(_UNITS)]
    hashed = password_hash()
    users: list[SeedUser] = []
    people = {}
    for login, role, place in (
        ("volume.secretary", Role.SECRETARY, commune),
        ("volume.signer", Role.SIGNER, commune),
        ("volume.admin", Role.UNIT_ADMIN, commune),
        ("volume.nominator", Role.NOMINATOR, below[0]),
        ("volume.head", Role.HEAD, below[0]),
    ):
        people[login], told = user(ctx, login, person(draw), (role, place), password=hashed)
        users += told
    events = [_event(ctx, commune, below, back=back) for back in (3, 2, 1, 0)]
    writer = Writer(ctx, seed, people["volume.nominator"], people["volume.secretary"], people["volume.signer"])
    done = 0
    while done < rows:
        number = min(PORTION, rows - done)
        writer.write([_dossier(ctx, draw, events, below, done + n, rows) for n in range(number)])
        done += number
    writer.finish()
    ids: dict[str, object] = {"unit": commune.key, "below": below[0].key, "events": [one.key for one in events]}
    return users, ids, {"nominations": rows, "units": _UNITS + 2, "events": len(events)}


def _below(ctx: Context, commune: Unit, n: int) -> Unit:
    kind = _KINDS[n % len(_KINDS)]
    return unit(ctx, key=f"volume-{n:02d}", name=f"{_KIND_NAMES[kind]} số {n:02d}", kind=kind, parent=commune)


def _event(ctx: Context, commune: Unit, below: list[Unit], *, back: int) -> Event:
    """The event ``back`` rounds ago; the last one is open now."""
    start = ctx.today - dt.timedelta(days=_APART * back + 10)
    end = start + dt.timedelta(days=30)
    opens, closes = at_local(start), at_local(end, 17)
    title = f"Đợt tôn vinh tháng {start.month}/{start.year}"
    row = Event(
        key=f"volume-{start:%Y-%m}",
        unit_id=commune.id,
        title=title,
        short_title=title,
        folded=fold(title),
        kind="ngay_huong_ung",
        commendation_type="phong_trao",
        state="announced" if back == 0 else "closed",
        legal_basis=[],
        themes=[],
        slogans=[],
        window_from=start,
        window_to=end,
        created_at=opens,
    )
    row.unit = commune
    row.awards = [EventAward(award_code=code, position=n) for n, code in enumerate(("GIAY_KHEN", "BIEU_DUONG"))]
    row.invited = [EventUnit(unit_id=one.id) for one in below]
    row.phases = [
        EventPhase(phase=phase, position=n, opens_at=opens, closes_at=closes) for n, phase in enumerate(PHASES)
    ]
    ctx.session.add(row)
    ctx.session.flush()
    return row


def _dossier(ctx: Context, draw: random.Random, events: list[Event], below: list[Unit], n: int, rows: int) -> Dossier:
    """The ``n``-th of ``rows``: older dossiers are in older events; only the last event has some on their way."""
    event = events[min(n * len(events) // rows, len(events) - 1)]
    is_now = event is events[-1]
    states, weights = zip(*(one for one in _STATES if is_now or one[0] not in _IN_HAND), strict=True)
    state = draw.choices(states, weights)[0]
    kind = draw.choices(("individual", "collective", "household"), (70, 20, 10))[0]
    days = (event.window_to - event.window_from).days
    day = min(event.window_from + dt.timedelta(days=draw.randrange(days)), ctx.today - dt.timedelta(days=1))
    deed = f"{draw.choice(_ACTS)} {draw.choice(_THINGS)} ở {draw.choice(_WHERE)}"
    if draw.random() < 0.001:
        deed = f"{deed} bằng {draw.choice(_RARE)}"
    name = person(draw)
    return Dossier(
        unit=below[n % len(below)],
        event=event,
        state=state,
        award="BIEU_DUONG" if draw.random() < 0.3 else "GIAY_KHEN",
        kind=kind,
        name={"individual": name, "collective": f"Tổ của {name}", "household": f"Hộ ông bà {name}"}[kind],
        deed=deed,
        sent_at=at_local(day, draw.randint(7, 17), draw.randrange(60)),
        due_on=ctx.today + dt.timedelta(days=draw.randint(-5, 20)) if state in _IN_HAND else None,
    )
