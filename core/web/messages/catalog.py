"""Sentences of the catalog pages."""

from __future__ import annotations

MESSAGES: dict[str, str] = {
    "version_without_source": "Hãy ghi nguồn: số, ngày văn bản hoặc địa chỉ trang đã đọc.",
    "version_without_signer": "Hãy chọn ít nhất một chức vụ có thẩm quyền ký.",
    "version_in_use": "Đã có hồ sơ tiếp nhận theo quy định cũ đến ngày %(day)s. Hãy chọn ngày sau đó.",
    "version_overlaps": "Phiên bản mới phải bắt đầu sau phiên bản mới nhất đang có (từ %(begins)s).",
    "version_gap": "Giữa phiên bản cũ và phiên bản mới có khoảng trống, từ ngày %(ends)s. Hãy chọn ngày sớm hơn.",
    "version_household": "Hệ số của hộ gia đình phải bằng 1,5 lần hệ số của cá nhân.",
    "version_office": "Có chức vụ không còn thẩm quyền trong thời gian này. Hãy xem lại danh sách người ký.",
    "version_outside_regimes": "Thời gian của phiên bản nằm ngoài các quy định mà phần mềm đã có.",
    "version_fault": "Phiên bản này chưa khớp với danh mục (%(what)s). Hãy xem lại các ô.",
    "day_out_of_calendar": "Ngày này nằm ngoài lịch của phần mềm.",
    "day_worked_on_weekday": "%(day)s là ngày thường trong tuần, vốn đã là ngày làm việc.",
    "year_already_confirmed": "Lịch nghỉ năm %(year)s đã được xác nhận.",
}
