"""Forms of events."""

from __future__ import annotations

import datetime as dt
import re

from wtforms import FormField, HiddenField

from core.domain.errors import FieldProblem, Objection, Refused
from core.domain.event import PHASES, TASK_PARTS, Basis, EventData, Phase, Slogan
from core.services.context import VIETNAM
from core.services.event_parts import Offer
from core.services.event_tasks import TaskData
from core.web.events.words import TASK_PARTS as PART_WORDS
from core.web.events.words import TASK_STATUSES
from core.web.forms.base import (
    BooleanField,
    ChoiceField,
    DateField,
    Form,
    IntegerField,
    LongTextField,
    OneOfField,
    TextField,
    choices,
)
from core.web.forms.rows import RowForm, Rows
from core.web.i18n import lazy as _

_TIME = re.compile(r"([01]?\d|2[0-3])[:hg.]([0-5]\d)", re.ASCII)


class TimeField(TextField):
    """A time of day, written 07:30 (7h30 is understood too)."""

    empty = None

    def __init__(self, label: object, **kwargs: object) -> None:
        super().__init__(label, limit=5, is_required=False, **kwargs)

    def judge(self, raw: str) -> dt.time:  # type: ignore[override]
        match = _TIME.fullmatch(raw.strip())
        if match is None:
            raise FieldProblem("bad_time")
        return dt.time(int(match[1]), int(match[2]))

    def _value(self) -> str:
        if self.raw_data and isinstance(self.raw_data[0], str):
            return self.raw_data[0]
        return f"{self.data:%H:%M}" if isinstance(self.data, dt.time) else ""


class BasisRow(RowForm):
    """One document of the legal basis."""

    needed = ("title",)

    title = TextField(_("Văn bản về việc gì"), limit=400, is_required=False)
    number = TextField(_("Số, ký hiệu"), limit=80, is_required=False)
    on = DateField(_("Ngày ban hành"), is_required=False)
    issuer = TextField(_("Cơ quan ban hành"), limit=200, is_required=False)


class SloganRow(RowForm):
    """One slogan."""

    needed = ("text",)

    text = TextField(_("Khẩu hiệu"), limit=300, is_required=False)
    is_mandatory = BooleanField(_("Bắt buộc dùng, theo kế hoạch"))


class EventForm(Form):
    """The event's own words."""

    title = TextField(_("Tên đợt"), limit=300)
    short_title = TextField(_("Tên ngắn, dùng trên đầu trang"), limit=80)
    kind = ChoiceField(_("Loại đợt"))
    commendation_type = ChoiceField(_("Loại hình khen thưởng"))
    summary = LongTextField(_("Mục đích, yêu cầu"), limit=8000, rows=5, is_required=False)
    window_from = DateField(_("Từ ngày"))
    window_to = DateField(_("Đến ngày"))
    legal_basis = Rows(FormField(BasisRow, _("Văn bản")), _("Các văn bản"), max_entries=20)
    themes = Rows(TextField(_("Chủ đề"), limit=300, is_required=False), _("Chủ đề"), max_entries=5)
    slogans = Rows(FormField(SloganRow, _("Khẩu hiệu")), _("Khẩu hiệu tuyên truyền"), max_entries=30)
    report_due_on = DateField(_("Hạn báo cáo kết quả"), is_required=False)
    report_to = TextField(_("Báo cáo gửi ai, hoặc hỏi ai về hạn"), limit=200, is_required=False)

    def offer(self, kinds: list[tuple[str, str]], types: list[tuple[str, str]]) -> None:
        """Fill the two lists."""
        self.kind.choices = choices(kinds, empty=str(_("Chọn loại đợt")))
        self.commendation_type.choices = choices(types, empty=str(_("Chọn loại hình")))

    def event_data(self) -> EventData:
        """What was typed, as the service takes it. Call after the form was found valid."""
        return EventData(
            title=self.title.data,
            short_title=self.short_title.data,
            kind=self.kind.data,
            commendation_type=self.commendation_type.data,
            window_from=self.window_from.data,
            window_to=self.window_to.data,
            summary=self.summary.data,
            legal_basis=tuple(
                Basis(title=row["title"].data, number=row["number"].data, issuer=row["issuer"].data, on=row["on"].data)
                for row in self.legal_basis.filled
            ),
            themes=tuple(one.data for one in self.themes.filled),
            slogans=tuple(Slogan(row["text"].data, bool(row["is_mandatory"].data)) for row in self.slogans.filled),
            report_due_on=self.report_due_on.data,
            report_to=self.report_to.data,
        )


