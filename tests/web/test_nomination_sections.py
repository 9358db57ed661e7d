"""A plugin's section as people meet it: written, sent, read with both numbers, gone when the plugin is off."""

from __future__ import annotations

import io
import re

import pytest
import sqlalchemy as sa

from core.domain.fields import FieldSpec, Kind
from core.domain.permissions import Role
from core.models import Committee, CommitteeMember, NominationSection, PluginFailure, Sitting, SittingItem, db
from core.plugin.answers import Figure, Objection, Panel, Place
from tests.awards import counting
from tests.conftest import NOW
from tests.plugging import Guide, fact, plugged, switch
from tests.web.markup import read
from tests.web.test_nominations import PDF, begin, hidden, the_one, write

TYPED = {
    "ext_guide-_sent": "1",
    "ext_guide-sessions": "1.2",
    "ext_guide-hours": "30,5",
    "ext_guide-place": "Nhà văn hóa thôn Đông",
    "ext_guide-started": "12/05/2026",
    "ext_guide-ways": ["home", "point"],
    "ext_guide-joined": "true",
    "ext_guide-story": "Đến từng nhà\nngười cao tuổi",
}
GOOD = TYPED | {"ext_guide-sessions": "12"}
KEPT = {
    "sessions": 12,
    "hours": "30.5",
    "place": "Nhà văn hóa thôn Đông",
    "started": "2026-05-12",
    "ways": ["home", "point"],
    "joined": True,
    "story": "Đến từng nhà\nngười cao tuổi",
}
HIDDEN = "Phần mở rộng “Hướng dẫn dịch vụ số” tạm thời không hiển thị."


@pytest.fixture
def world(make):
    class World:
        commune = make.unit("Xã Hà Long", key="xa-ha-long")
        village = make.unit("Thôn Đông", parent=commune, kind="thon", key="thon-dong")
        event = make.event(commune, invited=(village,), title="Đợt 18/5", key="dot")
        nominator = make.user("Lê Thị Lập", (Role.NOMINATOR, village))
        head = make.user("Trần Văn Trưởng", (Role.HEAD, village))
        secretary = make.user("Phạm Thị Thư", (Role.SECRETARY, commune))
        member = make.user("Vũ Văn Viên", (Role.MEMBER, commune))

    return World()


@pytest.fixture
def guide(app, world):
    made = Guide()
    with plugged(app, made):
        switch(world.commune)
        yield made


@pytest.fixture
def dossier(world, sign_in):
    """A function that writes a dossier with everything in it and gives its editor's address."""

    def build(browser, answers=GOOD):
        address = begin(browser)
        file = {"file.TO_TRINH": (io.BytesIO(PDF), "Tờ trình.pdf")}
        assert write(browser, address, **answers, **file).status_code == 303
        return address

    return build


def send(browser, address):
    version = hidden(browser, address, "version")
    return browser.post(address.replace("/edit", "/submit"), data={"version": version})


def section(plugin="guide"):
    db.session.expire_all()
    s = NominationSection
    return db.session.scalars(sa.select(s).where(s.plugin == plugin)).one()


def pages_of(world, sign_in, key):
    """The dossier page of every kind of reader; a council member reads what is on the agenda."""
    on_agenda(world)
    for name, unit in (
        ("nominator", "thon-dong"),
        ("head", "thon-dong"),
        ("secretary", "xa-ha-long"),
        ("member", "xa-ha-long"),
    ):
        answer = sign_in(getattr(world, name)).get(f"/u/{unit}/nominations/{key}")
        assert answer.status_code == 200, name
        yield name, read(answer.text)


def on_agenda(world):
    """Put the dossier on the agenda of a committee in which the member has a seat."""
    if db.session.scalar(sa.select(sa.func.count()).select_from(SittingItem)):
        return
    day = NOW.date()
    known = {"key": "hoi-dong", "unit_id": world.commune.id, "created_at": NOW}
    committee = Committee(name="Hội đồng", decision_number="1/QĐ-UBND", decided_on=day, from_on=day, **known)
    db.session.add(committee)
    db.session.flush()
    seat = {"part": "member", "full_name": "Vũ Văn Viên", "user_id": world.member.id, "from_on": day}
    sitting = Sitting(title="Phiên 1", held_at=NOW, committee_id=committee.id, **known)
    db.session.add_all([CommitteeMember(key="ghe", committee_id=committee.id, **seat), sitting])
    db.session.flush()
    db.session.add(SittingItem(key="muc", sitting_id=sitting.id, nomination_id=the_one().id))
    db.session.commit()


