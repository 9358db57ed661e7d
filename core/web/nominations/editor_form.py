"""The form of one nomination: its fields follow from the kind of nominee and from the rules of the award."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import FormField, HiddenField
from wtforms.fields.core import UnboundField

from core.domain.eligibility import Question
from core.domain.eligibility_facts import NO, NOT_RATED, YES
from core.models import Nomination
from core.services.attachments import EXTENSIONS
from core.services.nomination_draft import Draft, shown_values
from core.services.nomination_rules import ALWAYS_ASKED, NOMINEE_FIELDS, Rulebook
from core.services.nomination_sections import FormSections
from core.services.nominations import Offer
from core.web.forms.base import (
    ChoiceField,
    DateField,
    FileField,
    Form,
    IntegerField,
    LongTextField,
    OneOfField,
    TextField,
    choices,
)
from core.web.forms.rows import RowForm, Rows
from core.web.i18n import gettext as _
from core.web.nominations import sections
from core.web.nominations.words import FIELDS, GENDERS, NOMINEE_NAMES, RATINGS, SCOPES

Fields = dict[str, UnboundField]
#: Fields that carry no text of the dossier.
HIDDEN = ("csrf_token", "request_id", "version", "nominee_key", "nominee_of")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)


def build(row: Nomination, rulebook: Rulebook | None, offers: list[Offer], plugins: FormSections) -> type[Form]:
    """The form class of this nomination, with a form of its own for each plugin that asks for something."""
    fields = _award(row, offers) | _nominee(row, rulebook) | _achievement()
    if rulebook is not None:
        fields |= _report(rulebook) | _attestations(rulebook) | _files(rulebook)
    return type("EditorForm", (Form,), fields | _consent() | sections.fields(plugins))


def nominee_fields(kind: str, rulebook: Rulebook | None) -> tuple[str, ...]:
    """Which details of the nominee are asked."""
    return rulebook.nominee_fields(kind) if rulebook else ALWAYS_ASKED[kind]


def _award(row: Nomination, offers: list[Offer]) -> Fields:
    pairs = [(one.code, one.name) for one in offers if row.kind in one.kinds]
    if row.award_code not in {code for code, _name in pairs}:
        pairs.insert(0, (row.award_code, _("Danh hiệu đã chọn, nay không còn nhận trong đợt")))
    return {"award_code": ChoiceField(FIELDS["award_code"], is_required=False, choices=choices(pairs))}


def _nominee(row: Nomination, rulebook: Rulebook | None) -> Fields:
    makers = {
        "born_on": lambda: DateField(FIELDS["born_on"], is_required=False),
        "birth_year": lambda: IntegerField(FIELDS["birth_year"], minimum=1900, maximum=2100, is_required=False),
        "gender": lambda: ChoiceField(
            FIELDS["gender"], is_required=False, choices=choices(list(GENDERS.items()), empty=_("Chưa ghi"))
        ),
        "phone": lambda: TextField(FIELDS["phone"], limit=30, is_required=False),
        "head_count": lambda: IntegerField(FIELDS["head_count"], minimum=1, maximum=99_999, is_required=False),
        "women_count": lambda: IntegerField(FIELDS["women_count"], minimum=0, maximum=99_999, is_required=False),
    }
    fields: Fields = {
        "nominee_key": HiddenField(),
        "nominee_of": HiddenField(),
        "nominee": TextField(NOMINEE_NAMES[row.kind], limit=200, is_required=False),
    }
    for name in nominee_fields(row.kind, rulebook):
        fields[name] = makers[name]() if name in makers else TextField(FIELDS[name], limit=200, is_required=False)
    return fields


def _achievement() -> Fields:
    return {
        "achievement": TextField(FIELDS["achievement"], limit=300, is_required=False),
        "period_from": DateField(FIELDS["period_from"], is_required=False),
        "period_to": DateField(FIELDS["period_to"], is_required=False),
        "result": LongTextField(FIELDS["result"], limit=4000, rows=4, is_required=False),
        "figures": LongTextField(FIELDS["figures"], limit=4000, rows=3, is_required=False),
        "effect": LongTextField(FIELDS["effect"], limit=4000, rows=3, is_required=False),
    }


def _report(rulebook: Rulebook) -> Fields:
    fields: Fields = {}
    for one in rulebook.report_fields():
        if one["nominee"] is not None:
            continue  # known from the nominee's record and not asked for twice
        name, label = f"report.{one['code']}", one["label"]
        if one["kind"] == "text":
            fields[name] = LongTextField(label, limit=20_000, rows=5, is_required=False)
        elif one["kind"] == "number":
            fields[name] = IntegerField(label, is_required=False)
        elif one["kind"] == "date":
            fields[name] = DateField(label, is_required=False)
        else:
            fields[name] = TextField(label, limit=300, is_required=False)
    for table in rulebook.report_tables():
        cells = {one["code"]: TextField(one["label"], limit=300, is_required=False) for one in table["columns"]}
        row = type("TableRow", (RowForm,), cells)
        fields[f"report.{table['code']}"] = Rows(FormField(row, _("Dòng")), table["label"], max_entries=20)
    return fields


def _attestations(rulebook: Rulebook) -> Fields:
    fields: Fields = {}
    for question in rulebook.questions:
        fields[f"attest.{question.rule_code}"] = _answer(question)
        fields[f"note.{question.rule_code}"] = TextField(_note_label(question), limit=300, is_required=False)
    if rulebook.asks_initiative:
        scopes = choices([(code, str(word)) for code, word in SCOPES.items()], empty=_("Chưa chọn"))
        fields["initiative"] = TextField(FIELDS["initiative"], limit=300, is_required=False)
        fields["initiative_number"] = TextField(FIELDS["initiative_number"], limit=80, is_required=False)
        fields["initiative_scope"] = ChoiceField(FIELDS["initiative_scope"], is_required=False, choices=scopes)
    return fields


def _files(rulebook: Rulebook) -> Fields:
    look = {"accept": ",".join(f".{one}" for one in EXTENSIONS), "multiple": True}
    return {f"file.{part['code']}": FileField(_("Tải tệp lên"), render_kw=look) for part in rulebook.own_parts}


def _note_label(question: Question) -> str:
    if question.kind == "claim":
        return _("Số, ngày quyết định đã tặng")
    return _("Ghi rõ theo giấy tờ nào (nếu có)")


def _answer(question: Question) -> UnboundField:
    text = question.text
    if question.kind == "rating":
        pairs = [(code, str(word)) for code, word in RATINGS.items()]
        if question.not_rated:
            pairs.append((NOT_RATED, _("Không thuộc diện xếp loại: %(text)s", text=question.not_rated)))
        return ChoiceField(text, is_required=False, choices=choices(pairs, empty=_("Chưa chọn")))
    if question.kind in ("yes_no", "claim"):
        words = (_("Đúng"), _("Không đúng")) if question.kind == "yes_no" else (_("Có, đã được tặng"), _("Không"))
        return OneOfField(
            text, is_required=False, choices=choices([(YES, words[0]), (NO, words[1])]), validate_choice=True
        )
    if question.kind == "number":
        return IntegerField(text, maximum=99_999, is_required=False)
    if question.kind == "date":
        return DateField(text, is_required=False)
    helps = {"ratio": _("Ghi dạng 9/12"), "shares": _("Ghi dạng 60; 40")}
    return TextField(text, limit=60, is_required=False, description=helps.get(question.kind, ""))


def _consent() -> Fields:
    pairs = [("given", _("Có, đồng ý công khai")), ("refused", _("Không đồng ý công khai"))]
    return {
        "consent": OneOfField(FIELDS["consent"], is_required=False, choices=choices(pairs)),
        "consent_on": DateField(FIELDS["consent_on"], is_required=False),
        "consent_note": TextField(FIELDS["consent_note"], limit=300, is_required=False),
        "citation": LongTextField(FIELDS["citation"], limit=600, rows=2, is_required=False),
    }


# ------------------------------------------------------------------------------------------------ in and out


def fill(form_class: type[Form], row: Nomination, plugins: FormSections) -> Form:
    """The form as stored, with what was typed and does not fit shown back beside its reason."""
    texts = as_texts({name: value for name, value in shown_values(row).items() if not name.startswith("ext_")})
    key = row.nominee.key if row.nominee else ""
    texts |= {"nominee_key": key, "nominee_of": key, "version": str(row.version)}
    form = form_class(formdata=MultiDict(_flat(texts)))
    for field in _own(form):
        _judge(field)
    sections.fill(form, plugins, row)
    return form


def _own(form: Form) -> Iterator[Any]:
    """The fields of the page without the plugins' forms."""
    return (field for field in form if not sections.is_section(field))


