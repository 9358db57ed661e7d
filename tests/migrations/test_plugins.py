"""Installing, upgrading, switching and removing a plugin never breaks the core's upgrades, on either engine."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from core.app import NotReady, ready
from core.migrations import plugin_tables, runner, standing
from core.migrations.components import CORE, Component, belongs, in_order, of_plugin
from core.models import db
from core.services import database_digest
from tests.plugin_system import guests
from tests.plugins_world import SAMPLES, opened, registry_of, stages, switch

TABLE = """
import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {down!r}


def upgrade():
    {act}


def downgrade():
    pass
"""
CREATE = (
    'op.create_table("GUEST__thing", sa.Column("id", sa.Integer(), primary_key=True), '
    'sa.Column("unit_id", sa.Integer(), sa.ForeignKey("unit.id", ondelete="CASCADE"), nullable=False))'
)


def _migration(act: str, revision: str = "0001", down: str | None = None) -> str:
    return TABLE.format(revision=revision, down=down, act=act)


def _component(folder: Path, act: str) -> Component:
    """A plugin's history of one migration that does ``act``, after its table was made."""
    name = guests.write(
        folder,
        {
            "migrations/0001_thing.py": _migration(CREATE),
            "migrations/0002_more.py": _migration(act, "0002", "0001"),
        },
    )
    return Component(name, folder / name / "migrations")


@pytest.fixture
def world(starter, make_in):
    """An app with the well-behaved plugin and a unit with two of its rows."""
    app = starter.start("well_behaved")
    with opened(app):
        make, _context_of = make_in(app)
        from well_behaved.models import Note

        unit = make.unit("Xã Mẫu")
        switch(unit, "well_behaved")
        for word in ("một", "hai"):
            make.keep(Note(unit_id=unit.id, word=word))
        yield app


def _words() -> list[str]:
    return list(db.session.execute(sa.text("SELECT word FROM well_behaved__note ORDER BY id")).scalars())


def test_core_first_then_plugins_by_what_they_require(world):
    assert [one.name for one in in_order(registry_of(world))] == ["core", "well_behaved"]
    assert [one.version_table for one in in_order(registry_of(world))] == [
        "alembic_version",
        "alembic_version__well_behaved",
    ]
    assert [(one.name, one.is_pending) for one in standing.of_all(db.engine, registry_of(world))] == [
        ("core", False),
        ("well_behaved", False),
    ]


def test_schema_of_a_plugin_equals_its_models_and_the_rules(world):
    component = of_plugin(registry_of(world).installed["well_behaved"])
    assert runner.differences(db.engine, component) == []
    assert runner.differences(db.engine, CORE) == []
    with db.engine.connect() as connection:
        assert plugin_tables.faults(connection, "well_behaved") == []


