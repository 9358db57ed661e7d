"""More writers than SQLite can serve in time: who waited in vain is told to come again, and nothing was written."""

from __future__ import annotations

import sqlite3

import pytest
import sqlalchemy as sa

from core.domain.permissions import Role
from core.models import Unit, base, db


@pytest.fixture
def impatient(app, monkeypatch):
    """A database that waits a moment only, and another writer who holds it."""
    if db.engine.dialect.name != "sqlite":
        yield None
        return
    monkeypatch.setattr(base, "DURABLE", (*base.DURABLE, "busy_timeout=50"))
    db.session.remove()
    db.engine.dispose()
    other = sqlite3.connect(db.engine.url.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield other
    other.close()


def test_who_waited_in_vain_is_asked_to_come_again(make, sign_in, impatient):
    unit = make.unit("Xã Bận") if impatient is None else None
    if unit is not None:  # PostgreSQL lets them all in
        client = sign_in(make.user("Trần Văn A", (Role.UNIT_ADMIN, unit)))
        assert client.get("/").status_code in (200, 302)
        return
    impatient.execute("ROLLBACK")
    unit = make.unit("Xã Bận")
    client = sign_in(make.user("Trần Văn A", (Role.UNIT_ADMIN, unit)))
    impatient.execute("BEGIN IMMEDIATE")
    answer = client.post(f"/u/{unit.key}/events/new", data={})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Máy chủ đang bận" in answer.text
    assert client.get(f"/u/{unit.key}/events").status_code == 200  # reading goes on
    impatient.execute("ROLLBACK")
    assert client.post(f"/u/{unit.key}/events/new", data={}).status_code != 503
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Unit)) == 1
