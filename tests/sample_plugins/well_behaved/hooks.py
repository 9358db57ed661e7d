"""An answer to each of the ten questions."""

from __future__ import annotations

import sqlalchemy as sa

from core.sdk import (
    Conflict,
    Fact,
    FieldSpec,
    Figure,
    Kind,
    NavItem,
    Objection,
    Panel,
    ReportChapter,
    hookimpl,
)
from well_behaved.models import Note


def words(desk):
    """How many words the unit noted."""
    return desk.scalar(sa.select(sa.func.count()).select_from(Note).where(Note.unit_id == desk.unit.id))


@hookimpl
def nomination_fields():
    return [FieldSpec("word", "Một từ", Kind.TEXT, max_length=80)]


@hookimpl
def nomination_objections(section):
    if section.get("word") == "cấm":
        return [Objection("Không được dùng từ này.", field="word")]
    return None


@hookimpl
def nomination_moved(desk, nomination_id, new):
    word = f"{nomination_id} {new}"
    if desk.scalar(sa.select(Note.id).where(Note.word == word)) is None:
        desk.add(Note(unit_id=desk.unit.id, word=word))


@hookimpl
def nominee_facts(desk, window):
    return [Fact("words", "Số từ", words(desk), "tu", "Sổ mẫu", window.first, window.last)]


@hookimpl
def member_conflicts(member):
    return [Conflict("Tên là Mâu Thuẫn.")] if member.name == "Mâu Thuẫn" else None


@hookimpl
def panels(desk):
    return [Panel("Thẻ mẫu", figures=(Figure("Số từ", words(desk), "từ"),))]


@hookimpl
def nav_items():
    return [NavItem("Trang mẫu", "well_behaved.index")]


@hookimpl
def report_chapters(desk):
    return [ReportChapter("Chương mẫu", ("Từ",), ((words(desk),),))]


@hookimpl
def switch_on_objections(unit):
    return [Objection("Đơn vị này không bật được.")] if unit.name == "Xã Không Bật" else None


@hookimpl
def unit_switched_off(desk, unit_id):
    desk.add(Note(unit_id=unit_id, word=f"tắt {desk.now.isoformat()}"))
