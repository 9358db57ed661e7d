"""The chain in the database: one line an act, in the act's transaction; every kind of tampering shows."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from core.models import AuditLine, Unit, db
from core.services import audit


@pytest.fixture
def ctx(make, context_of):
    return context_of(make.user("Lê Văn Ghi"), make.unit("Xã Ghi"))


def _acts(ctx, count):
    for n in range(count):
        audit.note(ctx, "test.act", f"thing:{n}", n=n)
        db.session.commit()


def test_lines_are_chained_in_the_act_s_transaction(ctx):
    _acts(ctx, 3)
    report = audit.verify(db.session())
    assert (report.rows, report.seq, report.faults) == (3, 3, ())


def test_a_rolled_back_act_leaves_no_line(ctx):
    audit.note(ctx, "test.act", "thing:1")
    db.session.rollback()
    _acts(ctx, 1)
    assert audit.verify(db.session()).rows == 1


def test_a_savepoint_is_no_commit(ctx):
    audit.note(ctx, "test.act", "thing:1")
    with db.session.begin_nested():
        db.session.execute(sa.update(Unit).values(is_external=True))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AuditLine)) == 0
    db.session.commit()
    assert audit.verify(db.session()).rows == 1


def _without_triggers(statement: str) -> None:
    """Whoever holds the database file can drop triggers: the chain has to tell."""
    if db.engine.dialect.name == "sqlite":
        for name in ("audit_no_update", "audit_no_delete", "audit_no_replace"):
            db.session.execute(sa.text(f"DROP TRIGGER {name}"))
    else:
        db.session.execute(sa.text("ALTER TABLE audit DISABLE TRIGGER ALL"))
    db.session.execute(sa.text(statement))
    db.session.commit()


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE audit SET actor = 'khac' WHERE seq = 2", "hash"),
        ("UPDATE audit_payload SET json = '{}' WHERE seq = 2", "payload"),
        ("UPDATE audit SET prev = h WHERE seq = 3", "prev"),
        ("UPDATE audit_head SET seq = 9", "head"),
    ],
)
def test_tampering_is_found_where_it_was_done(ctx, statement, kind):
    _acts(ctx, 4)
    _without_triggers(statement)
    assert kind in {fault.kind for fault in audit.verify(db.session()).faults}


def test_a_missing_line_is_a_gap(ctx):
    _acts(ctx, 4)
    _without_triggers("DELETE FROM audit_payload WHERE seq = 2")
    db.session.execute(sa.text("DELETE FROM audit WHERE seq = 2"))
    db.session.commit()
    assert audit.Fault(3, "gap") in audit.verify(db.session()).faults


def test_a_cut_tail_shows_only_against_a_printed_anchor(ctx):
    _acts(ctx, 4)
    anchor = audit.head(db.session())
    _without_triggers("DELETE FROM audit_payload WHERE seq = 4")
    db.session.execute(sa.text("DELETE FROM audit WHERE seq = 4"))
    db.session.execute(sa.text("UPDATE audit_head SET seq = 3, h = (SELECT h FROM audit WHERE seq = 3)"))
    db.session.commit()
    assert audit.verify(db.session()).faults == ()
    assert audit.verify(db.session(), expect=anchor).faults == (audit.Fault(4, "anchor"),)


def test_an_erased_payload_leaves_the_chain_whole(ctx):
    _acts(ctx, 2)
    db.session.execute(sa.text("UPDATE audit_payload SET json = NULL WHERE seq = 1"))
    db.session.commit()
    report = audit.verify(db.session())
    assert (report.erased, report.faults) == (1, ())
