"""Saving the text of a nomination: what fits goes to its place, what does not is kept as it was typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from core.domain import text
from core.domain.errors import NotFound, Refused, Stale
from core.domain.nomination import EDITABLE, State
from core.models import Nomination
from core.services import audit, nomination_sections, nominees, reach, search_words
from core.services.context import Context

#: Plain columns of the nomination by the name of their field.
COLUMNS = {
    "initiative": "initiative_title",
    "initiative_number": "initiative_number",
    "initiative_scope": "initiative_scope",
    "citation": "citation",
    "consent": "consent",
    "consent_on": "consent_on",
    "consent_note": "consent_note",
}
#: A draft that saves itself writes an audit line when the hand changes, and after this long.
AUDIT_EVERY = dt.timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Draft:
    """What a door read: cleaned ``values``, everything as typed in ``raw``, and the names whose text does not fit.

    A field that is not among ``values`` or ``unfit`` stays as it is. ``sections``: plugin -> answers to its fields in
    plain form; among ``raw`` and ``unfit`` these are called ``ext_<plugin>.<key>``.
    """

    values: Mapping[str, Any]
    raw: Mapping[str, Any] = field(default_factory=dict)
    unfit: Collection[str] = ()
    sections: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def own(ctx: Context, key: str, *, for_update: bool = False) -> Nomination:
    """A nomination put forward by this very unit; else ``NotFound``."""
    row = reach.nomination(ctx, key, for_update=for_update)
    if row.unit_id != ctx.here.id or not ctx.may("nomination.read_own"):
        raise NotFound
    return row


def own_editable(ctx: Context, key: str) -> Nomination:
    """As ``own``, locked, with its text open to change. Raises ``Forbidden`` or ``Refused("not_editable")``."""
    row = own(ctx, key, for_update=True)
    ctx.require("nomination.write")
    if State(row.state) not in EDITABLE:
        raise Refused("not_editable", kind="conflict")
    return row


def stored_values(row: Nomination) -> dict[str, Any]:
    """Every field with what its place holds; typed text that fits nowhere is in ``row.typed``."""
    values: dict[str, Any] = {name: getattr(row, column) for name, column in COLUMNS.items()}
    values |= {"award_code": row.award_code, "nominee": row.nominee_name}
    values |= {name: getattr(row.nominee, name) for name in nominees.DETAILS if row.nominee}
    values |= {name: getattr(row.achievement, name) for name in nominees.TEXTS if row.achievement}
    if row.achievement:
        values["achievement"] = row.achievement.title
    values |= {f"report.{code}": value for code, value in row.report.items()}
    for rule, given in row.attestations.items():
        values |= {f"attest.{rule}": given["value"], f"note.{rule}": given["note"]}  # type: ignore[index]
    return values


def shown_values(row: Nomination) -> dict[str, Any]:
    """What the form shows: the stored values, and over them what was typed and does not fit yet."""
    return stored_values(row) | row.typed


def refuse_stale(ctx: Context, row: Nomination, expected_version: int | None) -> None:
    """Raise ``Stale`` when somebody saved since the form was opened: with what is stored, by whom and when."""
    if expected_version == row.version:
        return
    stale = Stale(theirs=_with_sections(ctx, row), by=row.saved_by.full_name if row.saved_by else None)
    stale.params["at"] = row.saved_at or row.state_since
    raise stale


def save(
    ctx: Context, key: str, draft: Draft, *, expected_version: int | None, is_deliberate: bool = True
) -> Nomination:
    """Keep everything that was typed and return the nomination.

    ``is_deliberate`` False: the draft saves itself; no record of a person is made from a half-typed name then. Raises
    ``NotFound``, ``Forbidden``, ``Refused("not_editable")``, ``Stale``.
    """
    row = own_editable(ctx, key)
    refuse_stale(ctx, row, expected_version)
    before = _with_sections(ctx, row)
    typed = {name: _storable(value) for name, value in row.typed.items() if name not in draft.raw}
    typed |= {name: _storable(draft.raw[name]) for name in draft.unfit if name in draft.raw}
    values = {name: value for name, value in draft.values.items() if name not in draft.unfit}
    _place_award(row, values)
    _place_columns(row, values)
    held = nominees.place(ctx, row, values, unfit=draft.unfit, is_deliberate=is_deliberate)
    unread = nomination_sections.save(ctx, row, draft.sections)
    typed |= {name: _storable(draft.raw.get(name, "")) for name in (*held, *unread) if draft.raw.get(name)}
    row.typed = typed
    _note(ctx, row, before, is_deliberate=is_deliberate)
    row.saved_at, row.saved_by_id = ctx.now, ctx.actor.id
    flag_modified(row, "typed")  # a change of the nominee's record alone must raise the version too
    ctx.session.flush()
    search_words.rebuild(ctx.session, row)
    return row


def _with_sections(ctx: Context, row: Nomination) -> dict[str, Any]:
    return nomination_sections.shown_values(ctx, row) | shown_values(row)


def _note(ctx: Context, row: Nomination, before: Mapping[str, Any], *, is_deliberate: bool) -> None:
    now = _with_sections(ctx, row)
    changed = sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
    is_another = row.saved_by_id != ctx.actor.id
    is_late = row.saved_at is None or ctx.now - row.saved_at > AUDIT_EVERY
    if changed and (is_deliberate or is_another or is_late):
        audit.note(ctx, "nomination.save", f"nomination:{row.key}", fields=" ".join(changed)[:2000])


def _place_award(row: Nomination, values: Mapping[str, Any]) -> None:
    code = values.get("award_code")
    if not code or code == row.award_code:
        return
    if row.receipt_at is not None:
        raise Refused("award_is_frozen", kind="conflict")
    if code in {one.award_code for one in row.event.awards}:
        row.award_code = code


def _place_columns(row: Nomination, values: Mapping[str, Any]) -> None:
    for name, column in COLUMNS.items():
        if name in values:
            setattr(row, column, values[name] or (None if name == "consent_on" else ""))
    row.consent = row.consent or "not_asked"
    row.initiative_folded = text.fold(row.initiative_title)
    report = {name[7:]: value for name, value in values.items() if name.startswith("report.")}
    row.report = {code: value for code, value in (row.report | report).items() if value}
    attested = dict(row.attestations)
    for name, value in values.items():
        kind, _, rule = name.partition(".")
        if kind in ("attest", "note") and rule:
            given = dict(attested.get(rule) or {"value": "", "note": ""})  # type: ignore[call-overload]
            given["value" if kind == "attest" else "note"] = value or ""
            attested[rule] = given
    row.attestations = {rule: given for rule, given in attested.items() if any(given.values())}  # type: ignore[attr-defined]


def _storable(value: Any) -> Any:
    """Text as typed, without what no database column holds: NUL and halves of characters."""
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_storable(one) for one in value]
    return {name: _storable(one) for name, one in value.items()} if isinstance(value, dict) else value
