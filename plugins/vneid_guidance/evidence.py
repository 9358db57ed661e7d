"""What our figures say about who is put forward: approved turns, who counted them, who vouched for them.

A dossier is a paper in Vietnamese: what is frozen in it (facts, with their notes) is said so whoever reads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.sdk import Conflict, Desk, Fact, FieldSpec, Kind, MemberView, NominationView, NomineeView, Objection, Window
from core.sdk.web import gettext
from plugins.vneid_guidance import domain

KINDS = frozenset({"individual", "collective"})
_SOURCE = "Hướng dẫn VNeID, số liệu đã duyệt"
#: The figures that a dossier can carry, in reading order.
_CODES = (domain.TURNS, domain.REFERRED, *domain.BUTTONS, "VN09", domain.BLOCKED)
_DAYS = "days"
_NOT_SUMMED = "Là lượt hướng dẫn, không phải số tài khoản đã cấp; không cộng trừ với số liệu của Công an."

FIELDS: tuple[FieldSpec, ...] = (
    FieldSpec(
        "approach",
        "Cách làm nổi bật khi hướng dẫn VNeID",
        Kind.LONGTEXT,
        max_length=1000,
        no_identity=True,
        help="Ví dụ: đến nhà người cao tuổi, mở bàn hướng dẫn ở chợ phiên. Không ghi tên, số giấy tờ của ai.",
    ),
    FieldSpec(
        "households",
        "Số hộ trên địa bàn phụ trách",
        Kind.INTEGER,
        minimum=1,
        maximum=100_000,
        help="Để so sánh công bằng: số lượt trên 100 hộ.",
    ),
    FieldSpec("is_remote", "Địa bàn xa trung tâm, đi lại khó khăn", Kind.BOOLEAN, in_lists=True),
)


def facts(desk: Desk, nominee: NomineeView, window: Window) -> tuple[Fact, ...] | None:
    """Approved figures of a person (their own taps) or of a unit with all below it; two queries.

    ``None`` where we know neither the account nor the unit, or nobody has counted there yet.
    """
    book = desk.tallies
    if nominee.kind == "individual" and nominee.account_id is not None:
        everywhere = book.below(desk.unit.id)
        found = book.of_person(nominee.account_id, everywhere, window)
        who = book.witnesses(everywhere, window, user_id=nominee.account_id)
        note = "Lượt do chính người này bấm ghi, trong những ngày đã duyệt. " + _NOT_SUMMED
    elif nominee.kind == "collective" and nominee.as_unit_id is not None:
        units = book.below(nominee.as_unit_id)
        found = book.totals(units, window, codes=_CODES)
        who = book.witnesses(units, window)
        note = _NOT_SUMMED
    else:
        return None
    if not found.cells:
        return None
    days = sorted({day for _, day in found.cells})
    notes = {domain.TURNS: note, domain.BLOCKED: _outcome(found), _DAYS: f"trong {_length(window)} ngày của đợt"}

    def fact(code: str, label: str, value: int | None, measure: str) -> Fact:
        return Fact(
            code=code,
            label=label,
            value=value,
            measure=measure,
            source=_SOURCE,
            first=days[0],
            last=days[-1],
            counted_by=_names(who.counted),
            approved_by=_names(who.approved),
            note=notes.get(code, ""),
        )

    turns = tuple(fact(code, domain.LABELS[code], found.value(code), "lượt") for code in _CODES)
    return (*turns, fact(_DAYS, "Số ngày có số liệu được duyệt", len(days), "ngày"))


def _outcome(found: Any) -> str:
    """How many of the turns that were tried came to nothing: a share is the reader's to draw."""
    turns, referred = found.value(domain.TURNS), found.value(domain.REFERRED)
    done = None if turns is None or referred is None else turns - referred
    outcome = domain.Outcome(done, found.value(domain.BLOCKED))
    return "" if outcome.tried is None else f"trên {outcome.tried} lượt đã thử làm"


def _length(window: Window) -> int:
    return (window.last - window.first).days + 1


def _names(names: Sequence[str]) -> str:
    """The first few names; a team of twenty is not a column of names."""
    shown = ", ".join(names[:3])
    return shown if len(names) <= 3 else f"{shown} và {len(names) - 3} người khác"


def objections(desk: Desk, nomination: NominationView, section: Mapping[str, Any]) -> tuple[Objection, ...] | None:
    """What stands in the way of sending: no approved figures, where the organiser demands them."""
    if nomination.nominee.kind not in KINDS or not desk.settings.get("facts_required"):
        return None
    if facts(desk, nomination.nominee, nomination.event.window):
        return None
    return (Objection(_what_to_mend(nomination.nominee), field="approach" if "approach" in section else ""),)


def _what_to_mend(nominee: NomineeView) -> str:
    """Figures are found through the account or the unit that bears the nominee's name: where there is none, say so."""
    if nominee.kind == "individual" and nominee.account_id is None:
        return gettext(
            "Đợt này cần số liệu hướng dẫn VNeID đã duyệt. Số liệu của một người được tìm theo họ và tên, nhưng trong "
            "đơn vị không có đúng một tài khoản mang tên này. Hãy ghi họ và tên như trên tài khoản của người đó rồi "
            "lưu lại hồ sơ; nếu người đó chưa có tài khoản hoặc có hai người trùng tên, hãy báo người quản trị đơn vị."
        )
    if nominee.kind == "collective" and nominee.as_unit_id is None:
        return gettext(
            "Đợt này cần số liệu hướng dẫn VNeID đã duyệt. Số liệu của tập thể được tìm theo tên, nhưng không có đúng "
            "một đơn vị ở đây mang tên này. Hãy ghi tên tập thể như tên đơn vị trong hệ thống rồi lưu lại hồ sơ."
        )
    return gettext(
        "Đợt này cần số liệu hướng dẫn VNeID đã duyệt, nhưng chưa có số liệu nào của người hoặc tập thể này. "
        "Hãy gửi số liệu các ngày còn thiếu để trưởng thôn, tổ trưởng duyệt rồi gửi lại hồ sơ."
    )


def conflicts(desk: Desk, nomination: NominationView, member: MemberView) -> tuple[Conflict, ...] | None:
    """A member who counted or approved the very figures that speak for the nominee should not judge them."""
    nominee, book = nomination.nominee, desk.tallies
    if nominee.kind == "collective" and nominee.as_unit_id is not None:
        units = book.below(nominee.as_unit_id)
    elif nominee.kind == "individual" and nominee.account_id is not None:
        units = book.below(nominee.unit_id)
    else:
        return None
    if not book.took_part(member.account_id, units, nomination.event.window):
        return None
    reason = gettext("%(name)s đã ghi hoặc duyệt số liệu hướng dẫn VNeID dùng cho hồ sơ này.", name=member.name)
    return (Conflict(reason),)
