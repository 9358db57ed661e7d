"""The police's own figures: what may be said of a day, and what must be explained. No database, no clock.

Cumulative and official: accounts that exist, not turns of guidance (programmes of Đề án 06; NĐ 69/2024/NĐ-CP Điều 10).
A figure that was not given is not 0, and figures of the two ledgers are never added to nor subtracted from each other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.sdk.web import gettext

#: field -> (label, measure), in the order of the form.
FIELDS: Mapping[str, tuple[str, str]] = {
    "eligible": ("Người từ đủ 14 tuổi trên địa bàn", "người"),
    "collected": ("Hồ sơ mức 2 đã thu nhận", "tài khoản"),
    "activated": ("Tài khoản mức 2 đã kích hoạt", "tài khoản"),
    "insured": ("Người có thẻ bảo hiểm y tế", "người"),
    "health_books": ("Sổ sức khỏe đã tích hợp", "người"),
    "social_accounts": ("Tài khoản an sinh xã hội đã liên kết", "tài khoản"),
    "signatures": ("Chữ ký số cá nhân đã cấp", "chữ ký"),
    "ready": ("Công dân số", "người"),
}
#: What only grows, unless something was wrong before.
CUMULATIVE = ("collected", "activated", "health_books", "social_accounts", "signatures", "ready")
#: (part, whole): a part is never more than its whole.
WITHIN = (
    ("activated", "collected"),
    ("collected", "eligible"),
    ("activated", "eligible"),
    ("social_accounts", "eligible"),
    ("signatures", "eligible"),
    ("ready", "eligible"),
    ("health_books", "insured"),
)
#: (part, whole, label) of the rates that are shown; without the whole there is no rate.
RATES = (
    ("activated", "eligible", "Tỷ lệ kích hoạt trên người từ đủ 14 tuổi"),
    ("activated", "collected", "Tỷ lệ kích hoạt trên hồ sơ đã thu nhận"),
    ("health_books", "insured", "Tỷ lệ tích hợp sổ sức khỏe trên người có thẻ bảo hiểm y tế"),
)
#: indicator of guidance -> official figure about the same subject: beside each other, never one minus the other.
BESIDE: tuple[tuple[str, str], ...] = (
    ("VN02", "collected"),
    ("VN03", "activated"),
    ("VN05", "social_accounts"),
    ("VN06", "health_books"),
    ("VN07", "signatures"),
)
MOST = 100_000_000

Figures = Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that cannot be so: about which field, in words."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Figures that stand for another day."""

    day: dt.date
    figures: Figures


def judge(figures: Figures, *, day: dt.date, today: dt.date, document: str) -> list[Fault]:
    """Everything that is wrong with what was entered, whatever stands for other days."""
    faults = []
    if day > today:
        faults.append(Fault("as_of", gettext("Ngày chốt chưa đến. Hãy ghi ngày của văn bản số liệu.")))
    if not document:
        faults.append(Fault("document", gettext("Hãy ghi số, ký hiệu văn bản nguồn.")))
    if all(figures.get(one) is None for one in CUMULATIVE):
        faults.append(Fault("collected", gettext("Chưa có số liệu nào. Ô chưa biết thì để trống, không ghi 0.")))
    for name, value in figures.items():
        if value is not None and not 0 <= value <= MOST:
            text = gettext("“%(label)s” phải là số từ 0 đến %(most)s.", label=_label(name), most=_dots(MOST))
            faults.append(Fault(name, text))
    faults += [
        Fault(
            part,
            gettext(
                "“%(part)s” (%(small)s) không thể nhiều hơn “%(whole)s” (%(large)s).",
                part=_label(part),
                small=_dots(small),
                whole=_label(whole),
                large=_dots(large),
            ),
        )
        for part, whole in WITHIN
        if (small := figures.get(part)) is not None and (large := figures.get(whole)) is not None and small > large
    ]
    return faults


def falls(figures: Figures, *, day: dt.date, others: Iterable[Standing]) -> list[Fault]:
    """Cumulative figures lower than on an earlier day, or higher than on a later one. They need a reason."""
    others = sorted(others, key=lambda one: one.day)
    found = []
    for name in CUMULATIVE:
        value = figures.get(name)
        if value is None:
            continue
        before = next((one for one in reversed(others) if one.day < day and one.figures.get(name) is not None), None)
        after = next((one for one in others if one.day > day and one.figures.get(name) is not None), None)
        if before is not None and value < (was := before.figures[name] or 0):
            at = {"label": _label(name), "number": _dots(was), "day": _day(before.day)}
            found.append(Fault(name, gettext("“%(label)s” thấp hơn %(number)s của ngày %(day)s.", **at)))
        if after is not None and value > (then := after.figures[name] or 0):
            at = {"label": _label(name), "number": _dots(then), "day": _day(after.day)}
            found.append(Fault(name, gettext("“%(label)s” cao hơn %(number)s của ngày %(day)s.", **at)))
    return found


def together(rows: Iterable[Figures]) -> tuple[dict[str, int | None], dict[str, int]]:
    """Sums of each figure over areas, and how many areas gave it. Each figure keeps to its own measure."""
    sums: dict[str, int | None] = dict.fromkeys(FIELDS)
    given = dict.fromkeys(FIELDS, 0)
    for row in rows:
        for name in FIELDS:
            if (value := row.get(name)) is not None:
                sums[name] = (sums[name] or 0) + value
                given[name] += 1
    return sums, given


def _label(field: str) -> str:
    return gettext(FIELDS[field][0])


def _dots(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def _day(day: dt.date) -> str:
    return f"{day:%d/%m/%Y}"
