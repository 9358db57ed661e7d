"""The words of the council: parts, states, marks, and why somebody does not vote."""

from __future__ import annotations

from core.domain import conflicts
from core.web.i18n import gettext
from core.web.i18n import lazy as _

PARTS = {
    "chair": _("Chủ tịch Hội đồng"),
    "vice_chair": _("Phó Chủ tịch Hội đồng"),
    "secretary": _("Ủy viên, thư ký"),
    "member": _("Ủy viên"),
}
STATES = {
    "planned": (_("Sắp họp"), "draft"),
    "open": (_("Đang họp"), "waiting"),
    "closed": (_("Đã kết thúc"), "passed"),
    "cancelled": (_("Đã hủy"), "failed"),
}
ATTENDANCE = {"present": _("Có mặt"), "absent": _("Vắng"), "unknown": _("Chưa điểm danh")}
MARKS = {"yes": _("Đồng ý"), "no": _("Không đồng ý"), "blank": _("Không có ý kiến")}
OUTCOMES = {"passed": (_("Đạt"), "passed"), "failed": (_("Không đạt"), "failed")}
#: Before there is an outcome: (word, tone).
NOT_COUNTED = (_("Chưa kiểm phiếu"), "draft")
NOT_CONFIRMED = (_("Chờ người thứ hai"), "waiting")
NOT_EQUAL = (_("Hai lần nhập khác nhau"), "returned")
REASONS = {
    conflicts.IS_NOMINEE: _("là người được đề nghị"),
    conflicts.OWN_UNIT: _("cùng đơn vị với người được đề nghị"),
    conflicts.PUT_FORWARD: _("đã lập hoặc ký hồ sơ này"),
    "relative": _("người thân trong gia đình"),
    "direct_work": _("cấp trên hoặc cấp dưới trực tiếp"),
    "interest": _("có quyền lợi liên quan"),
    "other": _("lý do khác"),
}
#: Sealed ballots: (word, tone).
BALLOTS = {
    "open": (_("Đang bỏ phiếu"), "waiting"),
    "closed": (_("Đã đóng, chưa mở thùng"), "returned"),
    "opened": (_("Đã kiểm phiếu"), "passed"),
    "void": (_("Đã hủy"), "failed"),
}
VOTING = (_("Đang bỏ phiếu kín"), "waiting")
#: The figures of a paper count in the order of the form.
FIGURES = {
    "issued": _("Số phiếu phát ra"),
    "returned": _("Số phiếu thu về"),
    "valid": _("Số phiếu hợp lệ"),
    "invalid": _("Số phiếu không hợp lệ"),
    "yes": _("Đồng ý"),
    "no": _("Không đồng ý"),
    "blank": _("Phiếu trắng"),
}


def progress(number: int | None, entitled: int) -> str:
    """How far a sealed vote is, without saying who; vague while the number would tell."""
    if number is None:
        return gettext("Mới có ít phiếu, chưa hiện số. Được bỏ phiếu: %(entitled)s người.", entitled=entitled)
    return gettext("Đã có %(number)s/%(entitled)s phiếu trong thùng.", number=number, entitled=entitled)
