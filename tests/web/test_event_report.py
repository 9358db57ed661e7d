"""The results report of an event: on screen, as a file, with the chapters of plugins."""

import csv
import datetime as dt
import io
import re
import textwrap

import pytest
import sqlalchemy as sa

from core.domain.permissions import Role
from core.models import AuditLine, EventTask, db
from core.services.context import new_key
from core.web.downloads import csv_text, plain_cell
from tests.awards import Awards, counting


@pytest.fixture
def awards(make):
    return Awards(make)


@pytest.fixture
def event(awards):
    return awards.event(
        invited=(awards.village("Thôn Đông"), awards.village("Thôn Đoài"), awards.village("Thôn Trung"))
    )


@pytest.fixture
def secretary(awards, make, sign_in):
    return sign_in(make.user("Trần Thị Thư Ký", (Role.SECRETARY, awards.commune)))


@pytest.fixture
def told(awards, event, make):
    """Two given, one revoked, one passed, one declined; Đông and Đoài sent, Trung did not."""
    dong, doai = awards.village("Thôn Đông"), awards.village("Thôn Đoài")
    paper = awards.decision(event=event, number="11/QĐ-UBND")
    awards.give(event, "Lê An", unit=dong, decision=paper)
    awards.give(event, "Tổ Một", unit=dong, kind="collective", decision=paper)
    undo = awards.decision(event=event, kind="revoke", number="12/QĐ-UBND")
    awards.give(event, "Lê Hủy", unit=doai, state="revoked", decision=paper, changed_by_id=undo.id)
    make.nomination(event, dong, state="passed")
    make.nomination(event, doai, state="declined")
    make.nomination(event, doai, state="draft")
    task(event, dong, "done", make.now.date())
    task(event, dong, "open", make.now.date() - dt.timedelta(days=1))
    task(event, doai, "doing", None)
    return event


def task(event, unit, status, due_on):
    row = EventTask(key=new_key(), event_id=event.id, unit_id=unit.id, part="lead", content="Việc")
    row.status, row.due_on = status, due_on
    db.session.add(row)
    db.session.commit()


def tables(text):
    """Caption -> rows of the page's tables, each cell as its text."""
    found = {}
    for block in re.findall(r"<table.*?</table>", text, re.S):
        caption = re.search(r"<caption[^>]*>(.*?)</caption>", block, re.S)[1]
        body = block.split("</thead>")[1]
        rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in re.findall(r"<tr.*?</tr>", body, re.S)]
        found[caption] = [[re.sub(r"<[^>]+>", " ", cell).strip() for cell in row] for row in rows]
    return found


def address(unit, event, tail=""):
    return f"/u/{unit.key}/e/{event.key}/report{tail}"


def test_the_organiser_reads_everything(awards, told, secretary):
    page = secretary.get(address(awards.commune, told)).text
    assert tables(page) == {
        "Hồ sơ đề nghị": [
            ["Giấy khen", "Cá nhân", "4", "1", "1", "1", "0", "1"],
            ["Giấy khen", "Tập thể", "1", "1", "0", "0", "0", "0"],
        ],
        "Đơn vị tham gia": [["Thôn Đoài", "2", "0"], ["Thôn Đông", "3", "2"], ["Thôn Trung", "—", "—"]],
        "Quyết định đã ban hành": [
            ["11/QĐ-UBND", "13/05/2026", "Xã Hà Long", "Khen thưởng, ghi nhận", "Quyết định thử", "3"],
            ["12/QĐ-UBND", "13/05/2026", "Xã Hà Long", "Thu hồi", "Quyết định thử", "1"],
        ],
        "Cá nhân, tập thể, hộ được tôn vinh": [["Giấy khen", "1", "1", "0", "1"]],
        "Thực hiện nhiệm vụ": [["Thôn Đoài", "1", "0", "0", "1"], ["Thôn Đông", "2", "1", "1", "0"]],
    }
    assert "2/3 đơn vị đã gửi hồ sơ" in page
    assert "1/3 nhiệm vụ đã xong" in page
    assert "Hạn báo cáo chưa có trong kế hoạch." in page


