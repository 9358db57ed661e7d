"""Words of our pages that are chosen by code."""

from __future__ import annotations

#: State of a sheet -> (words, tone of the core's state tag).
STATES: dict[str, tuple[str, str]] = {
    "draft": ("Nháp", "draft"),
    "submitted": ("Đã gửi, chờ duyệt", "waiting"),
    "returned": ("Cần sửa", "returned"),
    "approved": ("Đã duyệt", "passed"),
    "locked": ("Đã khóa", "failed"),
}
ALL_STATES = tuple(STATES)
SOURCES = {"tap": "Bấm", "day_total": "Tổng ngày", "paper": "Sổ giấy", "import": "Tệp"}
#: A reason makes these pass.
REASON_HELPS = frozenset({"tally_over_soft_cap", "tally_day_late"})

SENT = "Đã gửi số liệu ngày %(day)s."
TAKEN_BACK = "Đã lấy lại số liệu ngày %(day)s để ghi tiếp."
TOTAL_KEPT = "Đã ghi tổng ngày %(day)s."
SLIP_CLOSED = "Phiếu %(code)s đã xong."
BAD_DAY = "Ghi ngày/tháng/năm, ví dụ 18/05/2026."
NO_FIGURE = "Hãy ghi ít nhất một số."
APPROVED = "Đã duyệt số liệu của %(unit)s ngày %(day)s."
GIVEN_BACK = "Đã trả lại số liệu của %(unit)s ngày %(day)s."
CORRECTED = "Đã đính chính."
LOCKED = "Đã khóa kỳ %(first)s đến %(last)s: %(number)s bảng số liệu."
POINT_ADDED = "Đã thêm nơi hướng dẫn."
