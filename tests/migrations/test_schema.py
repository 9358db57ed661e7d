"""Empty to head on this engine: schema equals models, names show ownership, migrations import nothing of ours."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from core.migrations import runner
from core.migrations.components import CORE
from core.models import Base, db

VERSIONS = sorted(CORE.versions.glob("*.py"))


def test_fresh_schema_equals_the_models(app):
    assert runner.differences(db.engine) == []
    assert runner.current(db.engine) == runner.head()
    assert not runner.is_pending(db.engine)


def test_upgrading_twice_changes_nothing(app):
    assert runner.upgrade(db.engine) == (runner.head(), runner.head())


def _of_the_core() -> list[sa.Table]:
    """Without those of plugins, wherever these were imported before: a module outside ``core`` made them."""
    guests = {one.local_table.name for one in Base.registry.mappers if not one.class_.__module__.startswith("core.")}
    return [table for name, table in db.metadata.tables.items() if name not in guests]


def test_core_tables_hold_no_double_underscore_and_fit_postgresql(app):
    tables = _of_the_core()
    names = {t.name for t in tables}
    names |= {c.name for t in tables for c in t.constraints if c.name}
    names |= {i.name for t in tables for i in t.indexes}
    assert [t.name for t in tables if "__" in t.name] == []
    assert [n for n in names if len(n.encode()) > 63] == []


def test_every_constraint_is_named(app):
    bare = [
        (table.name, type(one).__name__)
        for table in db.metadata.tables.values()
        for one in table.constraints
        if one.name is None
    ]
    assert bare == []


@pytest.mark.parametrize("path", VERSIONS, ids=lambda p: p.stem)
def test_migration_imports_nothing_of_ours(path: Path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [
        name.name if isinstance(node, ast.Import) else node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    ]
    assert {str(module).split(".")[0] for module in found} <= {"sqlalchemy", "alembic"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'x'",
        "DELETE FROM audit",
        "INSERT OR REPLACE INTO audit SELECT * FROM audit",
    ],
)
def test_audit_is_append_only(app, make, context_of, statement):
    from core.services import audit

    if db.engine.dialect.name != "sqlite":
        statement = statement.replace("INSERT OR REPLACE INTO audit SELECT * FROM audit", "TRUNCATE audit CASCADE")
    unit = make.unit()
    audit.note(context_of(make.user("A"), unit), "test.act", "unit:x")
    db.session.commit()
    with pytest.raises(DatabaseError):
        db.session.execute(sa.text(statement))
    db.session.rollback()
    assert db.session.execute(sa.text("SELECT count(*) FROM audit")).scalar_one() == 1