def as_texts(values: dict[str, Any]) -> dict[str, Any]:
    """Stored values as somebody would have typed them; tables stay lists of rows."""
    return {name: value if isinstance(value, list) else _as_text(value) for name, value in values.items()}


def _as_text(value: Any) -> str:
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    text = "" if value is None or value == "not_asked" else str(value)
    return _ISO_DAY.sub(r"\3/\2/\1", text) if _ISO_DAY.fullmatch(text) else text


def _flat(texts: dict[str, Any]) -> list[tuple[str, str]]:
    found = []
    for name, value in texts.items():
        if isinstance(value, list):
            found += [(f"{name}-{at}-{cell}", text) for at, one in enumerate(value) for cell, text in one.items()]
        else:
            found.append((name, value))
    return found


def plain_key(raw: str) -> str:
    """A key as we make them; nothing for any other text."""
    return raw if raw.isascii() and raw.isalnum() else ""


def draft_of(form: Form) -> Draft:
    """What was typed: cleaned values, the raw text, and which of it does not fit."""
    values: dict[str, Any] = {}
    raw: dict[str, Any] = {}
    unfit = []
    chosen = plain_key(form["nominee_key"].data or "")
    is_another = bool(chosen) and form["nominee_of"].data != chosen
    for field in _own(form):
        name = field.name
        if name in HIDDEN or isinstance(field, FileField) or (is_another and name in NOMINEE_FIELDS):
            continue  # a nominee chosen just now: the details on the screen are those of somebody else
        raw[name] = raw_of(field)
        if _judge(field):
            values[name] = _value(field)
        else:
            unfit.append(name)
    return sections.with_sections(Draft(values | {"nominee_key": chosen}, raw, unfit), form)