def test_the_core_neither_sees_nor_drops_tables_of_plugins(world, tmp_path):
    """An orphan's too: the plugin may be gone, and its tables wait for it."""
    with db.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE long_gone__thing (id INTEGER PRIMARY KEY, unit_id INTEGER)")
    assert runner.differences(db.engine, CORE) == []
    versions = tmp_path / "versions"
    versions.mkdir()
    for path in CORE.versions.glob("*.py"):
        (versions / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    runner.draft(db.engine, Component("core", versions), message="nothing", revision="9999")
    drafted = next(versions.glob("9999*")).read_text(encoding="utf-8")
    assert "__" not in drafted.split("def upgrade")[1].split("def downgrade")[0]
    assert "pass" in drafted


def test_a_removed_plugin_s_tables_survive_an_upgrade_of_the_core(world, starter, tmp_path):
    """The core goes back one step and up again with the plugin's scripts gone: one shared history could not."""
    without = starter.start(migrate=False)
    with opened(without):
        assert [one.name for one in in_order(registry_of(without))] == ["core"]
        newer = tmp_path / "newer"
        newer.mkdir()
        for path in CORE.versions.glob("*.py"):
            (newer / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
        head = runner.head()
        act = 'op.add_column("unit", sa.Column("later", sa.Integer()))'
        (newer / "9999_later.py").write_text(_migration(act, "9999", head), encoding="utf-8")
        assert runner.upgrade(db.engine, Component("core", newer)) == (head, "9999")
        assert _words() == ["một", "hai"]


def test_installing_upgrading_and_removing_leave_the_core_as_it_was(starter, make_in, tmp_path):
    folder = tmp_path / "plugins"
    folder.mkdir()
    name = guests.write(folder, {"migrations/0001_thing.py": _migration(CREATE)}, extra='migrations="migrations",')
    app = starter.start(name, folder=folder, migrate=False)
    with opened(app):
        make, _context_of = make_in(app)
        make.unit("Xã Mẫu")
        before = database_digest.of_tables(db.session())
        db.session.rollback()
        component = of_plugin(registry_of(app).installed[name])
        assert runner.upgrade(db.engine, component) == (None, "0001")
        db.session.execute(sa.text(f"INSERT INTO {name}__thing (id, unit_id) VALUES (1, 1)"))
        db.session.commit()
        column = f'op.add_column("{name}__thing", sa.Column("more", sa.Integer()))'
        second = _migration(column, "0002", "0001")
        (component.versions / "0002_more.py").write_text(second, encoding="utf-8")
        assert runner.upgrade(db.engine, component) == ("0001", "0002")
        assert db.session.execute(sa.text(f"SELECT id, unit_id, more FROM {name}__thing")).all() == [(1, 1, None)]
        db.session.rollback()
        assert runner.purge(db.engine, name) == [f"{name}__thing", f"alembic_version__{name}"]
        assert database_digest.of_tables(db.session()) == before
        db.session.rollback()
        assert runner.upgrade(db.engine, CORE) == (runner.head(), runner.head())


@pytest.mark.parametrize(
    ("act", "word"),
    [
        ('op.drop_table("notice")', "notice"),
        ('op.add_column("unit", sa.Column("evil", sa.Integer()))', "unit"),
        ('op.create_table("evil", sa.Column("id", sa.Integer(), primary_key=True))', "evil"),
        ('op.create_index("ix_evil", "unit", ["name"])', "unit"),
        ('op.create_table("GUEST__bare", sa.Column("id", sa.Integer(), primary_key=True))', "no unit_id"),
        (
            'op.create_table("GUEST__held", sa.Column("id", sa.Integer(), primary_key=True), '
            'sa.Column("unit_id", sa.Integer(), sa.ForeignKey("unit.id")))',
            "no cascade",
        ),
        (
            'op.create_table("GUEST__far", sa.Column("unit_id", sa.Integer(), primary_key=True), '
            'sa.Column("x", sa.Integer(), sa.ForeignKey("award.id", ondelete="CASCADE")))',
            "award",
        ),
        ("op.execute(\"UPDATE unit SET name = 'evil'\")", "unit"),
        ('op.execute("DELETE FROM notice")', "notice"),
        ("op.execute(\"INSERT INTO counter (name, value) VALUES ('evil', 1)\")", "counter"),
        ('op.execute("DROP TRIGGER audit_no_update")', "audit"),
    ],
)
def test_a_migration_that_leaves_its_place_is_undone(starter, make_in, tmp_path, act, word):
    """The plugin stays where it was, and every other table as it was."""
    app = starter.start()
    with opened(app):
        make, _context_of = make_in(app)
        unit = make.unit("Xã Mẫu")
        user = make.user("Lan")
        from core.models import Notice

        make.keep(Notice(key="k", user_id=user.id, code="x", params={}, created_at=make.now))
        folder = tmp_path / "plugins"
        folder.mkdir()
        if "TRIGGER" in act and db.engine.dialect.name == "postgresql":
            act = act.replace("audit_no_update", "audit_no_update ON audit")
        component = _component(folder, act)
        runner.upgrade(db.engine, component, to="0001")
        before = database_digest.of_tables(db.session())
        db.session.rollback()
        shape = _shape(component.name)
        with pytest.raises(Exception, match=r"(?s).*") as broke:
            runner.upgrade(db.engine, component)
        assert word in str(broke.value)
        assert runner.current(db.engine, component) == "0001"
        assert (database_digest.of_tables(db.session()), _shape(component.name)) == (before, shape)
        assert unit.id is not None


def _shape(plugin: str) -> dict[str, str]:
    with db.engine.connect() as connection:
        return plugin_tables.outside(connection, plugin)


def test_a_plugin_that_is_newer_in_the_database_is_unwell_and_the_site_serves(world):
    db.session.execute(sa.text("UPDATE alembic_version__well_behaved SET version_num = '0009'"))
    db.session.commit()
    ready(world)
    assert stages(world) == {"well_behaved": "migration"}
    assert world.test_client().get("/").status_code == 200


def test_a_strict_start_waits_for_the_migration(starter):
    app = starter.start("well_behaved", migrate=False, PLUGINS_STRICT=True)
    with pytest.raises(NotReady, match="well_behaved"):
        ready(app)


@pytest.mark.parametrize(
    ("name", "kind", "owner", "expected"),
    [
        ("unit", "table", "core", True),
        ("x__unit", "table", "core", False),
        ("x__unit", "table", "x", True),
        ("xy__unit", "table", "x", False),
        ("unit", "table", "x", False),
        ("alembic_version", "table", "core", False),
        ("alembic_version__x", "table", "x", False),
    ],
)
def test_a_table_belongs_to_one_component_by_its_name(name, kind, owner, expected):
    component = CORE if owner == "core" else Component(owner, SAMPLES)
    assert belongs(component, name, kind, {}) is expected
