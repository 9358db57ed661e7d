"""The official ledger: entered by one person, confirmed by another, corrected by a new version, never edited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from core.sdk import Desk, FieldProblem, NotFound, Refused, UnitView, clean_line, looks_like_identity, refuse
from core.sdk.models import new_key, value_of
from core.sdk.web import gettext, lazy
from plugins.vneid_guidance import official
from plugins.vneid_guidance.domain import PLUGIN
from plugins.vneid_guidance.models_official import OfficialFigure
from plugins.vneid_guidance.official import Fault, Standing

PERMISSION = f"{PLUGIN}.official"
#: Kinds of units that are an area by themselves; any other office speaks for the unit above it.
AREAS = frozenset({"tinh", "xa"})
_LIVE = ("entered", "confirmed")
_DOCUMENT, _REASON = 120, 300


@dataclass(frozen=True, slots=True)
class Entry:
    """What an officer writes. A figure that is not known is None and never 0."""

    as_of: dt.date
    figures: Mapping[str, int | None]
    document: str
    reason: str = ""


def area_of(desk: Desk) -> UnitView:
    """The area that the unit of this desk speaks for: itself where it is one, else the unit above."""
    if desk.unit.kind in AREAS:
        return desk.unit
    return desk.unit_above() or desk.unit


def enter(desk: Desk, entry: Entry) -> OfficialFigure:
    """Write down the figures of a day, to be confirmed by somebody else.

    Where the day has a confirmed version this is a correction, and takes a reason; until it is confirmed the earlier
    version stands. Raises ``Refused`` with everything that is wrong.
    """
    desk.require(PERMISSION)
    area = area_of(desk)
    document, reason = _clean(entry.document, "document", _DOCUMENT), _clean(entry.reason, "reason", _REASON)
    faults = official.judge(entry.figures, day=entry.as_of, today=desk.today, document=document)
    if faults:
        raise _because(faults)
    versions = _of_day(desk, area, entry.as_of)
    if any(one.state == "entered" for one in versions):
        raise refuse(
            gettext("Ngày này đã có số liệu đang chờ xác nhận. Hãy xác nhận hoặc rút lại bản đó trước."), field="as_of"
        )
    if any(one.state == "confirmed" for one in versions) and not reason:
        raise refuse(gettext("Ngày này đã có số liệu đã xác nhận. Muốn đính chính, hãy ghi lý do."), field="reason")
    _explain_falls(desk, area, entry.as_of, entry.figures, reason)
    row = OfficialFigure(
        key=new_key(),
        unit_id=area.id,
        office_id=desk.unit.id,
        as_of=entry.as_of,
        version=max((one.version for one in versions), default=0) + 1,
        state="entered",
        document=document,
        reason=reason,
        entered_by_id=desk.actor_id,
        entered_by=desk.actor_name,
        entered_at=desk.now,
        **{name: entry.figures.get(name) for name in official.FIELDS},
    )
    try:
        with desk.attempt():
            desk.add(row)
    except sa.exc.IntegrityError:
        raise refuse(gettext("Người khác vừa nhập số liệu của ngày này. Hãy tải lại trang."), field="as_of") from None
    desk.note("official_entered", f"official:{row.key}", as_of=entry.as_of.isoformat(), document=document)
    return row


def confirm(desk: Desk, key: str) -> OfficialFigure:
    """The second person vouches for what the first one entered; the version that stood before gives way."""
    row = find(desk, key, for_update=True)
    desk.require(PERMISSION)
    _must_be(row, "entered")
    if row.entered_by_id == desk.actor_id:
        raise refuse(
            gettext("Người đã nhập không tự xác nhận. Hãy nhờ một đầu mối khác đối chiếu văn bản rồi xác nhận.")
        )
    area = area_of(desk)
    _explain_falls(desk, area, row.as_of, figures_of(row), row.reason)
    for one in _of_day(desk, area, row.as_of):
        if one.state == "confirmed":
            one.state = "replaced"
    row.state, row.confirmed_by_id, row.confirmed_by, row.confirmed_at = (
        "confirmed",
        desk.actor_id,
        desk.actor_name,
        desk.now,
    )
    desk.flush()
    desk.note("official_confirmed", f"official:{key}", as_of=row.as_of.isoformat())
    return row


def end(desk: Desk, key: str, *, why: str) -> OfficialFigure:
    """Take figures out of use, with a reason; the row stays.

    Not yet confirmed: taken back by who entered it (``reversed``) or refused by another (``refused``). Confirmed:
    reversed, and the version before it does not come back by itself.
    """
    row = find(desk, key, for_update=True)
    desk.require(PERMISSION)
    if row.state not in _LIVE:
        raise Refused("plugin_says", kind="conflict", text=str(_MOVED))
    why = _clean(why, "why", _REASON)
    if not why:
        raise refuse(gettext("Hãy ghi lý do."), field="why")
    is_refusal = row.state == "entered" and row.entered_by_id != desk.actor_id
    row.state = "refused" if is_refusal else "reversed"
    row.ended_by, row.ended_at, row.ended_why = desk.actor_name, desk.now, why
    desk.flush()
    verb = "official_refused" if is_refusal else "official_reversed"
    desk.note(verb, f"official:{key}", as_of=row.as_of.isoformat(), reason=why)
    return row


_MOVED = lazy("Số liệu này đã chuyển sang bước khác. Hãy tải lại trang.")


def find(desk: Desk, key: str, *, for_update: bool = False) -> OfficialFigure:
    """A version that this office entered, or that is about this very unit; else ``NotFound``."""
    if not (key.isascii() and key.isalnum()):  # no key of ours, and PostgreSQL takes no NUL
        raise NotFound
    f = OfficialFigure
    here = desk.unit.id
    query = sa.select(f).where(f.key == key, sa.or_(f.office_id == here, f.unit_id == here))
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = desk.scalar(query)
    if row is None:
        raise NotFound
    found: OfficialFigure = row
    return found


def history(desk: Desk, year: int) -> list[OfficialFigure]:
    """Every version about days of a year, for this office or this area: the latest day and version first."""
    f, here = OfficialFigure, desk.unit.id
    return desk.scalars(
        sa.select(f)
        .where(
            sa.or_(f.office_id == here, f.unit_id == here),
            f.as_of.between(dt.date(year, 1, 1), dt.date(year, 12, 31)),
        )
        .order_by(f.as_of.desc(), f.version.desc(), f.id.desc())
        .limit(_MOST_VERSIONS)
    )


#: More versions in a year than days: somebody would have to look closer anyway.
_MOST_VERSIONS = 500


def years(desk: Desk) -> list[int]:
    """The years about which there is anything, the latest first."""
    f, here = OfficialFigure, desk.unit.id
    first, last = desk.execute(
        sa.select(sa.func.min(f.as_of), sa.func.max(f.as_of)).where(sa.or_(f.office_id == here, f.unit_id == here))
    ).one()
    if first is None:
        return [desk.today.year]
    return list(range(max(last.year, desk.today.year), first.year - 1, -1))


def latest(desk: Desk, area_ids: Collection[int], until: dt.date) -> dict[int, OfficialFigure]:
    """Area -> its latest confirmed figures up to a day, for the areas that have any. One query."""
    f = OfficialFigure
    newest = (
        sa.select(f.unit_id, sa.func.max(f.as_of).label("as_of"))
        .where(f.unit_id.in_(set(area_ids) or {0}), f.state == "confirmed", f.as_of <= until)
        .group_by(f.unit_id)
        .subquery()
    )
    rows = desk.scalars(
        sa.select(f)
        .join(newest, sa.and_(newest.c.unit_id == f.unit_id, newest.c.as_of == f.as_of))
        .where(f.state == "confirmed")
    )
    return {row.unit_id: row for row in rows}


def figures_of(row: OfficialFigure) -> dict[str, int | None]:
    """The figures of one version by field."""
    return {name: value_of(row, name) for name in official.FIELDS}


def _of_day(desk: Desk, area: UnitView, day: dt.date) -> list[OfficialFigure]:
    f = OfficialFigure
    return desk.scalars(
        sa.select(f)
        .where(f.unit_id == area.id, f.as_of == day)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _explain_falls(desk: Desk, area: UnitView, day: dt.date, figures: Mapping[str, int | None], reason: str) -> None:
    if reason:
        return
    f = OfficialFigure
    rows = desk.scalars(sa.select(f).where(f.unit_id == area.id, f.as_of != day, f.state == "confirmed"))
    found = official.falls(figures, day=day, others=[Standing(row.as_of, figures_of(row)) for row in rows])
    if found:
        ask = Fault("reason", gettext("Số lũy kế chỉ giảm khi có lý do. Hãy ghi lý do."))
        raise _because([*found, ask])


def _clean(raw: str, field: str, limit: int) -> str:
    try:
        text = clean_line(raw, limit=limit)
    except FieldProblem as problem:
        raise Refused(problem.code, field=field, **problem.params) from None
    if looks_like_identity(text):
        raise refuse(gettext("Chỗ này không được ghi số căn cước hay số điện thoại. Hãy xóa dãy số đó."), field=field)
    return text


def _must_be(row: OfficialFigure, state: str) -> None:
    if row.state != state:
        raise Refused("plugin_says", kind="conflict", text=str(_MOVED))


def _because(faults: Collection[Fault]) -> Refused:
    refusals = [refuse(one.text, field=one.field) for one in faults]
    return Refused.because([one for refusal in refusals for one in refusal.objections])
