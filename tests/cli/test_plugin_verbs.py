"""The database's verbs over every component, and the one that drops a plugin's tables, on both engines."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from core.cli.envelope import app_opened
from core.migrations import runner
from core.migrations.components import Component
from core.models import AuditLine, PluginSwitch, Unit, db
from core.services.context import new_key
from tests.conftest import NOW
from tests.plugins_world import SAMPLES


@pytest.fixture
def with_sample(instance, monkeypatch):
    """The instance of ``vinhdanh`` with the well-behaved plugin installed and not yet migrated."""
    monkeypatch.setenv("VINHDANH_EXTRA_PLUGINS", str(SAMPLES))
    monkeypatch.setenv("VINHDANH_PLUGINS", "well_behaved,vneid_guidance")
    return instance


def _unit() -> Unit:
    unit = Unit(key=new_key(), name="Xã Mẫu", short_name="Xã Mẫu", sort_key="x", folded="x", kind="xa", created_at=NOW)
    db.session.add(unit)
    db.session.flush()
    unit.path = f"/{unit.id}/"
    db.session.commit()
    return unit


def _tables() -> list[str]:
    with app_opened():
        return [name for name in sa.inspect(db.engine).get_table_names() if "well_behaved" in name]


def test_every_component_is_upgraded_and_a_copy_is_made_first(with_sample, vinhdanh):
    pending = vinhdanh("db", "pending")
    assert (pending.code, pending.checks) == (1, ["db.pending"])
    assert pending.json["from"]["well_behaved"] is None
    made = vinhdanh("db", "upgrade")
    assert (made.code, made.json["to"]["well_behaved"]) == (0, "0001")
    assert list(made.json["to"]) == ["core", "vneid_guidance", "well_behaved"]
    is_sqlite = made.json["backup"] is not None
    assert len(list((with_sample / "backups").iterdir())) == int(is_sqlite)
    assert made.checks == ([] if is_sqlite else ["db.backup"])
    again = vinhdanh("db", "upgrade")
    assert (again.code, again.json["backup"]) == (0, None)
    assert vinhdanh("db", "pending").code == 0
    assert vinhdanh("db", "check").json["findings"] == []
    assert vinhdanh("doctor").json["findings"] == []


def test_one_plugin_alone(with_sample, vinhdanh):
    made = vinhdanh("db", "upgrade", "--plugin", "well_behaved")
    assert (made.code, list(made.json["to"])) == (0, ["well_behaved"])
    assert vinhdanh("db", "check", "--plugin", "well_behaved").code == 0
    assert vinhdanh("db", "upgrade", "--plugin", "nobody").checks == ["db.plugin"]


def test_db_check_names_what_a_plugin_s_tables_lack(with_sample, vinhdanh):
    vinhdanh("db", "upgrade")
    with app_opened(), db.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE well_behaved__note ADD COLUMN more INTEGER")
        connection.exec_driver_sql("CREATE TABLE well_behaved__bare (id INTEGER PRIMARY KEY)")
    found = vinhdanh("db", "check")
    assert (found.code, set(found.checks)) == (1, {"schema.models", "schema.plugin"})
    assert {one["object"] for one in found.json["findings"]} == {"component:well_behaved", "plugin:well_behaved"}


def test_verbs_run_without_a_plugin_that_waits(with_sample, vinhdanh):
    """``jobs run`` before the upgrade: the plugin is unwell, and the rest is done."""
    assert vinhdanh("jobs", "run").code == 0
    listed = {one["name"]: one for one in vinhdanh("plugins", "list").json["plugins"]}
    assert (listed["well_behaved"]["state"], listed["well_behaved"]["stage"]) == ("unwell", "migration")


def test_a_plugin_s_broken_migration_stops_no_other(with_sample, vinhdanh, tmp_path, monkeypatch):
    from tests.plugin_system import guests

    folder = tmp_path / "plugins"
    folder.mkdir()
    bad = 'from alembic import op\nrevision = "0001"\ndown_revision = None\n\n\n'
    bad += 'def upgrade():\n    op.drop_table("unit")\n'
    name = guests.write(folder, {"migrations/0001_x.py": bad}, extra='migrations="migrations",', stem="aaa")
    monkeypatch.setenv("VINHDANH_EXTRA_PLUGINS", f"{SAMPLES},{folder}")
    monkeypatch.setenv("VINHDANH_PLUGINS", f"well_behaved,{name}")
    made = vinhdanh("db", "upgrade")
    assert (made.code, [one for one in made.checks if one != "db.backup"]) == (1, ["db.plugin"])
    assert (made.json["to"].get(name), made.json["to"]["well_behaved"]) == (
        None,
        "0001",
    )
    assert vinhdanh("db", "pending").code == 1


# ---------------------------------------------------------------- purge


@pytest.fixture
def with_rows(with_sample, vinhdanh):
    """The plugin migrated, with one row and switched on for a unit."""
    vinhdanh("db", "upgrade")
    with app_opened():
        unit = _unit()
        db.session.add(PluginSwitch(unit_id=unit.id, plugin="well_behaved", is_on=True, at=NOW))
        db.session.execute(sa.text(f"INSERT INTO well_behaved__note (unit_id, word) VALUES ({unit.id}, 'x')"))
        db.session.commit()
    for path in (with_sample / "backups").iterdir():
        path.unlink()
    return with_sample


def _purge(vinhdanh, *more: str):
    return vinhdanh("plugins", "purge", "well_behaved", "--backed-up", *more)


def test_purge_wants_it_off_and_the_name_typed(with_rows, vinhdanh):
    assert (_purge(vinhdanh, "--confirm", "well_behaved").code, len(_tables())) == (3, 2)
    with app_opened():
        db.session.execute(sa.update(PluginSwitch).values(is_on=False))
        db.session.commit()
    assert (_purge(vinhdanh, "--confirm", "well_behave").code, len(_tables())) == (3, 2)
    assert vinhdanh("plugins", "purge", "no_such", "--confirm", "no_such").code == 2
    assert list((with_rows / "backups").iterdir()) == []


def test_purge_drops_copies_and_is_written_down(with_rows, vinhdanh, monkeypatch):
    monkeypatch.setenv("VINHDANH_PLUGINS", "vneid_guidance")  # removed, though a unit still has it on
    before = vinhdanh("db", "digest", "--exclude", "audit").json["tables"]
    doctor = vinhdanh("doctor")
    assert (doctor.code, doctor.checks) == (0, ["plugin.foreign_table"])
    gone = _purge(vinhdanh, "--confirm", "well_behaved")
    assert (gone.code, gone.json["counts"]) == (0, {"well_behaved__note": 1})
    assert gone.json["dropped"] == ["well_behaved__note", "alembic_version__well_behaved"]
    assert _tables() == []
    after = vinhdanh("db", "digest", "--exclude", "audit").json["tables"]
    assert {name: after[name] for name in after} == {name: before[name] for name in before if "__note" not in name}
    with app_opened():
        assert "plugin.purge" in db.session.scalars(sa.select(AuditLine.action)).all()
        is_sqlite = db.engine.dialect.name == "sqlite"
    assert len(list((with_rows / "backups").iterdir())) == int(is_sqlite)
    assert vinhdanh("doctor").json["findings"] == []


def test_purge_on_postgresql_wants_a_dump(with_rows, vinhdanh, monkeypatch):
    monkeypatch.setenv("VINHDANH_PLUGINS", "vneid_guidance")
    with app_opened():
        is_sqlite = db.engine.dialect.name == "sqlite"
    answer = vinhdanh("plugins", "purge", "well_behaved", "--confirm", "well_behaved")
    assert (answer.code, len(_tables())) == ((0, 0) if is_sqlite else (3, 2))


# ---------------------------------------------------------------- doctor


def test_the_doctor_names_tables_out_of_place(with_rows, vinhdanh):
    with app_opened(), db.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE well_behaved__bare (id INTEGER PRIMARY KEY)")
        connection.exec_driver_sql(
            "CREATE TABLE well_behaved__far (id INTEGER PRIMARY KEY, unit_id INTEGER, "
            "event_id INTEGER REFERENCES event_task (id))"
        )
        connection.exec_driver_sql("CREATE TABLE nobody (id INTEGER PRIMARY KEY)")
    found = {
        (one["object"], one["detail"])
        for one in vinhdanh("doctor").json["findings"]
        if one["check"] == "plugin.foreign_table"
    }
    assert found == {
        ("table:well_behaved__bare", "has no unit_id"),
        ("table:well_behaved__far", "points at event_task"),
        ("table:nobody", "belongs to nobody"),
    }


def test_the_doctor_names_files_that_are_not_as_locked(with_rows, vinhdanh):
    assert vinhdanh("plugins", "lock").code == 0
    assert "plugin.lock" not in vinhdanh("doctor").checks
    lock = with_rows / "plugins.lock"
    lock.write_text(lock.read_text().replace("well_behaved", "well_behavex"))
    found = [one for one in vinhdanh("doctor").json["findings"] if one["check"] == "plugin.lock"]
    assert [one["object"] for one in found] == ["plugin:well_behaved"]


def test_a_component_has_a_history_of_its_own(with_rows):
    with app_opened():
        component = Component("well_behaved", SAMPLES / "well_behaved" / "migrations")
        assert (runner.current(db.engine, component), runner.current(db.engine)) == ("0001", runner.head())
