"""A plugin that fails in every hook costs the core nothing: a hundred acts are kept, a hundred refusals lose none."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from core.domain.errors import Refused
from core.models import AuditLine, Nomination, NominationStep, OutboxRow, PluginFailure, db
from core.services import audit, nomination_draft, nominations, plugin_health, plugin_panels
from core.services.nomination_draft import Draft
from tests.plugins_world import registry_of, switch
from tests.services.test_nominations import GOOD, as_, good_draft, world

__all__ = ["as_", "good_draft", "world"]

TIMES = 100
#: Fails in what is gathered or told, and guards nothing: the sending goes through.
IN_TELL = "raises_in_tell"
#: Fails in asking, in each of these ways: an exception, one that is none, a broken session, no list.
IN_ASK = ("raises_in_ask", "exits", "poisons_session", "wrong_type")


def _count(model, *conditions) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*conditions))


@pytest.mark.parametrize("names", [("raises_in_gather", "exits", "poisons_session", "wrong_type", "raises_in_tell")])
def test_a_hundred_saves_with_every_gather_failing_are_all_kept(app, world, as_, good_draft, names):
    """Drafts are written and read while fields, facts and cards raise, leave, break the session or answer nonsense."""
    switch(world.commune, *names)
    row = good_draft()
    for number in range(TIMES):
        ctx = as_("nominator")
        plugin_panels.of_dossier(ctx, db.session.get(Nomination, row.id), face="draft")
        found = db.session.get(Nomination, row.id)
        nomination_draft.save(ctx, row.key, Draft(GOOD | {"result": f"Lần {number}"}), expected_version=found.version)
        plugin_panels.of_dossier(ctx, found, face="draft")
        db.session.commit()
        db.session.expire_all()
        assert db.session.get(Nomination, row.id).achievement.result == f"Lần {number}"
    failures = registry_of(app).take_failures()
    assert {one.plugin for one in failures} == {"raises_in_gather", "exits", "poisons_session", "wrong_type"}
    assert {one.hook for one in failures} >= {"nomination_fields", "panels"}


@pytest.mark.parametrize("names", [(IN_TELL, "well_behaved")])
def test_a_hundred_sendings_with_tell_failing_are_all_kept(app, world, as_, good_draft, names):
    """All are sent and numbered; the news to the bad plugin fail a hundred times, those to the good one arrive."""
    from well_behaved.models import Note

    world.event.unit_id = world.commune.id
    switch(world.commune, *names)
    keys = [good_draft(nominee=f"Nguyễn Văn {number}", achievement=f"Việc {number}").key for number in range(TIMES)]
    for key in keys:
        nominations.submit(as_("head"), key)
        db.session.commit()
    assert _count(Nomination, Nomination.state == "submitted") == TIMES
    assert _count(NominationStep, NominationStep.step == "submit") == TIMES
    assert _count(AuditLine, AuditLine.action == "nomination.submit") == TIMES
    numbers = db.session.scalars(sa.select(Nomination.receipt_number)).all()
    assert len(set(numbers)) == TIMES
    queued = _count(OutboxRow, OutboxRow.kind == "tell")
    assert queued == 2 * TIMES
    report = _run_resuming(app)
    assert (report.done["tell"], report.failed["tell"]) == (TIMES, TIMES)
    assert _count(Note, sa.not_(Note.word.startswith("giờ"))) == TIMES
    assert _count(PluginFailure, PluginFailure.plugin == IN_TELL) == TIMES
    assert _count(Nomination, Nomination.state == "submitted") == TIMES


def _run_resuming(app):
    """One round of jobs in which the plugin is never suspended: this counts failures, not rests."""
    most = plugin_health.MOST_FAILURES
    plugin_health.MOST_FAILURES = 10**6
    try:
        return app.extensions["jobs"].run(until_idle=True)
    finally:
        plugin_health.MOST_FAILURES = most


@pytest.mark.parametrize("names", [IN_ASK])
@pytest.mark.parametrize("name", IN_ASK)
def test_a_hundred_sendings_with_ask_failing_are_all_refused_and_all_drafts_kept(app, world, as_, good_draft, name):
    row = good_draft()
    switch(world.commune, name)
    before = _stored(row.id)
    for _number in range(TIMES):
        with pytest.raises(Refused) as refused:
            nominations.submit(as_("head"), row.key)
        assert "plugin_cannot_check" in [one.code for one in refused.value.objections]
        db.session.rollback()
        assert _stored(row.id) == before
    asked = [one for one in registry_of(app).take_failures() if one.hook == "nomination_objections"]
    assert (len(asked), {one.plugin for one in asked}) == (TIMES, {name})
    assert (_count(NominationStep), _count(OutboxRow)) == (0, 0)


def _stored(row_id: int) -> list:
    db.session.expire_all()
    found = db.session.execute(sa.select(Nomination.__table__).where(Nomination.id == row_id)).one()
    db.session.rollback()
    return list(found)


@pytest.mark.parametrize("names", [("poisons_session",)])
def test_a_hundred_saves_whose_rows_wait_while_a_plugin_breaks_the_session(app, world, as_, good_draft, names):
    """What the core wrote before the hook is committed after it, audit line and all, however the hook broke."""
    from poisons_session.models import Once

    switch(world.commune, "poisons_session")
    row = db.session.get(Nomination, good_draft().id)
    for number in range(TIMES):
        ctx = as_("head")
        row.achievement.effect = f"Lần {number}"
        audit.note(ctx, "nomination.save", f"nomination:{row.key}", number=number)
        cards = plugin_panels.of_dossier(ctx, row, face="draft")
        assert cards.hidden == ("Mẫu poisons_session",)
        db.session.commit()
        db.session.expire_all()
        assert row.achievement.effect == f"Lần {number}"
    noted = sa.select(sa.func.count()).where(AuditLine.action == "nomination.save", AuditLine.object.endswith(row.key))
    assert db.session.scalar(noted) >= TIMES
    assert _count(AuditLine, AuditLine.action.startswith("poisons_session.")) == 0
    assert _count(Once) == 0
