"""The words of nominations: states as each side may know them, steps, kinds, and the names of all fields."""

from __future__ import annotations

import dataclasses

from core.domain.errors import FieldProblem, Objection
from core.domain.fields import FieldSpec
from core.domain.nomination import UNDER_REVIEW, State, Step
from core.services.nomination_rules import NOMINEE_FIELDS, Rulebook
from core.web.forms.specs import problem_of
from core.web.i18n import lazy as _
from core.web.messages import say

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
    Step.DROP_UNVOTED.value: _("Đưa ra khỏi dự thảo quyết định"),
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
GENDERS = {"Nam": _("Nam"), "Nữ": _("Nữ")}
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
#: The parts of the form: anchor, word, and the first words of the names of their fields.
PARTS = (
    ("danh-hieu", _("Danh hiệu"), {"award_code"}),
    ("nguoi", _("Người được đề nghị"), {"nominee", *NOMINEE_FIELDS}),
    ("thanh-tich", _("Thành tích"), {"achievement", "period_from", "period_to", "result", "figures", "effect"}),
    ("bao-cao", _("Báo cáo"), {"report"}),
    ("dieu-kien", _("Điều kiện"), {"attest", "note", "initiative", "initiative_number", "initiative_scope"}),
    ("tep", _("Tệp kèm theo"), {"part"}),
    ("cong-khai", _("Công khai"), {"consent", "consent_on", "consent_note", "citation"}),
)
#: step -> (heading, text, button)
REASONS = {
    Step.WITHDRAW.value: (
        _("Rút hồ sơ"),
        _("Hồ sơ đã rút không gửi lại được; muốn đề nghị tiếp phải lập hồ sơ mới."),
        _("Rút hồ sơ"),
    ),
    Step.SEND_BACK_TO_DRAFT.value: (
        _("Trả lại để sửa"),
        _("Hồ sơ trở về bản nháp. Người lập hồ sơ được báo kèm lý do."),
        _("Trả lại để sửa"),
    ),
}
DONE = {
    Step.WITHDRAW.value: _("Đã rút hồ sơ."),
    Step.SEND_BACK_TO_DRAFT.value: _("Đã trả lại để sửa."),
}


def label_of(name: str, kind: str, rulebook: Rulebook | None) -> str:
    """What a field is called on screen."""
    if name == "nominee":
        return str(NOMINEE_NAMES[kind])
    if name in FIELDS:
        return str(FIELDS[name])
    group, _dot, code = name.partition(".")
    if rulebook is not None and group == "report":
        named = (*rulebook.report_fields(), *rulebook.report_tables())
        return next((one["label"] for one in named if one["code"] == code), name)
    if rulebook is not None and group in ("attest", "note"):
        return next((one.text for one in rulebook.questions if one.rule_code == code), name)
    if rulebook is not None and group == "part":
        return next((one["name"] for one in rulebook.parts if one["code"] == code), name)
    return name


def sentence(one: Objection, kind: str, rulebook: Rulebook | None) -> str:
    """One finding of the check, with the name of the field where it speaks of one."""
    if one.code == "typed_unfit":
        one = dataclasses.replace(one, params={"label": label_of(str(one.params["name"]), kind, rulebook)})
    if one.code == "section_answer_unfit" and (problem := _why_unfit(one)) is not None:
        params = {name: one.params[name] for name in ("label", "section")} | {"reason": say(problem)}
        one = dataclasses.replace(one, code="section_answer_unfit_why", params=params)
    return say(one)


def _why_unfit(one: Objection) -> FieldProblem | None:
    spec, problem = one.params.get("spec"), one.params.get("problem")
    if isinstance(spec, FieldSpec):
        return problem_of(spec, one.params.get("typed"))
    return problem if isinstance(problem, FieldProblem) else None


def anchor(field: str | None) -> str | None:
    """Where on the form a finding is mended: the id of the field's box."""
    if field is None:
        return None
    if field.startswith("ext_"):
        return field.replace(".", "-")
    if field.startswith("part."):
        return f"file.{field[5:]}"
    return {"attest": "dieu-kien", "remark": "nhan-xet"}.get(field, field)


def objection_row(one: Objection, kind: str, rulebook: Rulebook | None, edit_url: str) -> dict[str, object]:
    """One finding as the list of the check page shows it: reason, rule, and the way to its place."""
    place = anchor(one.field)
    return {
        "text": sentence(one, kind, rulebook),
        "url": f"{edit_url}#{place}" if place else None,
        "article": one.ground,
        "needs_check": one.needs_check,
    }