def rows(page, caption):
    """The cells of a table by its caption."""
    for table in page.all("table"):
        if caption in table.one("caption").text:
            return [[cell.text for cell in row.parts] for row in table.one("tbody").all("tr")]
    return None


# ------------------------------------------------------------------------------------------------ written


def test_the_form_shows_the_section_with_its_figures_already_there(guide, world, sign_in, dossier):
    guide.facts = (fact(), fact("V02", None, label="Hộ đã đến", measure="hộ", counted_by="", approved_by=""))
    browser = sign_in(world.nominator)
    address = dossier(browser, {})
    page = read(browser.get(address).text)
    part = page.one("fieldset", id="ext_guide")
    assert next(part.all("legend")).text == "8. Hướng dẫn dịch vụ số"
    assert rows(part, "Số liệu từ sổ đếm") == [
        ["Lượt hướng dẫn Sổ đếm hướng dẫn", "214 lượt", "12/05/2026 – 18/05/2026", "Tổ thôn Đông", "Trần Văn Trưởng"],
        ["Hộ đã đến Sổ đếm hướng dẫn", "—", "12/05/2026 – 18/05/2026", "—", "—"],
    ]
    names = [one.attrs["name"] for one in part.all() if "name" in one.attrs]
    assert sorted(set(names)) == sorted(TYPED)
    assert page.source.count("Thiếu “Số buổi hướng dẫn” ở mục “Hướng dẫn dịch vụ số”.") == 1
    steps = [(one.text, one.attrs["href"]) for one in page.all("a") if one.attrs.get("href") == "#ext_guide"]
    assert steps == [("8. Hướng dẫn dịch vụ số", "#ext_guide")]


def test_answers_are_saved_and_what_does_not_fit_is_shown_back_with_its_reason(guide, world, sign_in, dossier):
    browser = sign_in(world.nominator)
    address = dossier(browser, TYPED | {"ext_guide-place": "gọi 0912 345 678", "ext_guide-hours": "1.5"})
    kept = section()
    assert kept.data == {key: value for key, value in KEPT.items() if key not in ("sessions", "place", "hours")}
    assert the_one().typed == {
        "ext_guide.sessions": "1.2",
        "ext_guide.place": "gọi 0912 345 678",
        "ext_guide.hours": "1.5",
    }
    page = read(browser.get(address).text)
    for key, typed, reason in (
        ("sessions", "1.2", "Hãy ghi số nguyên bằng chữ số"),
        ("hours", "1.5", "Phần thập phân viết sau dấu phẩy"),
        ("place", "gọi 0912 345 678", "Không ghi số định danh, số căn cước hoặc số điện thoại"),
    ):
        assert page.one("input", id=f"ext_guide-{key}").attrs["value"] == typed
        assert reason in page.one("div", id=f"ext_guide-{key}-error").text
    assert page.one("input", id="ext_guide-started").attrs["value"] == "12/05/2026"
    ticked = [one.attrs["value"] for one in page.all("input", type="checkbox") if "checked" in one.attrs]
    assert ticked == ["home", "point"]
    check = read(browser.get(address.replace("/edit", "/check")).text)
    for label, reason in (
        ("Số buổi hướng dẫn", "Hãy ghi số nguyên bằng chữ số"),
        ("Số giờ", "Phần thập phân viết sau dấu phẩy"),
        ("Nơi hướng dẫn", "Không ghi số định danh, số căn cước hoặc số điện thoại"),
    ):
        assert f"“{label}” ở mục “Hướng dẫn dịch vụ số” chưa nhận được: {reason}" in check.source
    links = [one.attrs["href"] for one in check.all("a") if "#ext_guide-" in one.attrs.get("href", "")]
    assert [link.partition("#")[2] for link in links] == ["ext_guide-sessions", "ext_guide-hours", "ext_guide-place"]
    assert write(browser, address, **GOOD).status_code == 303
    assert (section().data, the_one().typed) == (KEPT, {})
    assert "không còn gì vướng" in browser.get(address.replace("/edit", "/check")).text


