"""Plugins that only read share one savepoint; what one wrote is safe from the failure of the next."""

from __future__ import annotations

import contextlib

import pytest
import sqlalchemy as sa

from core.models import db
from core.services import plugin_sets
from core.services.desk_guard import NotYours

NAME = "well_behaved"


@pytest.fixture
def note(app):
    """The sample's table; it can be imported once an app has found the sample."""
    from well_behaved.models import Note

    return Note


@pytest.fixture
def desks(note, make, context_of):
    """The desks of one call, in a unit with one noted word."""
    unit = make.unit()
    make.keep(note(unit_id=unit.id, word="một"))
    return plugin_sets.desks(context_of(make.user(), unit))


@pytest.fixture
def savepoints(desks):
    """How many savepoints were opened."""
    opened = []
    listener = lambda _connection, name: opened.append(name)  # noqa: E731
    sa.event.listen(db.engine, "savepoint", listener)
    yield opened
    sa.event.remove(db.engine, "savepoint", listener)


def _words(desk) -> list[str]:
    from well_behaved.models import Note

    return desk.scalars(sa.select(Note.word).order_by(Note.id))


def _fail(desks, *, word: str = "") -> None:
    """A plugin that reads, or writes a word, and then fails."""
    with contextlib.suppress(ZeroDivisionError), desks(NAME) as desk:
        _words(desk)
        if word:
            _add(desk, word)
        raise ZeroDivisionError


def _add(desk, word: str) -> None:
    from well_behaved.models import Note

    desk.add(Note(unit_id=desk.unit.id, word=word))


def test_who_only_reads_shares_a_savepoint(desks, savepoints):
    with desks.together():
        for _plugin in range(5):
            with desks(NAME) as desk:
                assert _words(desk) == ["một"]
    assert len(savepoints) == 1


@pytest.mark.parametrize("how", ["add", "update", "change", "flush"])
def test_what_one_wrote_outlives_the_failure_of_the_next(desks, note, how: str):
    with desks.together():
        with desks(NAME) as desk:
            assert _words(desk) == ["một"]
        with desks(NAME) as desk:
            if how == "add":
                _add(desk, "hai")
            elif how == "update":
                desk.execute(sa.update(note).values(word="hai"))
            else:
                desk.scalar(sa.select(note)).word = "hai"
                assert _words(desk) == ["hai"], "written by the query, without a word from the plugin"
                if how == "flush":
                    desk.flush()
        _fail(desks)
        _fail(desks)
    db.session.commit()
    assert db.session.scalars(sa.select(note.word).order_by(note.id)).all()[-1] == "hai"


def test_what_a_failing_one_wrote_is_undone_though_the_savepoint_was_another_s(desks, note):
    with desks.together():
        with desks(NAME) as desk:
            _words(desk)
        _fail(desks, word="hai")
        with desks(NAME) as desk:
            assert _words(desk) == ["một"]
    db.session.commit()
    assert db.session.scalars(sa.select(note.word)).all() == ["một"]


def test_a_failing_statement_breaks_nobody_else_s_reading(desks):
    """On PostgreSQL a failed statement spoils everything up to the savepoint."""
    with desks.together():
        with desks(NAME) as desk:
            _words(desk)
        with pytest.raises(sa.exc.SQLAlchemyError), desks(NAME) as desk:
            _add(desk, "một")
        with desks(NAME) as desk:
            assert _words(desk) == ["một"]


def test_after_the_call_nothing_is_left_open(desks):
    with desks.together(), desks(NAME) as desk:
        _words(desk)
    assert not db.session().in_nested_transaction()
    with desks(NAME) as desk:
        _words(desk)
    assert not db.session().in_nested_transaction()


def test_a_query_that_writes_is_refused(desks, note):
    gone = sa.delete(note).returning(note.id).cte("gone")
    with pytest.raises(NotYours), desks(NAME) as desk:
        desk.execute(sa.select(gone.c.id))
