"""Forms of committees and sittings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from wtforms import FormField

from core.domain import text
from core.domain.errors import FieldProblem
from core.domain.voting import MOST_PAPERS, PaperCount
from core.models import Committee, CommitteeMember, Event, SittingSeat
from core.services import committees
from core.services.committees import CommitteeData, SeatData
from core.services.context import Context, at_local
from core.services.recusals import DECLARED
from core.services.sittings import SittingData
from core.services.written_opinions import MARKS
from core.web.committee import words
from core.web.forms.base import (
    ChoiceField,
    DateField,
    Form,
    IntegerField,
    LongTextField,
    ManyOfField,
    OneOfField,
    TextField,
    choices,
)
from core.web.forms.rows import RowForm
from core.web.i18n import gettext, lazy


class CommitteeForm(Form):
    """The paper that sets a committee up."""

    name = TextField(lazy("Tên Hội đồng"), limit=200)
    decision_number = TextField(lazy("Số quyết định thành lập"), limit=80)
    decided_on = DateField(lazy("Ngày quyết định"))
    from_on = DateField(lazy("Có hiệu lực từ ngày"))
    to_on = DateField(
        lazy("Đến hết ngày"), is_required=False, description=lazy("Để trống nếu quyết định không ghi ngày kết thúc.")
    )

    def committee(self) -> CommitteeData:
        """The plain values."""
        return CommitteeData(
            self.name.data, self.decision_number.data, self.decided_on.data, self.from_on.data, self.to_on.data
        )


class SeatForm(Form):
    """Who sits, as what, since when."""

    part = ChoiceField(lazy("Vai trò trong Hội đồng"), choices=choices(list(words.PARTS.items())))
    full_name = TextField(lazy("Họ và tên"), limit=120)
    title = TextField(lazy("Chức vụ"), limit=160, is_required=False)
    login = ChoiceField(
        lazy("Tài khoản"),
        is_required=False,
        description=lazy("Người có tài khoản tự đọc được hồ sơ và khai xung đột lợi ích. Không có cũng được."),
    )
    home_unit = ChoiceField(
        lazy("Đơn vị công tác"),
        is_required=False,
        description=lazy("Thành viên không bỏ phiếu cho người do chính đơn vị mình đề cử."),
    )
    from_on = DateField(lazy("Tham gia từ ngày"))

    def offer(self, ctx: Context) -> None:
        """Fill the lists of accounts and units."""
        people = [(one.login, f"{one.full_name} ({one.login})") for one in committees.seatable(ctx)]
        units = [(one.key, one.name) for one in committees.home_units(ctx)]
        self.login.choices = choices(people, empty=gettext("Không có tài khoản"))
        self.home_unit.choices = choices(units, empty=gettext("Không thuộc đơn vị nào trong danh sách"))

    def seat(self) -> SeatData:
        """The plain values."""
        return SeatData(
            part=self.part.data,
            full_name=self.full_name.data,
            from_on=self.from_on.data,
            title=self.title.data or "",
            login=self.login.data or None,
            home_unit=self.home_unit.data or None,
        )


class FoundingForm(CommitteeForm):
    """A new committee with its chair."""

    full_name = TextField(lazy("Chủ tịch Hội đồng"), limit=120)
    title = TextField(lazy("Chức vụ của Chủ tịch Hội đồng"), limit=160, is_required=False)
    login = SeatForm.login
    home_unit = SeatForm.home_unit

    offer = SeatForm.offer

    def chair(self) -> SeatData:
        """The chair's seat."""
        return SeatData(
            part="chair",
            full_name=self.full_name.data,
            from_on=self.from_on.data,
            title=self.title.data or "",
            login=self.login.data or None,
            home_unit=self.home_unit.data or None,
        )


class SeatCorrectionForm(SeatForm):
    """A seat's words, while nobody sat on it: its part and its first day stay."""

    part = None
    from_on = None

    def correction(self, seat: CommitteeMember) -> SeatData:
        """The plain values, with the part and the day that stay."""
        return SeatData(
            part=seat.part,
            full_name=self.full_name.data,
            from_on=seat.from_on,
            title=self.title.data or "",
            login=self.login.data or None,
            home_unit=self.home_unit.data or None,
        )


class EndSeatForm(Form):
    """The last day of a seat."""

    to_on = DateField(lazy("Ngày cuối cùng trong Hội đồng"))


class ClockField(TextField):
    """A time of day, written 14:30 (also 14h30, 14h)."""

    def judge(self, raw: str) -> str:
        """The same as ``HH:MM``."""
        line = text.clean_line(raw, limit=8).lower().replace("h", ":")
        hour, _colon, minute = line.partition(":")
        minute = minute or "0"
        plain = hour.isascii() and hour.isdigit() and minute.isascii() and minute.isdigit() and len(hour + minute) <= 4
        if not plain or int(hour) > 23 or int(minute) > 59:
            raise FieldProblem("bad_clock")
        return f"{int(hour):02d}:{int(minute):02d}"


