"""The demo is a whole story: every state, walked through the services, healthy, quick, and loaded once."""

from __future__ import annotations

import dataclasses
import time
from collections import Counter

import pytest
import sqlalchemy as sa
from flask import Flask, current_app

from core.domain.nomination import State
from core.models import (
    Award,
    Decision,
    Event,
    Nomination,
    NominationSection,
    NominationStep,
    Sitting,
    Tally,
    TallySheet,
    Unit,
    User,
    db,
)
from core.services import demo, doctor, event_check, nomination_sections, plugin_sets, reach
from core.services.context import NO_PLUGINS, Actor, Context
from core.services.demo_story import read
from core.services.doctor import Patient
from tests.conftest import NOW


@pytest.fixture
def load(app: Flask, tmp_path):
    app.config["FILES_DIR"] = str(tmp_path)

    def run(now=NOW) -> demo.Report:
        app.config["FROZEN_CLOCK"] = now
        db.session.rollback()
        db.session.connection(execution_options={"writes": True})
        ctx = Context(db.session(), Actor(None, "operator", ""), now, registry=app.extensions["plugins"])
        report = demo.load(ctx, app.config)
        db.session.commit()
        return report

    return run


@pytest.fixture
def november():
    """A day after the plan's event, under the law of that day."""
    return NOW.replace(month=11, day=21)


def test_the_demo_is_whole(app, load, november, context_of):
    """One load, looked at from all sides: loading is what takes the time (the processor's, not the clock's)."""
    started = time.process_time()
    report = load(november)
    assert time.process_time() - started < 20
    _every_dossier_is_where_the_file_says()
    _the_plan_s_event_is_the_plan()
    _the_register_was_corrected_and_an_award_taken_back()
    _a_sitting_goes_on_with_some_counts_entered()
    _everybody_is_invented_and_says_so()
    _the_open_event_has_nothing_broken(context_of, november)
    if "vneid_guidance" in app.extensions["plugins"].installed:  # a run without plugins tells the rest of the story
        _every_sheet_state_is_there()
        _figures_were_frozen_and_one_changed_since()
        _the_police_s_figures_wait_for_a_second_person()
        _the_second_commune_has_no_plugin(november)
    patient = Patient(db.session(), november, dict(app.config), registry=app.extensions["plugins"])
    faults = doctor.examine(patient)
    assert faults == []
    steps = db.session.scalar(sa.select(sa.func.count()).select_from(NominationStep))
    again = load(november)
    assert (report.is_new, again.is_new) == (True, False)
    assert (again.counts, again.accounts) == (report.counts, report.accounts)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(NominationStep)) == steps


def _every_dossier_is_where_the_file_says():
    told = [one for part in read("ha_long_nominations.yaml").values() for one in part]
    rows = [tuple(row) for row in db.session.execute(sa.select(Nomination.nominee_name, Nomination.state))]
    assert sorted(rows) == sorted((one["name"], one["end"]) for one in told)
    assert {state for _name, state in rows} == {state.value for state in State}
    assert len(rows) >= 58
    assert set(db.session.scalars(sa.select(Nomination.kind))) == {"individual", "collective", "household"}


def _the_plan_s_event_is_the_plan():
    event = db.session.scalars(sa.select(Event).where(Event.key == "ngay-khcn-2026")).one()
    assert (event.window_from.isoformat(), event.window_to.isoformat()) == ("2026-05-12", "2026-05-18")
    assert event.legal_basis[0]["number"] == "7834/UBND-CNXXDKH"
    assert event.report_due_on is None
    assert (event.state, event.is_roll_public, len(event.invited)) == ("closed", True, 17)
    assert Counter(one.part for one in event.tasks) == {"lead": 9, "assist": 2, "suggest": 3}


def _the_register_was_corrected_and_an_award_taken_back():
    assert Counter(db.session.scalars(sa.select(Award.state))) == {"valid": 19, "corrected": 1, "revoked": 1}
    kinds = [tuple(row) for row in db.session.execute(sa.select(Decision.kind, Decision.state))]
    assert Counter(kinds) == {
        ("grant", "issued"): 3,
        ("correct", "issued"): 1,
        ("revoke", "issued"): 1,
        ("grant", "draft"): 1,
    }


def _a_sitting_goes_on_with_some_counts_entered():
    sitting = db.session.scalars(sa.select(Sitting).where(Sitting.state == "open")).one()
    counted = [(one.entered_by_id is not None, one.confirmed_by_id is not None) for one in sitting.items]
    assert sorted(counted) == [(False, False), (False, False), (True, False), (True, False)]


