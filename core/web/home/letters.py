"""A queued notice as the words of a letter."""

from __future__ import annotations

from typing import Any

from flask_babel import force_locale

from core.domain.errors import Objection
from core.web.i18n import gettext as _
from core.web.messages import say


def compose(payload: dict[str, Any], base_url: str) -> tuple[str, str]:
    """Subject and text of one mail, in Vietnamese: nobody's browser is there to ask for another language."""
    with force_locale("vi"):
        sentence = say(Objection(payload["code"], dict(payload.get("params") or {})))
        where = (
            _("Mở Vinh Danh để xem: %(url)s", url=f"{base_url.rstrip('/')}/notices")
            if base_url
            else _("Đăng nhập Vinh Danh, mục Thông báo, để xem.")
        )
        text = "\n\n".join(
            (
                _("Kính gửi ông/bà,"),
                sentence,
                where,
                _("Thư này do phần mềm Vinh Danh gửi tự động. Ông/bà có thể tắt thư ở trang Tài khoản của tôi."),
            )
        )
        return _("Vinh Danh: %(sentence)s", sentence=sentence), text + "\n"