def test_a_unit_reads_its_own_part_and_no_undisclosed_result(awards, told, make, sign_in):
    dong = awards.village("Thôn Đông")
    head = sign_in(make.user("Lê Văn Trưởng", (Role.HEAD, dong)))
    before = tables(head.get(address(dong, told)).text)
    assert before["Đơn vị tham gia"] == [["Thôn Đông", "3", "2"]]
    assert before["Hồ sơ đề nghị"][0] == ["Giấy khen", "Cá nhân", "2", "1", "1", "0", "0", "0"]
    assert [row[0] for row in before["Quyết định đã ban hành"]] == ["11/QĐ-UBND"]
    assert before["Thực hiện nhiệm vụ"] == [["Thôn Đông", "2", "1", "1", "0"]]
    # a yes and a no of the council look the same to who put the person forward
    waiting = db.session.scalars(sa.text("SELECT id FROM nomination WHERE state = 'passed'")).one()
    db.session.execute(sa.text("UPDATE nomination SET state = 'failed' WHERE id = :id"), {"id": waiting})
    db.session.commit()
    assert tables(head.get(address(dong, told)).text) == before


def test_the_deadline_is_shown_where_the_plan_names_one(awards, event, secretary):
    event.report_due_on, event.report_to = dt.date(2026, 6, 20), "Sở Khoa học và Công nghệ"
    db.session.commit()
    assert "Hạn báo cáo: 20/06/2026 · Sở Khoa học và Công nghệ" in secretary.get(address(awards.commune, event)).text


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.SECRETARY, 200),
        (Role.SIGNER, 200),
        (Role.HEAD, 200),
        (Role.UNIT_ADMIN, 200),
        (Role.INSPECTOR, 200),
        (Role.DATA_OFFICER, 200),
        (Role.NOMINATOR, 403),
        (Role.MEMBER, 403),
        (Role.VOLUNTEER, 403),
    ],
)
@pytest.mark.parametrize("tail", ["", ".csv"])
def test_who_may_read_it(awards, event, make, sign_in, role, status, tail):
    browser = sign_in(make.user("Ai Đó", (role, awards.commune)))
    assert browser.get(address(awards.commune, event, tail)).status_code == status


def test_another_communes_report_is_not_there(awards, event, make, sign_in):
    other = make.unit("Xã Bạn")
    browser = sign_in(make.user("Trần Bạn", (Role.SECRETARY, other)))
    assert browser.get(address(other, event)).status_code == 404
    assert browser.get(address(awards.commune, event)).status_code == 404


def test_one_unit_or_fifty_cost_the_same_queries(awards, event, secretary, make):
    awards.give(event, "Lê An")
    secretary.get(address(awards.commune, event))
    with counting() as one:
        assert secretary.get(address(awards.commune, event)).status_code == 200
    for n in range(20):
        village = awards.village(f"Thôn {n}")
        awards.give(event, f"Lê Văn {n}", unit=village)
        task(event, village, "open", None)
    with counting() as many:
        assert secretary.get(address(awards.commune, event)).status_code == 200
    assert many.count == one.count


# ---------------------------------------------------------------- the file


def rows_of(answer):
    return list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))


def test_the_file_has_the_same_chapters_and_is_noted(awards, told, secretary):
    answer = secretary.get(address(awards.commune, told, ".csv"))
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="bao-cao-{told.key}.csv"'
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = rows_of(answer)
    at = rows.index(["2. Đơn vị tham gia", ""])
    assert rows[at + 1 : at + 6] == [
        ["2/3 đơn vị đã gửi hồ sơ"],
        ["Đơn vị", "Hồ sơ đã gửi", "Đã có quyết định"],
        ["Thôn Đoài", "2", "0"],
        ["Thôn Đông", "3", "2"],
        ["Thôn Trung", "", ""],
    ]
    noted = db.session.scalars(sa.select(AuditLine.object).where(AuditLine.action == "report.exported")).all()
    assert noted == [f"event:{told.key}"]


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (None, ""),
        (0, 0),
        (-3, -3),
        (dt.date(2026, 5, 18), "2026-05-18"),
        ("Thôn Đông", "Thôn Đông"),
        ("", ""),
        ("=1+1", "'=1+1"),
        ("+84", "'+84"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        (" =1", "' =1"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("＝1", "'＝1"),
        ("\u200b=1", "'\u200b=1"),
        ("a=1", "a=1"),
        ("=cmd|'/c calc'!A1", "'=cmd|'/c calc'!A1"),
    ],
)
def test_no_text_is_a_formula(value, kept):
    assert plain_cell(value) == kept