def test_the_last_tick_can_be_taken_away_and_an_old_page_wipes_nothing(guide, world, sign_in, dossier):
    browser = sign_in(world.nominator)
    address = dossier(browser)
    without = {key: value for key, value in GOOD.items() if key != "ext_guide-ways"}
    assert write(browser, address, **without).status_code == 303
    assert section().data == KEPT | {"ways": []}
    # a page opened before the plugin was switched on
    assert write(browser, address).status_code == 303
    assert section().data == KEPT | {"ways": []}


def test_the_draft_saves_its_section_by_itself(guide, world, sign_in, dossier):
    browser = sign_in(world.nominator)
    address = dossier(browser)
    data = {**GOOD, "ext_guide-sessions": "mười", "version": hidden(browser, address, "version")}
    saved = browser.post(address.replace("/edit", "/autosave"), data=data)
    assert saved.status_code == 200
    assert (section().data, the_one().typed) == (KEPT, {"ext_guide.sessions": "mười"})
    assert browser.post(address.replace("/edit", "/autosave"), data=data).status_code == 409


def test_two_people_see_each_others_answers(guide, world, sign_in, dossier):
    one, two = sign_in(world.nominator), sign_in(world.head)
    address = dossier(one)
    version = hidden(two, address, "version")
    write(one, address, **GOOD | {"ext_guide-sessions": "20", "ext_guide-ways": ["home"]})
    answer = write(two, address, **GOOD | {"version": version, "ext_guide-joined": "false"})
    assert answer.status_code == 409
    found = rows(read(answer.text), "Hai bản khác nhau")
    assert found[1:] == [  # the first is the award, which these pages did not send
        ["Số buổi hướng dẫn", "12", "20"],
        ["Cách làm", "Đến từng nhà; Tại điểm hướng dẫn", "Đến từng nhà"],
        ["Có công an xã cùng làm không?", "Không", "Có"],
    ]
    assert section().data["sessions"] == 20
    again = re.search(r'name="version"[^>]*value="([^"]*)"', answer.text)[1]
    assert write(two, address, **GOOD | {"version": again, "ext_guide-joined": "false"}).status_code == 303
    assert section().data == KEPT | {"joined": False}


def test_a_field_no_longer_asked_is_shown_as_such(guide, world, sign_in, dossier):
    browser = sign_in(world.nominator)
    address = dossier(browser)
    guide.fields = (FieldSpec("sessions", "Số buổi hướng dẫn", Kind.INTEGER),)
    part = read(browser.get(address).text).one("fieldset", id="ext_guide")
    assert "Không còn dùng" in part.text
    assert "30,5" in part.text
    assert [one.attrs["name"] for one in part.all("input")] == ["ext_guide-_sent", "ext_guide-sessions"]


# ------------------------------------------------------------------------------------------------ sent and read


def test_figures_that_change_later_are_read_by_everybody_with_both_numbers(guide, world, sign_in, dossier):
    address = dossier(sign_in(world.nominator))
    assert send(sign_in(world.head), address).status_code == 303
    key = the_one().key
    for name, page in pages_of(world, sign_in, key):
        (line,) = rows(page, "Số liệu từ sổ đếm, chốt lúc 10:00 13/05/2026")
        assert line[1:3] == ["214 lượt", "214 lượt"], name
        assert "Số liệu đã thay đổi sau khi nộp" not in page.text, name
    guide.facts = (fact(value=1230),)
    for name, page in pages_of(world, sign_in, key):
        (line,) = rows(page, "Số liệu từ sổ đếm, chốt lúc 10:00 13/05/2026")
        assert line == [
            "Lượt hướng dẫn Sổ đếm hướng dẫn · 12/05/2026 – 18/05/2026",
            "214 lượt",
            "1.230 lượt đã thay đổi",
            "Ghi: Tổ thôn Đông Duyệt: Trần Văn Trưởng",
        ], name
        assert "Số liệu đã thay đổi sau khi nộp" in page.text, name
        assert "Lượt hướng dẫn: khi nộp 214 lượt , hiện nay 1.230 lượt" in page.text, name
        facts = dict(zip((one.text for one in page.all("dt")), (one.text for one in page.all("dd")), strict=True))
        assert facts["Số buổi hướng dẫn"] == "12", name
        assert (facts["Số giờ"], facts["Bắt đầu từ ngày"]) == ("30,5", "12/05/2026"), name
        assert (facts["Cách làm"], facts["Có công an xã cùng làm không?"]) == ("Đến từng nhà; Tại điểm hướng dẫn", "Có")


