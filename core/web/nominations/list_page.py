"""What the page of a list shows around its rows: tabs, chips, filters and the addresses of other pages."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from flask import url_for

from core.services.context import Context
from core.services.nomination_lists import GROUP_HONOURED, MOST_COUNTED, SORTS, STATES, Line, Listing, Wanted
from core.web.formats import as_date, as_days_left
from core.web.i18n import gettext as _
from core.web.i18n import lazy
from core.web.nominations import words

BOXES = {"own": lazy("Đơn vị tôi lập"), "incoming": lazy("Gửi đến"), "handed_up": lazy("Cấp dưới trình lên")}
SORT_WORDS = {"new": lazy("Mới nhất trước"), "name": lazy("Theo tên"), "due": lazy("Sắp đến hạn")}


@dataclass(frozen=True)
class ListPage:
    """A listing with everything its template asks."""

    ctx: Context
    listing: Listing

    @property
    def wanted(self) -> Wanted:
        """The wish that the listing answers."""
        return self.listing.wanted

    def url(self, **changes: str | None) -> str:
        """The address of the same list, changed in some parts; back at its first page."""
        parts = {**dataclasses.asdict(self.wanted), **changes}
        if parts["sort"] == "new":
            parts["sort"] = ""
        return url_for(
            "nominations.index", unit=self.ctx.here.key, **{name: value for name, value in parts.items() if value}
        )

    @property
    def tabs(self) -> list[tuple[str, str, bool, None]]:
        """The boxes; none where there is only one."""
        unit = self.ctx.here.key
        found = [
            (str(BOXES[box]), url_for("nominations.index", unit=unit, box=box), box == self.wanted.box, None)
            for box in self.listing.boxes
        ]
        return found if len(found) > 1 else []

    @property
    def chips(self) -> list[tuple[str, str, bool, int | None]]:
        """The states with their counts."""
        found: list[tuple[str, str, bool, int | None]] = [
            (_("Tất cả"), self.url(state=""), not self.wanted.state, None)
        ]
        for state, count in self.listing.chips:
            if count == 0 and state != self.wanted.state:
                continue
            word, is_current = self.state_word(state), state == self.wanted.state
            if count is not None and count > MOST_COUNTED:
                word, count = f"{word} {MOST_COUNTED}+", None
            found.append((word, self.url(state=state), is_current, count))
        return found

    @staticmethod
    def state_word(state: str) -> str:
        """A state of the filter in words."""
        return _("Đã được khen thưởng, tôn vinh") if state == GROUP_HONOURED else str(words.FACES[state][0])

    @property
    def choices(self) -> dict[str, list[tuple[str, str]]]:
        """The lists of the filters."""
        states = STATES[self.wanted.box]
        return {
            "event": [("", _("Mọi đợt")), *self.listing.events],
            "award": [("", _("Mọi danh hiệu")), *self.listing.awards],
            "state": [("", _("Mọi trạng thái")), *((one, self.state_word(one)) for one in states)],
            "sort": [(one, str(SORT_WORDS[one])) for one in SORTS],
        }

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the box was asked for."""
        wanted = self.wanted
        return bool(wanted.event or wanted.award or wanted.state or wanted.q)

    @staticmethod
    def due(line: Line) -> str:
        """ "25/05/2026 (còn 3 ngày làm việc)"."""
        return f"{as_date(line.due_on)} ({as_days_left(line.days_left)})" if line.due_on else ""

    @property
    def heads(self) -> list[str]:
        """The columns; in its own box the unit is always the same."""
        unit = [] if self.wanted.box == "own" else [_("Đơn vị")]
        return [_("Người, tập thể"), _("Danh hiệu"), *unit, _("Trạng thái"), _("Hạn")]

    @staticmethod
    def face(line: Line) -> tuple[str, str]:
        """The state of a line: word and tone."""
        word, tone = words.FACES[line.face]
        return str(word), tone

    @property
    def next_url(self) -> str | None:
        """The next page."""
        return self.url(after=self.listing.page.next) if self.listing.page.next else None

    @property
    def prev_url(self) -> str | None:
        """The page before."""
        return self.url(after=self.listing.page.prev) if self.listing.page.prev else None

    @property
    def new_url(self) -> str | None:
        """Where a new nomination begins: in the one event at hand, or by choosing one."""
        if not self.ctx.may("nomination.write"):
            return None
        if self.wanted.event and self.wanted.box == "own":
            return url_for("nominations.create", unit=self.ctx.here.key, event=self.wanted.event)
        return url_for("nominations.choose_event", unit=self.ctx.here.key)
