"""Sentences about plugins: switches, policies, settings, what a plugin itself says."""

MESSAGES = {
    "plugin_says": "%(text)s",
    "plugin_silent": "Phần mở rộng “%(plugin)s” đang tạm ngừng. Hãy thử lại sau hoặc báo người quản trị.",
    "plugin_cannot_check": "Không kiểm tra được phần “%(plugin)s”. Hãy thử lại hoặc báo người quản trị.",
}
