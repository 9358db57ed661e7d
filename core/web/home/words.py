"""What there is to do, in words: verb and object, and why it is this person's."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from core.domain.event import TASK_PARTS
from core.services.home import Done, Line
from core.services.home_events import EventNow
from core.services.home_todo import Todo
from core.web.formats import as_date, as_days_left
from core.web.home.places import place_of
from core.web.i18n import gettext as _
from core.web.i18n import lazy

#: kind -> (one, many, why)
_WORDS = {
    "mend": (lazy("Bổ sung hồ sơ của %(name)s"), lazy("Bổ sung %(number)s hồ sơ bị trả lại"), lazy("bị trả lại")),
    "confirm": (
        lazy("Xác nhận và gửi hồ sơ của %(name)s"),
        lazy("Xác nhận và gửi %(number)s hồ sơ"),
        lazy("cán bộ của đơn vị đã lập xong"),
    ),
    "finish": (
        lazy("Hoàn thiện hồ sơ của %(name)s"),
        lazy("Hoàn thiện %(number)s hồ sơ đang soạn"),
        lazy("đang soạn, chưa gửi"),
    ),
    "receive": (lazy("Tiếp nhận hồ sơ của %(name)s"), lazy("Tiếp nhận %(number)s hồ sơ mới gửi"), lazy("mới gửi đến")),
    "appraise": (lazy("Thẩm định hồ sơ của %(name)s"), lazy("Thẩm định %(number)s hồ sơ"), lazy("đã tiếp nhận")),
    "close_consultation": (
        lazy("Kết thúc lấy ý kiến về %(name)s"),
        lazy("Kết thúc lấy ý kiến %(number)s hồ sơ"),
        lazy("đã hết thời gian công khai lấy ý kiến"),
    ),
    "to_council": (
        lazy("Đưa hồ sơ của %(name)s ra Hội đồng"),
        lazy("Đưa %(number)s hồ sơ ra Hội đồng"),
        lazy("đã thẩm định xong"),
    ),
    "conclude": (
        lazy("Xử lý tiếp hồ sơ của %(name)s"),
        lazy("Xử lý tiếp %(number)s hồ sơ đã thẩm định"),
        lazy("đã thẩm định xong, không cần bỏ phiếu"),
    ),
    "to_decision": (
        lazy("Trình quyết định cho %(name)s"),
        lazy("Trình quyết định cho %(number)s hồ sơ"),
        lazy("Hội đồng đã thông qua"),
    ),
    "second_round": (
        lazy("Kết luận hồ sơ của %(name)s"),
        lazy("Kết luận %(number)s hồ sơ không đạt phiếu"),
        lazy("không đạt phiếu"),
    ),
    "read_agenda": (lazy("Đọc hồ sơ của phiên họp “%(name)s”"), None, lazy("%(number)s hồ sơ trong chương trình họp")),
    "cast_vote": (lazy("Bỏ phiếu kín: %(name)s"), None, lazy("đang mở bỏ phiếu; còn %(number)s phiếu của tôi")),
    "enter_counts": (lazy("Nhập kết quả kiểm phiếu: %(name)s"), None, lazy("còn %(number)s hồ sơ chưa có kết quả")),
    "confirm_counts": (
        lazy("Xác nhận kết quả kiểm phiếu: %(name)s"),
        None,
        lazy("%(number)s kết quả do người khác nhập, chờ người thứ hai kiểm lại"),
    ),
    "sign": (lazy("Ký quyết định “%(name)s”"), None, lazy("%(number)s người, tập thể, hộ trong dự thảo")),
    "recover": (
        lazy("Thu hồi %(what)s của %(name)s"),
        lazy("Thu hồi %(number)s khoản"),
        lazy("quyết định đã bị thu hồi"),
    ),
    "task": (lazy("%(name)s"), None, lazy("nhiệm vụ trong kế hoạch")),
    "check_event": (lazy("Xem %(number)s điều cần lưu ý: %(name)s"), None, lazy("phần mềm tự kiểm tra")),
    "report": (lazy("Lập báo cáo kết quả: %(name)s"), None, lazy("báo cáo cấp trên")),
}
_PARTS = dict(zip(TASK_PARTS, (lazy("chủ trì"), lazy("phối hợp"), lazy("đề nghị thực hiện")), strict=True))
_RECOVER = {"object": lazy("hiện vật khen thưởng"), "money": lazy("tiền thưởng")}
_STEPS = {
    "ask_confirmation": lazy("Đã chuyển thủ trưởng xác nhận hồ sơ của %(name)s"),
    "send_back_to_draft": lazy("Đã chuyển lại hồ sơ của %(name)s để sửa"),
    "submit": lazy("Đã gửi hồ sơ của %(name)s"),
    "return": lazy("Đã trả lại hồ sơ của %(name)s để bổ sung"),
    "receive": lazy("Đã tiếp nhận hồ sơ của %(name)s"),
    "appraise": lazy("Đã thẩm định xong hồ sơ của %(name)s"),
    "open_consultation": lazy("Đã mở lấy ý kiến về %(name)s"),
    "close_consultation": lazy("Đã kết thúc lấy ý kiến về %(name)s"),
    "put_on_ballot": lazy("Đã đưa %(name)s vào chương trình họp"),
    "take_off_ballot": lazy("Đã rút %(name)s khỏi chương trình họp"),
    "pass": lazy("Đã ghi nhận Hội đồng thông qua %(name)s"),
    "fail": lazy("Đã ghi nhận %(name)s không đạt phiếu"),
    "hand_up": lazy("Đã trình hồ sơ của %(name)s lên cấp trên"),
    "draft_decision": lazy("Đã đưa %(name)s vào dự thảo quyết định"),
    "drop_from_decision": lazy("Đã rút %(name)s khỏi dự thảo quyết định"),
    "drop_unvoted": lazy("Đã rút %(name)s khỏi dự thảo quyết định"),
    "award": lazy("Đã ký quyết định cho %(name)s"),
    "present": lazy("Đã ghi nhận trao tặng cho %(name)s"),
    "archive": lazy("Đã lưu trữ hồ sơ của %(name)s"),
    "decline": lazy("Đã kết luận không chọn hồ sơ của %(name)s"),
    "withdraw": lazy("Đã rút hồ sơ của %(name)s"),
    "revoke": lazy("Đã thu hồi khen thưởng của %(name)s"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list as ``ui.todo`` draws it."""

    what: str
    url: str
    why: str
    due: str
    is_late: bool
    tag: str = ""


