"""Sections of plugins on the nomination pages: their forms in the editor, and their words for a reader."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from wtforms import FormField
from wtforms.fields.core import UnboundField

from core.domain.fields import FieldSpec, Kind
from core.domain.sections import Dropped
from core.models import Nomination
from core.services.nomination_draft import Draft
from core.services.nomination_sections import FormSections
from core.services.section_reading import ReadSection
from core.web import formats
from core.web.forms.base import Form
from core.web.forms.specs import SpecForm, as_typed, section_field, section_name
from core.web.i18n import gettext as _
from core.web.i18n import lazy

#: What is said about a plugin that cannot compare its figures today.
STANDINGS = {
    "off": lazy("Phần mở rộng này đang tắt. Nội dung đã ghi vẫn đọc được; số liệu hiện nay không đối chiếu."),
    "silent": lazy("Phần mở rộng này tạm thời không trả lời, nên chưa đối chiếu được với số liệu hiện nay."),
    "removed": lazy("Phần mở rộng này không còn trên máy chủ. Nội dung đã ghi được giữ nguyên."),
}


# ------------------------------------------------------------------------------------------------ in the editor


def fields(form: FormSections) -> dict[str, UnboundField]:
    """A form for each plugin that asks for something."""
    return {section_name(one.plugin): section_field(one.title, one.specs) for one in form.sections if one.specs}


def is_section(field: Any) -> bool:
    """Whether a field of the page is a plugin's form."""
    return isinstance(field, FormField) and issubclass(field.form_class, SpecForm)


def forms(page: Form) -> Iterator[tuple[str, SpecForm]]:
    """(plugin, form) of every section on the page."""
    for field in page:
        if is_section(field):
            yield field.short_name.removeprefix(section_name("")), field.form


def fill(page: Form, sections: FormSections, row: Nomination) -> None:
    """Show the stored answers, and over them what was typed and does not fit."""
    for plugin, form in forms(page):
        found = sections.of(plugin)
        if found is None:
            continue
        form.load(found.answers)
        for field in form:
            if (name := found.name_of(field.spec.key)) in row.typed:
                field.show(row.typed[name])
        form.judge_draft()


def with_sections(draft: Draft, page: Form) -> Draft:
    """The draft with what was typed into the sections; a page that had no such section says nothing about it."""
    raw, unfit, sent = dict(draft.raw), list(draft.unfit), {}
    for plugin, form in forms(page):
        if not form.was_sent:
            continue
        form.judge_draft()
        sent[plugin] = form.plain
        for key, typed in form.typed.items():
            name = f"{section_name(plugin)}.{key}"
            raw[name] = typed
            if key not in form.plain:
                unfit.append(name)
    return dataclasses.replace(draft, raw=raw, unfit=unfit, sections=sent)


def differences(page: Form, theirs: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(label, typed here, stored) of every answer in which two people differ."""
    found = []
    for plugin, form in forms(page):
        for field in form:
            stored = as_typed(field.spec, theirs.get(f"{section_name(plugin)}.{field.spec.key}"))
            if field.typed != stored:
                found.append((field.spec.label, _in_words(field.spec, field.typed), _in_words(field.spec, stored)))
    return found


def _in_words(spec: FieldSpec, typed: Any) -> str:
    """What is typed or ticked, with labels for values."""
    labels = dict(spec.choices) | ({"true": _("Có"), "false": _("Không")} if spec.kind is Kind.BOOLEAN else {})
    if isinstance(typed, list):
        return "; ".join(labels.get(one, str(one)) for one in typed)
    return labels.get(typed, str(typed or ""))


# ------------------------------------------------------------------------------------------------ for a reader


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """A section in words."""

    title: str
    #: (label, answer) of short fields, and of running texts.
    answers: list[tuple[str, str]]
    texts: list[tuple[str, str]]
    #: Answers whose field is no longer asked.
    gone: list[tuple[str, str]]
    section: ReadSection
    note: str


def tell(sections: list[ReadSection]) -> list[Told]:
    """Every section of a dossier in words: from the fields as they were asked then."""
    found = []
    for one in sections:
        said = [(spec, answer_word(spec, value)) for spec, value in one.answers]
        found.append(
            Told(
                title=one.title,
                answers=[(spec.label, word) for spec, word in said if spec.kind is not Kind.LONGTEXT],
                texts=[(spec.label, word) for spec, word in said if spec.kind is Kind.LONGTEXT],
                gone=gone_words(one.gone),
                section=one,
                note=str(STANDINGS.get(one.standing, "")),
            )
        )
    return found


def gone_words(gone: tuple[Dropped, ...]) -> list[tuple[str, str]]:
    """(label, answer) of what is no longer asked."""
    return [(one.spec.label, answer_word(one.spec, one.value)) for one in gone]


def answer_word(spec: FieldSpec, value: Any) -> str:
    """A stored answer as the page says it; nothing said is a dash, never a nought or a no."""
    if value is None or value in ("", []):
        return formats.MISSING
    if isinstance(value, bool):
        return _("Có") if value else _("Không")
    if isinstance(value, int):
        return formats.as_number(value)
    if isinstance(value, list) or spec.kind in (Kind.CHOICE, Kind.BOOLEAN):
        return _in_words(spec, value)
    return _figure(spec, str(value))


def _figure(spec: FieldSpec, text: str) -> str:
    try:
        if spec.kind is Kind.DECIMAL:
            return formats.as_number(Decimal(text))
        if spec.kind is Kind.DATE:
            return formats.as_date(dt.date.fromisoformat(text))
    except (ArithmeticError, ValueError):  # kept by another version: shown as it stands
        return text
    return text