class PhasesForm(Form):
    """When each phase opens and closes, Vietnamese time."""

    receive_opens = DateField(_("Mở từ ngày"), is_required=False)
    receive_opens_at = TimeField(_("Lúc"))
    receive_closes = DateField(_("Đóng ngày"), is_required=False)
    receive_closes_at = TimeField(_("Lúc"))
    appraise_opens = DateField(_("Mở từ ngày"), is_required=False)
    appraise_opens_at = TimeField(_("Lúc"))
    appraise_closes = DateField(_("Đóng ngày"), is_required=False)
    appraise_closes_at = TimeField(_("Lúc"))
    council_opens = DateField(_("Mở từ ngày"), is_required=False)
    council_opens_at = TimeField(_("Lúc"))
    council_closes = DateField(_("Đóng ngày"), is_required=False)
    council_closes_at = TimeField(_("Lúc"))
    publish_opens = DateField(_("Mở từ ngày"), is_required=False)
    publish_opens_at = TimeField(_("Lúc"))
    publish_closes = DateField(_("Đóng ngày"), is_required=False)
    publish_closes_at = TimeField(_("Lúc"))

    @staticmethod
    def initial(phases: tuple[Phase, ...]) -> dict[str, object]:
        """The stored phases as the form's fields."""
        values: dict[str, object] = {}
        for one in phases:
            for end, instant in (("opens", one.opens_at), ("closes", one.closes_at)):
                local = instant.astimezone(VIETNAM)
                values[f"{one.phase}_{end}"] = local.date()
                values[f"{one.phase}_{end}_at"] = local.time()
        return values

    def phases(self) -> list[Phase]:
        """What was typed; a phase with nothing typed is none. Raises ``Refused("phase_half")`` for half a phase."""
        found, halves = [], []
        for name in PHASES:
            opens, closes = self[f"{name}_opens"].data, self[f"{name}_closes"].data
            if opens is None and closes is None:
                continue
            if opens is None or closes is None:
                halves.append(Objection("phase_half", field=f"{name}_{'opens' if opens is None else 'closes'}"))
                continue
            begin = self[f"{name}_opens_at"].data or dt.time(0, 0)
            end = self[f"{name}_closes_at"].data or dt.time(23, 59)
            # the closing minute belongs to the phase: "đến 17:00" includes a dossier sent at 17:00:40
            found.append(Phase(name, _instant(opens, begin), _instant(closes, end.replace(second=59))))
        if halves:
            raise Refused.because(halves)
        return found


def _instant(day: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, time, tzinfo=VIETNAM).astimezone(dt.UTC)


class OfferRow(RowForm):
    """One award on offer."""

    needed = ("award_code",)

    award_code = ChoiceField(_("Danh hiệu, hình thức khen thưởng"), is_required=False)
    quota_total = IntegerField(_("Số lượng cả đợt"), maximum=99_999, is_required=False)
    quota_per_unit = IntegerField(_("Số lượng mỗi đơn vị"), maximum=9_999, is_required=False)
    note = TextField(_("Ghi chú"), limit=300, is_required=False)


class AwardsForm(Form):
    """Awards on offer."""

    awards = Rows(FormField(OfferRow, _("Loại khen thưởng")), _("Loại khen thưởng của đợt"), max_entries=40)

    def offer(self, pairs: list[tuple[str, str]]) -> None:
        """Fill the list of every row."""
        for row in self.awards:
            row["award_code"].choices = choices(pairs, empty=str(_("Chọn")))

    def offers(self) -> list[Offer]:
        """What was typed, rows without anything left out."""
        return [
            Offer(
                row["award_code"].data,
                quota_total=row["quota_total"].data,
                quota_per_unit=row["quota_per_unit"].data,
                note=row["note"].data,
            )
            for row in self.awards.filled
        ]


class TaskForm(Form):
    """One task of the plan."""

    unit_key = ChoiceField(_("Đơn vị"))
    part = OneOfField(_("Vai trò"), choices=choices([(code, PART_WORDS[code]) for code in TASK_PARTS]), default="lead")
    content = LongTextField(_("Nội dung nhiệm vụ"), limit=4000, rows=4)
    output = TextField(_("Kết quả cần có"), limit=300, is_required=False)
    due_on = DateField(_("Hạn"), is_required=False)
    status = OneOfField(
        _("Trạng thái"),
        choices=choices([(code, word) for code, (word, _tone) in TASK_STATUSES.items()]),
        default="open",
    )
    note = LongTextField(_("Ghi chú"), limit=2000, rows=2, is_required=False)

    def task_data(self) -> TaskData:
        """What was typed, as the service takes it."""
        return TaskData(
            unit_key=self.unit_key.data,
            part=self.part.data,
            content=self.content.data,
            output=self.output.data,
            due_on=self.due_on.data,
            status=self.status.data,
            note=self.note.data,
        )


class TaskReportForm(Form):
    """What the unit itself says about its task."""

    status = OneOfField(
        _("Đã làm đến đâu"), choices=choices([(code, word) for code, (word, _tone) in TASK_STATUSES.items()])
    )
    note = LongTextField(_("Ghi chú, kết quả"), limit=2000, rows=4, is_required=False)


class CopyForm(Form):
    """The same event in another year."""

    year = IntegerField(_("Tổ chức vào năm"), minimum=1900, maximum=2100)
    title = TextField(_("Tên đợt mới"), limit=300)
    short_title = TextField(_("Tên ngắn"), limit=80)


class StepForm(Form):
    """Nothing but the version: announce, close, reopen, show the roll."""

    value = HiddenField()
