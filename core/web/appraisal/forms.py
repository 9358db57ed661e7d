"""Forms of the appraisal acts."""

from __future__ import annotations

import datetime as dt

from wtforms import FormField

from core.models import Nomination
from core.services import appraisal
from core.services.appraisal import MOST_DAYS, MOST_REMARKS, Note
from core.services.context import Context
from core.web.forms.base import ChoiceField, DateField, Form, IntegerField, LongTextField, TextField, choices
from core.web.forms.rows import RowForm, Rows
from core.web.i18n import gettext, lazy
from core.web.nominations import words as nomination_words


class NoteRow(RowForm):
    """One remark on one field or part."""

    needed = ("text",)

    about = ChoiceField(lazy("Về mục nào"), is_required=False)
    text = LongTextField(lazy("Cần bổ sung gì, vì sao"), limit=1000, rows=2, is_required=False)


class ReturnForm(Form):
    """What has to be completed, and until when."""

    notes = Rows(FormField(NoteRow), lazy("Ý kiến"), max_entries=MOST_REMARKS)
    due_on = DateField(lazy("Hạn gửi lại"))

    def offer(self, ctx: Context, row: Nomination) -> None:
        """Fill the list of what a remark can be about, in this dossier's own words."""
        pairs = [(name, label or field_label(name, row.kind)) for name, label in appraisal.fields_of(ctx, row)]
        for entry in self.notes.entries:
            entry.form.about.choices = choices(pairs, empty=gettext("Cả hồ sơ"))

    def written(self) -> list[Note]:
        """The remarks in which something was written."""
        return [
            Note(entry.form.about.data or "", entry.form.text.data)
            for entry in self.notes.filled
            if entry.form.text.data
        ]


class ConclusionForm(Form):
    """The appraisers' own conclusion."""

    conclusion = LongTextField(lazy("Kết luận thẩm định (nội bộ)"), limit=2000, rows=4, is_required=False)


class NoteForm(Form):
    """A note among the appraisers."""

    text = LongTextField(lazy("Ghi chú nội bộ"), limit=2000, rows=3)


class ReasonForm(Form):
    """Why there is no honour."""

    reason = LongTextField(
        lazy("Lý do"), limit=2000, rows=4, description=lazy("Đơn vị đề cử đọc nguyên văn những dòng này.")
    )


class ConsultForm(Form):
    """For how long the public may comment."""

    days = IntegerField(lazy("Số ngày"), minimum=1, maximum=MOST_DAYS)


class ConsultResultForm(Form):
    """What the public said."""

    result = LongTextField(lazy("Kết quả lấy ý kiến"), limit=4000, rows=5)


class HandUpForm(Form):
    """The letter with which the dossier goes up."""

    letter_number = TextField(lazy("Số tờ trình"), limit=60)
    note = LongTextField(lazy("Ghi thêm cho cấp trên"), limit=2000, rows=3, is_required=False)


def field_label(name: str, kind: str) -> str:
    """What a field is called in a dossier of this kind."""
    if name == "nominee":
        return str(nomination_words.NOMINEE_NAMES.get(kind, name))
    return str(nomination_words.FIELDS.get(name, name))


def first_return_day(ctx: Context) -> dt.date:
    """The day offered first for sending a dossier back in."""
    return appraisal.mending_day(ctx)
