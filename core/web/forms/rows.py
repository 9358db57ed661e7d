"""Repeating rows of a form that work without JavaScript: a button asks the server for one row more or less."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import wtforms
from flask import request
from wtforms import FieldList, FormField
from wtforms.form import BaseForm

from core.web.forms.base import Form
from core.web.i18n import gettext


class Rows(FieldList):
    """Rows of one kind of field or row form; ``max_entries`` is needed, so that nobody sends a million."""

    def __init__(self, unbound: Any, label: Any, *, max_entries: int, min_entries: int = 1, **kwargs: Any) -> None:
        super().__init__(unbound, label, min_entries=min_entries, max_entries=max_entries, **kwargs)

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        # the library reads "²" and a number of a million digits as an index, and breaks
        for name in formdata:
            if name.startswith(f"{prefix}-"):
                index = name[len(prefix) + 1 :].split("-", 1)[0]
                if index.isascii() and index.isdigit() and len(index) <= 6:
                    yield int(index)

    @property
    def filled(self) -> list[Any]:
        """The entries in which something was written."""
        return [entry for entry in self.entries if not is_blank(entry)]


class RowForm(wtforms.Form):
    """One row. ``needed`` names the fields that a row with anything in it must have; a row without anything is none."""

    needed: tuple[str, ...] = ()

    class Meta:
        def get_translations(self, form: Any) -> Any:
            return Form.Meta().get_translations(form)

    def validate(self, extra_validators: Any = None) -> bool:
        is_good = super().validate(extra_validators)
        if any(not is_blank(field) for field in self):
            for name in self.needed:
                field = self._fields[name]
                if not field.data and not field.errors:
                    field.errors = [gettext("Mục này bắt buộc.")]
                    is_good = False
        return is_good


def is_blank(field: Any) -> bool:
    """Whether nothing was written in a field, or in any field of a row. A tick alone does not make a row."""
    if isinstance(field, FormField):
        return all(is_blank(inner) for inner in field.form)
    if isinstance(field, wtforms.BooleanField):
        return True
    raw = field.raw_data[0] if field.raw_data else field.data
    return raw is None or (isinstance(raw, str) and not raw.strip())


def reshape(form: BaseForm) -> bool:
    """Do what "Thêm dòng" or "Bỏ dòng" asked; True when one of them was pressed and the form must be shown again."""
    wanted, unwanted = request.form.get("add_row"), request.form.get("remove_row")
    if wanted is None and unwanted is None:
        return False
    for field in form:
        if not isinstance(field, Rows):
            continue
        if field.name == wanted and len(field.entries) < (field.max_entries or 0):
            field.append_entry()
        field.entries = [entry for entry in field.entries if entry.name != unwanted] or field.entries[:0]
        if not field.entries:
            field.append_entry()
    return True
