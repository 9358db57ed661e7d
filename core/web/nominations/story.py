"""The dossier page in its order: who, for what, the report, the conditions, the papers, and where it stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from flask import url_for

from core.domain.eligibility_facts import NO, NOT_RATED, YES
from core.services.context import Context
from core.services.dossiers import Dossier
from core.services.nomination_check import is_waived
from core.web import formats
from core.web.i18n import gettext as _
from core.web.nominations import words
from core.web.nominations.editor_form import nominee_fields

Facts = list[tuple[str, Any]]


def build(ctx: Context, dossier: Dossier) -> dict[str, Any]:
    """Everything that the template lists."""
    return {
        "nominee": _nominee(dossier),
        "sections": _sections(dossier),
        "conditions": _conditions(dossier),
        "files": _files(ctx, dossier),
        "consent": _consent(dossier),
        "standing": _standing(dossier),
        "history": _history(dossier),
    }


def _nominee(dossier: Dossier) -> Facts:
    row, who = dossier.row, dossier.row.nominee
    found: Facts = [(str(words.NOMINEE_NAMES[row.kind]), row.nominee_name)]
    if who is not None:
        asked = nominee_fields(row.kind, dossier.rulebook)
        if dossier.rulebook and dossier.rulebook.sections:
            # what the report says of them stands in the report, as it was when it was sent
            told = {one["nominee"] for one in dossier.rulebook.report_fields()}
            asked = [name for name in asked if name not in told]
        found += [(str(words.FIELDS[name]), _word(getattr(who, name))) for name in asked]
    return [*found, (_("Đơn vị đề nghị"), row.unit.name)]


def _word(value: Any) -> Any:
    if isinstance(value, dt.date):
        return formats.as_date(value)
    return value


def _sections(dossier: Dossier) -> list[dict[str, Any]]:
    if dossier.rulebook is None:
        return []
    report: Mapping[str, Any] = dossier.row.report
    found = []
    for section in dossier.rulebook.sections:
        facts: Facts = []
        texts: Facts = []
        for one in section["fields"]:
            value = dossier.nominee.get(one["code"]) if one["nominee"] else report.get(one["code"])
            if one["kind"] == "text":
                texts.append((one["label"], value or ""))
            else:
                facts.append((one["label"], _dated(value)))
        tables = [_table(table, report.get(table["code"]) or []) for table in section["tables"]]
        found.append({"title": section["title"], "facts": facts, "texts": texts, "tables": tables})
    return found


def _dated(value: Any) -> Any:
    if isinstance(value, dt.date):
        return formats.as_date(value)
    try:
        return formats.as_date(dt.date.fromisoformat(value)) if isinstance(value, str) and len(value) == 10 else value
    except ValueError:
        return value


def _table(table: Mapping[str, Any], rows: list[Mapping[str, str]]) -> dict[str, Any]:
    return {
        "label": table["label"],
        "columns": [one["label"] for one in table["columns"]],
        "rows": [[row.get(one["code"], "") for one in table["columns"]] for row in rows],
    }


def _conditions(dossier: Dossier) -> Facts:
    if dossier.rulebook is None:
        return []
    row, found = dossier.row, []
    for question in dossier.rulebook.questions:
        given: Mapping[str, str] = row.attestations.get(question.rule_code) or {}  # type: ignore[assignment]
        found.append((question.text, _answer(given)))
    if dossier.rulebook.asks_initiative and row.initiative_title:
        scope = words.SCOPES.get(row.initiative_scope, "")
        parts = [row.initiative_title, row.initiative_number, str(scope)]
        found.append((str(words.FIELDS["initiative"]), " · ".join(part for part in parts if part)))
    return found


def _answer(given: Mapping[str, str]) -> str:
    value = given.get("value", "")
    plain = {YES: _("Đúng"), NO: _("Không đúng"), NOT_RATED: _("Không thuộc diện xếp loại")}
    word = plain.get(value) or str(words.RATINGS.get(value, _dated(value)))
    return " · ".join(part for part in (word, given.get("note", "")) if part)


def _files(ctx: Context, dossier: Dossier) -> list[dict[str, Any]]:
    found = []
    parts = dossier.rulebook.parts if dossier.rulebook else []
    for part in parts:
        held = [one for one in dossier.files if one.part == part["code"]]
        if not held:
            found.append({"part": part["name"], "note": _empty_part(dossier, part)})
        for one in held:
            found.append(
                {
                    "part": part["name"],
                    "name": one.name,
                    "size": one.size,
                    "url": url_for("nominations.download", unit=ctx.here.key, attachment=one.key),
                }
            )
    known = {part["code"] for part in parts}
    for one in dossier.files:
        if one.part not in known:
            url = url_for("nominations.download", unit=ctx.here.key, attachment=one.key)
            found.append({"part": _("Tệp khác"), "name": one.name, "size": one.size, "url": url})
    return found


def _empty_part(dossier: Dossier, part: Mapping[str, Any]) -> str:
    if part["generated"]:
        return _("Phần mềm lập từ dữ liệu.")
    if part["by"] != "nominating_unit":
        return _("Nơi nhận lập.")
    if part["report"]:
        return _("Soạn trên phần mềm, ở trên.")
    if is_waived(dossier.row, part):
        return str(part["waiver"])
    return _("Chưa có.") if part["required"] else _("Chưa có (nên có).")


def _consent(dossier: Dossier) -> Facts:
    row = dossier.row
    asked = [formats.as_date(row.consent_on)] if row.consent_on else []
    consent = " · ".join([str(words.CONSENTS[row.consent]), *asked, *([row.consent_note] if row.consent_note else [])])
    return [(_("Ý kiến về công khai"), consent), (str(words.FIELDS["citation"]), row.citation)]


def _standing(dossier: Dossier) -> Facts:
    row = dossier.row
    found: Facts = []
    if dossier.holder:
        found.append((_("Đang ở"), dossier.holder))
    if dossier.due_on:
        left = formats.as_days_left(dossier.days_left)
        found.append((_("Hạn"), f"{formats.as_date(dossier.due_on)} ({left})"))
    if row.receipt_at:
        found.append((_("Số tiếp nhận"), row.receipt_number))
        found.append((_("Tiếp nhận lúc"), formats.as_datetime(row.receipt_at)))
    elif row.saved_at:
        found.append((_("Lưu lần cuối"), formats.as_datetime(row.saved_at)))
    return found


def _history(dossier: Dossier) -> list[dict[str, Any]]:
    lines = [
        {"what": str(words.STEPS[one.step]), "who": one.who, "when": one.at, "remark": one.note}
        for one in dossier.history
    ]
    if lines:
        lines[-1]["is_now"] = True
    return list(reversed(lines))
