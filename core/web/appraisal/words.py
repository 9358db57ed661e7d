"""The words of appraisal: boxes of the queue, and what each act is called before and after it."""

from __future__ import annotations

from dataclasses import dataclass

from core.web.i18n import lazy as _

#: The chips of the queue in their order.
BOXES = {
    "waiting": _("Chờ tôi xử lý"),
    "overdue": _("Quá hạn"),
    "submitted": _("Chờ tiếp nhận"),
    "received": _("Đang thẩm định"),
    "consulting": _("Đang lấy ý kiến"),
    "appraised": _("Đã thẩm định"),
    "returned": _("Trả lại"),
    "handed_up": _("Đã trình cấp trên"),
}
#: What to say where a box is empty.
EMPTY = {
    "waiting": _("Không có hồ sơ nào chờ thẩm định."),
    "overdue": _("Không có hồ sơ nào quá hạn."),
}
DAY_UNITS = {"working_day": _("ngày làm việc"), "calendar_day": _("ngày (kể cả ngày nghỉ)")}
HANDOVER_RESULTS = {
    None: (_("Cấp trên đang xét"), "waiting"),
    "awarded": (_("Cấp trên đã có quyết định"), "honoured"),
    "declined": (_("Cấp trên không chọn"), "failed"),
    "withdrawn": (_("Đơn vị đề cử đã rút"), "failed"),
}


@dataclass(frozen=True, slots=True)
class Act:
    """One act: its page's heading, what it does in a sentence, its button, and what is said when it is done."""

    heading: object
    text: object
    button: object
    done: object
    is_danger: bool = False


ACTS = {
    "give_back": Act(
        _("Trả lại để bổ sung"),
        _("Đơn vị đề cử sẽ thấy từng ý kiến ngay cạnh mục cần sửa. Tên người thẩm định không hiện ra."),
        _("Trả lại hồ sơ"),
        _("Đã trả lại hồ sơ để bổ sung."),
    ),
    "appraise": Act(
        _("Đạt yêu cầu thẩm định"),
        _("Hồ sơ chuyển sang chờ Hội đồng hoặc chờ ký. Kết luận chỉ người trong đơn vị thẩm định đọc được."),
        _("Ghi là đạt yêu cầu"),
        _("Đã ghi hồ sơ đạt yêu cầu thẩm định."),
    ),
    "open_consultation": Act(
        _("Lấy ý kiến công khai"),
        _("Thời gian tính từ ngày mai. Hết hạn, ghi kết quả rồi hồ sơ đi tiếp."),
        _("Bắt đầu lấy ý kiến"),
        _("Đã bắt đầu lấy ý kiến công khai."),
    ),
    "close_consultation": Act(
        _("Kết thúc lấy ý kiến công khai"),
        _("Ghi có bao nhiêu ý kiến, nội dung chính và cách xử lý."),
        _("Ghi kết quả và kết thúc"),
        _("Đã kết thúc lấy ý kiến công khai."),
    ),
    "decline": Act(
        _("Không khen"),
        _("Hồ sơ dừng ở đây và không mở lại được. Lý do được gửi cho đơn vị đề cử."),
        _("Kết thúc, không khen"),
        _("Đã kết thúc hồ sơ. Đơn vị đề cử đã được báo."),
        is_danger=True,
    ),
    "hand_up": Act(
        _("Trình cấp trên"),
        _("Cấp trên thẩm định và quyết định lại từ đầu theo thời hạn của họ. Đã trình thì không lấy lại được."),
        _("Trình cấp trên"),
        _("Đã trình hồ sơ lên cấp trên."),
    ),
}
