"""What ``core.sdk.testing`` promises to authors of plugins."""

from __future__ import annotations

import datetime as dt
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from core.domain.errors import Refused
from core.plugin.registry import Unwell

SAMPLES = str(Path(__file__).parents[1] / "sample_plugins")
NAME = "well_behaved"


def test_finding_the_fixtures_imports_nothing_of_ours():
    """They are found in every run of pytest beside the product."""
    code = "import sys, core.plugin_fixtures; print(sorted(m.split('.')[0] for m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    found = done.stdout
    assert "pytest" in found
    assert "sqlalchemy" not in found
    assert "flask" not in found


@pytest.mark.parametrize("plugins", [(), (NAME,)])
def test_the_app_has_exactly_these_plugins(app_with, plugins):
    assert tuple(app_with(*plugins, folders=(SAMPLES,)).extensions["plugins"].installed) == plugins


def test_a_plugin_that_is_not_there_is_named(app_with):
    with pytest.raises(LookupError, match="not_there"):
        app_with("not_there")


def test_a_bad_plugin_fails_the_test_with_its_stage(app_with):
    with pytest.raises(Unwell, match="hooks"):
        app_with("misspelt_hook", folders=(SAMPLES,))


def test_a_test_has_one_app(app_with):
    app_with()
    with pytest.raises(RuntimeError):
        app_with(NAME, folders=(SAMPLES,))


@pytest.mark.parametrize("time", [1, 2])
def test_each_test_starts_on_a_fresh_database(unit_with, time):
    commune = unit_with(NAME, folders=(SAMPLES,))
    staff = commune.staff()
    assert (commune.id, "một</li>" in staff.get(commune.url(NAME)).get_data(as_text=True)) == (2, False)
    staff.post(commune.url(NAME), data={"word": "một"})
    assert "một</li>" in staff.get(commune.url(NAME)).get_data(as_text=True)


def test_a_unit_is_switched_on_and_off_as_people_do_it(unit_with):
    one, other = (unit_with(NAME, folders=(SAMPLES,)) for _time in range(2))
    other.switch_off(NAME)
    assert [unit.staff().get(unit.url(NAME)).status_code for unit in (one, other)] == [200, 404]
    assert one.stranger().get(one.url(NAME)).status_code == 403
    assert one.sign_in(permission="well_behaved.see").get(one.url(NAME)).status_code == 200
    assert one.sign_in(role="nominator").get(one.url(NAME)).status_code == 403


def test_settings_are_the_unit_s_own(unit_with):
    commune = unit_with(NAME, folders=(SAMPLES,))
    below = commune.house.commune(under=commune)
    commune.set(NAME, limit=7)
    with below.desk(NAME) as desk:
        assert desk.settings == {"limit": 7}


def test_the_clock_stands_still_until_it_is_moved(unit_with):
    commune = unit_with(folders=(SAMPLES,))
    with commune.desk(NAME) as desk:
        assert desk.now == dt.datetime(2026, 5, 13, 3, 0, tzinfo=dt.UTC)
    commune.clock.move(days=1, hours=15)
    with commune.desk(NAME) as desk:
        assert (desk.now.isoformat(), desk.today) == ("2026-05-14T18:00:00+00:00", dt.date(2026, 5, 15))


def test_a_hook_that_fails_fails_the_test_with_its_own_error(unit_with):
    commune = unit_with("raises_in_gather", folders=(SAMPLES,))
    with pytest.raises(AssertionError, match="raises_in_gather in nav_items: "):
        commune.hear("nav_items", unit=commune.view, viewer=None)


def test_a_plugin_that_objects_is_not_switched_on(unit_with):
    with pytest.raises(Refused):
        unit_with(NAME, folders=(SAMPLES,), name="Xã Không Bật")


def test_a_test_reaches_no_other_machine(app_with):
    app_with()
    with pytest.raises(AssertionError, match=r"192\.0\.2\.1"), socket.socket() as outside:
        outside.connect(("192.0.2.1", 25))


def test_models_and_migrations_are_compared(unit_with):
    from core.models import db

    commune = unit_with(NAME, folders=(SAMPLES,))
    assert commune.house.differences(NAME) == []
    with db.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE well_behaved__note ADD COLUMN more INTEGER")
    assert len(commune.house.differences(NAME)) == 1


@pytest.mark.browser
def test_a_real_browser_opens_a_page(unit_with, browser_of):
    commune = unit_with(NAME, folders=(SAMPLES,))
    page = browser_of(commune.staff(), is_phone=True)
    page.goto(commune.url(NAME))
    assert page.locator("h1").inner_text() == "Trang mẫu"
