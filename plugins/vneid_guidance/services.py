"""What people do here, each act through the desk: count, refer with a slip, close a slip, keep the list of places."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.sdk import Desk, FieldProblem, NotFound, Refused, clean_line, looks_like_identity, refuse
from core.sdk.models import new_key
from core.sdk.web import gettext, lazy
from plugins.vneid_guidance import domain
from plugins.vneid_guidance.models import GuidancePoint, Slip

_GUARDIAN = lazy("Kích hoạt cho người dưới 14 tuổi phải có cha mẹ hoặc người giám hộ đi cùng.")
_NO_SUCH_PLACE = lazy("Không có nơi hướng dẫn này. Hãy chọn lại trong danh sách.")


@dataclass(frozen=True, slots=True)
class Tapped:
    """What became of one tap: its status, flags, and the code for the paper slip of a referral."""

    status: str
    client_id: str
    flags: tuple[str, ...] = ()
    slip: str = ""


# ---------------------------------------------------------------- counting


def tap(
    desk: Desk,
    *,
    indicator: str,
    client_id: str,
    place: str = "",
    reason: str = "",
    detail: Mapping[str, object] | None = None,
) -> Tapped:
    """One turn, today. A referral to the police also opens a slip, whose code is the same however often it is sent."""
    said = dict(detail or {})
    _check(desk, indicator, said, place)
    done = desk.tallies.record(
        indicator=indicator, day=desk.today, client_id=client_id, place=place, reason=reason, detail=said
    )
    return Tapped(done.status, done.client_id, done.flags, _slip_for(desk, indicator, done.status, done.client_id))


def undo(desk: Desk, client_id: str) -> None:
    """Take back one's own turn within five minutes, and its slip with it."""
    done = desk.tallies.undo(client_id)
    code = domain.slip_code(done.client_id)
    desk.execute(sa.delete(Slip).where(Slip.unit_id == desk.unit.id, Slip.code == code, Slip.state == "referred"))


def sync(desk: Desk, body: object) -> list[dict[str, Any]]:
    """What a phone kept, record by record; the answer is ready for JSON but for the words of a refusal."""
    records = body.get("records") if isinstance(body, Mapping) else None
    known: dict[int, dict[str, Any]] = {}
    if isinstance(records, Sequence) and not isinstance(records, str):
        for at, record in enumerate(records):
            refusal = _refusal(desk, record)
            if refusal is not None:
                known[at] = {"client_id": str(record["client_id"])[:36], "status": "refused", "refusal": refusal}
        rest = [record for at, record in enumerate(records) if at not in known]
        if known and not rest:
            return list(known.values())
        body = {**body, "records": rest} if known else body  # type: ignore[dict-item]
    taken = iter(desk.tallies.sync(body))
    total = len(records)  # type: ignore[arg-type]
    return [known.get(at) or _taken(desk, next(taken), records[at]) for at in range(total)]  # type: ignore[index]


def _refusal(desk: Desk, record: object) -> Refused | None:
    """Why this plugin does not take a record that has the right form; what has not is for the book to say."""
    data = record.get("data") if isinstance(record, Mapping) else None
    if not isinstance(data, Mapping) or not isinstance(record.get("client_id"), str):  # type: ignore[union-attr]
        return None
    try:
        _check(desk, data.get("indicator"), data.get("detail", {}), data.get("place", ""))
    except Refused as refused:
        return refused
    return None


def _taken(desk: Desk, result: Any, record: Any) -> dict[str, Any]:
    slip = ""
    if result.refusal is None:
        with contextlib.suppress(Refused):  # two slips with one code: this one goes without
            slip = _slip_for(desk, record["data"]["indicator"], result.status, result.client_id)
    found = {"client_id": result.client_id, "status": result.status, "refusal": result.refusal, "flags": result.flags}
    return found | ({"slip": slip} if slip else {})


def _check(desk: Desk, indicator: object, detail: object, place: object) -> None:
    if domain.lacks_guardian(indicator, detail):
        raise refuse(str(_GUARDIAN))
    if isinstance(place, str) and place and place not in {code for code, _ in places(desk)}:
        raise refuse(str(_NO_SUCH_PLACE), field="place")


# ---------------------------------------------------------------- slips


def _slip_for(desk: Desk, indicator: str, status: str, client_id: str) -> str:
    if indicator != domain.REFERRED:
        return ""
    code = domain.slip_code(client_id)
    if status != "known":
        if find_slip(desk, code) is not None:
            raise refuse(gettext("Mã phiếu vừa rồi bị trùng. Hãy bấm “Gửi đi Công an” lần nữa."))
        desk.add(Slip(unit_id=desk.unit.id, code=code, state="referred", given_on=desk.today))
    return code


