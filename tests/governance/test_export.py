"""What a plugin recorded is readable and taken away without it: off, unwell, or removed."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import zipfile

import pytest
import sqlalchemy as sa

from core.domain.errors import Forbidden
from core.models import AuditLine, Tally, TallySheet, db
from core.services import plugin_export

AT = dt.datetime(2026, 5, 12, 2, 30, tzinfo=dt.UTC)


@pytest.fixture
def notes(app, tree):
    """A table that a plugin left behind, with rows of three units, and a table that names no unit."""
    meta = sa.MetaData()
    table = sa.Table(
        "lamp__note",
        meta,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("unit_id", sa.Integer),
        sa.Column("text", sa.String(80)),
        sa.Column("day", sa.Date),
        sa.Column("is_lit", sa.Boolean),
        sa.Column("detail", sa.JSON),
    )
    loose = sa.Table(
        "lamp__loose", meta, sa.Column("id", sa.Integer, primary_key=True), sa.Column("text", sa.String(9))
    )
    rows = [
        (1, tree.tinh.id, "Chỉ của tỉnh", {}),
        (2, tree.xa.id, "=HYPERLINK(1)", {"a": "đ"}),
        (3, tree.thon.id, "Đèn ở đầu thôn", None),
    ]
    db.session.rollback()
    meta.create_all(db.engine)
    with db.engine.connect().execution_options(writes=True) as connection, connection.begin():
        for number, unit, text, detail in rows:
            values = {"id": number, "unit_id": unit, "text": text, "day": AT.date(), "is_lit": True, "detail": detail}
            connection.execute(sa.insert(table).values(**values))
        connection.execute(sa.insert(loose).values(id=1, text="ai cũng"))
    yield table
    db.session.remove()
    meta.drop_all(db.engine)


@pytest.fixture
def tallies(make, tree):
    sheet = make.keep(
        TallySheet(key="sheet1", unit_id=tree.thon.id, plugin="lamp", day=AT.date(), state="draft", created_at=AT)
    )
    return make.keep(
        Tally(
            client_id="c1",
            sheet_id=sheet.id,
            unit_id=tree.thon.id,
            plugin="lamp",
            indicator="lit",
            day=AT.date(),
            quantity=4,
            source="tap",
            recorded_by_id=tree.volunteer.id,
            at=AT,
        )
    )


def taken(ctx, plugin="lamp"):
    with zipfile.ZipFile(io.BytesIO(plugin_export.as_zip(ctx, plugin))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_rows_of_the_unit_and_below_and_no_others(context_of, tree, notes, tallies):
    files = taken(context_of(tree.xa_admin, tree.xa))
    assert sorted(files) == ["data.json", "lamp__loose.csv", "lamp__note.csv", "tally.csv", "tally_sheet.csv"]
    rows = list(csv.reader(io.StringIO(files["lamp__note.csv"].decode("utf-8-sig"))))
    assert rows == [
        ["unit", "unit_name", "id", "text", "day", "is_lit", "detail"],
        [tree.xa.key, "Xã Sáng", "2", "'=HYPERLINK(1)", "2026-05-12", "true", '{"a": "đ"}'],
        [tree.thon.key, "Thôn Đông", "3", "Đèn ở đầu thôn", "2026-05-12", "true", ""],
    ]
    data = json.loads(files["data.json"])
    assert [one["text"] for one in data["lamp__note"]] == ["=HYPERLINK(1)", "Đèn ở đầu thôn"]
    assert data["lamp__loose"] == []
    counted = data["tally"][0]
    assert (counted["unit"], counted["quantity"], counted["recorded_by"], counted["at"]) == (
        tree.thon.key,
        4,
        tree.volunteer.login,
        "2026-05-12T09:30:00+07:00",
    )
    assert "Chỉ của tỉnh" not in files["data.json"].decode()


def test_it_needs_no_plugin(app, context_of, tree, notes, sign_in, make):
    """Removed from the server: the page still shows, the file still comes."""
    registry = app.extensions["plugins"]
    kept, registry.installed = registry.installed, {}
    try:
        browser, path = sign_in(tree.xa_admin), f"/u/{tree.xa.key}/plugins/lamp/data"
        page = browser.get(path)
        assert (page.status_code, "Đèn ở đầu thôn" in page.text, "Chỉ của tỉnh" in page.text) == (200, True, False)
        answer = browser.post(path)
        assert (answer.status_code, answer.mimetype) == (200, "application/zip")
        assert answer.headers["Content-Disposition"] == f"attachment; filename=lamp-{tree.xa.key}-2026-05-13.zip"
        assert zipfile.ZipFile(io.BytesIO(answer.data)).testzip() is None
    finally:
        registry.installed = kept
    assert db.session.scalars(sa.select(AuditLine.action)).all() == ["plugin.export"]


@pytest.mark.parametrize("name", ["lamp_", "l", "unit", "core", "lamp__note", "Lamp", "x' or 1=1"])
def test_no_name_reaches_another_table(context_of, tree, notes, name):
    assert plugin_export.parts(context_of(tree.xa_admin, tree.xa), name) == []


@pytest.mark.parametrize("who", ["secretary", "nominator", "volunteer", "thon_admin"])
def test_who_may_not(context_of, tree, notes, who):
    with pytest.raises(Forbidden):
        plugin_export.as_zip(context_of(getattr(tree, who), tree.xa), "lamp")


def test_the_page_shows_the_latest_and_the_number_of_all(context_of, tree, notes, sign_in):
    unit = tree.xa.id
    db.session.rollback()
    with db.engine.connect().execution_options(writes=True) as connection, connection.begin():
        for number in range(100, 170):
            connection.execute(sa.insert(notes).values(id=number, unit_id=unit, text=f"Dòng {number}"))
    text = sign_in(tree.xa_admin).get(f"/u/{tree.xa.key}/plugins/lamp/data").text
    assert ("72 dòng, dưới đây là 50 dòng mới nhất." in text, "Dòng 169" in text, "Dòng 119" in text) == (
        True,
        True,
        False,
    )
