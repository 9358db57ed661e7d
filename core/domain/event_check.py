"""The self-check of an event: what is missing or contradicts itself, each with the place where it is mended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from core.domain.event import PHASES, EventData, Phase, stands

#: ``error``: something cannot work as it stands; ``warning``: look at it; ``question``: ask somebody.
SEVERITIES = ("error", "warning", "question")


@dataclass(frozen=True, slots=True)
class AwardFacts:
    """One award on offer, as the check sees it."""

    code: str
    name: str
    is_in_force: bool
    fits_type: bool
    needs_check: bool
    quota_total: int | None
    used: int
    #: ``yes``: somebody here may sign it, ``no``: nobody holds the office, ``above``: only an upper unit may.
    signer: str


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """One task, as the check sees it."""

    part: str
    unit: str
    is_unit_closed: bool
    due_on: dt.date | None
    status: str


@dataclass(frozen=True, slots=True)
class EventFacts:
    """An event with what the check needs to know around it."""

    state: str
    data: EventData
    phases: tuple[Phase, ...] = ()
    awards: tuple[AwardFacts, ...] = ()
    invited: int = 0
    tasks: tuple[TaskFacts, ...] = ()
    has_committee: bool = False
    has_regime: bool = True
    is_type_in_force: bool = True
    #: The legal basis is word for word that of the event it was copied from.
    is_basis_copied: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at. ``place`` is where it is mended: edit, phases, awards, units, tasks, committee, offices."""

    code: str
    severity: str
    place: str
    params: dict[str, object] = field(default_factory=dict)


def check(facts: EventFacts, now: dt.datetime, today: dt.date) -> tuple[Finding, ...]:
    """Everything found, errors first, each group in the order of the event's page."""
    found = [
        *_about_words(facts, today),
        *_about_phases(facts, now),
        *_about_awards(facts, now),
        *_about_people(facts, now),
        *_about_tasks(facts, today),
    ]
    return tuple(sorted(found, key=lambda one: SEVERITIES.index(one.severity)))


def _phase(facts: EventFacts, name: str) -> Phase | None:
    return next((one for one in facts.phases if one.phase == name), None)


def _is_open(facts: EventFacts, name: str, now: dt.datetime) -> bool:
    phase = _phase(facts, name)
    return facts.state == "announced" and phase is not None and stands(phase, now) == "open"


def _about_words(facts: EventFacts, today: dt.date) -> Iterator[Finding]:
    data = facts.data
    if not facts.has_regime:
        yield Finding("check_no_regime", "error", "edit", {"day": data.window_from})
    if not facts.is_type_in_force:
        yield Finding("check_type_not_in_force", "error", "edit", {"day": data.window_from})
    if not data.themes:
        yield Finding("check_no_theme", "warning", "edit")
    if not data.legal_basis:
        yield Finding("check_no_basis", "warning", "edit")
    elif facts.is_basis_copied:
        yield Finding("check_basis_copied", "warning", "edit")
    if data.report_due_on is None:
        yield Finding("check_report_unknown", "question", "edit")
    elif data.report_due_on < today and facts.state != "closed":
        yield Finding("check_report_late", "warning", "edit", {"day": data.report_due_on})


def _about_phases(facts: EventFacts, now: dt.datetime) -> Iterator[Finding]:
    known = {one.phase: one for one in facts.phases}
    is_live = facts.state == "announced"
    for name in PHASES:
        if name not in known:
            is_needed = is_live and name == "receive"
            yield Finding("check_no_phase", "error" if is_needed else "warning", "phases", {"phase": name})
        elif known[name].closes_at < known[name].opens_at:
            yield Finding("check_phase_inverted", "error", "phases", {"phase": name})
    if facts.state == "draft" and "receive" in known and stands(known["receive"], now) != "before":
        yield Finding("check_draft_but_begun", "error", "announce")
    yield from _about_overlaps(facts, known)
    if is_live and known and all(stands(one, now) == "after" for one in known.values()):
        yield Finding("check_all_over", "question", "close")