def find_slip(desk: Desk, code: str) -> Slip | None:
    """This unit's slip with this code, if it is still kept."""
    found: Slip | None = desk.scalar(sa.select(Slip).where(Slip.unit_id == desk.unit.id, Slip.code == code))
    return found


def close_slip(desk: Desk, raw: str) -> str:
    """The person came back from the police: referred → done. Returns the code; closing twice changes nothing."""
    desk.require(domain.RECORD)
    code = domain.read_slip(raw)
    slip = find_slip(desk, code) if code else None
    if slip is None:
        raise refuse(gettext("Không có phiếu mang mã này, hoặc phiếu đã quá 90 ngày và đã được xóa."), field="code")
    if slip.state == "referred":
        slip.state = "done"
        desk.flush()
    return slip.code


def slip_counts(desk: Desk) -> dict[str, int]:
    """How many slips of this unit stand in which state."""
    rows = desk.execute(
        sa.select(Slip.state, sa.func.count(Slip.id)).where(Slip.unit_id == desk.unit.id).group_by(Slip.state)
    )
    return {row[0]: row[1] for row in rows}


def lapse_slips(desk: Desk) -> None:
    """The unit counts no more: nobody will close what is still open."""
    desk.execute(sa.update(Slip).where(Slip.unit_id == desk.unit.id, Slip.state == "referred").values(state="lapsed"))


def delete_old_slips(desk: Desk) -> None:
    """Daily: slips are kept for ninety days, whatever their state.

    Those of the units below too: who has switched this off has no daily work any more, and its slips must go all the
    same.
    """
    last = desk.today - dt.timedelta(days=domain.SLIP_DAYS)
    units = [desk.unit.id, *(one.id for one in desk.units_below())]
    desk.execute(sa.delete(Slip).where(Slip.unit_id.in_(units), Slip.given_on < last))


# ---------------------------------------------------------------- places


def places(desk: Desk) -> list[tuple[str, str]]:
    """(code, words) of the places to choose from: the team's own by name, then the kinds."""
    own = desk.execute(
        sa.select(GuidancePoint.key, GuidancePoint.name)
        .where(GuidancePoint.unit_id == desk.unit.id, GuidancePoint.is_closed.is_(False))
        .order_by(GuidancePoint.name, GuidancePoint.id)
    )
    return [(key, name) for key, name in own] + [(code, gettext(label)) for code, label in domain.POINT_KINDS]


def points(desk: Desk) -> list[GuidancePoint]:
    """Every named place of this unit, open ones first."""
    return desk.scalars(
        sa.select(GuidancePoint)
        .where(GuidancePoint.unit_id == desk.unit.id)
        .order_by(GuidancePoint.is_closed, GuidancePoint.name, GuidancePoint.id)
    )


def add_point(desk: Desk, *, name: str, kind: str) -> GuidancePoint:
    """A new named place. Raises ``Refused`` for a name taken, or one that holds a number of somebody."""
    desk.require(f"{domain.PLUGIN}.approve")
    try:
        name = clean_line(name, limit=80)
    except FieldProblem as problem:
        raise Refused(problem.code, field="name", **problem.params) from None
    if not name:
        raise refuse(gettext("Hãy ghi tên nơi hướng dẫn."), field="name")
    if looks_like_identity(name):
        raise refuse(gettext("Tên nơi hướng dẫn không được có số căn cước hay số điện thoại."), field="name")
    if kind not in dict(domain.POINT_KINDS):
        raise refuse(gettext("Hãy chọn loại nơi hướng dẫn."), field="kind")
    if any(one.name.casefold() == name.casefold() for one in points(desk)):
        raise refuse(gettext("Đã có nơi hướng dẫn tên này."), field="name")
    point: GuidancePoint = desk.add(GuidancePoint(key=new_key(), unit_id=desk.unit.id, name=name, kind=kind))
    desk.note("point_added", f"point:{point.key}", name=name)
    return point


def turn_point(desk: Desk, key: str, *, is_closed: bool) -> None:
    """Close a place, or open it again: what was counted there stays."""
    desk.require(f"{domain.PLUGIN}.approve")
    row = desk.scalar(sa.select(GuidancePoint).where(GuidancePoint.unit_id == desk.unit.id, GuidancePoint.key == key))
    if row is None:
        raise NotFound
    row.is_closed = is_closed
    desk.flush()
    desk.note("point_closed" if is_closed else "point_opened", f"point:{key}")
