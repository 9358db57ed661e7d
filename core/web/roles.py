"""The roles in words."""

from __future__ import annotations

from collections.abc import Iterable

from core.domain.permissions import Role
from core.web.i18n import lazy as _

ROLE_WORDS = {
    Role.NOMINATOR: _("Người lập hồ sơ"),
    Role.HEAD: _("Thủ trưởng đơn vị"),
    Role.SECRETARY: _("Thường trực, thư ký Hội đồng"),
    Role.MEMBER: _("Thành viên Hội đồng"),
    Role.SIGNER: _("Người ký quyết định"),
    Role.UNIT_ADMIN: _("Quản trị đơn vị"),
    Role.SYSTEM_ADMIN: _("Quản trị hệ thống"),
    Role.INSPECTOR: _("Kiểm tra, chỉ xem"),
    Role.VOLUNTEER: _("Tình nguyện viên, người ghi số liệu"),
    Role.DATA_OFFICER: _("Đầu mối số liệu chính thức"),
}

#: What a role lets a person do, for whoever gives it out.
ROLE_HELP = {
    Role.NOMINATOR: _("soạn hồ sơ đề nghị của đơn vị"),
    Role.HEAD: _("xác nhận và gửi hồ sơ của đơn vị"),
    Role.SECRETARY: _("mở đợt, thẩm định, chuẩn bị phiên họp và quyết định"),
    Role.MEMBER: _("xem hồ sơ đưa ra Hội đồng, xác nhận biên bản"),
    Role.SIGNER: _("ban hành quyết định trong thẩm quyền được ghi ở mục Chức vụ ký"),
    Role.UNIT_ADMIN: _("quản lý đơn vị, tài khoản, chức vụ ký của đơn vị và cấp dưới"),
    Role.SYSTEM_ADMIN: _("quản lý toàn bộ hệ thống, danh mục, lịch nghỉ"),
    Role.INSPECTOR: _("xem tất cả trong đơn vị, không sửa gì"),
    Role.VOLUNTEER: _("ghi số liệu tại cơ sở trên các trang của phần mở rộng"),
    Role.DATA_OFFICER: _("nhập, xác nhận số liệu chính thức của cơ quan quản lý"),
}


def role_words(roles: Iterable[str]) -> str:
    """Several roles in the order of work: "Người lập hồ sơ, thủ trưởng đơn vị"."""
    held = set(roles)
    words = [str(word) for role, word in ROLE_WORDS.items() if role.value in held]
    return ", ".join([word if at == 0 else word[:1].lower() + word[1:] for at, word in enumerate(words)])
