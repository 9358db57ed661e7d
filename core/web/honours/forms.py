"""Forms of the register."""

from __future__ import annotations

from core.web.forms.base import Form, OneOfField, TextField, choices
from core.web.i18n import lazy as _


class ConsentForm(Form):
    """What the honouree answered when asked about publication. Nothing is ticked beforehand: silence is no consent."""

    answer = OneOfField(
        _("Người được tôn vinh trả lời"),
        choices=choices(
            (
                ("given", _("Đồng ý công khai")),
                ("refused", _("Không đồng ý")),
                ("withdrawn", _("Rút lại đồng ý đã cho")),
            )
        ),
    )
    note = TextField(
        _("Ghi chú"),
        limit=300,
        is_required=False,
        description=_("Hỏi bằng cách nào, ngày nào, giấy đồng ý lưu ở đâu."),
    )

    def ask(self, stands_at: str) -> None:
        """Offer only what would change something."""
        useless = {"given", "refused"} if stands_at == "given" else {stands_at, "withdrawn"}
        self.answer.choices = [one for one in self.answer.choices if one.value not in useless]
