"""The desk: own tables and nothing else, whatever a statement is made of; what goes wrong in a hook is undone."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from core.domain.permissions import Role
from core.models import AuditLine, Unit, User, db
from core.services import audit
from core.services.desk import Desk, NotYours


@pytest.fixture
def desk(app, make, context_of) -> Desk:
    unit = make.unit("Xã Mẫu")
    return Desk("well_behaved", context_of(make.user("Lan", (Role.SECRETARY, unit)), unit))


def _note():
    from well_behaved.models import Note

    return Note


def _raw_hint():
    note = _note()
    return sa.select(note.word).with_hint(note, ", user", "*")


STATEMENTS = {
    "text": lambda: sa.text("SELECT 1"),
    "text as a column": lambda: sa.select(sa.text("1")),
    "text in where": lambda: sa.select(_note().id).where(sa.text("1=1")),
    "literal column": lambda: sa.select(sa.literal_column("(SELECT login FROM user)")),
    "literal column in order": lambda: sa.select(_note().id).order_by(sa.literal_column("1")),
    "core model": lambda: sa.select(User),
    "core column": lambda: sa.select(User.login),
    "core in subquery": lambda: sa.select(_note().id).where(_note().unit_id.in_(sa.select(Unit.id))),
    "core in exists": lambda: sa.select(_note().id).where(sa.exists().where(User.id == 1)),
    "core in join": lambda: sa.select(_note().id).join(Unit, Unit.id == _note().unit_id),
    "core in cte": lambda: sa.select(sa.select(User.id).cte().c.id),
    "core in scalar subquery": lambda: sa.select(sa.select(User.login).limit(1).scalar_subquery()),
    "core in union": lambda: sa.union_all(sa.select(_note().id), sa.select(User.id)),
    "core by alias": lambda: sa.select(sa.orm.aliased(User).login),
    "core by metadata": lambda: sa.select(db.metadata.tables["user"].c.login),
    "core by name": lambda: sa.select(sa.table("user", sa.column("login")).c.login),
    "core update": lambda: sa.update(Unit).values(name="x"),
    "core delete": lambda: sa.delete(Unit),
    "core insert": lambda: sa.insert(Unit).values(name="x"),
    "own insert from core": lambda: sa.insert(_note()).from_select(["unit_id", "word"], sa.select(User.id, User.login)),
    "own update from core": lambda: sa.update(_note()).values(word=sa.select(User.login).limit(1).scalar_subquery()),
    "own update with text": lambda: sa.update(_note()).values(word=sa.text("(SELECT 1)")),
    "own delete using core": lambda: sa.delete(_note()).where(_note().unit_id == Unit.id),
    "core returning": lambda: sa.insert(_note()).values(unit_id=1, word="x").returning(User.login),
    "drop table": lambda: sa.schema.DropTable(db.metadata.tables["unit"]),
    "drop own table": lambda: sa.schema.DropTable(_note().__table__),
    "ddl": lambda: sa.DDL("DROP TABLE unit"),
    "function that reads": lambda: sa.select(sa.func.query_to_xml("SELECT 1", True, True, "")),
    "function that waits": lambda: sa.select(sa.func.pg_sleep(60)),
    "function that loads": lambda: sa.select(sa.func.load_extension("x")),
    "function of a schema": lambda: sa.select(sa.func.pg_catalog.count(1)),
    "own operator": lambda: sa.select(_note().word.op("|| (SELECT login FROM user) ||")("x")),
    "hint": _raw_hint,
    "statement hint": lambda: sa.select(_note().id).with_statement_hint("UNION SELECT id FROM user"),
    "prefix": lambda: sa.select(_note().id).prefix_with("1 UNION SELECT"),
    "suffix": lambda: sa.select(_note().id).suffix_with("UNION SELECT id FROM user"),
    "sequence": lambda: sa.select(sa.Sequence("unit_id_seq").next_value()),
    "string": lambda: "SELECT 1",
    "lambda": lambda: sa.lambda_stmt(lambda: sa.select(User.login)),
}


@pytest.mark.parametrize("name", list(STATEMENTS))
def test_only_own_tables_in_the_expression_language(desk, name):
    with pytest.raises(NotYours):
        desk.execute(STATEMENTS[name]())


def test_what_a_plugin_needs_works(desk):
    note = _note()
    one = desk.add(note(unit_id=desk.unit.id, word="một"))
    desk.execute(sa.update(note).where(note.id == one.id).values(word="hai"))
    count = sa.select(sa.func.count(), sa.func.coalesce(sa.func.max(note.word), "")).where(note.word.like("h%"))
    assert desk.execute(count).one() == (1, "hai")
    ranked = sa.select(note.word, sa.func.row_number().over(order_by=note.id)).where(
        sa.exists().where(note.unit_id == desk.unit.id)
    )
    assert desk.execute(ranked).all() == [("hai", 1)]
    desk.execute(sa.delete(note))
    assert desk.scalars(sa.union_all(sa.select(note.word), sa.select(note.word))) == []


def test_a_row_of_the_core_is_not_added(desk, make):
    with pytest.raises(NotYours):
        desk.add(User(login="x"))


def test_nobody_changes_the_desk_of_all(desk):
    with pytest.raises(TypeError):
        Desk.may = lambda *_: True
    with pytest.raises(AttributeError):
        desk.plugin = "other"
    with pytest.raises(NotYours):
        desk.require("unit.write")
    assert not desk.may("unit.write")


def test_a_failed_hook_leaves_neither_rows_nor_notes(app, make, context_of):
    note = _note()
    unit = make.unit()
    ctx = context_of(make.user("Lan"), unit)
    audit.note(ctx, "core.act", "unit:x")
    desk = Desk("well_behaved", ctx)

    def hook():
        with desk.guarded():
            desk.note("write", "note:1")
            desk.add(note(unit_id=unit.id, word="một"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        hook()
    db.session.commit()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(note)) == 0
    assert db.session.scalars(sa.select(AuditLine.action)).all() == ["core.act"]


def test_a_desk_kept_for_later_is_closed(app, make, context_of):
    unit = make.unit()
    desk = Desk("well_behaved", context_of(make.user("Lan"), unit))
    with desk.guarded():
        pass
    with pytest.raises(NotYours):
        desk.scalars(sa.select(_note().word))


@pytest.mark.parametrize("ids", [["x"], [10**30]])
def test_even_a_wrong_question_to_the_core_breaks_no_transaction(app, make, context_of, ids):
    unit = make.unit("Xã Mẫu")
    ctx = context_of(make.user("Lan"), unit)
    desk = Desk("well_behaved", ctx)
    import contextlib

    with contextlib.suppress(Exception), desk.guarded():
        desk.unit_names(ids)
    unit.name = "Xã Mới"
    db.session.commit()
    assert db.session.scalar(sa.select(Unit.name)) == "Xã Mới"
