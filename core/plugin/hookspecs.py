"""The ten questions a plugin may be asked. Static facts are data in the manifest; a hook depends on who, where or what.

Three verbs. *gather*: what fails is left out and reported. *ask*: what fails counts as an objection, never as a silent
yes. *tell*: after the act, from the outbox, one transaction each, repeated until it succeeds or is parked.

Every hook gets its arguments by keyword and takes the ones it wants. ``desk`` is the plugin's own: its tables, the
counters, the names of units; it opens a savepoint at its first use, so nothing that goes wrong there reaches the core.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pluggy

from core.domain.fields import FieldSpec
from core.domain.views import EventView, MemberView, NominationView, NomineeView, UnitView, Viewer, Window
from core.plugin.answers import Conflict, Fact, NavItem, Objection, Panel, Place, ReportChapter

PROJECT = "vinhdanh"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)

#: What a panel is about, by its place.
Subject = UnitView | EventView | NominationView


@hookspec
def nomination_fields(desk: Any, event: EventView, award_code: str, nominee_kind: str) -> Sequence[FieldSpec] | None:
    """Fields that this plugin adds to a nomination, as one section of the form.

    Called when the form is built, when it is saved and when the dossier is sent. Answer the same fields for the same
    arguments; at sending they are frozen with the answers, and from then on the dossier needs the plugin no more.

    Verb: gather. At sending, a plugin that fails here refuses the sending, as in an ask.

    :param desk: the plugin's tables and counters.
    :param event: the event in which somebody is put forward.
    :param award_code: code of the award type asked for.
    :param nominee_kind: ``individual``, ``collective`` or ``household``.
    :returns: the fields in their order, or ``None`` for no section.

    .. versionadded:: 0.1
    """


@hookspec
def nomination_objections(
    desk: Any, nomination: NominationView, section: dict[str, Any], step: str
) -> Sequence[Objection] | None:
    """What stands in the way of a nomination, seen from this plugin.

    Called when the dossier is checked and again inside the act. Say everything at once, and what to do about it.

    Verb: ask. A plugin that fails or takes over two seconds refuses the step: "không kiểm tra được". It is asked only
    at the steps that its manifest ``guards``.

    :param desk: the plugin's tables and counters.
    :param nomination: the dossier.
    :param section: the answers to this plugin's fields, cleaned; empty where there is no section.
    :param step: the step that is to be taken, ``submit`` or ``open_ballot``.
    :returns: objections, or ``None``.

    .. versionadded:: 0.1
    """


@hookspec
def nomination_moved(desk: Any, nomination_id: int, old: str, new: str, actor_id: int | None, at: dt.datetime) -> None:
    """News: a nomination went from one state to another.

    Called after the act is committed, from the jobs. May come more than once: write so that a repeat changes nothing.

    Verb: tell. A plugin that fails is told again later, and after eight tries the news is parked for an administrator.

    :param desk: the plugin's tables and counters.
    :param nomination_id: id of the nomination.
    :param old: state before.
    :param new: state after.
    :param actor_id: account that acted; ``None`` for the clock.
    :param at: instant of the act, UTC.

    .. versionadded:: 0.1
    """


@hookspec
def nominee_facts(desk: Any, nominee: NomineeView, window: Window) -> Sequence[Fact] | None:
    """Figures this plugin can vouch for about a nominee, within a time window.

    Called when a form is prefilled, a dossier is shown, printed or exported, and when it is sent: then the figures are
    copied into the dossier. Count approved figures only, and answer in at most two queries.

    Verb: gather. A plugin that fails here is left out and reported; the page still opens.

    :param desk: the plugin's tables and counters.
    :param nominee: who is put forward.
    :param window: the days of the event; both ends are included.
    :returns: facts in the order they should be read, or ``None``.

    .. versionadded:: 0.1
    """


@hookspec
def member_conflicts(desk: Any, nomination: NominationView, member: MemberView) -> Sequence[Conflict] | None:
    """Reasons why a committee member should not judge a nomination, that only this plugin knows.

    Called when the roll of a sitting is drawn up. Never while votes are cast.

    Verb: ask. A plugin that fails proposes a conflict "không kiểm tra được" to the secretary, who decides.

    :param desk: the plugin's tables and counters.
    :param nomination: the dossier on the agenda.
    :param member: the member.
    :returns: conflicts, or ``None``.

    .. versionadded:: 0.1
    """


@hookspec
def panels(
    desk: Any, place: Place, subject: UnitView | EventView | NominationView, viewer: Viewer
) -> Sequence[Panel] | None:
    """Cards for a page of the core.

    Called once per page. One hook for all places; ``place`` says what ``subject`` is.

    Verb: gather. A plugin that fails here is left out and reported; the page still opens.

    :param desk: the plugin's tables and counters.
    :param place: where the card will stand.
    :param subject: the unit, the event or the nomination.
    :param viewer: who reads.
    :returns: cards in their order, or ``None``.

    .. versionadded:: 0.1
    """


@hookspec
def nav_items(unit: UnitView, viewer: Viewer) -> Sequence[NavItem] | None:
    """Lines of the unit's menu.

    Called on every page of the unit: answer without any query. The core drops what the viewer may not open.

    Verb: gather. A plugin that fails here is left out and reported; the page still opens.

    :param unit: the unit whose menu it is.
    :param viewer: who reads.
    :returns: menu lines in their order, or ``None``.

    .. versionadded:: 0.1
    """


@hookspec
def report_chapters(
    desk: Any, unit: UnitView, event: EventView | None, window: Window
) -> Sequence[ReportChapter] | None:
    """Chapters of the results report: rows, never HTML.

    Called when the report of an event is shown, printed or exported. Say how many units reported of how many.

    Verb: gather. A plugin that fails here is left out, and the report says so.

    :param desk: the plugin's tables and counters.
    :param unit: the unit that reports; figures of all units below it count.
    :param event: the event, if the report is about one.
    :param window: the days reported about.
    :returns: chapters, or ``None``.

    .. versionadded:: 0.1
    """


@hookspec
def switch_on_objections(desk: Any, unit: UnitView) -> Sequence[Objection] | None:
    """What must be there before this plugin is switched on for a unit.

    Called for the plugin being switched on, and for no other.

    Verb: ask. A plugin that fails here is not switched on.

    :param desk: the plugin's tables and counters.
    :param unit: the unit.
    :returns: objections, or ``None``.

    .. versionadded:: 0.1
    """


@hookspec
def unit_switched_off(desk: Any, unit_id: int, actor_id: int | None, at: dt.datetime) -> None:
    """News: a unit switched this plugin off.

    Called after the act is committed, from the jobs. Delete nothing: what was recorded stays readable.

    Verb: tell. A plugin that fails is told again later, and after eight tries the news is parked for an administrator.

    :param desk: the plugin's tables and counters.
    :param unit_id: the unit.
    :param actor_id: account that switched it off; ``None`` for the clock.
    :param at: instant of the act, UTC.

    .. versionadded:: 0.1
    """


#: Hook -> the type of each item of the answer; a hook that is only told answers nothing.
ANSWERS: dict[str, type | None] = {
    "nomination_fields": FieldSpec,
    "nomination_objections": Objection,
    "nomination_moved": None,
    "nominee_facts": Fact,
    "member_conflicts": Conflict,
    "panels": Panel,
    "nav_items": NavItem,
    "report_chapters": ReportChapter,
    "switch_on_objections": Objection,
    "unit_switched_off": None,
}
