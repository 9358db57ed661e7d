"""The shipped catalogue with newer versions of award types laid over it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from core.domain.catalog_reading import as_day, as_day_or_none
from core.domain.catalog_terms import Data

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Added:
    """A version that an administrator added: ``entry`` as the catalogue writes one, ``source`` in words."""

    key: str
    award_code: str
    from_on: date
    entry: Data
    source: str


def merge(data: Data, added: Iterable[Added]) -> dict[str, Any]:
    """``data`` with each added version in its place; ``data`` itself is left as it is.

    A new version holds from its own day to the end of the one it interrupts, which then ends the day before. One that
    begins on the very day of another stands instead of it. Its regimes are those of its days. Raises ``KeyError`` for
    an unknown award type.
    """
    additions = sorted(added, key=lambda one: (one.from_on, one.key))
    sources = dict(data["sources"])
    versions = {entry["id"]: list(entry["versions"]) for entry in data["award_types"]}
    for one in additions:
        code = source_code(one.key)
        sources[code] = {"what": one.source}
        entry = {**one.entry, "from": one.from_on, "sources": [code], "added": True}
        versions[one.award_code] = _placed(versions[one.award_code], entry)
    awards = [
        {**entry, "versions": [_with_regimes(v, data) for v in versions[entry["id"]]]} for entry in data["award_types"]
    ]
    return {**data, "sources": sources, "award_types": awards}


def source_code(key: str) -> str:
    """The code under which the source of an added version stands in the merged catalogue."""
    return f"ADDED_{key}"


def _placed(versions: list[Data], entry: dict[str, Any]) -> list[Data]:
    day = as_day(entry["from"])
    before = [v for v in versions if as_day(v["from"]) < day]
    after = [v for v in versions if as_day(v["from"]) > day]
    until = _end(versions, day)
    if before and _is_open_on(before[-1], day):
        before[-1] = {**before[-1], "to": day - _ONE_DAY}
    return [*before, {**entry, "to": until}, *after]


def _with_regimes(version: Data, data: Data) -> Data:
    """An added version names the regimes of its days; a shipped one is left as it is."""
    if not version.get("added"):
        return version
    start, end = as_day(version["from"]), as_day_or_none(version["to"]) or date.max
    regimes = [
        regime["id"]
        for regime in data["regimes"]
        if as_day(regime["from"]) <= end and start <= (as_day_or_none(regime["to"]) or date.max)
    ]
    return {**version, "regime": regimes}


def _end(versions: list[Data], day: date) -> date | None:
    """The last day of a version that begins on ``day``: that of the one it interrupts, or the eve of the next."""
    for version in versions:
        if as_day(version["from"]) <= day and _is_open_on(version, day):
            return as_day_or_none(version["to"])
    nexts = [as_day(v["from"]) for v in versions if as_day(v["from"]) > day]
    return min(nexts) - _ONE_DAY if nexts else None


def _is_open_on(version: Data, day: date) -> bool:
    end = as_day_or_none(version["to"])
    return end is None or day <= end
