"""The book of one plugin's counted figures, bound to who acts and where: what plugins get as ``desk.tallies``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from core.domain.views import Window
from core.plugin.manifest import Indicator
from core.services import reach_tallies, tallies, tally_corrections, tally_sheets, tally_sync, tally_totals
from core.services.context import Context
from core.services.tallies import Entry, Recorded
from core.services.tally_sheets import Counter, Line, Sheet
from core.services.tally_sync import Result
from core.services.tally_totals import Mine, Reporting, Totals, Units, Witnesses


@dataclass(frozen=True, slots=True)
class TallyBook:
    """Record, send, approve, lock and read the figures of ``plugin`` in the unit of ``ctx``.

    Every act asks for its permission: the indicator's ``record`` key to count, ``<plugin>.approve`` in the team's unit
    or above to approve, give back and correct, ``<plugin>.lock`` to close a period and to correct after that.
    """

    _plugin: str
    _ctx: Context

    @property
    def indicators(self) -> dict[str, Indicator]:
        """The plugin's indicators by code."""
        return tallies.indicators(self._ctx, self._plugin)

    # ------------------------------------------------------------------------------------------ counting

    def record(
        self,
        *,
        indicator: str,
        day: dt.date,
        client_id: str,
        quantity: int = 1,
        source: str = "tap",
        place: str = "",
        detail: Mapping[str, object] | None = None,
        claimed_at: dt.datetime | None = None,
        reason: str = "",
    ) -> Recorded:
        """Keep one entry of this unit; a resend of the same client id is ``known``. Raises ``Refused``."""
        entry = Entry(
            client_id=client_id,
            indicator=indicator,
            day=day,
            quantity=quantity,
            source=source,
            place=place,
            detail=detail or {},
            claimed_at=claimed_at,
            reason=reason,
        )
        return tallies.record(self._ctx, self._plugin, entry)

    def day_totals(
        self,
        day: dt.date,
        figures: Mapping[str, int],
        *,
        client_ids: Mapping[str, str],
        source: str = "day_total",
        reason: str = "",
    ) -> list[Recorded]:
        """The totals of a day by indicator, all or none: each stands for its taps. Raises ``Refused``."""
        return tallies.record_together(
            self._ctx,
            self._plugin,
            [
                Entry(
                    client_id=client_ids[code],
                    indicator=code,
                    day=day,
                    quantity=quantity,
                    source=source,
                    reason=reason,
                )
                for code, quantity in figures.items()
            ],
        )

    def undo(self, client_id: str) -> Recorded:
        """Take back one's own entry within five minutes."""
        return tallies.undo(self._ctx, self._plugin, client_id)

    def sync(self, body: object) -> list[Result]:
        """Take in what a device kept, record by record."""
        return tally_sync.sync(self._ctx, self._plugin, body)

    # ------------------------------------------------------------------------------------------ sheets

    def sheet_of_day(self, day: dt.date) -> Sheet:
        """This unit's sheet of a day, with its figures."""
        return tally_sheets.of_day(self._ctx, self._plugin, day)

    def sheet(self, key: str) -> Sheet:
        """A sheet of this unit or of one below it; else ``NotFound``."""
        return tally_sheets.one(self._ctx, self._plugin, key)

    def sheets(
        self, window: Window, *, states: Collection[str] = (), unit_id: int | None = None, limit: int = 200
    ) -> list[Sheet]:
        """Sheets here and below, the latest day first, without figures."""
        return tally_sheets.list_sheets(self._ctx, self._plugin, window, states=states, unit_id=unit_id, limit=limit)

    def history(self, key: str) -> list[Line]:
        """Totals, corrections and what was taken back in a sheet, the newest first."""
        return tally_sheets.history(self._ctx, self._plugin, key)

    def counters(self, key: str) -> list[Counter]:
        """Who tapped what in a sheet."""
        return tally_sheets.counters(self._ctx, self._plugin, key)

    def submit(self, day: dt.date) -> str:
        """Send this unit's figures of a day. Returns the key of the sheet."""
        return tally_sheets.submit(self._ctx, self._plugin, day).key

    def take_back(self, day: dt.date) -> str:
        """Reopen what was sent and not yet approved."""
        return tally_sheets.take_back(self._ctx, self._plugin, day).key

    def give_back(self, key: str, *, reason: str, expected_version: int | None = None) -> None:
        """Give a sheet back to its team with a reason."""
        tally_sheets.give_back(self._ctx, self._plugin, key, reason=reason, expected_version=expected_version)

    def has_counted(self, key: str) -> bool:
        """Whether the actor counted in a sheet: then ``approve`` refuses."""
        return tally_sheets.has_counted(self._ctx, self._plugin, key)

    def approve(self, key: str, *, expected_version: int | None = None) -> None:
        """Vouch for a sheet; never one in which the actor counted."""
        tally_sheets.approve(self._ctx, self._plugin, key, expected_version=expected_version)

    def lock_period(self, window: Window) -> int:
        """Close days for this unit and all below. Returns how many sheets were locked."""
        return tally_sheets.lock_period(self._ctx, self._plugin, window)

    def locks(self) -> list[Window]:
        """The periods that this unit closed."""
        return tally_sheets.locks(self._ctx, self._plugin)

    def correct(self, key: str, *, indicator: str, quantity: int | None, reason: str, client_id: str = "") -> Recorded:
        """Change a figure of an approved or locked sheet, with a reason."""
        return tally_corrections.correct(
            self._ctx, self._plugin, key, indicator=indicator, quantity=quantity, reason=reason, client_id=client_id
        )

    def may_count(self) -> bool:
        """Whether the actor counts for any indicator here."""
        return tally_sheets.may_count(self._ctx, self._plugin)

    # ------------------------------------------------------------------------------------------ reading

    def counting_units(self) -> list[int]:
        """Ids of the units here and below in which somebody counts: from them figures are due."""
        return reach_tallies.counting_units(self._ctx, self._plugin)

    @staticmethod
    def below(unit_id: int) -> Units:
        """A unit with all below it, for every reading that takes units: no query of its own."""
        return reach_tallies.below(unit_id)

    def totals(
        self,
        unit_ids: Units,
        window: Window,
        *,
        codes: Collection[str] | None = None,
        states: Collection[str] | None = None,
    ) -> Totals:
        """Approved figures of units here and below; ``states`` widens it to sheets in other states."""
        chosen = {} if states is None else {"states": states}
        return tally_totals.totals(self._ctx, self._plugin, unit_ids, window, codes=codes, **chosen)

    def of_person(self, user_id: int, unit_ids: Units, window: Window) -> Totals:
        """What one person tapped in approved sheets."""
        return tally_totals.of_person(self._ctx, self._plugin, user_id, unit_ids, window)

    def reporting(
        self, unit_ids: Collection[int], window: Window, *, states: Collection[str] | None = None
    ) -> Reporting:
        """ "x/y đơn vị đã báo cáo", and which have not."""
        chosen = {} if states is None else {"states": states}
        return tally_totals.reporting(self._ctx, self._plugin, unit_ids, window, **chosen)

    def witnesses(self, unit_ids: Units, window: Window, *, user_id: int | None = None) -> Witnesses:
        """Who counted and who approved."""
        return tally_totals.witnesses(self._ctx, self._plugin, unit_ids, window, user_id=user_id)

    def took_part(self, user_id: int, unit_ids: Units, window: Window) -> bool:
        """Whether somebody counted in, or approved, a sheet of these units and days."""
        return tally_totals.took_part(self._ctx, self._plugin, user_id, unit_ids, window)

    def mine(self, day: dt.date) -> Mine:
        """What the actor counted here on a day, and what may still be taken back."""
        return tally_totals.of_actor(self._ctx, self._plugin, day)
