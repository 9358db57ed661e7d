"""The words of the catalogue: what each code is called on screen."""

from __future__ import annotations

from core.web.i18n import lazy as _

FAMILIES = {
    "danh_hieu_thi_dua": _("Danh hiệu thi đua"),
    "hinh_thuc_khen_thuong": _("Hình thức khen thưởng"),
    "sang_kien": _("Sáng kiến"),
    "ghi_nhan": _("Ghi nhận, biểu dương, tôn vinh"),
}
KINDS = {
    "individual": _("Cá nhân"),
    "collective": _("Tập thể"),
    "household": _("Hộ gia đình"),
    "area": _("Địa bàn"),
}
CONFIDENCES = {
    "A": _("Đã đọc văn bản hoặc trang chính thức"),
    "B": _("Cổng pháp luật hoặc báo chí dẫn điều khoản"),
    "C": _("Suy ra từ quy định liên quan, cần kiểm tra"),
    "D": _("Theo trí nhớ, cần kiểm tra"),
}
DAY_KINDS = {
    "off": _("Nghỉ"),
    "worked": _("Đi làm bù"),
    "normal": _("Như ngày thường"),
}
WEEKDAYS = (_("Thứ Hai"), _("Thứ Ba"), _("Thứ Tư"), _("Thứ Năm"), _("Thứ Sáu"), _("Thứ Bảy"), _("Chủ nhật"))
ROUTES = {
    "standing_council_only": _("Chỉ cần Thường trực Hội đồng xét."),
    "council_then_ubnd": _("Hội đồng xét rồi Ủy ban nhân dân xem xét."),
}
BY = {
    "nominating_unit": _("đơn vị đề cử nộp"),
    "organiser": _("đơn vị tổ chức lập"),
    "committee": _("Hội đồng lập"),
}
UNITS = {"working_day": _("ngày làm việc"), "calendar_day": _("ngày")}