def test_an_instant_is_no_cell():
    with pytest.raises(TypeError):
        plain_cell(dt.datetime(2026, 5, 18, tzinfo=dt.UTC))


def test_quotes_commas_and_lines_stay_in_their_cell():
    nasty = 'một "hai", ba\nbốn'
    assert list(csv.reader(io.StringIO(csv_text([[nasty, 1]]).removeprefix("\ufeff")))) == [[nasty, "1"]]


def test_a_hostile_title_stays_text_on_page_and_in_file(awards, event, secretary):
    awards.give(event, "Lê An", award_name="=HYPERLINK(1)<b>x")
    page = secretary.get(address(awards.commune, event)).text
    assert "=HYPERLINK(1)&lt;b&gt;x" in page
    rows = rows_of(secretary.get(address(awards.commune, event, ".csv")))
    assert [row[0] for row in rows if row and "HYPERLINK" in row[0]] == ["'=HYPERLINK(1)<b>x"]


# ---------------------------------------------------------------- chapters of plugins

PLUGIN = """
from core.sdk import Manifest
manifest = Manifest(
    name="{name}", title="{title}", summary="", version="1.0.0", works_with=">=0.1", personal_data="none",
    hooks="{name}.hooks",
)
"""
HOOKS = """
from core.sdk import ReportChapter, hookimpl

@hookimpl
def report_chapters(unit, event, window):
    {body}
"""


@pytest.fixture
def with_chapters(house_with, tmp_path):
    """``with_chapters(name=body)``: a commune with an event, where plugins with these hooks are on."""

    def build(**bodies):
        for name, body in bodies.items():
            (tmp_path / name).mkdir()
            (tmp_path / name / "__init__.py").write_text(PLUGIN.format(name=name, title=f"Phần {name}"))
            (tmp_path / name / "hooks.py").write_text(textwrap.dedent(HOOKS).format(body=body))
        commune = house_with(*bodies, folders=(str(tmp_path),)).commune("Xã Mẫu")
        for name in bodies:
            commune.switch_on(name)
        return commune, commune.event()

    return build


def heads(text):
    return re.findall(r"<h2 id=\"muc-\d+\">(.*?)</h2>", text)


OWN = [
    "1. Hồ sơ đề nghị",
    "2. Đơn vị tham gia",
    "3. Quyết định đã ban hành",
    "4. Cá nhân, tập thể, hộ được tôn vinh",
    "5. Thực hiện nhiệm vụ",
]
LATE = "return [ReportChapter('Sau', ('Mục', 'Số'), (('a', 1200), ('b', None)), reported=1, expected=3, position=60)]"
EARLY = "return [ReportChapter('Trước', ('Mục',), (('x',),), note='Ghi chú', position=20)]"


def test_chapters_of_plugins_follow_in_their_order_and_close_up(with_chapters):
    commune, event = with_chapters(rpt_late=LATE, rpt_early=EARLY)
    browser = commune.sign_in(role="secretary")
    page = browser.get(address(commune, event)).text
    assert heads(page) == [*OWN, "6. Trước", "7. Sau"]
    assert "1/3 đơn vị đã báo cáo" in page
    assert tables(page)["Sau"] == [["a", "1.200"], ["b", "—"]]
    assert "Nguồn: phần mở rộng “Phần rpt_late”." in page
    commune.switch_off("rpt_early")
    assert heads(browser.get(address(commune, event)).text) == [*OWN, "6. Sau"]
    rows = rows_of(browser.get(address(commune, event, ".csv")))
    at = rows.index(["6. Sau", "Phần rpt_late"])
    assert rows[at + 1 :] == [["1/3 đơn vị đã báo cáo"], ["Mục", "Số"], ["a", "1200"], ["b", ""]]


def test_a_plugin_that_fails_is_said_and_the_rest_stands(with_chapters):
    commune, event = with_chapters(rpt_broken="raise RuntimeError('x')", rpt_well=EARLY)
    browser = commune.sign_in(role="secretary")
    page = browser.get(address(commune, event))
    assert page.status_code == 200
    assert heads(page.text) == [*OWN, "6. Trước"]
    assert "Phần của “Phần rpt_broken” tạm thời không lấy được, nên báo cáo này chưa đủ." in page.text
    rows = rows_of(browser.get(address(commune, event, ".csv")))
    assert rows[-1] == ["Phần của “Phần rpt_broken” tạm thời không lấy được, nên báo cáo này chưa đủ."]
