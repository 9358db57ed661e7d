"""News reach a plugin after the commit, from the jobs, until heard or parked; its own work runs unit by unit."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from core.domain.permissions import Role
from core.models import JobRun, OutboxRow, PluginFailure, PluginState, Unit, db
from core.plugin.registry import Registry
from core.services import mailer, plugin_health, plugin_news
from tests.conftest import NOW
from tests.plugins_world import move_clock, registry_of, switch


def _heard() -> list[tuple[int, str]]:
    """What the plugin noted of news, and not of its hourly work."""
    return [(unit, word) for unit, word in _notes() if not word.startswith("giờ")]


def _notes() -> list[tuple[int, str]]:
    from well_behaved.models import Note

    return [tuple(row) for row in db.session.execute(sa.select(Note.unit_id, Note.word).order_by(Note.id))]


def queue(plugin: str, nomination, *, new: str = "submitted") -> OutboxRow:
    """News as ``moves.move`` queues them."""
    args = {"nomination_id": nomination.id, "old": "draft", "new": new, "actor_id": None, "at": NOW.isoformat()}
    payload = {"plugin": plugin, "hook": "nomination_moved", "unit_id": nomination.organiser_id, "args": args}
    row = OutboxRow(kind="tell", payload=payload, created_at=NOW, due_at=NOW)
    db.session.add(row)
    db.session.commit()
    return row


@pytest.fixture
def dossier(make):
    unit = make.unit("Xã Mẫu")
    village = make.unit("Thôn Mẫu", parent=unit, kind="thon")
    return make.nomination(make.event(unit, invited=(village,)), village)


def _fresh(row: OutboxRow) -> OutboxRow:
    db.session.rollback()
    db.session.expire_all()
    return row


def test_news_are_told_once_in_the_organiser_s_unit(app, dossier):
    switch(db.session.get(Unit, dossier.organiser_id), "well_behaved")
    row = queue("well_behaved", dossier)
    report = app.extensions["jobs"].run()
    assert report.done["tell"] == 1
    assert _heard() == [(dossier.organiser_id, f"{dossier.id} submitted")]
    assert _fresh(row).sent_at == NOW
    assert "tell" not in app.extensions["jobs"].run(until_idle=True).done


def test_news_that_come_again_change_nothing(app, dossier):
    switch(db.session.get(Unit, dossier.organiser_id), "well_behaved")
    queue("well_behaved", dossier)
    queue("well_behaved", dossier)
    app.extensions["jobs"].run()
    assert len(_heard()) == 1


@pytest.mark.parametrize("names", [("raises_in_tell", "exits", "poisons_session", "well_behaved")])
@pytest.mark.parametrize("plugin", ["raises_in_tell", "exits", "poisons_session"])
def test_a_plugin_that_fails_is_told_later_and_later_and_in_the_end_parked(app, dossier, plugin):
    unit = db.session.get(Unit, dossier.organiser_id)
    switch(unit, plugin, "well_behaved")
    row, other = queue(plugin, dossier), queue("well_behaved", dossier)
    waits = []
    for _try in range(mailer.MOST_TRIES):
        before = app.config["FROZEN_CLOCK"]
        app.extensions["jobs"].run()
        _fresh(row)
        # five failures within ten minutes would suspend it; an administrator resumes it each time
        for state in db.session.scalars(sa.select(PluginState)):
            state.suspended_at, state.resumed_at = None, before
        db.session.commit()
        if row.parked_at is None:
            waits.append(int((row.due_at - before).total_seconds() // 60))
            app.config["FROZEN_CLOCK"] = row.due_at
    assert waits == list(mailer.WAITS)
    assert (row.parked_at, row.sent_at, row.tries) == (app.config["FROZEN_CLOCK"], None, mailer.MOST_TRIES)
    assert _fresh(other).sent_at == NOW
    failures = db.session.scalars(sa.select(PluginFailure.hook).where(PluginFailure.plugin == plugin)).all()
    assert failures == ["nomination_moved"] * mailer.MOST_TRIES


def test_news_wait_for_a_suspended_plugin_without_counting_a_try(app, dossier, make, context_of):
    unit = db.session.get(Unit, dossier.organiser_id)
    switch(unit, "well_behaved")
    make.keep(PluginState(plugin="well_behaved", is_allowed=True, suspended_at=NOW))
    row = queue("well_behaved", dossier)
    app.extensions["jobs"].run()
    assert (_fresh(row).sent_at, row.tries, row.due_at, _notes()) == (None, 0, NOW + plugin_news.WAIT, [])
    admin = make.user("Quản trị", (Role.SYSTEM_ADMIN, unit))
    plugin_health.resume(context_of(admin, unit), "well_behaved")
    db.session.commit()
    move_clock(app, minutes=5)
    app.extensions["jobs"].run()
    assert (_fresh(row).sent_at, len(_notes())) == (app.config["FROZEN_CLOCK"], 1)


def test_news_wait_for_a_plugin_that_is_unwell_or_switched_off_in_an_emergency(app, dossier, starter):
    switch(db.session.get(Unit, dossier.organiser_id), "well_behaved")
    row = queue("well_behaved", dossier)
    registry_of(app).mark_unwell("well_behaved", "migration", "waits")
    app.extensions["jobs"].run()
    assert (_fresh(row).sent_at, row.tries) == (None, 0)
    off = starter.start("well_behaved", migrate=False, PLUGINS_OFF=("well_behaved",))
    off.config["FROZEN_CLOCK"] = NOW + plugin_news.WAIT
    with off.app_context():
        off.extensions["jobs"].run()
        db.session.remove()
        db.engine.dispose()
    assert (_fresh(row).sent_at, row.tries, row.due_at) == (None, 0, NOW + 2 * plugin_news.WAIT)


@pytest.mark.parametrize("plugin", ["well_behaved", "gone_plugin"])
def test_news_of_a_plugin_that_is_off_or_gone_are_not_told(app, dossier, plugin):
    row = queue(plugin, dossier)
    report = app.extensions["jobs"].run()
    assert report.done["tell_dropped"] == 1
    assert (_fresh(row).sent_at, _notes()) == (NOW, [])


def test_being_switched_off_is_told_all_the_same(app, make):
    unit = make.unit()
    switch(unit, "well_behaved", is_on=False)
    args = {"unit_id": unit.id, "actor_id": None, "at": NOW.isoformat()}
    payload = {"plugin": "well_behaved", "hook": "unit_switched_off", "unit_id": unit.id, "args": args}
    make.keep(OutboxRow(kind="tell", payload=payload, created_at=NOW, due_at=NOW))
    app.extensions["jobs"].run()
    assert _notes() == [(unit.id, f"tắt {NOW.isoformat()}")]


def test_a_row_that_nobody_can_read_holds_up_nothing(app, dossier):
    switch(db.session.get(Unit, dossier.organiser_id), "well_behaved")
    bad = OutboxRow(kind="tell", payload={"plugin": "well_behaved"}, created_at=NOW, due_at=NOW)
    db.session.add(bad)
    db.session.commit()
    queue("well_behaved", dossier)
    report = app.extensions["jobs"].run()
    assert (report.done["tell"], report.failed["tell"], _fresh(bad).tries) == (1, 1, 1)


# ---------------------------------------------------------------------------------------- a plugin's own work


def test_work_is_done_in_each_unit_where_the_plugin_is_on_once_an_hour(app, make):
    province = make.unit("Tỉnh", kind="tinh")
    here, there, _off = (make.unit(name, parent=province) for name in ("Xã Một", "Xã Hai", "Xã Ba"))
    closed = make.unit("Xã Đóng", parent=province, closed_on=dt.date(2026, 1, 1))
    switch(here, "well_behaved")
    switch(there, "well_behaved")
    switch(closed, "well_behaved")
    jobs = app.extensions["jobs"]
    assert jobs.run().done["plugin.well_behaved.count"] == 2
    assert [unit for unit, _word in _notes()] == [here.id, there.id]
    assert "plugin.well_behaved.count" not in jobs.run().done
    move_clock(app, hours=1)
    assert jobs.run().done["plugin.well_behaved.count"] == 2
    run = db.session.get(JobRun, "well_behaved.count")
    assert (run.finished_at, run.last_error) == (app.config["FROZEN_CLOCK"], "")


def test_trouble_in_one_unit_touches_no_other(app, make):
    from well_behaved.models import Note

    here, there = make.unit("Xã Một"), make.unit("Xã Hai")
    switch(here, "well_behaved")
    switch(there, "well_behaved")
    make.keep(Note(unit_id=here.id, word=f"giờ {NOW.isoformat()}"))  # the same word again breaks its unique key
    report = app.extensions["jobs"].run()
    assert (report.done["plugin.well_behaved.count"], report.failed["plugin.well_behaved.count"]) == (1, 1)
    assert [unit for unit, _word in _notes()] == [here.id, there.id]
    assert db.session.scalars(sa.select(PluginFailure.hook)).all() == ["job count"]
    assert db.session.get(JobRun, "well_behaved.count").last_error == "failed in 1 units"


def test_work_that_another_process_does_is_not_done_twice(app, make):
    unit = make.unit()
    switch(unit, "well_behaved")
    make.keep(JobRun(name="well_behaved.count", started_at=NOW - dt.timedelta(minutes=5)))
    assert "plugin.well_behaved.count" not in app.extensions["jobs"].run().done
    assert _notes() == []


def test_no_work_where_an_upper_unit_forbids_or_while_suspended(app, make):
    from core.models import PluginPolicy

    province = make.unit("Tỉnh", kind="tinh")
    commune = make.unit("Xã", parent=province)
    switch(commune, "well_behaved")
    policy = make.keep(PluginPolicy(unit_id=province.id, plugin="well_behaved", policy="forbidden", at=NOW))
    app.extensions["jobs"].run()
    assert _notes() == []
    policy.policy = "required"
    db.session.commit()
    move_clock(app, hours=1)
    app.extensions["jobs"].run()
    assert [unit for unit, _word in _notes()] == [commune.id]
    make.keep(PluginState(plugin="well_behaved", is_allowed=True, suspended_at=NOW))
    move_clock(app, hours=1)
    app.extensions["jobs"].run()
    assert len(_notes()) == 1


def test_without_plugins_the_jobs_ask_nothing_of_them(starter, make_in):
    app = starter.start()
    assert isinstance(registry_of(app), Registry)
    assert registry_of(app).is_empty
    with app.app_context():
        assert set(app.extensions["jobs"].run().done) == {"mail", "rows", "files"}
        db.session.remove()
        db.engine.dispose()
