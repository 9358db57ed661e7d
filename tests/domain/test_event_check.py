"""The self-check: each thing that is missing or contradicts itself is found, and nothing else."""

import dataclasses
import datetime as dt

import pytest

from core.domain.event import Basis, EventData, Phase
from core.domain.event_check import AwardFacts, EventFacts, Finding, TaskFacts, check

NOW = dt.datetime(2026, 5, 13, 3, tzinfo=dt.UTC)
TODAY = dt.date(2026, 5, 13)


def phase(name, opens, closes):
    return Phase(name, NOW + dt.timedelta(days=opens), NOW + dt.timedelta(days=closes))


PHASES = (phase("receive", -1, 3), phase("appraise", -1, 4), phase("council", 4, 5), phase("publish", 5, 30))
WORDS = EventData(
    title="Ngày hội",
    short_title="Ngày hội",
    kind="phong_trao",
    commendation_type="phong_trao",
    window_from=dt.date(2026, 5, 12),
    window_to=dt.date(2026, 5, 18),
    legal_basis=(Basis("Công văn"),),
    themes=("Chủ đề",),
    report_due_on=dt.date(2026, 5, 25),
)
AWARD = AwardFacts("GIAY_KHEN", "Giấy khen", True, True, False, 20, 3, "yes")
TASK = TaskFacts("lead", "Phòng Văn hóa - Xã hội", False, dt.date(2026, 5, 18), "open")
WHOLE = EventFacts(
    state="announced",
    data=WORDS,
    phases=PHASES,
    awards=(AWARD,),
    invited=23,
    tasks=(TASK,),
    has_committee=True,
)


def found(**changes):
    return check(dataclasses.replace(WHOLE, **changes), NOW, TODAY)


def words(**changes):
    return found(data=dataclasses.replace(WORDS, **changes))


def award(**changes):
    return found(awards=(dataclasses.replace(AWARD, **changes),))


def task(**changes):
    return found(tasks=(dataclasses.replace(TASK, **changes),))


def without(name, *others):
    return tuple(one for one in PHASES if one.phase != name) + others


def test_a_whole_event_has_nothing_to_look_at():
    assert found() == ()


NAME = {"award": "Giấy khen"}
CASES = [
    (found(awards=()), "check_receiving_without_awards", "error", "awards", {}),
    (found(awards=(), state="closed"), "check_no_awards", "warning", "awards", {}),
    (found(invited=0), "check_receiving_without_units", "error", "units", {}),
    (found(invited=0, state="closed"), "check_no_units", "warning", "units", {}),
    (found(has_regime=False), "check_no_regime", "error", "edit", {"day": WORDS.window_from}),
    (found(is_type_in_force=False), "check_type_not_in_force", "error", "edit", {"day": WORDS.window_from}),
    (found(is_basis_copied=True), "check_basis_copied", "warning", "edit", {}),
    (words(themes=()), "check_no_theme", "warning", "edit", {}),
    (words(legal_basis=()), "check_no_basis", "warning", "edit", {}),
    (words(report_due_on=None), "check_report_unknown", "question", "edit", {}),
    (words(report_due_on=dt.date(2026, 5, 12)), "check_report_late", "warning", "edit", {"day": dt.date(2026, 5, 12)}),
    (found(phases=without("receive")), "check_no_phase", "error", "phases", {"phase": "receive"}),
    (found(phases=without("publish")), "check_no_phase", "warning", "phases", {"phase": "publish"}),
    (
        found(phases=without("publish", phase("publish", 30, 5))),
        "check_phase_inverted",
        "error",
        "phases",
        {"phase": "publish"},
    ),
    (
        found(phases=without("appraise", phase("appraise", -2, 4))),
        "check_phases_out_of_order",
        "error",
        "phases",
        {"phase": "appraise", "before": "receive"},
    ),
    (
        found(phases=without("appraise", phase("appraise", -1, 1))),
        "check_appraise_ends_early",
        "warning",
        "phases",
        {},
    ),
    (
        found(phases=without("council", phase("council", -1, 5)), has_committee=False),
        "check_no_committee",
        "error",
        "committee",
        {},
    ),
    (found(has_committee=False), "check_no_committee", "warning", "committee", {}),
    (award(is_in_force=False), "check_award_not_in_force", "error", "awards", NAME),
    (award(fits_type=False), "check_award_of_other_type", "error", "awards", NAME),
    (award(signer="no"), "check_nobody_signs", "warning", "offices", NAME),
    (award(signer="above"), "check_goes_up", "question", "awards", NAME),
    (award(quota_total=0), "check_quota_zero", "warning", "awards", NAME),
    (award(quota_total=2), "check_over_quota", "warning", "awards", {**NAME, "used": 3, "quota": 2}),
    (award(needs_check=True), "check_awards_unsure", "question", "awards", {"awards": "Giấy khen"}),
    (found(tasks=()), "check_no_tasks", "warning", "tasks", {}),
    (task(is_unit_closed=True), "check_task_unit_closed", "error", "tasks", {"unit": TASK.unit}),
    (task(part="assist"), "check_nobody_leads", "warning", "tasks", {}),
    (task(due_on=dt.date(2026, 5, 12)), "check_tasks_late", "warning", "tasks", {"count": 1}),
    (task(due_on=None), "check_tasks_undated", "question", "tasks", {"count": 1}),
]


@pytest.mark.parametrize(("answer", "code", "severity", "place", "params"), CASES, ids=[case[1] for case in CASES])
def test_each_thing_is_found_alone(answer, code, severity, place, params):
    assert answer == (Finding(code, severity, place, params),)


def test_a_draft_whose_time_has_come_is_an_error():
    assert found(state="draft") == (Finding("check_draft_but_begun", "error", "announce"),)


def test_a_round_that_is_over_asks_to_be_closed():
    over = tuple(phase(one.phase, -9, -8) for one in PHASES)
    assert found(phases=over)[-1] == Finding("check_all_over", "question", "close")
    assert "check_all_over" not in {one.code for one in found(phases=over, state="closed")}


def test_publishing_while_receiving_is_seen():
    early = without("publish", phase("publish", 2, 30))
    codes = [one.code for one in found(phases=early)]
    assert codes == ["check_phases_out_of_order", "check_publish_while_receiving"]


def test_receiving_outside_the_window_is_seen():
    late = (phase("receive", 9, 12), phase("appraise", 9, 13), phase("council", 13, 14), phase("publish", 14, 30))
    assert [one.code for one in found(phases=late)] == ["check_receive_after_window"]
    early = (phase("receive", -9, -8), *PHASES[1:])
    assert "check_receive_before_window" in {one.code for one in found(phases=early)}


def test_errors_come_first():
    severities = [
        one.severity for one in found(awards=(), tasks=(), data=dataclasses.replace(WORDS, report_due_on=None))
    ]
    assert severities == ["error", "warning", "question"]


def test_done_work_is_neither_late_nor_undated():
    assert task(status="done", due_on=dt.date(2026, 5, 1)) == ()
    assert task(status="dropped", due_on=None) == ()