def _about_overlaps(facts: EventFacts, known: dict[str, Phase]) -> Iterator[Finding]:
    receive, publish = known.get("receive"), known.get("publish")
    if receive is not None:
        if receive.closes_at.date() < facts.data.window_from - dt.timedelta(days=1):
            yield Finding("check_receive_before_window", "warning", "phases", {"day": facts.data.window_from})
        if receive.opens_at.date() > facts.data.window_to:
            yield Finding("check_receive_after_window", "warning", "phases", {"day": facts.data.window_to})
        appraise = known.get("appraise")
        if appraise is not None and appraise.closes_at < receive.closes_at:
            yield Finding("check_appraise_ends_early", "warning", "phases")
        if publish is not None and publish.opens_at < receive.closes_at:
            yield Finding("check_publish_while_receiving", "warning", "phases")
    for earlier, later in pairwise(PHASES):
        if earlier in known and later in known and known[later].opens_at < known[earlier].opens_at:
            yield Finding("check_phases_out_of_order", "error", "phases", {"phase": later, "before": earlier})


def _about_awards(facts: EventFacts, now: dt.datetime) -> Iterator[Finding]:
    is_receiving = _is_open(facts, "receive", now)
    if not facts.awards:
        code = "check_receiving_without_awards" if is_receiving else "check_no_awards"
        yield Finding(code, "error" if is_receiving else "warning", "awards")
    is_deciding = _is_open(facts, "council", now) or _is_open(facts, "publish", now)
    if unsure := [award.name for award in facts.awards if award.needs_check]:
        yield Finding("check_awards_unsure", "question", "awards", {"awards": "; ".join(unsure)})
    for award in facts.awards:
        name: dict[str, object] = {"award": award.name}
        if not award.is_in_force:
            yield Finding("check_award_not_in_force", "error", "awards", name)
        elif not award.fits_type:
            yield Finding("check_award_of_other_type", "error", "awards", name)
        if award.signer == "no":
            yield Finding("check_nobody_signs", "error" if is_deciding else "warning", "offices", name)
        elif award.signer == "above":
            yield Finding("check_goes_up", "question", "awards", name)
        if award.quota_total == 0:
            yield Finding("check_quota_zero", "warning", "awards", name)
        elif award.quota_total is not None and award.used > award.quota_total:
            figures = {"used": award.used, "quota": award.quota_total}
            yield Finding("check_over_quota", "warning", "awards", {**name, **figures})


def _about_people(facts: EventFacts, now: dt.datetime) -> Iterator[Finding]:
    if not facts.invited:
        is_receiving = _is_open(facts, "receive", now)
        code = "check_receiving_without_units" if is_receiving else "check_no_units"
        yield Finding(code, "error" if is_receiving else "warning", "units")
    if _phase(facts, "council") is not None and not facts.has_committee and facts.state != "closed":
        is_sitting = _is_open(facts, "council", now)
        yield Finding("check_no_committee", "error" if is_sitting else "warning", "committee")


def _about_tasks(facts: EventFacts, today: dt.date) -> Iterator[Finding]:
    if not facts.tasks:
        yield Finding("check_no_tasks", "warning", "tasks")
        return
    for unit in dict.fromkeys(one.unit for one in facts.tasks if one.is_unit_closed):
        yield Finding("check_task_unit_closed", "error", "tasks", {"unit": unit})
    if not any(one.part == "lead" for one in facts.tasks):
        yield Finding("check_nobody_leads", "warning", "tasks")
    live = [one for one in facts.tasks if one.status in ("open", "doing")]
    if late := sum(1 for one in live if one.due_on is not None and one.due_on < today):
        yield Finding("check_tasks_late", "warning", "tasks", {"count": late})
    if undated := sum(1 for one in live if one.due_on is None):
        yield Finding("check_tasks_undated", "question", "tasks", {"count": undated})
