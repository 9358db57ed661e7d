"""The form all our forms extend, and the few fields they are made of. The domain judges; a field only asks it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FileField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from core.domain import text
from core.domain.errors import FieldProblem, Objection, Refused
from core.services.context import new_key
from core.web.i18n import gettext, lazy
from core.web.messages import say

#: The library's words for an empty field, by a name: written out in the call they would be taken for a message of ours.
_NEEDED = "This field is required."

#: WTForms has no Vietnamese catalogue: its own few messages, said our way.
_WTFORMS = {
    _NEEDED: lazy("Mục này bắt buộc."),
    "Not a valid choice.": lazy("Hãy chọn một mục trong danh sách."),
    "Not a valid choice": lazy("Hãy chọn một mục trong danh sách."),
    "Invalid Choice: could not coerce.": lazy("Hãy chọn một mục trong danh sách."),
    "Invalid choice(s): one or more data inputs could not be coerced.": lazy("Hãy chọn trong danh sách."),
    "CSRF token missing.": lazy("Biểu mẫu đã quá hạn. Hãy bấm gửi lại lần nữa."),
    "CSRF failed.": lazy("Biểu mẫu đã quá hạn. Hãy bấm gửi lại lần nữa."),
    "The CSRF token is missing.": lazy("Biểu mẫu đã quá hạn. Hãy bấm gửi lại lần nữa."),
    "The CSRF tokens do not match.": lazy("Biểu mẫu đã quá hạn. Hãy bấm gửi lại lần nữa."),
    "The CSRF session token is missing.": lazy("Biểu mẫu đã quá hạn. Hãy bấm gửi lại lần nữa."),
    "The CSRF token has expired.": lazy("Biểu mẫu đã quá hạn. Hãy bấm gửi lại lần nữa."),
    "The CSRF token is invalid.": lazy("Biểu mẫu đã quá hạn. Hãy bấm gửi lại lần nữa."),
}


class _Words:
    """WTForms' translations: our words where it has a sentence we know."""

    def gettext(self, string: str) -> str:
        return str(_WTFORMS.get(string, string))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return self.gettext(singular if n == 1 else plural)


class Form(FlaskForm):
    """CSRF, a request id against double sending, a version against lost updates, and refusals beside their fields."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, _form: object) -> _Words:
            return _Words()

    request_id = HiddenField(default=new_key)
    version = HiddenField()

    def absorb(self, refused: Refused | Sequence[Objection]) -> None:
        """Put every reason beside the field it is about, or at the top of the form."""
        for one in refused.objections if isinstance(refused, Refused) else refused:
            target = self._fields.get(one.field or "")
            sentence = say(one)
            if target is not None and not isinstance(target, HiddenField):
                target.errors = [*target.errors, sentence]
            else:
                self.form_errors = [*self.form_errors, sentence]

    @property
    def expected_version(self) -> int | None:
        """The version the form was opened with; None where the browser sent none or nonsense."""
        raw = str(self.version.data or "")
        return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else None


class _Needed(InputRequired):
    """As the library's, but blanks alone are nothing: the library takes them for an answer."""

    def __call__(self, form: Any, field: Any) -> None:
        raw = field.raw_data[0] if field.raw_data else None
        if isinstance(raw, str) and raw and not raw.strip():
            field.errors[:] = []
            raise StopValidation(field.gettext(_NEEDED))
        super().__call__(form, field)


def _required(is_required: bool) -> list[Any]:
    return [_Needed()] if is_required else [Optional()]


class _Asking:
    """A text-like field whose value the domain cleans; the raw text stays in ``raw_data`` and is shown back."""

    judge: Callable[[str], Any]

    def process_formdata(self, valuelist: list[Any]) -> None:
        raw = valuelist[0] if valuelist else ""
        self.data = raw
        if not isinstance(raw, str) or not raw.strip():
            self.data = self.empty
            return
        try:
            self.data = self.judge(raw)
        except FieldProblem as problem:
            self.data = None
            raise ValueError(say(problem)) from None

    empty: Any = None


class TextField(_Asking, StringField):
    """One line. ``limit`` in characters."""

    empty = ""

    def __init__(self, label: Any, *, limit: int = 200, is_required: bool = True, **kwargs: Any) -> None:
        self.limit = limit
        kwargs.setdefault("render_kw", {}).setdefault("maxlength", str(limit))
        super().__init__(label, _required(is_required), **kwargs)

    def judge(self, raw: str) -> str:
        return text.clean_line(raw, limit=self.limit)

    def _value(self) -> str:
        return self.raw_data[0] if self.raw_data and isinstance(self.raw_data[0], str) else (self.data or "")


