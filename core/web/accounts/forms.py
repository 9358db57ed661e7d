"""Forms of signing in and of one's own account."""

from __future__ import annotations

from wtforms import BooleanField, HiddenField, PasswordField
from wtforms.validators import InputRequired

from core.web.forms.base import Form, TextField
from core.web.i18n import lazy as _


class SignInForm(Form):
    """Name and password."""

    login = TextField(_("Tên đăng nhập"), limit=60, render_kw={"autocomplete": "username", "autocapitalize": "none"})
    password = PasswordField(
        _("Mật khẩu"), validators=[InputRequired()], render_kw={"autocomplete": "current-password"}
    )
    next = HiddenField()


class CodeForm(Form):
    """The second factor."""

    code = TextField(
        _("Mã xác nhận"),
        limit=30,
        description=_("Sáu chữ số đang hiện trong ứng dụng xác thực, hoặc một mã dự phòng đã in."),
        render_kw={"autocomplete": "one-time-code", "autocapitalize": "none"},
    )


class FactorForm(Form):
    """Turning the second factor on: proof that the app works."""

    code = TextField(
        _("Mã đang hiện trong ứng dụng"),
        limit=10,
        description=_("Sáu chữ số, đổi sau mỗi 30 giây."),
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


class ConfirmForm(Form):
    """The present password, before an act that weakens or changes the account."""

    current = PasswordField(
        _("Mật khẩu hiện nay"), validators=[InputRequired()], render_kw={"autocomplete": "current-password"}
    )


class FirstPasswordForm(Form):
    """A password set by a one-time link."""

    password = PasswordField(
        _("Mật khẩu mới"),
        validators=[InputRequired()],
        description=_("Từ 8 ký tự trở lên, càng dài càng tốt. Một câu dễ nhớ với riêng mình là tốt nhất."),
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _("Gõ lại mật khẩu mới"), validators=[InputRequired()], render_kw={"autocomplete": "new-password"}
    )

    def validate(self, extra_validators: object = None) -> bool:
        """Both must be the same."""
        is_good = super().validate(extra_validators)
        if is_good and self.password.data != self.again.data:
            self.again.errors = [str(_("Hai lần gõ chưa giống nhau."))]
            return False
        return is_good


class PasswordForm(FirstPasswordForm):
    """One's own password."""

    current = PasswordField(
        _("Mật khẩu hiện nay"), validators=[InputRequired()], render_kw={"autocomplete": "current-password"}
    )


class MailForm(Form):
    """Where notices go."""

    email = TextField(
        _("Thư điện tử"), limit=254, is_required=False, render_kw={"autocomplete": "email", "inputmode": "email"}
    )
    wants_mail = BooleanField(_("Gửi thông báo qua thư điện tử"))
