"""The words of events: what each code is called on screen."""

from __future__ import annotations

from core.domain.errors import Objection
from core.domain.event_check import Finding
from core.web.i18n import lazy as _
from core.web.messages import say

PHASES = {
    "receive": _("Nhận hồ sơ"),
    "appraise": _("Thẩm định"),
    "council": _("Họp Hội đồng"),
    "publish": _("Công bố kết quả"),
}
#: stand -> (word, tone)
STANDS = {
    "before": (_("chưa mở"), "draft"),
    "open": (_("đang mở"), "waiting"),
    "after": (_("đã đóng"), "passed"),
}
STATES = {
    "draft": (_("Bản nháp"), "draft"),
    "announced": (_("Đã công bố"), "waiting"),
    "closed": (_("Đã khép lại"), "passed"),
}
TASK_PARTS = {"lead": _("Chủ trì"), "assist": _("Phối hợp"), "suggest": _("Đề nghị")}
TASK_STATUSES = {
    "open": (_("Chưa làm"), "draft"),
    "doing": (_("Đang làm"), "waiting"),
    "done": (_("Đã xong"), "passed"),
    "dropped": (_("Không làm nữa"), "failed"),
}
SEVERITIES = {"error": _("cần sửa"), "warning": _("nên xem lại"), "question": _("cần hỏi")}
#: step -> (button, heading, what it does, the act in the past)
STEPS = {
    "announce": (
        _("Công bố đợt"),
        _("Công bố đợt này?"),
        _("Các đơn vị được mời sẽ thấy đợt và được báo tin. Đợt đã công bố không đưa về bản nháp được."),
        _("Đã công bố đợt. Các đơn vị được mời đã được báo."),
    ),
    "close": (
        _("Khép lại đợt"),
        _("Khép lại đợt này?"),
        _("Sau khi khép lại, không đơn vị nào gửi thêm hồ sơ. Có thể mở lại khi cần."),
        _("Đã khép lại đợt."),
    ),
    "reopen": (
        _("Mở lại đợt"),
        _("Mở lại đợt này?"),
        _("Các giai đoạn còn hạn sẽ mở trở lại ngay."),
        _("Đã mở lại đợt."),
    ),
}


def say_finding(finding: Finding) -> str:
    """One finding of the self-check as a sentence."""
    params = dict(finding.params)
    for name in ("phase", "before"):
        if name in params:
            params[name] = str(PHASES[str(params[name])])
    return say(Objection(finding.code, params))
