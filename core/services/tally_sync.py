"""What a device kept while it had no network, taken in record by record: a bad one never holds up the others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.domain.errors import Refused
from core.services import tallies
from core.services.context import Context
from core.services.tallies import Entry

#: Records in one body; a device sends the rest in the next one.
MOST_RECORDS = 200
_ENVELOPE = frozenset({"device", "batch", "records"})
_RECORD = frozenset({"client_id", "claimed_at", "data"})
_DATA = frozenset({"indicator", "day", "quantity", "source", "place", "detail", "reason"})


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one record. ``refusal`` says why it was refused; ``flags`` are codes of what to look at."""

    client_id: str
    status: str
    refusal: Refused | None = None
    flags: tuple[str, ...] = ()


def sync(ctx: Context, plugin: str, body: object) -> list[Result]:
    """Take in ``{"device", "batch", "records": [{"client_id", "claimed_at", "data"}]}``, one result per record.

    Raises ``Refused`` ``tally_sync_bad`` (bad input) for a body that is not of this form. A record that was refused
    left nothing behind; sent again, a stored one is ``known``.
    """
    if not isinstance(body, Mapping) or not body.keys() <= _ENVELOPE:
        raise Refused("tally_sync_bad", kind="bad_input")
    records = body.get("records")
    if not isinstance(records, Sequence) or isinstance(records, str) or not records:
        raise Refused("tally_sync_bad", kind="bad_input")
    if len(records) > MOST_RECORDS:
        raise Refused("tally_sync_too_many", kind="too_large", limit=MOST_RECORDS)
    return [_one(ctx, plugin, record) for record in records]


def _one(ctx: Context, plugin: str, record: object) -> Result:
    client_id = record.get("client_id") if isinstance(record, Mapping) else None
    shown = client_id[:36] if isinstance(client_id, str) and client_id.isprintable() else ""
    try:
        done = tallies.record(ctx, plugin, _entry(record))
    except Refused as refused:
        return Result(shown, "refused", refused)
    return Result(done.client_id, done.status, None, done.flags)


def _entry(record: object) -> Entry:
    """The entry of one record, by types alone; what it may say is for ``record`` to judge."""
    if not isinstance(record, Mapping) or not record.keys() <= _RECORD:
        raise _bad()
    data = record.get("data")
    if not isinstance(data, Mapping) or not data.keys() <= _DATA:
        raise _bad()
    values: dict[str, Any] = {"client_id": _text(record, "client_id"), "indicator": _text(data, "indicator")}
    quantity, detail = data.get("quantity", 1), data.get("detail", {})
    if isinstance(quantity, bool) or not isinstance(quantity, int) or abs(quantity) > 10**9:
        raise _bad()
    if not isinstance(detail, Mapping) or not all(isinstance(key, str) for key in detail):
        raise _bad()
    for name, empty in (("source", "tap"), ("place", ""), ("reason", "")):
        values[name] = _text(data, name, empty)
    return Entry(
        **values,
        day=_day(_text(data, "day")),
        quantity=quantity,
        detail=dict(detail),
        claimed_at=_instant(record.get("claimed_at")),
    )


def _text(source: Mapping[str, Any], key: str, empty: str | None = None) -> str:
    value = source.get(key, empty)
    if not isinstance(value, str) or len(value) > 2000:
        raise _bad()
    return value


def _day(raw: str) -> dt.date:
    try:
        return dt.date.fromisoformat(raw)
    except ValueError:
        raise _bad() from None


def _instant(raw: object) -> dt.datetime | None:
    if raw is None:
        return None
    if not isinstance(raw, str):
        raise _bad()
    try:
        found = dt.datetime.fromisoformat(raw)
        return None if found.tzinfo is None else found.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise _bad() from None


def _bad() -> Refused:
    return Refused("tally_record_bad", kind="bad_input")
