"""The words of plugins: why one is on or off, what was said about it, what it answers, what it keeps."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from core.domain.activation import Policy, Reason, Verdict
from core.domain.fields import FieldSpec, Kind
from core.services.plugin_explain import Step
from core.web import formats
from core.web.forms.specs import as_typed
from core.web.i18n import gettext
from core.web.i18n import lazy as _

#: reason -> (sentence where on, sentence where off)
_REASONS = {
    Reason.FORBIDDEN_ABOVE: (_("Tắt vì %(unit)s không cho phép dùng."),) * 2,
    Reason.REQUIRED_ABOVE: (_("Bật vì %(unit)s quy định bắt buộc."),) * 2,
    Reason.OWN_SWITCH: (_("Bật vì %(unit)s đã bật."), _("Tắt vì %(unit)s đã tắt.")),
    Reason.DEFAULT_ABOVE: (
        _("Bật theo mặc định của %(unit)s."),
        _("Tắt: %(unit)s cho phép dùng nhưng để đơn vị tự bật."),
    ),
    Reason.NOBODY_CHOSE: (_("Tắt vì chưa ai bật."),) * 2,
    Reason.NOT_ON_SERVER: (_("Tắt vì người quản trị hệ thống không cho dùng trên máy chủ này."),) * 2,
    Reason.LEFT_OUT_OF_EVENT: (_("Tắt vì đợt này không dùng."),) * 2,
    Reason.NEEDS_ANOTHER: (_("Tắt vì cần phần “%(needs)s” mà phần đó đang tắt."),) * 2,
}

POLICIES: dict[str | None, tuple[Any, Any]] = {
    None: (_("Không quy định"), _("mỗi đơn vị tự quyết, hoặc theo cấp trên nữa")),
    Policy.ALLOWED: (_("Cho phép"), _("tắt cho đến khi đơn vị tự bật")),
    Policy.DEFAULT_ON: (_("Mặc định bật"), _("bật sẵn, đơn vị được tắt")),
    Policy.REQUIRED: (_("Bắt buộc"), _("luôn bật, đơn vị không tắt được")),
    Policy.FORBIDDEN: (_("Cấm"), _("luôn tắt, đơn vị không bật được")),
}

#: (kind, word) of a step -> sentence
_STEPS = {
    ("policy", "none"): _("%(name)s: không quy định"),
    ("policy", "allowed"): _("%(name)s: cho phép, để đơn vị tự bật"),
    ("policy", "default_on"): _("%(name)s: mặc định bật"),
    ("policy", "required"): _("%(name)s: bắt buộc dùng"),
    ("policy", "forbidden"): _("%(name)s: không cho phép dùng"),
    ("own", "none"): _("%(name)s: chưa tự bật hay tắt"),
    ("own", "on"): _("%(name)s: tự bật"),
    ("own", "off"): _("%(name)s: tự tắt"),
    ("server", "allowed"): _("Máy chủ: cho dùng"),
    ("server", "forbidden"): _("Máy chủ: người quản trị hệ thống không cho dùng"),
    ("event", "taken"): _("Đợt “%(name)s”: có dùng"),
    ("event", "left_out"): _("Đợt “%(name)s”: không dùng"),
    ("needs", "met"): _("Cần phần “%(name)s”: phần đó đang bật"),
    ("needs", "missing"): _("Cần phần “%(name)s”: phần đó đang tắt"),
    ("health", "well"): _("Phần này hoạt động bình thường"),
    ("health", "unwell"): _("Phần này đang hỏng: dù bật cũng chưa làm việc được"),
    ("health", "suspended"): _("Phần này tạm ngừng vì gặp lỗi nhiều lần: dù bật cũng chưa làm việc được"),
}

#: What a plugin does where it answers a hook.
HOOKS = {
    "nomination_fields": _("thêm mục vào hồ sơ đề nghị"),
    "nomination_objections": _("kiểm tra hồ sơ trước khi gửi hoặc đưa ra bỏ phiếu"),
    "nomination_moved": _("được báo khi hồ sơ chuyển bước"),
    "nominee_facts": _("đưa số liệu vào hồ sơ làm minh chứng"),
    "member_conflicts": _("nhắc thành viên Hội đồng có thể có liên quan"),
    "panels": _("thêm thẻ thông tin vào trang chủ, trang đợt, trang hồ sơ"),
    "nav_items": _("thêm mục vào thực đơn"),
    "report_chapters": _("thêm chương vào báo cáo kết quả"),
    "switch_on_objections": _("kiểm tra điều kiện trước khi bật"),
    "unit_switched_off": _("được báo khi đơn vị tắt"),
}

#: Where a plugin stopped at start.
STAGES = {
    "import": _("nạp mã"),
    "lint": _("kiểm tra mã"),
    "lock": _("đối chiếu dấu của tệp"),
    "manifest": _("đọc bản khai"),
    "version": _("phiên bản"),
    "names": _("tên quyền"),
    "hooks": _("các chỗ nối"),
    "requires": _("phần cần có trước"),
    "tables": _("bảng dữ liệu"),
    "pages": _("các trang"),
    "migrations": _("nâng cấp dữ liệu"),
}


def reason(verdict: Verdict, by_name: str = "", needs_title: str = "") -> str:
    """Why, in one sentence."""
    sentence = _REASONS[verdict.reason][0 if verdict.is_on else 1]
    return str(sentence) % {"unit": by_name, "needs": needs_title}


def step(one: Step) -> str:
    """One decision of the chain."""
    return str(_STEPS[one.kind, one.word]) % {"name": one.name}


def value(spec: FieldSpec, found: Any) -> str:
    """An answer as a person reads it; a dash where nobody answered."""
    if found is None or found == []:
        return formats.MISSING
    if spec.kind is Kind.BOOLEAN:
        return gettext("Có") if found else gettext("Không")
    labels = dict(spec.choices)
    if spec.kind is Kind.CHOICE:
        return labels.get(found, str(found))
    if spec.kind is Kind.MULTI:
        return ", ".join(labels.get(one, str(one)) for one in found)
    return str(as_typed(spec, found))


def answers(hooks: Sequence[str]) -> str:
    """What a plugin does, by the hooks it answers."""
    return "; ".join(str(HOOKS.get(one, one)) for one in hooks)


def global_words() -> SimpleNamespace:
    """For templates: ``plugin_words().reason(…)``."""
    return SimpleNamespace(
        reason=reason,
        step=step,
        value=value,
        answers=answers,
        policies=POLICIES,
        hooks=HOOKS,
        stages=STAGES,
        Policy=Policy,
    )