@pytest.mark.parametrize(
    ("end", "sentence"),
    [("off", "Phần mở rộng này đang tắt."), ("removed", "Phần mở rộng này không còn trên máy chủ.")],
)
def test_off_or_removed_the_form_is_without_it_and_the_history_readable(
    app, guide, world, sign_in, dossier, end, sentence
):
    address = dossier(sign_in(world.nominator))
    send(sign_in(world.head), address)
    row = the_one()
    row.state = "returned"
    db.session.commit()
    if end == "off":
        switch(world.commune, is_on=False)
    else:
        app.extensions["plugins"].installed.clear()
    browser = sign_in(world.nominator)
    page = browser.get(address).text
    assert ("ext_guide" in page, "Hướng dẫn dịch vụ số" in page) == (False, False)
    for name, page in pages_of(world, sign_in, row.key):
        assert sentence in page.text, name
        (line,) = rows(page, "Số liệu từ sổ đếm, chốt lúc 10:00 13/05/2026")
        assert line[:2] == ["Lượt hướng dẫn Sổ đếm hướng dẫn · 12/05/2026 – 18/05/2026", "214 lượt"], name
        assert "Nhà văn hóa thôn Đông" in page.text, name
    # what is posted all the same changes nothing
    assert write(browser, address, **GOOD | {"ext_guide-sessions": "99"}).status_code == 303
    assert section().data == KEPT


def test_with_a_broken_plugin_the_form_opens_and_sending_is_refused(guide, world, sign_in, dossier):
    browser = sign_in(world.head)
    address = dossier(browser)
    guide.fields = RuntimeError("boom")
    page = browser.get(address)
    assert (page.status_code, HIDDEN in page.text, "ext_guide" in page.text) == (200, True, False)
    assert write(browser, address, result="Vẫn lưu được").status_code == 303
    assert (the_one().achievement.result, section().data) == ("Vẫn lưu được", KEPT)
    sent = send(browser, address)
    assert sent.status_code == 422
    assert "Không kiểm tra được phần “Hướng dẫn dịch vụ số”. Hãy thử lại hoặc báo người quản trị." in sent.text
    assert the_one().state == "draft"
    failures = set(db.session.execute(sa.select(PluginFailure.plugin, PluginFailure.hook)).all())
    assert failures == {("guide", "nomination_fields")}
    guide.fields = ()
    assert send(browser, address).status_code == 303


def test_a_plugin_objects_in_its_own_words_beside_its_field(app, guide, world, sign_in, dossier):
    guide.guards, guide.objections = frozenset({"submit"}), (Objection("100% <b>chưa</b> duyệt", field="sessions"),)
    with plugged(app, guide):
        browser = sign_in(world.head)
        address = dossier(browser)
        sent = send(browser, address)
        assert sent.status_code == 422
        assert "100% &lt;b&gt;chưa&lt;/b&gt; duyệt (Hướng dẫn dịch vụ số)" in sent.text
        assert 'edit#ext_guide-sessions"' in sent.text


# ------------------------------------------------------------------------------------------------ cards


def card(title="Hướng dẫn hôm nay"):
    return Panel(
        title,
        figures=(Figure("lượt", 0), Figure("hộ", None, note="chưa ai báo")),
        columns=("Thôn", "Lượt"),
        rows=(("<Đông>", 1214), ("Tây", None)),
        note="12/14 tổ đã báo cáo",
        endpoint="guide.elsewhere",
    )