def _everybody_is_invented_and_says_so():
    assert [name for name in db.session.scalars(sa.select(User.full_name)) if "Mẫu" not in name] == []
    told = [one for part in read("ha_long_nominations.yaml").values() for one in part]
    people = {one["name"] for one in told if one["kind"] != "collective"}
    assert [name for name in people if "Mẫu" not in name and "Mau" not in name] == []


def _the_open_event_has_nothing_broken(context_of, now):
    """What its own check asks is for people to look at; nothing in it is an error."""
    event = db.session.scalars(sa.select(Event).where(Event.key == "dung-thu")).one()
    user = db.session.scalars(sa.select(User).where(User.login == "xa.thuky")).one()
    found = event_check.findings(context_of(user, event.unit, now=now), event, list(event.tasks))
    assert [one.code for one in found if one.severity == "error"] == []


def _every_sheet_state_is_there():
    states = Counter(db.session.scalars(sa.select(TallySheet.state)))
    assert set(states) == {"draft", "submitted", "returned", "approved", "locked"}
    counted = db.session.scalars(sa.select(User.login).join(Tally, Tally.recorded_by_id == User.id).distinct())
    approved = db.session.scalars(
        sa.select(User.login).join(TallySheet, TallySheet.approved_by_id == User.id).distinct()
    )
    assert set(counted) == {*(f"thon.tinhnguyen{n}" for n in ("", 2, 3)), "doai.truongthon"}  # who corrected, too
    assert set(approved) == {"dong.truongthon", "doai.truongthon", "trung.truongthon"}


def _figures_were_frozen_and_one_changed_since():
    def changed(name):
        row = db.session.scalars(
            sa.select(Nomination).join(Event).where(Nomination.nominee_name == name, Event.key == "dung-thu")
        ).one()
        kept = db.session.scalars(sa.select(NominationSection).filter_by(nomination_id=row.id)).one()
        before = {one["code"]: one["value"] for one in kept.facts}
        ctx = Context(db.session(), Actor(None, "x", ""), NOW, registry=current_app.extensions["plugins"])
        ctx = dataclasses.replace(ctx, unit=reach.unit_ref(row.organiser), memo={})
        facts, failed = nomination_sections.facts_now(ctx, row)
        assert failed == ()
        assert kept.data["households"] > 0
        return before["VN01"], {one.code: one.value for one in facts[kept.plugin]}["VN01"]

    then, now = changed("Tổ công nghệ số cộng đồng thôn Mẫu Đông")
    assert 0 < then == now
    then, now = changed("Tổ công nghệ số cộng đồng thôn Mẫu Đoài")
    assert 0 < then < now  # a figure was corrected, and a further day approved


def _the_police_s_figures_wait_for_a_second_person():
    rows = db.session.execute(
        sa.text("SELECT state, count(*) FROM vneid_guidance__official_figure GROUP BY state ORDER BY state")
    )
    assert [tuple(row) for row in rows] == [("confirmed", 2), ("entered", 1), ("replaced", 1)]


def _the_second_commune_has_no_plugin(now):
    ctx = Context(db.session(), Actor(None, "x", ""), now, registry=current_app.extensions["plugins"])
    units = db.session.scalars(sa.select(Unit).where(Unit.key.in_(("ha-long", "hl-to-dong", "hl-congan", "mau-son"))))
    on = {one.key: plugin_sets.of_unit(ctx, reach.unit_ref(one)).on for one in units}
    guided = ("vneid_guidance",)
    events = db.session.scalars(sa.select(Event))
    assert {one.key: plugin_sets.of_event(ctx, one).on for one in events} == {"ngay-khcn-2026": (), "dung-thu": guided}
    assert on == {"ha-long": guided, "hl-to-dong": guided, "hl-congan": guided, "mau-son": ()}


def test_without_any_plugin_the_demo_is_told_too(app, load, november, monkeypatch):
    monkeypatch.setitem(app.extensions, "plugins", NO_PLUGINS)
    load(november)
    assert db.session.scalar(sa.select(sa.func.count(TallySheet.id))) == 0
    assert db.session.scalar(sa.select(sa.func.count(NominationSection.id))) == 0


@pytest.mark.parametrize(("month", "day"), [(5, 16), (9, 27)])
def test_it_can_be_loaded_on_any_day(app, load, month, day):
    """A Saturday in the plan's own week, and the last Sunday under the old types of commendation."""
    load(NOW.replace(month=month, day=day, hour=17, minute=30))
    event = db.session.scalars(sa.select(Event).where(Event.key == "dung-thu")).one()
    phases = {one.phase: one.opens_at <= app.config["FROZEN_CLOCK"] <= one.closes_at for one in event.phases}
    assert phases == {"receive": True, "appraise": True, "council": True, "publish": False}