def _judge(field: Any) -> bool:
    """Whether the typed text fits; its reasons are then beside the field."""
    if isinstance(field, Rows):
        judged = [_judge(cell) for entry in field.entries for cell in entry.form]  # each one, for its own message
        return all(judged)
    if isinstance(field, ChoiceField | OneOfField):
        chosen = field.raw_data[0] if field.raw_data else ""
        is_known = not chosen or chosen in {str(choice.value) for choice in field.choices}
        field.errors = [] if is_known else [_("Hãy chọn một mục trong danh sách.")]
    else:
        field.errors = list(field.process_errors)
    return not field.errors


def is_table(field: Any) -> bool:
    """Whether a field is a table of rows."""
    return isinstance(field, Rows)


def raw_of(field: Any) -> Any:
    """The text of a field as typed; of a table its rows."""
    if isinstance(field, Rows):
        return [{cell.short_name: raw_of(cell) for cell in entry.form} for entry in field.filled]
    found = field.raw_data[0] if field.raw_data else ""
    return found if isinstance(found, str) else ""


def _value(field: Any) -> Any:
    if isinstance(field, Rows):
        return [{cell.short_name: cell.data for cell in entry.form} for entry in field.filled]
    if isinstance(field, ChoiceField | OneOfField):
        return field.raw_data[0] if field.raw_data else ""
    if field.name.partition(".")[0] in ("report", "attest"):
        value = field.data
        return value.isoformat() if isinstance(value, dt.date) else "" if value is None else str(value)
    return field.data
