"""The words of nominations: states as each side may know them, steps, kinds, and the names of all fields."""

from __future__ import annotations

from core.domain.nomination import UNDER_REVIEW, State, Step
from core.web.i18n import lazy as _

#: face -> (word, tone); the faces are the states and the one word that hides them.
FACES = {
    State.DRAFT.value: (_("Bản nháp"), "draft"),
    State.READY.value: (_("Chờ thủ trưởng xác nhận"), "waiting"),
    State.SUBMITTED.value: (_("Đã gửi, chờ tiếp nhận"), "waiting"),
    State.RETURNED.value: (_("Trả lại để bổ sung"), "returned"),
    State.RECEIVED.value: (_("Đang thẩm định"), "waiting"),
    State.APPRAISED.value: (_("Đã thẩm định"), "waiting"),
    State.CONSULTING.value: (_("Đang lấy ý kiến công khai"), "waiting"),
    State.ON_BALLOT.value: (_("Trình Hội đồng"), "waiting"),
    State.PASSED.value: (_("Hội đồng đã thông qua"), "passed"),
    State.FAILED.value: (_("Hội đồng không thông qua"), "failed"),
    State.SIGNING.value: (_("Chờ ký quyết định"), "waiting"),
    State.AWARDED.value: (_("Đã có quyết định"), "honoured"),
    State.PRESENTED.value: (_("Đã trao"), "honoured"),
    State.ARCHIVED.value: (_("Đã lưu hồ sơ"), "honoured"),
    State.DECLINED.value: (_("Không được chọn"), "failed"),
    State.WITHDRAWN.value: (_("Đã rút"), "failed"),
    State.REVOKED.value: (_("Đã thu hồi"), "revoked"),
    UNDER_REVIEW: (_("Đang xét"), "waiting"),
}

#: What happened, as the history says it.
STEPS = {
    Step.ASK_CONFIRMATION.value: _("Trình thủ trưởng xác nhận"),
    Step.SEND_BACK_TO_DRAFT.value: _("Thủ trưởng trả lại để sửa"),
    Step.SUBMIT.value: _("Gửi hồ sơ"),
    Step.RETURN.value: _("Trả lại để bổ sung"),
    Step.RECEIVE.value: _("Tiếp nhận hồ sơ"),
    Step.APPRAISE.value: _("Thẩm định xong"),
    Step.OPEN_CONSULTATION.value: _("Bắt đầu lấy ý kiến công khai"),
    Step.CLOSE_CONSULTATION.value: _("Kết thúc lấy ý kiến công khai"),
    Step.PUT_ON_BALLOT.value: _("Đưa ra Hội đồng"),
    Step.TAKE_OFF_BALLOT.value: _("Rút khỏi phiên họp Hội đồng"),
    Step.PASS.value: _("Hội đồng thông qua"),
    Step.FAIL.value: _("Hội đồng không thông qua"),
    Step.HAND_UP.value: _("Trình cấp trên"),
    Step.DRAFT_DECISION.value: _("Đưa vào dự thảo quyết định"),
    Step.DROP_FROM_DECISION.value: _("Đưa ra khỏi dự thảo quyết định"),
    Step.AWARD.value: _("Ban hành quyết định"),
    Step.PRESENT.value: _("Trao khen thưởng"),
    Step.ARCHIVE.value: _("Lưu hồ sơ"),
    Step.DECLINE.value: _("Không chọn"),
    Step.WITHDRAW.value: _("Rút hồ sơ"),
    Step.REVOKE.value: _("Thu hồi khen thưởng"),
}

KINDS = {"individual": _("Cá nhân"), "collective": _("Tập thể"), "household": _("Hộ gia đình")}
CONSENTS = {
    "not_asked": _("Chưa hỏi"),
    "given": _("Đồng ý công khai"),
    "refused": _("Không đồng ý công khai"),
    "withdrawn": _("Đã rút lại sự đồng ý"),
}
SCOPES = {"co_so": _("Cơ sở"), "tinh": _("Bộ, ngành, tỉnh"), "toan_quoc": _("Toàn quốc")}
RATINGS = {
    "HTXSNV": _("Hoàn thành xuất sắc nhiệm vụ"),
    "HTTNV": _("Hoàn thành tốt nhiệm vụ"),
    "HTNV": _("Hoàn thành nhiệm vụ"),
    "KHTNV": _("Không hoàn thành nhiệm vụ"),
}

#: Fields whose name is the same for every award; the others are named by the rules.
FIELDS = {
    "award_code": _("Danh hiệu, hình thức khen thưởng"),
    "born_on": _("Ngày sinh"),
    "birth_year": _("Năm sinh"),
    "gender": _("Giới tính"),
    "position": _("Chức vụ, công việc"),
    "workplace": _("Nơi công tác"),
    "place": _("Nơi ở (thôn, tổ dân phố)"),
    "phone": _("Điện thoại"),
    "head_count": _("Số người"),
    "women_count": _("Trong đó nữ"),
    "achievement": _("Tên thành tích, việc làm"),
    "period_from": _("Từ ngày"),
    "period_to": _("Đến ngày"),
    "result": _("Kết quả nổi bật"),
    "figures": _("Số liệu"),
    "effect": _("Tác dụng, ảnh hưởng"),
    "initiative": _("Tên sáng kiến, đề tài"),
    "initiative_number": _("Số, ngày quyết định công nhận"),
    "initiative_scope": _("Phạm vi ảnh hưởng"),
    "citation": _("Câu ghi trong quyết định"),
    "consent": _("Người được đề nghị có đồng ý công khai không?"),
    "consent_on": _("Ngày hỏi ý kiến"),
    "consent_note": _("Hỏi bằng cách nào"),
}
NOMINEE_NAMES = {
    "individual": _("Họ và tên"),
    "collective": _("Tên tập thể"),
    "household": _("Tên chủ hộ"),
}
#: The parts of the form by the first word of a field's name: (anchor, title).
PARTS = {
    "award": ("danh-hieu", _("Danh hiệu")),
    "nominee": ("nguoi", _("Người được đề nghị")),
    "achievement": ("thanh-tich", _("Thành tích")),
    "report": ("bao-cao", _("Báo cáo thành tích")),
    "attest": ("dieu-kien", _("Điều kiện")),
    "part": ("tep", _("Hồ sơ kèm theo")),
    "consent": ("cong-khai", _("Công khai và trích yếu")),
}
