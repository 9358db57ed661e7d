"""What a plugin brings to a dossier, as it is kept: fields, answers, figures, all readable without the plugin."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from core.domain.fields import FieldSpec, JSONValue, Kind

#: Key in the stored answers under which answers wait whose field is no longer asked; no field can be called so.
OLD = "_old"

_DEFAULTS = {field.name: field.default for field in dataclasses.fields(FieldSpec)}
#: Longest texts of a figure: what lies beyond is cut, so that no plugin can swell a dossier.
_LIMITS = {"code": 40, "label": 200, "measure": 60, "source": 200, "counted_by": 300, "approved_by": 300, "note": 500}


class FactLike(Protocol):
    """A figure as a plugin gives it (``core.plugin.answers.Fact``)."""

    code: Any
    label: Any
    value: Any
    measure: Any
    source: Any
    first: Any
    last: Any
    counted_by: Any
    approved_by: Any
    note: Any


@dataclass(frozen=True, slots=True)
class KeptFact:
    """One figure as the dossier keeps it; ``value`` None: nobody reported."""

    code: str
    label: str
    value: int | None
    measure: str
    source: str
    first: dt.date | None
    last: dt.date | None
    counted_by: str = ""
    approved_by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class FactRow:
    """One figure as sent (``then``) beside today's (``now``); either may be missing."""

    then: KeptFact | None
    now: KeptFact | None
    #: Both are known, and the numbers differ.
    is_changed: bool

    @property
    def shown(self) -> KeptFact:
        """The one whose words head the row: as sent where there is one."""
        found = self.then or self.now
        if found is None:
            raise ValueError("a row without a figure")
        return found


@dataclass(frozen=True, slots=True)
class Dropped:
    """An answer to a field that is no longer asked."""

    spec: FieldSpec
    value: JSONValue


# ------------------------------------------------------------------------------------------------ fields


def dump_specs(specs: Iterable[FieldSpec]) -> list[dict[str, Any]]:
    """The fields as JSON; what a field does not say is left out."""
    found = []
    for spec in specs:
        one = {
            name: getattr(spec, name) for name, usual in _DEFAULTS.items() if not _is_same(getattr(spec, name), usual)
        }
        one["kind"] = spec.kind.value
        if spec.choices:
            one["choices"] = [list(pair) for pair in spec.choices]
        found.append(one)
    return found


def _is_same(value: object, usual: object) -> bool:
    return value == usual and type(value) is type(usual)


def load_specs(stored: Iterable[Mapping[str, Any]]) -> tuple[FieldSpec, ...]:
    """The fields as they were kept. What a later version wrote and this one does not know is passed over."""
    return tuple(_load_spec(one) for one in stored)


def _load_spec(stored: Mapping[str, Any]) -> FieldSpec:
    known = {name: stored[name] for name in _DEFAULTS if name in stored}
    try:
        kind = Kind(str(stored.get("kind")))
    except ValueError:
        kind = Kind.TEXT  # read, never asked again
    known |= {"kind": kind, "choices": tuple((str(value), str(label)) for value, label in stored.get("choices", ()))}
    return FieldSpec(**({"key": "", "label": ""} | known))


# ------------------------------------------------------------------------------------------------ answers


def answers(stored: Mapping[str, Any]) -> dict[str, Any]:
    """The stored answers without those that are no longer asked."""
    return {key: value for key, value in stored.items() if key != OLD}


def merge(
    stored: Mapping[str, Any], old_specs: Sequence[FieldSpec], specs: Sequence[FieldSpec]
) -> tuple[dict[str, Any], tuple[Dropped, ...]]:
    """The stored answers that ``specs`` still ask for, and those that nobody asks for any more.

    A field that comes back finds its answer again.
    """
    asked = {spec.key for spec in specs}
    waiting = dropped(stored)
    given = {one.spec.key: one.value for one in waiting} | answers(stored)
    named = {one.spec.key: one.spec for one in waiting} | {spec.key: spec for spec in old_specs}
    kept = {key: value for key, value in given.items() if key in asked}
    gone = tuple(
        Dropped(named.get(key) or FieldSpec(key, key, Kind.TEXT), value)
        for key, value in given.items()
        if key not in asked and value not in (None, "", [])
    )
    return kept, gone


def with_dropped(values: Mapping[str, Any], gone: Iterable[Dropped]) -> dict[str, Any]:
    """Answers as they are stored while the dossier is written: those no longer asked wait under ``OLD``."""
    old = {one.spec.key: {"spec": dump_specs([one.spec])[0], "value": one.value} for one in gone}
    return dict(values) | ({OLD: old} if old else {})


def dropped(stored: Mapping[str, Any]) -> tuple[Dropped, ...]:
    """The answers that wait under ``OLD``."""
    return tuple(Dropped(_load_spec(one["spec"]), one["value"]) for one in stored.get(OLD, {}).values())


# ------------------------------------------------------------------------------------------------ figures


def dump_fact(fact: FactLike) -> dict[str, Any]:
    """A figure as JSON. Raises ``ValueError`` for a value that is no count."""
    value = fact.value
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 2**53):
        raise ValueError(f"the value of fact {fact.code!r} is no whole number")
    texts = {name: str(getattr(fact, name))[:limit] for name, limit in _LIMITS.items()}
    return texts | {"value": value, "first": _as_iso(fact.first), "last": _as_iso(fact.last)}


def load_fact(stored: Mapping[str, Any]) -> KeptFact:
    """A figure as it was kept."""
    texts = {name: str(stored.get(name, "")) for name in _LIMITS}
    return KeptFact(
        **texts, value=stored.get("value"), first=_as_day(stored.get("first")), last=_as_day(stored.get("last"))
    )


def _as_iso(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _as_day(raw: str | None) -> dt.date | None:
    return None if raw is None else dt.date.fromisoformat(raw)


def compare_facts(frozen: Sequence[KeptFact], now: Sequence[KeptFact] | None) -> tuple[FactRow, ...]:
    """Every figure as sent beside today's of the same code, in the order in which they were sent.

    ``now`` None: nobody can say today, and nothing counts as changed. A figure that was sent and is no more given
    today has changed, unless nobody had reported it. A figure that is new beside others has not: it was not there to
    be sent. Where nothing at all was sent, whatever is reported today is a change.
    """
    if now is None:
        return tuple(FactRow(then, None, is_changed=False) for then in frozen)
    today = {one.code: one for one in now}
    rows = []
    for then in frozen:
        found = today.pop(then.code, None)
        rows.append(FactRow(then, found, is_changed=then.value != (found.value if found else None)))
    return (*rows, *(FactRow(None, one, is_changed=not frozen and one.value is not None) for one in today.values()))
