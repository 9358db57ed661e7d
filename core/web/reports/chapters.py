"""The chapters of a report as tables: the core's own first, then those of plugins, numbered as they come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from core.services.event_report import Report
from core.web import formats
from core.web.downloads import Cell
from core.web.i18n import gettext as _
from core.web.nominations.words import KINDS

_DECISIONS = ("grant", "correct", "revoke")


@dataclass(frozen=True, slots=True)
class Chapter:
    """A numbered table. ``said``: "x/y đơn vị đã báo cáo"; ``source``: the plugin that wrote it."""

    number: int
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    said: str = ""
    note: str = ""
    source: str = ""

    @property
    def numeric(self) -> tuple[bool, ...]:
        """Which columns hold numbers and silences only, and stand to the right."""
        return tuple(
            all(row[at] is None or isinstance(row[at], int) for row in self.rows if at < len(row))
            for at in range(len(self.columns))
        )


def of(report: Report) -> list[Chapter]:
    """Every chapter. A plugin that is off has none, and the numbers close up."""
    own = (_nominated, _taking, _decisions, _honoured, _work)
    found = [make(report, number) for number, make in enumerate(own, start=1)]
    for guest in report.guests:
        one = guest.chapter
        said = ""
        if one.reported is not None and one.expected is not None:
            said = _("%(reported)s/%(expected)s đơn vị đã báo cáo", reported=one.reported, expected=one.expected)
        found.append(Chapter(len(found) + 1, one.title, one.columns, one.rows, said, one.note, guest.plugin))
    return found


def lines(report: Report, *, now: dt.datetime) -> Iterator[tuple[Cell, ...]]:
    """The report as rows of one file: each chapter under its title, an empty row between."""
    event = report.event
    yield (_("Báo cáo kết quả"), event.title)
    yield (_("Đơn vị tổ chức"), event.unit.name)
    yield (_("Từ ngày"), event.window_from)
    yield (_("Đến ngày"), event.window_to)
    yield (_("Số liệu lúc"), formats.as_datetime(now))
    for one in of(report):
        yield ()
        yield (f"{one.number}. {one.title}", one.source)
        if one.said:
            yield (one.said,)
        yield one.columns
        yield from one.rows
        if one.note:
            yield (one.note,)
    for title in report.failed:
        yield ()
        yield (_("Phần của “%(title)s” tạm thời không lấy được, nên báo cáo này chưa đủ.", title=title),)


def _nominated(report: Report, number: int) -> Chapter:
    columns = (
        _("Danh hiệu, hình thức"),
        _("Loại"),
        _("Đã gửi"),
        _("Đã có quyết định"),
        _("Đang xét"),
        _("Không được chọn"),
        _("Đã rút"),
        _("Đã thu hồi"),
    )
    rows = tuple(
        (
            *(one.award, str(KINDS[one.kind]), one.sent, one.honoured),
            *(one.considering, one.not_chosen, one.withdrawn, one.revoked),
        )
        for one in report.nominated
    )
    return Chapter(number, _("Hồ sơ đề nghị"), columns, rows)


def _taking(report: Report, number: int) -> Chapter:
    columns = (_("Đơn vị"), _("Hồ sơ đã gửi"), _("Đã có quyết định"))
    rows = tuple((one.unit, one.sent, one.honoured) for one in report.taking)
    said = ""
    if report.taking:
        said = _("%(sent)s/%(all)s đơn vị đã gửi hồ sơ", sent=report.taken_part, all=len(report.taking))
    note = _("Dấu “—” là chưa gửi hồ sơ nào.") if report.taken_part < len(report.taking) else ""
    return Chapter(number, _("Đơn vị tham gia"), columns, rows, said, note)


def _decisions(report: Report, number: int) -> Chapter:
    kinds = dict(zip(_DECISIONS, (_("Khen thưởng, ghi nhận"), _("Điều chỉnh"), _("Thu hồi")), strict=True))
    columns = (_("Số, ký hiệu"), _("Ngày"), _("Nơi ban hành"), _("Loại"), _("Trích yếu"), _("Số trường hợp"))
    rows = tuple((one.number, one.day, one.unit, kinds[one.kind], one.title, one.entries) for one in report.decisions)
    return Chapter(number, _("Quyết định đã ban hành"), columns, rows)


def _honoured(report: Report, number: int) -> Chapter:
    columns = (
        _("Danh hiệu, hình thức"),
        *(str(word) for word in KINDS.values()),
        _("Đã thu hồi (không tính)"),
    )
    rows = tuple((one.award, *(one.by_kind[kind] for kind in KINDS), one.revoked) for one in report.honoured)
    return Chapter(number, _("Cá nhân, tập thể, hộ được tôn vinh"), columns, rows)


def _work(report: Report, number: int) -> Chapter:
    columns = (_("Đơn vị"), _("Được giao"), _("Đã xong"), _("Quá hạn"), _("Chưa xong, không có hạn"))
    rows = tuple((one.unit, one.given, one.done, one.late, one.no_day) for one in report.work)
    given, done = sum(one.given for one in report.work), sum(one.done for one in report.work)
    said = _("%(done)s/%(given)s nhiệm vụ đã xong", done=done, given=given) if given else ""
    return Chapter(number, _("Thực hiện nhiệm vụ"), columns, rows, said)
