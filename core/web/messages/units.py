"""Sentences of the units pages."""

from __future__ import annotations

MESSAGES: dict[str, str] = {
    # the tree
    "unit_name_taken": "Cùng cấp đã có đơn vị tên “%(name)s” (không phân biệt dấu). Hãy đặt tên khác hoặc ghi rõ hơn.",
    "unit_name_same": "Tên mới giống hệt tên đang dùng.",
    "unit_kind_unknown": "Hãy chọn loại đơn vị có trong danh mục.",
    "unit_is_closed": "%(name)s đã đóng nên không làm được việc này.",
    "unit_is_merged": "%(name)s đã sáp nhập vào đơn vị khác nên không mở lại được.",
    "unit_ends_from_above": "%(name)s chỉ đóng hoặc sáp nhập được từ đơn vị cấp trên.",
    "unit_has_children": "Còn %(number)s đơn vị bên dưới. Hãy đóng hoặc sáp nhập các đơn vị đó trước.",
    "unit_has_unsent": "Còn %(number)s hồ sơ chưa gửi hoặc đang phải bổ sung. Hãy gửi hoặc rút các hồ sơ đó trước.",
    "unit_has_events": "Đơn vị đang tổ chức %(number)s đợt chưa đóng. Hãy đóng đợt trước.",
    "unit_has_system_admin": "Ở %(name)s có người quản trị hệ thống. Hãy chọn chuyển vai trò sang đơn vị mới.",
    "unit_merge_below": "Không sáp nhập một đơn vị vào đơn vị cấp dưới của chính nó.",
    "unit_child_taken": "Ở %(into)s cũng có đơn vị “%(name)s” bên dưới. Hãy đổi tên một bên trước khi sáp nhập.",
    "alias_known": "“%(name)s” đã là tên của đơn vị này.",
    "date_in_future": "Ngày này chưa đến. Hãy ghi ngày hôm nay hoặc một ngày đã qua.",
    # accounts and roles
    "login_bad": "Tên đăng nhập gồm 3 đến 60 chữ thường không dấu, chữ số, dấu chấm, gạch ngang; ví dụ lan.nt.",
    "login_taken": "Tên đăng nhập “%(login)s” đã có người dùng.",
    "role_missing": "Hãy chọn ít nhất một vai trò.",
    "role_not_yours": "Vai trò quản trị hệ thống chỉ người quản trị hệ thống giao và kết thúc được.",
    "role_held": "Người này đang giữ vai trò đó ở %(unit)s.",
    "own_last_admin_role": "Đây là vai trò quản trị cuối cùng của chính ông/bà. Hãy nhờ người quản trị khác kết thúc.",
    "last_system_admin": "Đây là người quản trị hệ thống cuối cùng. Hãy giao vai trò này cho người khác trước.",
    "account_own": "Không tự đóng tài khoản của chính mình. Hãy nhờ người quản trị khác.",
    "account_closed": "Tài khoản đã đóng. Hãy mở lại trước.",
    "account_has_roles_elsewhere": "Người này còn vai trò ở đơn vị khác. Việc này cần người quản trị cấp trên chung.",
    # signing offices
    "authority_not_of_unit": "Loại đơn vị này không có chức vụ ký đó.",
    "office_overlaps": "%(name)s đang giữ chức vụ này trong khoảng ngày đó. Hãy ghi ngày cuối cho người trước.",
    "office_needs_signer": "Hãy chọn người đang có vai trò Người ký quyết định ở đơn vị này.",
    "delegation_to_holder": "Người giữ chức vụ không cần ký thay cho chính mình.",
    "delegation_not_allowed": "Chức vụ này không giao ký theo cách đó.",
    "authorisation_needs_end": "Thừa ủy quyền phải có ngày kết thúc.",
    "delegation_outside_office": "Việc giao ký phải nằm trong thời gian giữ chức vụ: từ %(first)s đến %(last)s.",
    "days_backwards": "Ngày cuối đứng trước ngày đầu.",
    "end_before_start": "Ngày cuối không thể trước ngày bắt đầu %(first)s.",
    "ended_already": "Đã kết thúc ngày %(last)s.",
    "signed_after": "Sau ngày đó đã ban hành quyết định số %(number)s. Hãy chọn ngày muộn hơn.",
}
