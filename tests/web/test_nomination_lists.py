"""The lists: who sees which box, what is found, page after page, at the same number of queries."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from core.domain.permissions import Role
from core.models import db
from core.services import nomination_search, search_words


@pytest.fixture
def world(make):
    class World:
        province = make.unit("Tỉnh Thanh Hóa", kind="tinh", key="tinh")
        commune = make.unit("Xã Hà Long", parent=province, key="xa")
        east = make.unit("Thôn Đông", parent=commune, kind="thon", key="dong")
        west = make.unit("Thôn Tây", parent=commune, kind="thon", key="tay")
        event = make.event(commune, invited=(east, west), title="Đợt 18/5", key="dot")
        older = make.event(commune, invited=(east,), title="Đợt cũ", key="dot-cu")
        secretary = make.user("Phạm Thị Thư", (Role.SECRETARY, commune))
        nominator = make.user("Lê Thị Lập", (Role.NOMINATOR, east))
        both = make.user("Vũ Văn Cả", (Role.SECRETARY, commune), (Role.NOMINATOR, commune))
        member = make.user("Hồ Thị Viên", (Role.MEMBER, commune))

    return World()


def put(make, world, name, *, unit=None, event=None, title="Việc tốt", **values):
    unit = unit or world.east
    nominee = make.nominee(unit, name)
    deed = make.achievement(nominee, title)
    number = values.pop("receipt_number", None)
    row = make.nomination(event or world.event, unit, nominee=nominee, achievement=deed, **values)
    row.receipt_number = number or row.receipt_number
    search_words.rebuild(db.session, row)
    db.session.commit()
    return row


def names(answer):
    assert answer.status_code == 200, answer.text
    return re.findall(r'scope="row"><a href="[^"]*">([^<]*)</a>', answer.text)


@contextmanager
def counted():
    seen = []

    def note(_conn, _cursor, statement, *_rest):
        seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    "query",
    ["", "?sort=name", "?sort=due", "?q=tran+thi", "?q=tran+thi&sort=name", "?state=submitted&sort=name", "?event=dot"],
)
def test_one_row_and_fifty_cost_the_same_queries(world, make, sign_in, query):
    browser = sign_in(world.secretary)
    due = dt.date(2026, 5, 20)
    put(make, world, "Trần Thị Một", state="submitted", due_on=due)
    browser.get("/u/xa/nominations")  # the first request of a login also writes when it was last seen
    with counted() as one:
        assert len(names(browser.get(f"/u/xa/nominations{query}"))) == 1
    for n in range(55):
        put(make, world, f"Trần Thị {n}", state="submitted", due_on=due, unit=world.west if n % 2 else world.east)
    with counted() as fifty:
        assert len(names(browser.get(f"/u/xa/nominations{query}"))) == 50
    assert len(fifty) == len(one)


def test_each_box_shows_its_own_and_nothing_else(world, make, sign_in):
    put(make, world, "Bản Nháp Đông")
    put(make, world, "Đã Gửi Đông", state="submitted")
    put(make, world, "Đã Gửi Tây", unit=world.west, state="received")
    up = put(make, world, "Trình Lên", state="submitted")
    up.upper_unit_id = up.handling_unit_id = world.province.id
    db.session.commit()
    province = make.user("Cấp Trên", (Role.SECRETARY, world.province))
    assert names(sign_in(world.nominator).get("/u/dong/nominations")) == ["Trình Lên", "Đã Gửi Đông", "Bản Nháp Đông"]
    assert names(sign_in(world.secretary).get("/u/xa/nominations")) == ["Trình Lên", "Đã Gửi Tây", "Đã Gửi Đông"]
    assert names(sign_in(province).get("/u/tinh/nominations?box=handed_up")) == ["Trình Lên"]
    assert names(sign_in(province).get("/u/tinh/nominations?box=incoming")) == []


def test_a_box_without_the_permission_is_refused(world, sign_in):
    assert sign_in(world.nominator).get("/u/dong/nominations?box=incoming").status_code == 403
    assert sign_in(world.secretary).get("/u/xa/nominations?box=own").status_code == 403
    assert sign_in(world.member).get("/u/xa/nominations").status_code == 403
    both = sign_in(world.both).get("/u/xa/nominations")
    assert "Gửi đến" in both.text
    assert "Đơn vị tôi lập" in both.text


@pytest.mark.parametrize("sort", ["new", "name", "due"])
@pytest.mark.parametrize("query", ["", "&q=tran", "&event=dot", "&state=submitted", "&q=tran+van"])
def test_pages_forward_and_back_show_every_row_once(world, make, sign_in, sort, query, monkeypatch):
    monkeypatch.setattr(nomination_search, "RARE", 20)
    day = dt.date(2026, 5, 20)
    for n in range(115):
        put(make, world, f"Trần Văn {'An' if n % 3 else 'Bình'}", state="submitted", due_on=day + dt.timedelta(n % 4))
    browser = sign_in(world.secretary)
    address, seen, pages = f"/u/xa/nominations?sort={sort}{query}", [], []
    while address:
        answer = browser.get(address)
        links = re.findall(r'scope="row"><a href="([^"]*)"', answer.text)
        seen += links
        pages.append(links)
        found = re.search(r'rel="next" href="([^"]*)"', answer.text)
        back = re.search(r'rel="prev" href="([^"]*)"', answer.text)
        address = found[1].replace("&amp;", "&") if found else None
    assert (len(seen), len(set(seen)), [len(one) for one in pages]) == (115, 115, [50, 50, 15])
    before = browser.get(back[1].replace("&amp;", "&")).text
    assert re.findall(r'scope="row"><a href="([^"]*)"', before) == pages[1]


FOUND = (
    ("nguyen van duc", ["Nguyễn Văn Đức"]),
    ("ĐỨC nguyễn", ["Nguyễn Văn Đức"]),
    ("nguyễn", ["Nguyễn Thị Đông", "Nguyễn Văn Đức"]),
    ("ngu", ["Nguyễn Thị Đông", "Nguyễn Văn Đức"]),
    ("ngu van", []),
    ("mô hình", ["Lê Văn Ba"]),
    ("tây", ["Lê Văn Ba"]),
    ("HL-2026-0007", ["Nguyễn Văn Đức"]),
    ("hl-2026-00", ["Lê Văn Ba", "Nguyễn Văn Đức"]),
    ("7", ["Nguyễn Văn Đức"]),
    ("0007", ["Nguyễn Văn Đức"]),
    ("khong co ai", []),
    ("%", []),
    ("'; drop table nomination; --", []),
)


#: Limits that lead to each way into the table: the few of a word, those of the box, the walk, through common words.
WAYS = {
    "few have a word": {},
    "few in the box": {"RARE": 12},
    "walk": {"RARE": 0, "DENSE": 0},
    "words seldom meet": {"RARE": 0, "DENSE": 10**6, "EVERYWHERE": 10**6},
}


@pytest.fixture(params=WAYS)
def way(request, monkeypatch):
    for name, value in WAYS[request.param].items():
        monkeypatch.setattr(nomination_search, name, value)
    return request.param


def test_search_finds_by_words_without_marks(world, make, sign_in, way):
    put(make, world, "Nguyễn Văn Đức", state="submitted", receipt_number="HL-2026-0007")
    put(make, world, "Nguyễn Thị Đông", state="submitted", receipt_number="XX-2026-0001")
    put(
        make, world, "Lê Văn Ba", title="Mô hình hay", unit=world.west, state="submitted", receipt_number="HL-2026-0012"
    )
    browser = sign_in(world.secretary)
    for sort in ("new", "name"):
        found = {
            query: sorted(names(browser.get("/u/xa/nominations", query_string={"q": query, "sort": sort})))
            for query, _expected in FOUND
        }
        assert found == {query: sorted(expected) for query, expected in FOUND}


SAID = ("hoa", "ba", "lan", "mai", "tu", "tung")
SEARCHES = ("hoa", "t", "hoa tu", "tu hoa", "ba lan", "hoa ba mai", "lan mai tu", "tung ba", "mai x")


def says(said, q):
    *whole, last = q.split()
    return said.issuperset(whole) and any(word == last or (last[1:] and word.startswith(last)) for word in said)


@pytest.mark.parametrize("narrowed", ["", "state=received", "event=dot-cu", "event=dot&state=submitted"])
def test_every_way_finds_the_same_in_the_same_order(world, make, sign_in, way, narrowed):
    wanted = dict(part.split("=") for part in narrowed.split("&") if part)
    rows = []
    for n in range(24):
        said = {word for bit, word in enumerate(SAID) if (n * 37 + 11) >> bit & 1}
        event, state = (world.older, "received") if n % 3 == 0 else (world.event, "submitted")
        due = None if n % 5 == 0 else dt.date(2026, 5, 20 + n * 7 % 4)
        name = f"Ô {n * 7 % 24:02d}"
        put(make, world, name, title=" ".join(["Việc", *sorted(said)]), event=event, state=state, due_on=due)
        if wanted.get("state", state) == state and wanted.get("event", event.key) == event.key:
            rows.append((name, said, {"new": -n, "name": name, "due": due and (due, n)}))
    put(make, world, "Nháp", title=" ".join(SAID), event=world.older)
    browser = sign_in(world.secretary)
    for q in SEARCHES:
        for sort in ("new", "name", "due"):
            found = names(browser.get("/u/xa/nominations", query_string={**wanted, "q": q, "sort": sort}))
            hits = [(places[sort], name) for name, said, places in rows if says(said, q) and places[sort] is not None]
            assert (q, sort, found) == (q, sort, [name for _place, name in sorted(hits)])


def test_the_nominating_side_cannot_tell_undisclosed_states_apart(world, make, sign_in):
    for state in ("received", "passed", "failed", "signing"):
        put(make, world, "Cùng Tên", state=state, due_on=dt.date(2026, 5, 20) if state == "received" else None)
    up = put(make, world, "Cùng Tên", state="submitted", due_on=dt.date(2026, 5, 20))
    up.upper_unit_id = up.handling_unit_id = world.province.id
    db.session.commit()
    browser = sign_in(world.nominator)
    page = browser.get("/u/dong/nominations?state=under_review").text
    story = browser.get(f"/u/dong/nominations/{up.key}").text
    assert ("Thanh Hóa" in story, "20/05/2026" in story, "Đang xét" in story) == (False, False, True)
    assert names(browser.get("/u/dong/nominations?state=submitted")) == []
    # nothing but their addresses and numbers differs from row to row
    rows = re.findall(r"<tr role=\"row\">(?:(?!</tr>).)*</tr>", page, re.DOTALL)[1:]
    plain = {re.sub(r"/nominations/\w+|T-\d+", "", row) for row in rows}
    assert (len(rows), len(plain)) == (5, 1)
    assert names(browser.get("/u/dong/nominations?sort=due")) == []
    assert browser.get("/u/dong/nominations?state=failed").status_code == 400


def test_filters_by_event_award_and_state(world, make, sign_in):
    put(make, world, "Cũ", event=world.older, state="awarded")
    put(make, world, "Mới", state="submitted")
    put(make, world, "Biểu Dương", award="BIEU_DUONG", state="submitted")
    browser = sign_in(world.secretary)
    assert names(browser.get("/u/xa/nominations?event=dot-cu")) == ["Cũ"]
    assert names(browser.get("/u/xa/nominations?award=BIEU_DUONG")) == ["Biểu Dương"]
    assert names(browser.get("/u/xa/nominations?state=honoured")) == ["Cũ"]
    assert names(browser.get("/u/xa/nominations?state=submitted&event=dot&award=GIAY_KHEN")) == ["Mới"]


def test_the_deadline_counts_working_days(world, make, sign_in):
    put(make, world, "Có Hạn", state="submitted", due_on=dt.date(2026, 5, 18))
    put(make, world, "Quá Hạn", state="submitted", due_on=dt.date(2026, 5, 11))
    page = sign_in(world.secretary).get("/u/xa/nominations").text
    assert "18/05/2026 (còn 3 ngày làm việc)" in page
    assert "11/05/2026 (quá hạn 2 ngày làm việc)" in page
