"""Sentences about plugins: switches, policies, settings, what a plugin itself says."""

MESSAGES = {
    "plugin_says": "%(text)s",
    "plugin_silent": "Phần mở rộng “%(plugin)s” đang tạm ngừng. Hãy thử lại sau hoặc báo người quản trị.",
    "plugin_cannot_check": "Không kiểm tra được phần “%(plugin)s”. Hãy thử lại hoặc báo người quản trị.",
    "plugin_forbidden_above": "%(unit)s không cho phép dùng phần “%(plugin)s”.",
    "plugin_required_above": "%(unit)s quy định bắt buộc dùng phần “%(plugin)s”.",
    "plugin_not_served": "Người quản trị hệ thống không cho dùng phần “%(plugin)s” trên máy chủ này.",
    "plugin_unwell": "Phần “%(plugin)s” đang hỏng nên chưa bật được. Hãy báo người quản trị hệ thống.",
    "plugin_suspended": "Phần “%(plugin)s” đang tạm ngừng vì gặp lỗi nhiều lần. Hãy báo người quản trị hệ thống.",
    "plugin_not_suspended": "Phần này không ở tình trạng tạm ngừng.",
    "plugin_needs": "Phần “%(plugin)s” cần phần “%(needs)s”. Hãy bật phần “%(needs)s” trước.",
    "plugin_not_on": "Phần “%(plugin)s” đang tắt ở đơn vị tổ chức nên không cần bỏ khỏi đợt.",
    "plugin_policy_needs": "“%(plugin)s” cần “%(needs)s”. Hãy quy định bắt buộc “%(needs)s” trước.",
    "plugin_policy_needed": "“%(by)s” đang bắt buộc và cần “%(plugin)s”. Hãy bỏ quy định bắt buộc “%(by)s” trước.",
    "plugin_setting_locked": "%(unit)s đã khóa mục này, cấp dưới không đặt khác được.",
    "plugin_target_overlaps": "Đã có chỉ tiêu từ %(first)s đến %(last)s trùng ngày. Các kỳ không được chồng lên nhau.",
}
