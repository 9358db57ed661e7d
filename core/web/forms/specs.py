"""Fields that a plugin asks for, as form fields. The domain judges; here an answer is only read and shown.

Numbers and days are written the Vietnamese way on a page (``1.234,5``, ``18/05/2026``) and brought into plain form in
this file and nowhere else. The specs of one plugin make one form inside the form of the page: names cannot collide.
"""

from __future__ import annotations

import contextlib
import dataclasses
import re
from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import FormField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.core import UnboundField
from wtforms.form import BaseForm
from wtforms.meta import DefaultMeta
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from core.domain.errors import FieldProblem
from core.domain.fields import LINE_LENGTH, TEXT_LENGTH, FieldSpec, Kind, clean
from core.web.forms.base import choices
from core.web.i18n import lazy
from core.web.messages import say

_GROUPED = re.compile(r"[+-]?\d{1,3}(\.\d{3})+", re.ASCII)
_WITH_COMMA = re.compile(r"([+-]?(?:\d{1,18}|\d{1,3}(?:\.\d{3})+)),(\d{1,18})", re.ASCII)
_WITH_POINT = re.compile(r"[+-]?\d+\.\d+", re.ASCII)
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
#: Name of the hidden input that comes with each form of specs; no key of a field begins like it.
SENT = "_sent"
#: Longer texts are no figure; they go to the judge as they are.
_LONGEST_FIGURE = 100

_YES_NO = (("true", lazy("Có")), ("false", lazy("Không")))


# ------------------------------------------------------------------------------------------------ notation


def plain_form(spec: FieldSpec, typed: Any) -> Any:
    """What was typed, as ``clean`` takes it. What is no number and no day stays as it is, for the judge to refuse.

    Raises ``FieldProblem("decimal_comma")`` for ``1.5``: to a Vietnamese reader that is a slip, and it is not guessed.
    """
    if not isinstance(typed, str) or len(typed) > _LONGEST_FIGURE:
        return typed
    text = typed.strip()
    if spec.kind is Kind.INTEGER:
        return text.replace(".", "") if _GROUPED.fullmatch(text) else text
    if spec.kind is Kind.DECIMAL:
        if _GROUPED.fullmatch(text):
            return text.replace(".", "")
        if match := _WITH_COMMA.fullmatch(text):
            return f"{match[1].replace('.', '')}.{match[2]}"
        if _WITH_POINT.fullmatch(text):
            raise FieldProblem("decimal_comma")
        return text
    if spec.kind is Kind.DATE and (match := _DAY.fullmatch(text)):
        day, month, year = match.groups()
        return f"{year}-{month:0>2}-{day:0>2}"
    return typed


def problem_of(spec: FieldSpec, typed: Any) -> FieldProblem | None:
    """What is wrong with what was typed into a draft; an empty box is no fault before the dossier is sent."""
    try:
        clean(dataclasses.replace(spec, required=False), plain_form(spec, typed))
    except FieldProblem as problem:
        return problem
    return None


def as_typed(spec: FieldSpec, value: Any) -> Any:
    """A stored answer as somebody would have typed it: a text, or for ``MULTI`` a list of texts."""
    if spec.kind is Kind.MULTI:
        return [one for one in value if isinstance(one, str)] if isinstance(value, list | tuple) else []
    if value is None or isinstance(value, list | dict):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    if spec.kind is Kind.DECIMAL:
        return text.replace(".", ",")
    if spec.kind is Kind.DATE and (match := _ISO_DAY.fullmatch(text)):
        return f"{match[3]}/{match[2]}/{match[1]}"
    return text


# ------------------------------------------------------------------------------------------------ fields


class _Judge:
    """The only validator of a field: it asks the domain, and leaves the cleaned answer in ``field.data``."""

    def __init__(self, spec: FieldSpec) -> None:
        self.field_flags = {"required": True} if spec.required else {}

    def __call__(self, _form: Any, field: Any) -> None:
        try:
            field.cleaned = clean(field.spec, plain_form(field.spec, field.typed))
        except FieldProblem as problem:
            raise StopValidation(say(problem)) from None


class _Asked:
    """What all fields made of specs have in common. ``typed``: what stands in the box; ``cleaned`` once judged."""

    spec: FieldSpec
    cleaned: Any = None

    def __init__(self, spec: FieldSpec, **kwargs: Any) -> None:
        self.spec = spec
        self.limit = (
            (spec.max_length or (LINE_LENGTH if spec.kind is Kind.TEXT else TEXT_LENGTH)) if _is_text(spec) else 0
        )
        super().__init__(spec.label, [_Judge(spec)], description=spec.help, **kwargs)  # type: ignore[call-arg]

    @property
    def typed(self) -> Any:
        return self.data  # type: ignore[attr-defined]

    def process_data(self, value: Any) -> None:
        self.show(as_typed(self.spec, value))

    def show(self, typed: Any) -> None:
        """Put into the box what somebody typed, or would have."""
        self.data = typed if isinstance(typed, list) == _is_many(self.spec) else [] if _is_many(self.spec) else ""
        self.raw_data = self.data if isinstance(self.data, list) else [self.data]

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            self.data = valuelist[0]

    def _value(self) -> str:
        return self.data if isinstance(self.data, str) else ""