@dataclass(frozen=True, slots=True)
class DoneRow:
    """A line of what was done today, as ``ui.timeline`` draws it."""

    what: str
    when: object
    who: str = ""
    remark: str = ""
    is_now: bool = False


def rows(lines: tuple[Line, ...], *, is_one_unit: bool) -> list[Row]:
    """Every line in words; the unit is named where the list crosses units."""
    return [_row(line, is_one_unit=is_one_unit) for line in lines]


def _row(line: Line, *, is_one_unit: bool) -> Row:
    todo = line.todo
    one, many, why = _WORDS[todo.kind]
    facts = {"name": _name(todo), "number": todo.number, "what": str(_RECOVER.get(todo.why, ""))}
    is_many = many is not None and todo.number > 1
    reason = [str(why) % facts, *_more(todo)]
    if not is_one_unit and line.unit_name:
        reason.append(line.unit_name)
    return Row(
        what=str(many if is_many else one) % facts,
        url=_list_of(line) if is_many else place_of(todo.about, line.unit_key),
        why=" · ".join(part for part in reason if part),
        due=_due(line),
        is_late=line.is_late,
    )


def _name(todo: Todo) -> str:
    if not todo.name.strip():
        return _("(chưa có tên)")
    return todo.name if len(todo.name) <= 140 else f"{todo.name[:137]}…"


def _more(todo: Todo) -> list[str]:
    """What else says why: a remark, the nominating unit, the part in the plan, the event."""
    more = []
    if todo.kind == "task":
        more.append(str(_PARTS.get(todo.why, "")))
    elif todo.why and todo.kind != "recover":
        more.append(todo.why if len(todo.why) <= 160 else f"{todo.why[:157]}…")
    if todo.event_title and todo.kind not in ("check_event", "report"):
        more.append(todo.event_title)
    return more


def _due(line: Line) -> str:
    if line.todo.due_on is None:
        return ""
    left = f" ({as_days_left(line.days_left)})" if line.days_left is not None else ""
    return _("hạn %(day)s", day=as_date(line.todo.due_on)) + left


#: Where a gathered line leads: the list that shows all of them.
_LISTS = {
    "mend": "nominations?box=own&state=returned",
    "confirm": "nominations?box=own&state=ready",
    "finish": "nominations?box=own&state=draft",
    "receive": "appraisal?box=submitted",
    "appraise": "appraisal?box=received",
    "close_consultation": "appraisal?box=consulting",
    "to_council": "appraisal?box=appraised",
    "conclude": "appraisal?box=appraised",
    "to_decision": "decisions/new",
    "second_round": "nominations?state=failed",
    "recover": "recovery",
}


def _list_of(line: Line) -> str:
    return place_of("", line.unit_key) + _LISTS[line.todo.kind]


def done_rows(done: tuple[Done, ...]) -> list[DoneRow]:
    """What was done today, newest first."""
    return [DoneRow(str(_STEPS[one.step]) % {"name": one.name or _("(chưa có tên)")}, one.at) for one in done]


@dataclass(frozen=True, slots=True)
class Chart:
    """Units that sent, by day, as ``ui.line`` draws it; ``mark`` is the label of the last day of receiving."""

    rows: tuple[tuple[str, int | None], ...]
    mark: str | None


def chart(now: EventNow) -> Chart:
    """The curve with its days as labels."""
    deadline = now.deadline_on
    return Chart(
        rows=tuple((_short(day), value) for day, value in now.curve),
        mark=_short(deadline) if deadline is not None else None,
    )


def _short(day: dt.date) -> str:
    return f"{day.day:02d}/{day.month:02d}"
