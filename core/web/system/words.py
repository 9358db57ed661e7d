"""Acts of the audit in words. An act without one is shown by its own name: nothing is hidden."""

from __future__ import annotations

from collections.abc import Mapping

from core.web.i18n import lazy as _

#: What an action is about: the part before the dot.
NOUNS = {
    "access": _("Truy cập"),
    "account": _("Tài khoản"),
    "attachment": _("Tệp đính kèm"),
    "award": _("Khen thưởng"),
    "calendar": _("Lịch nghỉ"),
    "catalog": _("Danh mục"),
    "committee": _("Hội đồng"),
    "consent": _("Ý kiến đồng ý"),
    "decision": _("Quyết định"),
    "delegation": _("Giao ký"),
    "event": _("Đợt"),
    "link": _("Liên kết đặt mật khẩu"),
    "login": _("Đăng nhập"),
    "logout": _("Đăng xuất"),
    "nomination": _("Hồ sơ"),
    "nominee": _("Người được đề nghị"),
    "office": _("Chức vụ ký"),
    "password": _("Mật khẩu"),
    "recovery": _("Thu hồi hiện vật"),
    "remark": _("Góp ý hồ sơ"),
    "role": _("Vai trò"),
    "second_factor": _("Lớp bảo vệ thứ hai"),
    "sitting": _("Phiên họp"),
    "unit": _("Đơn vị"),
}

ACTIONS = {
    "access.denied": _("Bị từ chối truy cập"),
    "account.closed": _("Đóng tài khoản"),
    "account.created": _("Tạo tài khoản"),
    "account.edited": _("Sửa thông tin người dùng"),
    "account.mail_changed": _("Đổi cách nhận thông báo"),
    "account.reopened": _("Mở lại tài khoản"),
    "attachment.add": _("Tải tệp lên"),
    "attachment.remove": _("Bỏ tệp"),
    "calendar.day_dropped": _("Bỏ ngày đặt riêng trong lịch"),
    "calendar.day_set": _("Đặt ngày nghỉ, ngày làm bù"),
    "calendar.year_confirmed": _("Xác nhận lịch nghỉ của năm"),
    "catalog.version_add": _("Thêm bản danh mục"),
    "committee.add_seat": _("Thêm thành viên Hội đồng"),
    "committee.create": _("Lập Hội đồng"),
    "committee.edit": _("Sửa Hội đồng"),
    "committee.edit_seat": _("Sửa thành viên Hội đồng"),
    "committee.end_seat": _("Thôi thành viên Hội đồng"),
    "consent.record": _("Ghi ý kiến đồng ý công khai"),
    "decision.archive": _("Lưu trữ quyết định"),
    "decision.discard": _("Bỏ dự thảo quyết định"),
    "decision.draft": _("Soạn quyết định"),
    "decision.drop_line": _("Bỏ một hồ sơ khỏi dự thảo"),
    "decision.edit": _("Sửa dự thảo quyết định"),
    "decision.issue": _("Ban hành quyết định"),
    "decision.present": _("Trao thưởng"),
    "delegation.ended": _("Kết thúc giao ký"),
    "delegation.given": _("Ghi việc giao ký"),
    "event.awards": _("Chọn danh hiệu của đợt"),
    "event.copy": _("Chép đợt"),
    "event.create": _("Tạo đợt"),
    "event.edit": _("Sửa đợt"),
    "event.phase_extended": _("Gia hạn một giai đoạn"),
    "event.phase_set": _("Đặt giai đoạn"),
    "event.roll_hidden": _("Ẩn bảng vinh danh"),
    "event.roll_shown": _("Công khai bảng vinh danh"),
    "event.task_add": _("Giao nhiệm vụ"),
    "event.task_edit": _("Sửa nhiệm vụ"),
    "event.task_remove": _("Bỏ nhiệm vụ"),
    "event.task_report": _("Báo cáo nhiệm vụ"),
    "event.units": _("Mời đơn vị"),
    "link.made": _("Tạo liên kết đặt mật khẩu"),
    "login.ended": _("Kết thúc một phiên đăng nhập"),
    "login.ended_all": _("Đăng xuất khỏi mọi thiết bị"),
    "login.failed": _("Đăng nhập không thành công"),
    "login.succeeded": _("Đăng nhập"),
    "logout": _("Đăng xuất"),
    "nomination.appraise": _("Thẩm định xong"),
    "nomination.decline": _("Từ chối hồ sơ"),
    "nomination.hand_up": _("Trình cấp trên"),
    "nomination.handed_to": _("Chuyển cấp trên"),
    "nomination.receipt": _("Cấp số tiếp nhận"),
    "nomination.receive": _("Tiếp nhận hồ sơ"),
    "nomination.return": _("Trả hồ sơ để bổ sung"),
    "nomination.save": _("Lưu hồ sơ"),
    "nomination.start": _("Lập hồ sơ"),
    "nomination.submit": _("Gửi hồ sơ"),
    "nomination.tell_head": _("Nhờ thủ trưởng xác nhận"),
    "nomination.withdraw": _("Rút hồ sơ"),
    "nominee.create": _("Ghi người được đề nghị"),
    "office.ended": _("Kết thúc chức vụ ký"),
    "office.given": _("Ghi người giữ chức vụ ký"),
    "password.changed": _("Đổi mật khẩu"),
    "role.ended": _("Kết thúc vai trò"),
    "role.granted": _("Giao vai trò"),
    "second_factor.codes_renewed": _("Tạo mã dự phòng mới"),
    "second_factor.off": _("Tắt lớp bảo vệ thứ hai"),
    "second_factor.on": _("Bật lớp bảo vệ thứ hai"),
    "second_factor.recovery_used": _("Dùng một mã dự phòng"),
    "sitting.attendance": _("Điểm danh phiên họp"),
    "sitting.cancel": _("Hủy phiên họp"),
    "sitting.close": _("Kết thúc phiên họp"),
    "sitting.count": _("Nhập kết quả kiểm phiếu"),
    "sitting.count_confirmed": _("Xác nhận kết quả kiểm phiếu"),
    "sitting.count_differs": _("Hai lần nhập kiểm phiếu lệch nhau"),
    "sitting.declare_conflict": _("Ghi người không tham gia bỏ phiếu"),
    "sitting.edit": _("Sửa phiên họp"),
    "sitting.open": _("Khai mạc phiên họp"),
    "sitting.opinion": _("Nhập ý kiến bằng văn bản"),
    "sitting.opinion_taken_back": _("Bỏ ý kiến bằng văn bản"),
    "sitting.outcome": _("Kết quả bỏ phiếu"),
    "sitting.plan": _("Lên lịch phiên họp"),
    "sitting.put_on": _("Đưa hồ sơ vào phiên họp"),
    "sitting.take_off": _("Đưa hồ sơ ra khỏi phiên họp"),
    "unit.added": _("Thêm đơn vị"),
    "unit.alias_added": _("Thêm tên gọi khác"),
    "unit.alias_dropped": _("Bỏ tên gọi khác"),
    "unit.closed": _("Đóng đơn vị"),
    "unit.edited": _("Sửa thông tin đơn vị"),
    "unit.merged": _("Sáp nhập đơn vị"),
    "unit.renamed": _("Đổi tên đơn vị"),
    "unit.reopened": _("Mở lại đơn vị"),
}

