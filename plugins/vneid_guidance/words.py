"""Words of our pages that are chosen by code."""

from __future__ import annotations

from typing import Any

from core.sdk.web import lazy

#: State of a sheet -> (words, tone of the core's state tag).
STATES: dict[str, tuple[Any, str]] = {
    "draft": (lazy("Nháp"), "draft"),
    "submitted": (lazy("Đã gửi, chờ duyệt"), "waiting"),
    "returned": (lazy("Cần sửa"), "returned"),
    "approved": (lazy("Đã duyệt"), "passed"),
    "locked": (lazy("Đã khóa"), "failed"),
}
ALL_STATES = tuple(STATES)
SOURCES = {"tap": lazy("Bấm"), "day_total": lazy("Tổng ngày"), "paper": lazy("Sổ giấy"), "import": lazy("Tệp")}
#: A reason makes these pass.
REASON_HELPS = frozenset({"tally_over_soft_cap", "tally_day_late"})

SENT = lazy("Đã gửi số liệu ngày %(day)s.")
TAKEN_BACK = lazy("Đã lấy lại số liệu ngày %(day)s để ghi tiếp.")
TOTAL_KEPT = lazy("Đã ghi tổng ngày %(day)s.")
SLIP_CLOSED = lazy("Phiếu %(code)s đã xong.")
BAD_DAY = lazy("Ghi ngày/tháng/năm, ví dụ 18/05/2026.")
NO_FIGURE = lazy("Hãy ghi ít nhất một số.")
APPROVED = lazy("Đã duyệt số liệu của %(unit)s ngày %(day)s.")
GIVEN_BACK = lazy("Đã trả lại số liệu của %(unit)s ngày %(day)s.")
CORRECTED = lazy("Đã đính chính.")
LOCKED = lazy("Đã khóa kỳ %(first)s đến %(last)s: %(number)s bảng số liệu.")
POINT_ADDED = lazy("Đã thêm nơi hướng dẫn.")
