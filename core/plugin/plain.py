"""Whether an answer is plain data all through: what looks like text and draws itself as HTML would escape escaping."""

from __future__ import annotations

import dataclasses
import datetime as dt
import decimal
import enum
from collections.abc import Mapping
from typing import Any

_SIMPLE = (str, int, bool, float, decimal.Decimal, dt.date, dt.datetime, type(None))
#: More parts than this are no answer but a burden.
_MOST = 50_000


def fault(value: object) -> str:
    """What is wrong with an answer, "" for nothing. Kinds are compared exactly: a subclass may do what it likes."""
    count = 0
    waiting: list[Any] = [value]
    while waiting:
        one = waiting.pop()
        count += 1
        if count > _MOST:
            return f"more than {_MOST} parts"
        if type(one) in _SIMPLE or isinstance(one, enum.Enum):
            continue
        if type(one) in (list, tuple, set, frozenset):
            waiting.extend(one)
        elif type(one) is dict or (isinstance(one, Mapping) and type(one).__name__ == "mappingproxy"):
            waiting.extend(one.keys())
            waiting.extend(one.values())
        elif dataclasses.is_dataclass(one) and type(one).__module__.startswith("core."):
            waiting.extend(getattr(one, each.name) for each in dataclasses.fields(one))
        else:
            return f"{type(one).__name__} is no plain data"
    return ""
