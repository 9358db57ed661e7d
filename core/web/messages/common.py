"""Sentences that every area may need."""

from core.web.i18n import lazy as _  # noqa: F401 - marks the strings for extraction

MESSAGES = {
    "not_found": "Không tìm thấy, hoặc ông/bà không có quyền xem.",
    "forbidden": "Tài khoản này không có quyền làm việc đó.",
    "stale": "Người khác vừa sửa nội dung này. Hãy so sánh hai bản rồi lưu lại.",
    "no_road": "Hồ sơ đang ở bước khác nên không làm được việc này. Hãy tải lại trang.",
    "bad_cursor": "Đường dẫn trang không đúng. Hãy quay lại đầu danh sách.",
    "bad_parameter": "Đường dẫn có tham số không đúng. Hãy mở lại danh sách.",
    "request_id_reused": "Biểu mẫu này đã được gửi với nội dung khác. Hãy tải lại trang rồi gửi lại.",
    "still_working": "Yêu cầu trước đang được xử lý. Hãy đợi giây lát rồi tải lại trang.",
    "no_choice": "Hãy chọn một mục trong danh sách.",
}
