"""Sentences about counted figures."""

from __future__ import annotations

MESSAGES: dict[str, str] = {
    # one entry
    "tally_negative": "Số lượng không thể là số âm. Muốn bớt, hãy dùng “Hoàn tác” hoặc ghi lại tổng của ngày.",
    "tally_zero_tap": "Mỗi lần ghi phải từ 1 trở lên. Ngày không có lượt nào thì bấm “Gửi số liệu ngày”.",
    "tally_over_hard_cap": "Số này quá lớn: một ngày không ghi quá %(limit)s. Hãy xem lại có gõ thừa chữ số không.",
    "tally_over_soft_cap": "Đã lên %(total)s trong ngày, hơn mức thường gặp %(limit)s. Nếu đúng, hãy ghi lý do.",
    "tally_total_below_parts": "Tổng %(total)s nhỏ hơn các phần cộng lại là %(parts)s. Hãy sửa tổng hoặc từng phần.",
    "tally_day_ahead": "Ngày %(day)s chưa đến nên chưa ghi được.",
    "tally_day_late": "Ngày %(day)s đã qua hơn %(days)s ngày. Nếu cần ghi bù, hãy ghi lý do.",
    "tally_unknown_indicator": "Không có chỉ tiêu này. Hãy tải lại trang rồi ghi lại.",
    "tally_unknown_source": "Không rõ số này được ghi theo cách nào. Hãy tải lại trang rồi ghi lại.",
    "tally_detail_unknown": "Nơi hướng dẫn hoặc chi tiết kèm theo không đúng. Hãy tải lại trang rồi ghi lại.",
    "tally_client_id_bad": "Lượt ghi này thiếu mã riêng. Hãy tải lại trang rồi ghi lại.",
    "tally_client_id_reused": "Mã của lượt ghi này đã dùng cho một lượt khác. Hãy tải lại trang rồi ghi lại.",
    "tally_identity_in_text": "Chỗ này không được ghi số căn cước, số chứng minh hay số điện thoại. Hãy xóa dãy số đó.",
    "tally_reason_missing": "Hãy ghi lý do.",
    "tally_total_stands": "Ngày này đã có tổng; lượt bấm được giữ lại nhưng không cộng vào tổng.",
    "tally_clock_ahead": "Đồng hồ của máy chạy nhanh; giờ của máy chủ được dùng.",
    # taking back
    "tally_undo_unknown": "Không tìm thấy lượt cần hoàn tác.",
    "tally_undo_not_yours": "Chỉ người đã ghi mới hoàn tác được lượt của mình.",
    "tally_undo_too_late": "Chỉ hoàn tác được trong %(minutes)s phút. Hãy ghi tổng của ngày cho đúng trước khi gửi.",
    # the sheet of a day
    "tally_sheet_submitted": "Số liệu ngày %(day)s đã gửi, đang chờ duyệt. Muốn ghi thêm, bấm “Lấy lại để ghi tiếp”.",
    "tally_sheet_approved": "Số liệu ngày %(day)s đã duyệt. Muốn sửa, hãy nhờ người duyệt đính chính.",
    "tally_sheet_locked": "Số liệu ngày %(day)s đã khóa. Muốn sửa, hãy nhờ cán bộ xã đính chính.",
    "tally_period_locked": "Kỳ có ngày %(day)s đã khóa. Muốn sửa, hãy nhờ cán bộ xã đính chính.",
    "tally_no_road": "Số liệu ngày này đã chuyển sang bước khác. Hãy tải lại trang.",
    "tally_approver_counted": "Ông/bà đã ghi số trong ngày này nên không tự duyệt. Hãy nhờ người khác duyệt.",
    "tally_lock_waiting": "Còn %(number)s bảng số liệu chờ duyệt trong kỳ. Hãy duyệt hoặc trả lại trước khi khóa.",
    "tally_correct_not_approved": "Chỉ đính chính số liệu đã duyệt. Số liệu đang chờ thì trả lại để đơn vị sửa.",
    # sent together from a device
    "tally_sync_bad": "Dữ liệu gửi lên không đúng mẫu.",
    "tally_sync_too_many": "Mỗi lần gửi không quá %(limit)s lượt. Hãy gửi phần còn lại sau.",
    "tally_record_bad": "Lượt ghi này không đúng mẫu.",
}