class SittingForm(Form):
    """Which committee meets, when and where, about which event."""

    committee = ChoiceField(lazy("Hội đồng"))
    event = ChoiceField(
        lazy("Đợt"), is_required=False, description=lazy("Chọn đợt thì chương trình chỉ lấy hồ sơ của đợt đó.")
    )
    title = TextField(lazy("Tên phiên họp"), limit=200)
    day = DateField(lazy("Ngày họp"))
    clock = ClockField(lazy("Giờ họp"), limit=8, description=lazy("Ví dụ 14:30"))
    place = TextField(lazy("Địa điểm"), limit=200, is_required=False)

    def offer(self, rows: Sequence[Committee], events: Sequence[Event]) -> None:
        """Fill the lists."""
        self.committee.choices = choices([(one.key, one.name) for one in rows], empty=gettext("Chọn Hội đồng"))
        self.event.choices = choices([(one.key, one.title) for one in events], empty=gettext("Không theo đợt"))

    def sitting(self) -> SittingData:
        """The plain values."""
        hour, _colon, minute = self.clock.data.partition(":")
        day: dt.date = self.day.data
        return SittingData(self.title.data, at_local(day, int(hour), int(minute)), self.place.data or "")


class SittingEditForm(SittingForm):
    """A planned sitting: its committee and event stay."""

    committee = None
    event = None


class AgendaForm(Form):
    """Who is put on the agenda."""

    nominations = ManyOfField(lazy("Hồ sơ"), validate_choice=False)


class CloseForm(Form):
    """What the minutes say besides the figures."""

    minutes = LongTextField(
        lazy("Diễn biến và kết luận"),
        limit=8000,
        rows=8,
        is_required=False,
        description=lazy("In trong biên bản. Kết quả từng hồ sơ phần mềm tự ghi."),
    )


class OpinionForm(Form):
    """What an absent member wrote."""

    member = ChoiceField(lazy("Thành viên vắng mặt"))
    mark = OneOfField(lazy("Ý kiến"), choices=[(one, words.MARKS[one]) for one in MARKS])
    note = TextField(lazy("Ghi chú"), limit=300, is_required=False, description=lazy("Số, ngày của văn bản ý kiến."))

    def offer(self, members: Sequence[CommitteeMember]) -> None:
        """Fill the list of who may still write."""
        self.member.choices = choices([(one.key, one.full_name) for one in members], empty=gettext("Chọn thành viên"))


class ConflictForm(Form):
    """Why a member steps back."""

    reason = OneOfField(lazy("Lý do"), choices=[(one, words.REASONS[one]) for one in DECLARED])
    note = TextField(lazy("Nói rõ thêm"), limit=300, is_required=False)


class RecordedConflictForm(ConflictForm):
    """The same, written down by the secretary for somebody."""

    member = ChoiceField(lazy("Thành viên"))

    def offer(self, members: Sequence[CommitteeMember]) -> None:
        """Fill the list of who has not stepped back."""
        self.member.choices = choices([(one.key, one.full_name) for one in members], empty=gettext("Chọn thành viên"))


def _figure(name: str) -> IntegerField:
    return IntegerField(words.FIGURES[name], minimum=0, maximum=MOST_PAPERS)


class CountForm(Form):
    """The figures of one paper count; the second person fills the same form, empty."""

    issued = _figure("issued")
    returned = _figure("returned")
    valid = _figure("valid")
    invalid = _figure("invalid")
    yes = _figure("yes")
    no = _figure("no")
    blank = _figure("blank")

    def count(self) -> PaperCount:
        """The plain figures."""
        return PaperCount(**{name: getattr(self, name).data for name in PaperCount.__slots__})


class _Attendance(RowForm):
    attendance = OneOfField(
        lazy("Điểm danh"),
        choices=list(words.ATTENDANCE.items()),
        is_required=False,
    )
    note = TextField(lazy("Ghi chú"), limit=300, is_required=False)


class AttendanceForm(Form):
    """Who is in the room: a row for each seat, named ``seat-<member>``."""

    def marks(self, keys: Sequence[str]) -> dict[str, tuple[str, str]]:
        """``{member: (attendance, note)}``."""
        rows = {key: self._fields[f"seat-{key}"].form for key in keys}
        return {key: (row.attendance.data or "unknown", row.note.data or "") for key, row in rows.items()}


def attendance_form(roll: Sequence[SittingSeat]) -> type[AttendanceForm]:
    """The form class of one roll."""
    fields = {f"seat-{one.member.key}": FormField(_Attendance, one.member.full_name) for one in roll}
    return type("RollForm", (AttendanceForm,), fields)
