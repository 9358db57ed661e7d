"""What a plugin recorded, readable without the plugin: its tables by their names, and its counted figures.

The core needs no code of the plugin for it, so it works where the plugin is off, unwell or gone.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from core.models import Tally, TallySheet, Unit, User
from core.plugin.manifest import NAME
from core.services import audit
from core.services.context import VIETNAM, Context

#: Rows of each table that a page shows; the export has all.
SHOWN = 50
#: A spreadsheet would take a text that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Part:
    """One table of the export: its name, its columns and its rows, as plain values."""

    name: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]
    total: int


def parts(ctx: Context, plugin: str, *, most: int | None = None) -> list[Part]:
    """The rows of this unit and of those below, table by table; empty for a name that no plugin can have.

    ``most``: only the latest so many of each. Raises ``Forbidden``.
    """
    ctx.require("plugin.manage")
    if not NAME.fullmatch(plugin):
        return []
    found = [_table(ctx, one, most) for one in _tables(ctx, plugin)]
    return [*found, *_tallies(ctx, plugin, most)]


def is_any(ctx: Context, plugin: str) -> bool:
    """Whether the plugin left anything behind, in tables or in counted figures, for any unit."""
    if not NAME.fullmatch(plugin):
        return False
    return bool(_tables(ctx, plugin)) or (
        ctx.session.scalar(sa.select(TallySheet.id).where(TallySheet.plugin == plugin).limit(1)) is not None
    )


def as_zip(ctx: Context, plugin: str) -> bytes:
    """All of it as one file: a CSV for each table and ``data.json`` with everything. One audit line.

    Raises ``Forbidden``.
    """
    found = _take(ctx, plugin)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in found:
            archive.writestr(f"{one.name}.csv", _csv(one))
        archive.writestr("data.json", json.dumps(as_data(found), ensure_ascii=False, indent=1))
    return target.getvalue()


def taken(ctx: Context, plugin: str) -> dict[str, list[dict[str, Any]]]:
    """All of it as plain data. One audit line. Raises ``Forbidden``."""
    return as_data(_take(ctx, plugin))


def _take(ctx: Context, plugin: str) -> list[Part]:
    found = parts(ctx, plugin)
    audit.note(ctx, "plugin.export", f"plugin:{plugin}", rows=sum(one.total for one in found))
    return found


def as_data(found: Sequence[Part]) -> dict[str, list[dict[str, Any]]]:
    """Table -> rows as mappings; instants in the time of Vietnam, dates as ``2026-05-18``."""
    return {one.name: [dict(zip(one.columns, map(_json, row), strict=True)) for row in one.rows] for one in found}


# ------------------------------------------------------------------------------------------------ reading


def _tables(ctx: Context, plugin: str) -> list[str]:
    names = sa.inspect(ctx.session.connection()).get_table_names()
    return sorted(one for one in names if one.startswith(f"{plugin}__"))


def _table(ctx: Context, name: str, most: int | None) -> Part:
    """The rows of one table that belong to the subtree; a table without ``unit_id`` gives none."""
    # apart from the models: the plugin need not be there
    table = sa.Table(name, sa.MetaData(), autoload_with=ctx.session.connection(), resolve_fks=False)
    columns = [column for column in table.columns if column.name != "unit_id"]
    if "unit_id" not in table.columns:
        return Part(name, tuple(one.name for one in columns), (), 0)
    query = (
        sa.select(Unit.key, Unit.name, *columns)
        .join(Unit, Unit.id == table.c.unit_id)
        .where(Unit.path.startswith(ctx.here.path, autoescape=True))
    )
    order = [one.desc() if most else one for one in table.primary_key.columns] or [columns[0]]
    return _read(ctx, name, ("unit", "unit_name", *(one.name for one in columns)), query.order_by(*order), most)


def _tallies(ctx: Context, plugin: str, most: int | None) -> Iterator[Part]:
    """The counted figures: sheets with their state, and entries. Who counted and approved is named by login."""
    t, s, counter, approver = Tally, TallySheet, aliased(User), aliased(User)
    mine = Unit.path.startswith(ctx.here.path, autoescape=True)
    sheets = (
        sa.select(Unit.key, Unit.name, s.key, s.day, s.state, s.submitted_at, s.approved_at, approver.login, s.note)
        .join(Unit, Unit.id == s.unit_id)
        .outerjoin(approver, approver.id == s.approved_by_id)
        .where(s.plugin == plugin, mine)
        .order_by(s.id.desc() if most else s.id)
    )
    entries = (
        sa.select(
            Unit.key,
            Unit.name,
            t.id,
            s.key,
            t.day,
            t.indicator,
            t.quantity,
            t.source,
            t.place,
            t.detail,
            t.reverses_id,
            t.reason,
            counter.login,
            t.at,
        )
        .join(s, s.id == t.sheet_id)
        .join(Unit, Unit.id == t.unit_id)
        .outerjoin(counter, counter.id == t.recorded_by_id)
        .where(t.plugin == plugin, mine)
        .order_by(t.id.desc() if most else t.id)
    )
    heads = {
        "tally_sheet": "unit unit_name sheet day state submitted_at approved_at approved_by note",
        "tally": "unit unit_name id sheet day indicator quantity source place detail reverses_id reason recorded_by at",
    }
    for name, query in (("tally_sheet", sheets), ("tally", entries)):
        found = _read(ctx, name, tuple(heads[name].split()), query, most)
        if found.total:
            yield found


def _read(ctx: Context, name: str, columns: tuple[str, ...], query: sa.Select[Any], most: int | None) -> Part:
    rows = [tuple(row) for row in ctx.session.execute(query.limit(most) if most else query)]
    total = len(rows)
    if most is not None and total == most:
        total = ctx.session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0
    return Part(name, columns, rows, total)


# ------------------------------------------------------------------------------------------------ writing


def _csv(one: Part) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(one.columns)
    for row in one.rows:
        writer.writerow([cell(value) for value in row])
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "replace")  # so that spreadsheets read the marks right


def cell(value: Any) -> str:
    """One value as a spreadsheet may have it: inert, and readable by a person."""
    found = _json(value)
    if found is None:
        return ""
    if isinstance(found, int | float) and not isinstance(found, bool):
        return str(found)
    text = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _json(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=dt.UTC)
        return aware.astimezone(VIETNAM).isoformat(timespec="seconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    if value is None or isinstance(value, str | int | float | bool | list | dict):
        return value
    return str(value)
