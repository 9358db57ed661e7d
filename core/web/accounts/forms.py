"""Forms of signing in and of one's own account."""

from __future__ import annotations

from wtforms import PasswordField
from wtforms.validators import InputRequired

from core.web.forms.base import Form, TextField
from core.web.i18n import lazy as _


class SignInForm(Form):
    """Name and password."""

    login = TextField(_("Tên đăng nhập"), limit=60, render_kw={"autocomplete": "username"})
    password = PasswordField(
        _("Mật khẩu"), validators=[InputRequired()], render_kw={"autocomplete": "current-password"}
    )
