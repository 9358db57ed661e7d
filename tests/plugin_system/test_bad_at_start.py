"""A bad plugin is unwell with its stage and reason, and the site starts; strict starts are refused."""

from __future__ import annotations

import pytest

from core.plugin.registry import Unwell
from tests.plugins_world import Starter, opened, registry_of, stages

#: Plugin -> where it stops, and what its reason names.
BAD = {
    "broken_on_import": ("import", "broken on purpose"),
    "misspelt_hook": ("hooks", "nominee_fact"),
    "unknown_argument": ("hooks", "colour"),
    "wrong_version": ("version", ">=9"),
    "no_privacy_word": ("manifest", "personal_data"),
    "foreign_table": ("tables", "event_extra"),
    "foreign_permission": ("names", "event.write"),
    "undeclared_route": ("pages", "undeclared_route.see"),
    "needs_missing": ("requires", "not_here"),
}


@pytest.mark.parametrize(("name", "stage", "word"), [(name, *said) for name, said in BAD.items()], ids=list(BAD))
def test_a_bad_plugin_is_unwell_and_the_site_starts(starter: Starter, name, stage, word):
    app = starter.start(name, "well_behaved")
    with opened(app):
        assert stages(app) == {name: stage, "well_behaved": None}
        one = registry_of(app).installed[name]
        assert word in one.reason
        assert dict(one.impls) == {}
        assert app.test_client().get("/healthz").status_code == 200


@pytest.mark.parametrize("name", list(BAD))
def test_a_strict_start_is_refused(starter: Starter, name):
    with pytest.raises((Unwell, ValueError)) as refused:
        starter.start(name, PLUGINS_STRICT=True)
    assert BAD[name][1] in str(refused.value)


def test_all_bad_plugins_together_leave_the_good_one_well(starter: Starter):
    app = starter.start(*BAD, "well_behaved")
    with opened(app):
        assert {name for name, stage in stages(app).items() if stage is None} == {"well_behaved"}
        assert app.test_client().get("/").status_code == 200


def test_a_plugin_that_waits_for_its_migration_is_unwell_and_the_site_starts(starter: Starter):
    from core.app import ready

    app = starter.start("well_behaved", migrate=False)
    ready(app)
    with opened(app):
        one = registry_of(app).installed["well_behaved"]
        assert (one.stage, "vinhdanh db upgrade" in one.reason) == ("migration", True)
        assert app.test_client().get("/").status_code == 200
