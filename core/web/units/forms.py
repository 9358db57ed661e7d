"""Forms of the unit tree."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import BooleanField

from core.web.forms.base import ChoiceField, DateField, Form, OneOfField, TextField, choices
from core.web.i18n import gettext
from core.web.i18n import lazy as _

_SHORT = _("Hiện ở chỗ hẹp như đầu trang, bảng. Để trống thì lấy tên đầy đủ.")
_GROUND = _("Số và ngày của nghị quyết, quyết định. Ví dụ: Nghị quyết 12/NQ-HĐND ngày 01/04/2026.")


class UnitForm(Form):
    """A new unit."""

    name = TextField(_("Tên đơn vị"), limit=200)
    short_name = TextField(_("Tên ngắn"), limit=80, is_required=False, description=_SHORT)
    kind = ChoiceField(_("Loại đơn vị"))
    is_external = BooleanField(
        _("Đơn vị ngoài"),
        description=_("Không thuộc bộ máy của mình: ngân hàng, bưu điện, điện lực… được mời tham gia."),
    )

    def offer(self, kinds: dict[str, str]) -> None:
        """The kinds of the catalogue."""
        self.kind.choices = choices(list(kinds.items()), empty=gettext("Chọn loại đơn vị"))


class EditForm(Form):
    """What is not the name."""

    short_name = TextField(_("Tên ngắn"), limit=80, is_required=False, description=_SHORT)
    kind = ChoiceField(_("Loại đơn vị"))
    is_external = BooleanField(_("Đơn vị ngoài"))

    def offer(self, kinds: dict[str, str], kept: str) -> None:
        """The kinds of the catalogue, and the one the unit has."""
        pairs = list(kinds.items())
        if kept not in kinds:
            pairs.append((kept, kept))
        self.kind.choices = choices(pairs)


class RenameForm(Form):
    """A new name; the old one stays searchable."""

    name = TextField(_("Tên mới"), limit=200)
    short_name = TextField(_("Tên ngắn mới"), limit=80, is_required=False, description=_SHORT)
    until_on = DateField(_("Ngày cuối dùng tên cũ"))
    ground = TextField(_("Căn cứ"), limit=300, description=_GROUND)


class AliasForm(Form):
    """Another name people use."""

    name = TextField(_("Tên gọi khác"), limit=200)
    ground = TextField(_("Ghi chú"), limit=300, is_required=False)


class MergeForm(Form):
    """One unit becomes part of another."""

    into = ChoiceField(_("Sáp nhập vào"))
    on = DateField(_("Ngày sáp nhập"))
    ground = TextField(_("Căn cứ"), limit=300, description=_GROUND)
    people = OneOfField(
        _("Vai trò của những người đang làm việc ở đơn vị này"),
        choices=[
            ("carry", _("Chuyển sang đơn vị mới, giữ nguyên vai trò")),
            ("end", _("Kết thúc, giao lại sau")),
        ],
    )

    def offer(self, targets: Sequence[tuple[str, str]]) -> None:
        """The units it can be merged into."""
        self.into.choices = choices(targets, empty=gettext("Chọn đơn vị"))


class CloseForm(Form):
    """A unit that is no more."""

    on = DateField(_("Ngày kết thúc hoạt động"))
    ground = TextField(_("Căn cứ"), limit=300, description=_GROUND)