def _is_text(spec: FieldSpec) -> bool:
    return spec.kind in (Kind.TEXT, Kind.LONGTEXT)


def _is_many(spec: FieldSpec) -> bool:
    return spec.kind is Kind.MULTI


class _Line(_Asked, StringField):
    """A line: a text, a number or a day."""


class _Lines(_Asked, TextAreaField):
    """Running text."""


class _Choice(_Asked, SelectField):
    """One of a list."""


class _OneOf(_Asked, RadioField):
    """Yes or no, both visible: who ticks neither has not said no."""


class _ManyOf(_Asked, SelectMultipleField):
    """Some of a list, as tick boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = list(valuelist)


def spec_field(spec: FieldSpec) -> UnboundField:
    """The form field of one spec."""
    pairs = list(spec.choices)
    if spec.kind is Kind.LONGTEXT:
        return UnboundField(_Lines, spec, render_kw={"rows": "4"})
    if spec.kind is Kind.CHOICE:
        offered = choices(pairs, empty=lazy("Chưa chọn"))  # type: ignore[arg-type]
        return UnboundField(_Choice, spec, choices=offered, validate_choice=False)
    if spec.kind is Kind.MULTI:
        return UnboundField(_ManyOf, spec, choices=choices(pairs), validate_choice=False)
    if spec.kind is Kind.BOOLEAN:
        return UnboundField(_OneOf, spec, choices=choices(_YES_NO), validate_choice=False)  # type: ignore[arg-type]
    look = {
        Kind.INTEGER: {"inputmode": "numeric"},
        Kind.DECIMAL: {"inputmode": "decimal"},
        Kind.DATE: {"inputmode": "numeric", "data-kind": "date"},
    }
    return UnboundField(_Line, spec, render_kw=look.get(spec.kind, {}))


class SpecForm(BaseForm):
    """A form of specs. Its fields are in no class attribute, so a field may be called ``data`` or ``validate``."""

    specs: tuple[FieldSpec, ...] = ()

    def __init__(
        self,
        formdata: Any = None,
        obj: Any = None,  # noqa: ARG002 - the interface
        prefix: str = "",
        *,
        meta: Mapping[str, Any] | None = None,
    ) -> None:
        own_meta = DefaultMeta()
        own_meta.update_values(meta or {})
        super().__init__({spec.key: spec_field(spec) for spec in self.specs}, prefix=prefix, meta=own_meta)
        #: Whether the page had this form at all: a page opened before the plugin was on says nothing about it.
        self.was_sent = formdata is not None and f"{self._prefix}{SENT}" in formdata
        self.process(formdata)

    @property
    def sent_name(self) -> str:
        """Name of the hidden input by which the page says that it had this form."""
        return f"{self._prefix}{SENT}"

    def load(self, answers: Mapping[str, Any]) -> None:
        """Show these stored answers."""
        for field in self:
            field.process_data(answers.get(field.spec.key))

    def judge_draft(self) -> None:
        """Say beside each field what does not fit; an empty one is no fault before the dossier is sent."""
        for field in self:
            if (problem := problem_of(field.spec, field.typed)) is not None:
                field.errors = [say(problem)]

    @property
    def typed(self) -> dict[str, Any]:
        """Key -> what stands in the box."""
        return {spec.key: self[spec.key].typed for spec in self.specs}

    @property
    def plain(self) -> dict[str, Any]:
        """Key -> answer in plain form, for a service to judge; without those that cannot be read."""
        found = {}
        for spec in self.specs:
            with contextlib.suppress(FieldProblem):
                found[spec.key] = plain_form(spec, self[spec.key].typed)
        return found

    @property
    def cleaned(self) -> dict[str, Any]:
        """Key -> cleaned answer, once the form was found good."""
        return {spec.key: self[spec.key].cleaned for spec in self.specs}


def spec_form(specs: Sequence[FieldSpec]) -> type[SpecForm]:
    """The form class of these specs."""
    return type("PluginForm", (SpecForm,), {"specs": tuple(specs)})


def section_name(plugin: str) -> str:
    """The name of a plugin's form in the form of the page."""
    return f"ext_{plugin}"


def section_field(title: str, specs: Sequence[FieldSpec]) -> UnboundField:
    """The specs of one plugin as a form inside a form; its name there is ``section_name(plugin)``."""
    return UnboundField(FormField, spec_form(specs), title)
