"""Sentences of the accounts pages."""

from __future__ import annotations

MESSAGES: dict[str, str] = {
    "too_many_attempts": "Đã nhập sai nhiều lần. Hãy thử lại sau %(minutes)s phút.",
    "code_wrong": "Mã chưa đúng. Hãy xem mã đang hiện trong ứng dụng rồi gõ lại.",
    "password_wrong": "Mật khẩu hiện nay chưa đúng.",
    "password_short": "Mật khẩu cần ít nhất %(least)s ký tự.",
    "password_long": "Mật khẩu dài nhất %(most)s ký tự.",
    "password_common": "Mật khẩu này quá dễ đoán. Hãy chọn một câu hoặc vài từ chỉ mình mới nhớ.",
    "password_own_word": "Mật khẩu gần như chỉ là tên đăng nhập, họ tên hoặc tên đơn vị. Hãy thêm vài từ khác.",
    "bad_email": "Địa chỉ thư điện tử chưa đúng, ví dụ đúng: ten@halong.gov.vn.",
    "email_missing": "Muốn nhận thông báo qua thư thì cần ghi địa chỉ thư điện tử.",
    "kept_gone": "Nội dung giữ lại đã quá một ngày hoặc thuộc tài khoản khác nên không gửi lại được từ trang này.",
}
