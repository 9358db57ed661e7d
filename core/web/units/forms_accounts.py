"""Forms of accounts, roles and signing offices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from wtforms.validators import InputRequired

from core.domain.permissions import Role
from core.web.forms.base import ChoiceField, DateField, Form, ManyOfField, OneOfField, TextField, choices
from core.web.i18n import gettext
from core.web.i18n import lazy as _
from core.web.roles import ROLE_HELP, ROLE_WORDS

_TITLE = _("Ví dụ: Công chức Văn hóa - Xã hội, Trưởng thôn Đông.")


def _role_choices(offered: Iterable[Role]) -> list[tuple[str, str]]:
    return [(role.value, f"{ROLE_WORDS[role]}: {ROLE_HELP[role]}") for role in offered]


class AccountForm(Form):
    """A new account with its first roles."""

    full_name = TextField(_("Họ và tên"), limit=120, render_kw={"autocomplete": "off"})
    title = TextField(_("Chức danh"), limit=160, is_required=False, description=_TITLE)
    login = TextField(
        _("Tên đăng nhập"),
        limit=60,
        is_required=False,
        description=_("Để trống thì phần mềm đặt theo họ tên, ví dụ lan.nt."),
        render_kw={"autocomplete": "off", "autocapitalize": "none"},
    )
    email = TextField(_("Thư điện tử"), limit=254, is_required=False, render_kw={"inputmode": "email"})
    unit = ChoiceField(_("Làm việc ở đơn vị"))
    roles = ManyOfField(_("Vai trò ở đơn vị đó"), validators=[InputRequired()])

    def offer(self, units: Sequence[tuple[str, str]], roles: Iterable[Role]) -> None:
        """Units of the subtree and the roles that may be given."""
        self.unit.choices = choices(units, empty=gettext("Chọn đơn vị"))
        self.roles.choices = _role_choices(roles)


class PersonForm(Form):
    """How a person is named."""

    full_name = TextField(_("Họ và tên"), limit=120)
    title = TextField(_("Chức danh"), limit=160, is_required=False, description=_TITLE)
    email = TextField(_("Thư điện tử"), limit=254, is_required=False, render_kw={"inputmode": "email"})


class RoleForm(Form):
    """One more role."""

    unit = ChoiceField(_("Đơn vị"))
    role = ChoiceField(_("Vai trò"))

    def offer(self, units: Sequence[tuple[str, str]], roles: Iterable[Role]) -> None:
        """Units of the subtree and the roles that may be given."""
        self.unit.choices = choices(units, empty=gettext("Chọn đơn vị"))
        self.role.choices = choices(_role_choices(roles), empty=gettext("Chọn vai trò"))


class OfficeForm(Form):
    """Who holds a signing office."""

    authority = ChoiceField(_("Chức vụ ký"))
    title = TextField(
        _("Dòng chức danh trên chữ ký"),
        limit=120,
        is_required=False,
        description=_("Ví dụ: CHỦ TỊCH. Để trống thì lấy theo danh mục."),
    )
    person = ChoiceField(
        _("Người giữ chức vụ"), description=_("Chỉ gồm những người có vai trò Người ký quyết định ở đơn vị này.")
    )
    from_on = DateField(_("Từ ngày"))
    to_on = DateField(_("Đến hết ngày"), is_required=False)

    def offer(self, authorities: Sequence[tuple[str, str]], people: Sequence[tuple[str, str]]) -> None:
        """Offices of the unit's kind, and who may hold one."""
        self.authority.choices = choices(authorities, empty=gettext("Chọn chức vụ"))
        self.person.choices = choices(people, empty=gettext("Chọn người"))


class DelegationForm(Form):
    """The paper by which somebody signs for an office."""

    kind = OneOfField(
        _("Ký theo cách nào"),
        choices=[
            ("KT", _("Ký thay (KT.): cấp phó ký thay người đứng đầu")),
            ("TUQ", _("Thừa ủy quyền (TUQ.): theo văn bản ủy quyền, có thời hạn")),
        ],
    )
    person = ChoiceField(_("Người được giao ký"))
    title = TextField(_("Dòng chức danh trên chữ ký"), limit=120, description=_("Ví dụ: PHÓ CHỦ TỊCH."))
    number = TextField(_("Số văn bản giao ký"), limit=80, description=_("Ví dụ: 15/QĐ-UBND ngày 02/01/2026."))
    from_on = DateField(_("Từ ngày"))
    to_on = DateField(_("Đến hết ngày"), is_required=False, description=_("Thừa ủy quyền bắt buộc có ngày này."))

    def offer(self, people: Sequence[tuple[str, str]]) -> None:
        """Who may sign for it."""
        self.person.choices = choices(people, empty=gettext("Chọn người"))


class EndForm(Form):
    """The last day of an office or a delegation."""

    on = DateField(_("Ngày cuối cùng"))
