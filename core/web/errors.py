"""What a person sees when something was refused or broke: plain words, what to do now, and the id of the log line."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from flask import Flask, g, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from core.domain.errors import Barred, Forbidden, Refused
from core.http.guards import SignInNeeded
from core.http.plugin_pages import PluginPageBroke
from core.http.problems import status_of
from core.http.secret import is_untraced
from core.http.transactions import SAFE
from core.models import db
from core.services import audit
from core.web.accounts import kept
from core.web.i18n import gettext as _
from core.web.messages import say

log = logging.getLogger("vinhdanh")


def init_app(app: Flask) -> None:
    """Every kind of trouble gets its page; nothing shows a stack."""
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(SignInNeeded, _sign_in)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(OSError, _disk)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(PluginPageBroke, _plugin_broke)
    app.register_error_handler(Exception, _broken)


def page(status: int, heading: str, text: str, todo: str | None = None, **extra: Any) -> tuple[str, int]:
    """The error page with its status."""
    error_id = extra.pop("error_id", None) or g.get("request_id") or secrets.token_hex(8)
    return render_template("core/error.html", heading=heading, text=text, todo=todo, error_id=error_id, **extra), status


def _refused(refused: Refused) -> Any:
    db.session.rollback()
    status = status_of(refused)
    if isinstance(refused, Forbidden | Barred):
        _note_denied(refused)
    sentences = " ".join(say(one) for one in refused.objections)
    headings = {
        404: _("Không tìm thấy trang này"),
        403: _("Không có quyền"),
        409: _("Việc này vừa thay đổi"),
        400: _("Đường dẫn không đúng"),
        503: _("Hãy thử lại sau giây lát"),
    }
    return page(status, headings.get(status, _("Chưa làm được việc này")), sentences)


def _note_denied(refused: Forbidden | Barred) -> None:
    """A denied act is an audit line of its own: its transaction was rolled back."""
    ctx = g.get("ctx")
    if ctx is None or ctx.actor.id is None:
        return
    permission = "conflict_of_interest" if isinstance(refused, Barred) else str(refused.params["permission"])
    db.session.connection(execution_options={"writes": True})
    audit.note(ctx, "access.denied", f"route:{request.endpoint}", permission=permission)
    db.session.commit()


def _sign_in(_error: SignInNeeded) -> Any:
    if request.method in SAFE:
        return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
    if request.accept_mimetypes.best == "application/json":
        return {"error": "sign_in"}, 401
    return render_template("core/accounts/expired.html", fields=_typed_fields()), 401


def _typed_fields() -> list[tuple[str, str]]:
    """What was typed when the login had expired: shown back so that nothing is lost. Never a vote."""
    if is_untraced():
        return []
    return [(name, value) for name, value in request.form.items(multi=True) if name not in kept.NEVER]


def _csrf(_error: CSRFError) -> Any:
    if request.endpoint in ("accounts.sign_in", "accounts.code", "accounts.demo", "accounts.link"):
        text = _("Trang này mở đã lâu nên máy chủ chưa nhận.")
        here = url_for("accounts.sign_in") if request.endpoint != "accounts.link" else request.path
        return page(400, _("Hãy mở lại trang"), text, _("Mở lại trang rồi làm lại."), url=here, label=_("Mở lại trang"))
    if not getattr(g.get("ctx"), "actor", None) or g.ctx.actor.id is None:
        return _sign_in(SignInNeeded())
    if (found := kept.from_old_page()) is not None:  # signed in again in another tab: nothing typed is lost
        return render_template("core/accounts/resume.html", kept=found), 400
    return page(
        400,
        _("Biểu mẫu đã quá hạn"),
        _("Trang này được mở từ lần đăng nhập trước nên máy chủ chưa nhận."),
        _("Ông/bà hãy quay lại trang trước (những gì đã gõ vẫn còn), tải lại rồi gửi lần nữa."),
    )


def _stale(_error: StaleDataError) -> Any:
    return _refused(Refused("stale", kind="conflict"))


def _database(error: OperationalError) -> Any:
    text = str(error.orig)
    db.session.rollback()
    if "full" in text:
        return _full()
    if "locked" in text or "busy" in text:
        body, status = page(503, _("Máy chủ đang bận"), _("Nhiều người đang lưu cùng lúc. Hãy thử lại sau vài giây."))
        return body, status, {"Retry-After": "5"}
    return _broken(error)


def _disk(error: OSError) -> Any:
    db.session.rollback()
    return _full() if error.errno == 28 else _broken(error)


def _full() -> Any:
    return page(
        507,
        _("Máy chủ hết chỗ lưu"),
        _("Chưa lưu được vì ổ đĩa của máy chủ đã đầy. Những gì đã lưu trước đó vẫn còn."),
        _("Hãy báo người quản trị hệ thống giải phóng ổ đĩa rồi thử lại."),
    )


def _http(error: HTTPException) -> Any:
    db.session.rollback()
    if error.code is None or error.code < 400:
        return error
    known = {
        400: (_("Yêu cầu không đúng"), _("Máy chủ không đọc được những gì trình duyệt gửi lên.")),
        404: (_("Không tìm thấy trang này"), _("Không tìm thấy, hoặc ông/bà không có quyền xem.")),
        405: (_("Không làm được bằng cách này"), _("Địa chỉ này không nhận kiểu yêu cầu đó.")),
        413: (_("Tệp hoặc nội dung quá lớn"), _("Mỗi tệp tối đa 20 MB. Hãy giảm dung lượng rồi gửi lại.")),
    }
    heading, text = known.get(error.code, (_("Chưa làm được việc này"), _("Máy chủ chưa xử lý được yêu cầu.")))
    body, status = page(error.code, heading, text)
    headers = {}
    if error.code == 405 and getattr(error, "valid_methods", None):
        headers["Allow"] = ", ".join(sorted(error.valid_methods))  # type: ignore[attr-defined]
    return body, status, headers


def _plugin_broke(error: PluginPageBroke) -> Any:
    """A plugin's own page failed: it is named, so that people know whom to ask; the rest of the product works."""
    return page(
        500,
        _("Phần mở rộng “%(title)s” gặp lỗi", title=error.title),
        _("Trang này của phần mở rộng chưa hiển thị được. Các phần khác của hệ thống vẫn làm việc bình thường."),
        _("Hãy thử lại; nếu vẫn vậy, báo người quản trị kèm mã lỗi dưới đây."),
        error_id=error.error_id,
    )


def _broken(error: Exception) -> Any:
    db.session.rollback()
    error_id = g.get("request_id") or secrets.token_hex(8)
    log.error("request failed", exc_info=error, extra={"error_id": error_id})
    return page(500, _("Máy chủ gặp trục trặc"), "", error_id=error_id)
