"""Each hook asked through the real gate, of a plugin that answers all ten: its arguments arrive, its answer is heard.

What the pages make of the answers is tested with the pages; what happens when a plugin fails, in test_failures.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from core.domain.errors import Refused
from core.domain.views import MemberView, Viewer, Window
from core.plugin import hookspecs
from core.plugin.answers import Conflict, Fact, Figure, NavItem, Objection, Panel, Place, ReportChapter
from core.sdk import FieldSpec, Kind
from core.sdk.testing import UnitInTest

SAMPLES = str(Path(__file__).parents[1] / "sample_plugins")
NAME = "well_behaved"
WEEK = Window(dt.date(2026, 5, 11), dt.date(2026, 5, 17))
VIEWER = Viewer(None, "", frozenset())


@pytest.fixture
def commune(unit_with) -> UnitInTest:
    """A commune where the sample plugin is on, with one word noted."""
    made = unit_with(NAME, folders=(SAMPLES,))
    staff = made.staff()
    assert staff.post(made.url(NAME), data={"word": "một"}).status_code == 302
    return made


@pytest.fixture
def nomination(commune: UnitInTest):
    return commune.nomination(commune.event(), state="received")


def test_every_hook_has_its_test():
    here = Path(__file__).read_text(encoding="utf-8")
    assert [hook for hook in hookspecs.ANSWERS if f"def test_hook_{hook}(" not in here] == []


def test_hook_nomination_fields(commune):
    found = commune.hear("nomination_fields", event=commune.event(), award_code="GIAY_KHEN", nominee_kind="individual")
    assert found == [FieldSpec("word", "Một từ", Kind.TEXT, max_length=80)]


def test_hook_nomination_objections(commune, nomination):
    """Each plugin gets its own section only, at the steps that it guards."""

    def objections(**section: str) -> list[Objection]:
        sections = {NAME: section, "another": {"word": "cấm"}}
        return commune.hear("nomination_objections", nomination=nomination, sections=sections, step="submit")

    assert objections(word="cấm") == [Objection("Không được dùng từ này.", field="word")]
    assert objections(word="được") == []
    unguarded = {"nomination": nomination, "sections": {NAME: {"word": "cấm"}}, "step": "appraise"}
    assert commune.hear("nomination_objections", **unguarded) == []


def test_hook_nomination_moved(commune, nomination):
    """The news may come twice, and changes nothing the second time."""
    news = {"nomination_id": nomination.id, "old": "received", "new": "appraised", "actor_id": None}
    for _time in range(2):
        commune.tell(NAME, "nomination_moved", at=commune.clock.now, **news)
    assert _words(commune) == ["một", f"{nomination.id} appraised"]


def test_hook_nominee_facts(commune, nomination):
    (fact,) = commune.hear("nominee_facts", nominee=nomination.nominee, window=WEEK)
    assert fact == Fact("words", "Số từ", 1, "tu", "Sổ mẫu", WEEK.first, WEEK.last)


def test_hook_member_conflicts(commune, nomination):
    members = [MemberView(1, "Mâu Thuẫn"), MemberView(2, "Vô Tư")]
    found = [commune.hear("member_conflicts", nomination=nomination, member=one) for one in members]
    assert found == [[Conflict("Tên là Mâu Thuẫn.")], []]


def test_hook_panels(commune):
    found = commune.hear("panels", place=Place.HOME, subject=commune.view, viewer=VIEWER)
    assert found == [Panel("Thẻ mẫu", figures=(Figure("Số từ", 1, "từ"),))]


def test_hook_nav_items(commune):
    """The line stands in the menu of who may open it, and of nobody else."""
    assert commune.hear("nav_items", unit=commune.view, viewer=VIEWER) == [NavItem("Trang mẫu", "well_behaved.index")]
    pages = [
        client.get(f"/u/{commune.key}/").get_data(as_text=True) for client in (commune.staff(), commune.stranger())
    ]
    assert [page.count(f'href="{commune.url(NAME)}"') > 0 for page in pages] == [True, False]


def test_hook_report_chapters(commune):
    found = commune.hear("report_chapters", unit=commune.view, event=None, window=WEEK)
    assert found == [ReportChapter("Chương mẫu", ("Từ",), ((1,),))]


def test_hook_switch_on_objections(app_with, unit_with):
    unit_with(NAME, folders=(SAMPLES,))
    with pytest.raises(Refused) as refused:
        unit_with(NAME, folders=(SAMPLES,), name="Xã Không Bật")
    assert [one.params["text"] for one in refused.value.objections] == ["Đơn vị này không bật được."]


def test_hook_unit_switched_off(commune):
    commune.tell(NAME, "unit_switched_off", unit_id=commune.id, actor_id=None, at=commune.clock.now)
    assert _words(commune) == ["một", f"tắt {commune.clock.now.isoformat()}"]


def _words(commune: UnitInTest) -> list[str]:
    from sqlalchemy import select
    from well_behaved.models import Note

    with commune.desk(NAME) as desk:
        return desk.scalars(select(Note.word).where(Note.unit_id == commune.id).order_by(Note.id))