#: Names of what a line carries.
DETAILS = {
    "address": _("Địa chỉ máy"),
    "at": _("Lúc"),
    "authority": _("Chức vụ"),
    "award": _("Danh hiệu"),
    "awards": _("Danh hiệu"),
    "below": _("Thuộc"),
    "by": _("Bằng"),
    "changed": _("Phần đã sửa"),
    "date": _("Ngày"),
    "decision": _("Quyết định"),
    "device": _("Thiết bị"),
    "event": _("Đợt"),
    "fields": _("Phần đã sửa"),
    "file": _("Tệp"),
    "from_on": _("Từ ngày"),
    "full_name": _("Họ và tên"),
    "ground": _("Căn cứ"),
    "into": _("Vào đơn vị"),
    "is_external": _("Đơn vị ngoài"),
    "kind": _("Loại"),
    "left": _("Còn lại"),
    "letter": _("Tờ trình"),
    "login": _("Tên đăng nhập"),
    "member": _("Thành viên"),
    "members": _("Số thành viên"),
    "name": _("Tên"),
    "needed": _("Cần"),
    "new": _("Mới"),
    "nomination": _("Hồ sơ"),
    "note": _("Ghi chú"),
    "number": _("Số"),
    "old": _("Cũ"),
    "on": _("Ngày"),
    "outcome": _("Kết quả"),
    "part": _("Phần"),
    "people": _("Số người"),
    "permission": _("Quyền"),
    "phase": _("Giai đoạn"),
    "present": _("Có mặt"),
    "reason": _("Lý do"),
    "role": _("Vai trò"),
    "roles": _("Vai trò"),
    "rules": _("Dấu của bộ quy định"),
    "sha256": _("Dấu của tệp"),
    "short_name": _("Tên ngắn"),
    "source": _("Nguồn"),
    "status": _("Trạng thái"),
    "title": _("Tên, chức danh"),
    "to": _("Đến"),
    "to_on": _("Đến hết ngày"),
    "unit": _("Đơn vị"),
    "until": _("Đến hết ngày"),
    "user": _("Tài khoản"),
    "wants_mail": _("Nhận thư"),
}


#: Objects whose noun is another one's.
_SAME_AS = {"user": "account", "login": "account", "sitting_item": "sitting", "award_type": "catalog"}


def action_words(action: str) -> str:
    """ "Giao vai trò"; for an act without words its noun and its own name."""
    if word := ACTIONS.get(action):
        return str(word)
    noun, _dot, verb = action.partition(".")
    return f"{NOUNS[noun]}: {verb}" if noun in NOUNS else action


def object_words(named: str, names: Mapping[str, str]) -> str:
    """ "Đơn vị: Thôn Đông"; for what has no name its noun and key."""
    noun, _colon, key = named.partition(":")
    word = NOUNS.get(_SAME_AS.get(noun, noun))
    if word is None:
        return named
    return f"{word}: {names.get(named, key)}" if key != "-" else str(word)


def detail_rows(payload: dict[str, object]) -> list[tuple[str, object]]:
    """(name, value) of what a line carries."""
    return [(str(DETAILS.get(name, name)), value) for name, value in payload.items()]
