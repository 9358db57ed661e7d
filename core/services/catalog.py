"""The catalogue and the calendar as this installation holds them: what is shipped, with what administrators added."""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from threading import Lock

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core.domain import catalog_merge
from core.domain.catalog import Catalog
from core.domain.deadlines import Calendar
from core.models import CalendarDay, CalendarYear, CatalogVersion
from core.services.catalog_file import shipped

#: Merged catalogues kept in memory, by the keys of the rows that went into them. Rows are added, never edited.
_KEPT = 8
_merged: OrderedDict[tuple[str, ...], Catalog] = OrderedDict()
_lock = Lock()


def current(session: Session) -> Catalog:
    """The shipped catalogue with the versions added here. One small query; the merge is done once per set of rows."""
    keys = tuple(session.scalars(sa.select(CatalogVersion.key).order_by(CatalogVersion.id)))
    if not keys:
        return shipped()
    with _lock:
        if (known := _merged.get(keys)) is not None:
            _merged.move_to_end(keys)
            return known
    merged = Catalog.from_data(catalog_merge.merge(shipped().data, added_rows(session)))
    with _lock:
        _merged[keys] = merged
        while len(_merged) > _KEPT:
            _merged.popitem(last=False)
    return merged


def added_rows(session: Session) -> list[catalog_merge.Added]:
    """What administrators added, oldest first, as the merge takes it."""
    return [added(row) for row in session.scalars(sa.select(CatalogVersion).order_by(CatalogVersion.id))]


def added(row: CatalogVersion) -> catalog_merge.Added:
    """One row as the merge takes it."""
    return catalog_merge.Added(
        key=row.key, award_code=row.award_code, from_on=row.from_on, entry=row.data, source=row.source
    )


def calendar(session: Session) -> Calendar:
    """The shipped days off and days worked, with those set here over them. Two small queries."""
    days: dict[str, list[dt.date]] = {"off": [], "worked": [], "normal": []}
    for day, kind in session.execute(sa.select(CalendarDay.day, CalendarDay.kind)):
        days[kind].append(day)
    return shipped().calendar.changed(
        off=days["off"],
        worked=days["worked"],
        normal=days["normal"],
        confirmed_years=session.scalars(sa.select(CalendarYear.year)).all(),
    )