class LongTextField(_Asking, TextAreaField):
    """Several lines."""

    empty = ""

    def __init__(
        self, label: Any, *, limit: int = 4000, rows: int = 4, is_required: bool = True, **kwargs: Any
    ) -> None:
        self.limit = limit
        render = kwargs.setdefault("render_kw", {})
        render.setdefault("maxlength", str(limit))
        render.setdefault("rows", str(rows))
        super().__init__(label, _required(is_required), **kwargs)

    def judge(self, raw: str) -> str:
        return text.clean_text(raw, limit=self.limit)

    def _value(self) -> str:
        return self.raw_data[0] if self.raw_data and isinstance(self.raw_data[0], str) else (self.data or "")


class DateField(_Asking, StringField):
    """A day, written dd/mm/yyyy (ISO is understood too)."""

    def __init__(self, label: Any, *, is_required: bool = True, **kwargs: Any) -> None:
        render = kwargs.setdefault("render_kw", {})
        render.setdefault("inputmode", "numeric")
        render.setdefault("placeholder", "dd/mm/yyyy")
        render.setdefault("maxlength", "10")
        render.setdefault("data-kind", "date")
        super().__init__(label, _required(is_required), **kwargs)

    def judge(self, raw: str) -> dt.date:
        return text.parse_date(raw)

    def _value(self) -> str:
        if self.raw_data and isinstance(self.raw_data[0], str):
            return self.raw_data[0]
        return f"{self.data:%d/%m/%Y}" if isinstance(self.data, dt.date) else ""


class IntegerField(_Asking, StringField):
    """A whole number, ASCII digits, bounded."""

    def __init__(
        self, label: Any, *, minimum: int = 0, maximum: int = 999_999_999, is_required: bool = True, **kwargs: Any
    ) -> None:
        self.minimum, self.maximum = minimum, maximum
        kwargs.setdefault("render_kw", {}).setdefault("inputmode", "numeric")
        super().__init__(label, _required(is_required), **kwargs)

    def judge(self, raw: str) -> int:
        return text.parse_int(raw, minimum=self.minimum, maximum=self.maximum)

    def _value(self) -> str:
        if self.raw_data and isinstance(self.raw_data[0], str):
            return self.raw_data[0]
        return "" if self.data is None else str(self.data)


class DecimalField(IntegerField):
    """A number with a decimal comma."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        kwargs.setdefault("render_kw", {}).setdefault("inputmode", "decimal")
        super().__init__(label, **kwargs)

    def judge(self, raw: str) -> Decimal:  # type: ignore[override]
        return text.parse_decimal(raw, minimum=self.minimum, maximum=self.maximum)

    def _value(self) -> str:
        if self.raw_data and isinstance(self.raw_data[0], str):
            return self.raw_data[0]
        return "" if self.data is None else str(self.data).replace(".", ",")


def choices(pairs: Sequence[tuple[str, str]], *, empty: str | None = None) -> list[SelectChoice]:
    """Choices from (value, label) pairs; ``empty`` adds a first line without a value."""
    head = [SelectChoice(value="", label=empty)] if empty is not None else []
    return head + [SelectChoice(value=value, label=label) for value, label in pairs]


class ChoiceField(SelectField):
    """One of a list."""

    def __init__(self, label: Any, *, is_required: bool = True, **kwargs: Any) -> None:
        super().__init__(label, _required(is_required), **kwargs)

    def pre_validate(self, form: Any) -> None:
        if not self.data:  # nothing chosen: InputRequired says so, or the field is optional
            return
        try:
            super().pre_validate(form)
        except (TypeError, ValueError) as problem:
            raise StopValidation(gettext("Hãy chọn một mục trong danh sách.")) from problem


class OneOfField(RadioField):
    """One of a few, all visible."""

    def __init__(self, label: Any, *, is_required: bool = True, **kwargs: Any) -> None:
        super().__init__(label, _required(is_required), **kwargs)


class ManyOfField(SelectMultipleField):
    """Some of a list, as tick boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


__all__ = [
    "BooleanField",
    "ChoiceField",
    "DateField",
    "DecimalField",
    "FileField",
    "Form",
    "HiddenField",
    "IntegerField",
    "LongTextField",
    "ManyOfField",
    "OneOfField",
    "TextField",
    "choices",
]