def test_cards_stand_at_home_on_an_event_and_beside_a_dossier(guide, world, sign_in, dossier):
    guide.panels = {place: (card(f"Thẻ {place}"),) for place in Place}
    address = dossier(sign_in(world.nominator))
    guide.heard.clear()
    browser = sign_in(world.secretary)
    for place, url in (
        (Place.HOME, "/u/xa-ha-long/"),
        (Place.HOME, "/home"),
        (Place.EVENT, "/u/xa-ha-long/e/dot/"),
        (Place.EVENT, "/u/thon-dong/e/dot/"),
    ):
        reader = browser if "thon" not in url else sign_in(world.nominator)
        page = read(reader.get(url).text)
        assert [one.text for one in page.all("h2") if one.text.startswith("Thẻ")] == [f"Thẻ {place}"], url
        assert rows(page, f"Thẻ {place}") == [["<Đông>", "1.214"], ["Tây", "—"]]
        figures = [one.text for one in page.all("p", class_="vd-figure-number")]
        assert figures[-2:] == ["0", "—"] or "0" in figures
        assert "guide.elsewhere" not in page.source  # leads nowhere that the reader may open
    assert [(call["place"], call["subject"].key) for call in guide.calls("panels")] == [
        (Place.HOME, "xa-ha-long"),
        (Place.HOME, "xa-ha-long"),
        (Place.EVENT, "dot"),
        (Place.EVENT, "dot"),
    ]
    assert guide.calls("panels")[0]["viewer"].roles == frozenset({"secretary"})
    key = the_one().key
    page = read(sign_in(world.nominator).get(address.replace("/edit", "")).text)
    assert [one.text for one in page.all("h2") if one.text.startswith("Thẻ")] == ["Thẻ dossier"]
    assert guide.calls("panels")[-1]["subject"].key == key


def test_a_card_learns_no_state_that_its_reader_may_not_know(guide, world, sign_in, dossier):
    address = dossier(sign_in(world.nominator))
    send(sign_in(world.head), address)
    row = the_one()
    row.state = "on_ballot"
    db.session.commit()
    guide.heard.clear()
    for _name, _page in pages_of(world, sign_in, row.key):
        pass
    assert [call["subject"].state for call in guide.calls("panels")] == [
        "under_review",
        "under_review",
        "on_ballot",
        "on_ballot",
    ]


@pytest.mark.parametrize("trouble", [RuntimeError("boom"), [5], "text"])
def test_where_cards_fail_the_page_opens_and_names_the_plugin(guide, world, sign_in, dossier, trouble):
    guide.panels = trouble
    address = dossier(sign_in(world.nominator))
    browser = sign_in(world.nominator)
    for url in ("/u/thon-dong/e/dot/", address.replace("/edit", "")):
        answer = browser.get(url)
        assert (answer.status_code, answer.text.count(HIDDEN)) == (200, 1), url
    switch(world.village)  # at home the unit's own word counts
    answer = browser.get("/u/thon-dong/")
    assert (answer.status_code, answer.text.count(HIDDEN)) == (200, 1)


def test_off_means_no_cards_and_no_call(guide, world, sign_in, dossier):
    guide.panels = {place: (card(),) for place in Place}
    address = dossier(sign_in(world.nominator))
    switch(world.commune, is_on=False)
    guide.heard.clear()
    browser = sign_in(world.nominator)
    for url in ("/u/thon-dong/", "/u/thon-dong/e/dot/", address.replace("/edit", "")):
        assert "Hướng dẫn hôm nay" not in browser.get(url).text, url
    assert "ext_guide" not in browser.get(address).text
    assert guide.heard == []


# ------------------------------------------------------------------------------------------------ costs


def test_with_all_off_the_dossier_costs_the_two_sets_more_than_with_none(app, guide, world, sign_in, dossier):
    address = dossier(sign_in(world.nominator)).replace("/edit", "")
    browser = sign_in(world.nominator)

    def cost():
        with counting() as seen:
            assert browser.get(address).status_code == 200
        return seen.count

    cost()
    on = cost()
    with plugged(app, guide, *(Guide(name=f"guide_{n}") for n in range(9))):
        for n in range(9):
            switch(world.commune, f"guide_{n}")
        assert cost() == on  # ten plugins that ask the database for nothing of their own
    switch(world.commune, is_on=False)
    off = cost()
    with plugged(app):
        assert off == cost() + 2  # what is on for the event, and for the menu of this unit
