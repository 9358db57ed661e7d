"""Sentences of the appraisal pages."""

from __future__ import annotations

MESSAGES: dict[str, str] = {
    "not_handling": "Hồ sơ của %(name)s không còn ở đơn vị này nên không xử lý được nữa. Hãy tải lại danh sách.",
    "remark_missing": "Hãy viết ít nhất một ý kiến, tối đa 20 ý kiến, mỗi ý kiến về một mục cần bổ sung.",
    "unknown_field": "Mục này không có trong hồ sơ. Hãy chọn lại trong danh sách.",
    "due_in_the_past": "Hạn gửi lại phải từ ngày %(today)s trở đi.",
    "consultation_too_short": "Quy định của hồ sơ này là ít nhất %(days)s ngày.",
    "consultation_not_over": "Theo quy định phải lấy ý kiến đến hết ngày %(day)s. Sau ngày đó mới ghi kết quả được.",
    "may_sign_here": "Danh hiệu này đơn vị tự quyết định được nên không trình cấp trên.",
    "no_upper_unit": "Chưa khai báo đơn vị cấp trên trong phần mềm. Nhờ quản trị thêm đơn vị cấp trên rồi trình.",
    "vote_first": "Danh hiệu này phải qua bỏ phiếu của Hội đồng trước khi trình (%(rule)s).",
}
