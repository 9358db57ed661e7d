"""Forms of decisions."""

from __future__ import annotations

from typing import Any

from core.domain.document_number import LONGEST_SYMBOL
from core.domain.errors import Refused
from core.web.forms.base import (
    ChoiceField,
    DateField,
    Form,
    HiddenField,
    IntegerField,
    LongTextField,
    ManyOfField,
    TextField,
)
from core.web.i18n import lazy as _


class ActForm(Form):
    """What the forms here have in common."""

    def take(self, refused: Refused) -> int:
        """Say the reasons in the form and return the status; what is no matter of a form is raised again."""
        if refused.kind not in ("refused", "conflict"):
            raise refused
        self.absorb(refused)
        return 409 if refused.kind == "conflict" else 422

    def carry(self, version: int) -> None:
        """Carry the stored version, so that a second saving is deliberate."""
        self.version.raw_data, self.version.data = None, str(version)


class KeysField(ManyOfField):
    """Ticked rows of a table, by their keys. Which of them may be picked, the service says."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, validate_choice=False, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        # what no key can be is nothing that the table offered
        self.data = [one for one in valuelist if one.isascii() and one.isalnum() and len(one) <= 24]


class PickForm(ActForm):
    """Who goes into a draft. Which of them may, the service says."""

    keys = KeysField(_("Hồ sơ đưa vào quyết định"))


class DraftForm(PickForm):
    """A new draft that grants."""

    title = TextField(
        _("Trích yếu"), limit=300, description=_("Dòng in dưới chữ QUYẾT ĐỊNH, ví dụ: Về việc tặng Giấy khen")
    )


class EditForm(ActForm):
    """The words of a draft that grants."""

    title = TextField(_("Trích yếu"), limit=300)


class ChangeForm(EditForm):
    """The words of a draft that corrects."""

    reason = LongTextField(_("Lý do"), limit=2000)
    article = TextField(
        _("Căn cứ"), limit=200, description=_("Văn bản và điều, khoản làm căn cứ, ghi như sẽ in trong quyết định.")
    )


class RevocationEditForm(ChangeForm):
    """The words of a draft that revokes."""

    ground_code = ChoiceField(_("Trường hợp thu hồi"))


class IssueForm(ActForm):
    """What the signer writes. The number and its symbol are two boxes: nobody types a slash wrong."""

    number = IntegerField(_("Số"), minimum=1, maximum=99_999)
    symbol = TextField(_("Ký hiệu"), limit=LONGEST_SYMBOL)
    decided_on = DateField(_("Ngày ban hành"))
    step = HiddenField()


class CorrectionForm(ActForm):
    """The right text of one award."""

    name = TextField(_("Tên đúng"), limit=200)
    citation = LongTextField(_("Thành tích ghi đúng"), limit=600, rows=3, is_required=False)
    reason = LongTextField(_("Lý do điều chỉnh"), limit=2000)
    article = TextField(
        _("Căn cứ"), limit=200, description=_("Văn bản và điều, khoản làm căn cứ, ghi như sẽ in trong quyết định.")
    )


class RevocationForm(ActForm):
    """Which awards are revoked, on which ground, why."""

    awards = KeysField(_("Thu hồi của ai"))
    ground_code = ChoiceField(_("Trường hợp thu hồi"))
    reason = LongTextField(_("Lý do cụ thể"), limit=2000)
    article = TextField(_("Căn cứ"), limit=200)


class PresentForm(ActForm):
    """When awards were handed over, and to whom."""

    awards = KeysField(_("Đã trao cho ai"))
    presented_on = DateField(_("Ngày trao tặng"))


class RecoveryForm(ActForm):
    """What came back, and when."""

    done_on = DateField(_("Ngày thu hồi xong"), is_required=False)
    note = TextField(_("Ghi chú"), limit=300, is_required=False)
