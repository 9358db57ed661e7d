"""The parts pages are made of, drawn by the real templates: labels, errors, tables, charts and the frame."""

import re
from pathlib import Path

import pytest
from flask import Flask
from wtforms import Form as PlainForm
from wtforms import FormField
from wtforms.fields import FieldList

import core.web
from core.web import charts, fields, formats, i18n
from core.web.forms import base
from tests.web.markup import read

WEB = Path(core.web.__file__).parent
SPRITE = (WEB / "static/core/icons.svg").read_text(encoding="utf-8")
HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture(scope="module")
def site():
    app = Flask("core.web", root_path=str(WEB), static_folder=None)
    app.config.update(SECRET_KEY="x", WTF_CSRF_ENABLED=True)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["csrf_token"] = lambda: "the-token"
    i18n.init_app(app)
    formats.register(app)
    app.add_url_rule("/static/<path:filename>", "core_static")
    return app


@pytest.fixture
def draw(site):
    """Renders a piece of template with the macros imported and gives back its elements."""

    def render(source, **values):
        head = '{% import "core/macros/ui.html" as ui %}{% import "core/macros/form.html" as form %}'
        if "{% extends" in source:
            extends, source = source.split("%}", 1)
            head = extends + "%}" + head
        return read(site.jinja_env.from_string(head + source).render(**values))

    with site.test_request_context("/"):
        yield render


class Task(PlainForm):
    what = base.TextField("Việc")
    due = base.DateField("Hạn", is_required=False)


class Everything(base.Form):
    award = base.ChoiceField("Danh hiệu", choices=base.choices([("gk", "Giấy khen")], empty="Chọn…"))
    kind = base.OneOfField(
        "Loại", choices=base.choices([("i", "Cá nhân"), ("h", "Hộ gia đình")]), description="Một loại."
    )
    name = base.TextField("Họ và tên", description="Như trên giấy tờ.")
    born = base.DateField("Ngày sinh")
    count = base.IntegerField("Số lượt")
    result = base.LongTextField("Kết quả", limit=50)
    who = base.ManyOfField("Thành phần", choices=base.choices([("a", "Thôn"), ("b", "Trường")]))
    paper = base.FileField("Báo cáo")
    agrees = base.BooleanField("Đồng ý công khai")
    tasks = FieldList(FormField(Task), "Nhiệm vụ", min_entries=2)
    slogans = FieldList(base.TextField("Khẩu hiệu"), "Khẩu hiệu riêng", min_entries=1)


WHOLE_FORM = """{{ form.start("/gui", autosave_url="/luu", rows=True) }}{{ form.summary(f) }}{{ form.hidden(f) }}
{% for part in f if field_kind(part) not in ("hidden", "rows") %}{{ form.field(part, example="Ví dụ") }}{% endfor %}
{{ form.rows(f.tasks) }}{{ form.rows(f.slogans) }}
{% call form.acts() %}{{ form.submit("Gửi") }}{% endcall %}{{ form.end() }}"""


def filled(site, **data):
    with site.test_request_context("/", method="POST", data=data):
        form = Everything(meta={"csrf": False})
        form.validate()
    return form


def test_every_field_has_a_shape(site):
    with site.test_request_context("/"):
        shapes = {field.short_name: fields.field_kind(field) for field in Everything(meta={"csrf": False})}
    assert shapes == {
        "request_id": "hidden",
        "version": "hidden",
        "award": "select",
        "kind": "radio",
        "name": "text",
        "born": "date",
        "count": "number",
        "result": "textarea",
        "who": "checkboxes",
        "paper": "file",
        "agrees": "checkbox",
        "tasks": "rows",
        "slogans": "rows",
    }


def test_a_field_says_what_it_is_and_what_is_wrong_with_it(site, draw):
    page = draw("{{ form.field(f.name) }}", f=filled(site, name=""))
    box = page.one("input", name="name")
    assert page.one("label", for_="name").text == "Họ và tên (bắt buộc)"
    assert page.one("p", id="name-help").text == "Như trên giấy tờ."
    assert page.one("div", id="name-error").text == "Mục này bắt buộc."
    assert (box.attrs["aria-describedby"], box.attrs["aria-invalid"]) == ("name-help name-error", "true")


def test_a_field_in_order_carries_no_sign_of_error(site, draw):
    page = draw("{{ form.field(f.name) }}", f=filled(site, name="Đỗ Văn Ân"))
    box = page.one("input", name="name")
    assert box.attrs["value"] == "Đỗ Văn Ân"
    assert box.attrs["aria-describedby"] == "name-help"
    assert "aria-invalid" not in box.attrs


@pytest.mark.parametrize("typed", ["31/02/2026", "hôm qua", "18/05/2026"])
def test_a_day_is_typed_as_text_and_shown_back_as_typed(site, draw, typed):
    box = draw("{{ form.field(f.born) }}", f=filled(site, born=typed)).one("input", name="born")
    assert (box.attrs["type"], box.attrs["inputmode"], box.attrs["value"]) == ("text", "numeric", typed)


def test_no_box_cuts_what_is_pasted(site, draw):
    page = draw("{{ form.field(f.result) }}{{ form.field(f.name) }}", f=filled(site, result="a" * 80))
    area = page.one("textarea")
    assert (area.text, area.attrs["data-most"]) == ("a" * 80, "50")
    assert [box.tag for box in page.all() if "maxlength" in box.attrs] == []


def test_choices_are_a_group_with_a_legend(site, draw):
    page = draw("{{ form.field(f.kind) }}", f=filled(site, kind=""))
    group = page.one("fieldset", id="kind")
    assert group.one("legend").text == "Loại (bắt buộc)"
    assert group.attrs["aria-describedby"] == "kind-help kind-error"
    labels = [page.one("label", for_=box.attrs["id"]).text for box in page.all("input", type="radio")]
    assert labels == ["Cá nhân", "Hộ gia đình"]


def test_the_summary_names_every_error_in_order_and_leads_to_its_place(site, draw):
    page = draw(WHOLE_FORM, f=filled(site, **{"tasks-0-what": "", "tasks-1-due": "mai", "name": "Đỗ Văn Ân"}))
    links = list(page.one("div", role="alert").all("a"))
    assert [link.text.partition(":")[0] for link in links] == [
        "Danh hiệu",
        "Loại",
        "Ngày sinh",
        "Số lượt",
        "Kết quả",
        "Nhiệm vụ 1, Việc",
        "Nhiệm vụ 2, Việc",
        "Nhiệm vụ 2, Hạn",
        "Khẩu hiệu riêng 1",
    ]
    ids = [element.attrs["id"] for element in page.all() if "id" in element.attrs]
    assert [link.attrs["href"][1:] for link in links if link.attrs["href"][1:] not in ids] == []
    assert page.one("div", role="alert").one("h2").text == "Cần sửa 9 chỗ rồi gửi lại"


def test_a_form_without_error_has_no_summary(site, draw):
    with site.test_request_context("/"):
        form = Everything(meta={"csrf": False})
    assert draw("{{ form.summary(f) }}", f=form).source.strip() == ""


def test_an_error_about_the_whole_form_stands_without_a_link(site, draw):
    form = filled(site)
    form.form_errors = ["Hết hạn nhận hồ sơ."]
    items = list(draw("{{ form.summary(f) }}", f=form).all("li"))
    assert (items[0].text, list(items[0].all("a"))) == ("Hết hạn nhận hồ sơ.", [])


def test_a_form_with_every_error_at_once_keeps_its_ids_apart_and_its_descriptions_together(site, draw):
    page = draw(WHOLE_FORM, f=filled(site))
    ids = [element.attrs["id"] for element in page.all() if "id" in element.attrs]
    assert sorted(set(ids)) == sorted(ids)
    described = {name for element in page.all() for name in element.attrs.get("aria-describedby", "").split()}
    assert described - set(ids) == set()
    assert {label.attrs["for"] for label in page.all("label")} - set(ids) == set()


def test_hidden_fields_are_all_there(site, draw):
    with site.test_request_context("/"):
        form = Everything(version="7", meta={"csrf": False})
    boxes = list(draw("{{ form.hidden(f) }}", f=form).all("input", type="hidden"))
    assert [(box.attrs["name"], bool(box.attrs["value"])) for box in boxes] == [("request_id", True), ("version", True)]


def test_rows_work_by_submitting(site, draw):
    page = draw("{{ form.rows(f.tasks, add_label='Thêm nhiệm vụ') }}", f=filled(site))
    buttons = [(button.attrs["name"], button.attrs["value"]) for button in page.all("button", type="submit")]
    assert buttons == [("remove_row", "tasks-0"), ("remove_row", "tasks-1"), ("add_row", "tasks")]


def test_enter_in_a_form_with_rows_does_not_press_a_row_button(site, draw):
    first = next(draw(WHOLE_FORM, f=filled(site)).all("button"))
    assert "name" not in first.attrs


@pytest.mark.parametrize("tone", ["draft", "waiting", "returned", "passed", "failed", "revoked", "honoured"])
def test_a_state_is_a_word_with_an_icon(draw, tone):
    tag = draw("{{ ui.state('Chờ thẩm định', tone) }}", tone=tone).one("span")
    assert tag.attrs["class"] == f"vd-state is-{tone}"
    assert tag.text == "Chờ thẩm định"
    assert len(list(tag.all("svg", aria_hidden="true"))) == 1


def test_a_ground_unfolds_to_its_article_and_source(draw):
    page = draw("{{ ui.ground('Chỉ khen một lần', 'Điều 5', 'https://vbpl.vn/', True) }}")
    assert page.one("summary").text == "Chỉ khen một lần cần kiểm tra"
    assert page.one("a").attrs["href"] == "https://vbpl.vn/"
    assert list(draw("{{ ui.ground('Chỉ khen một lần') }}").all("details")) == []


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("ui.figure(14, 23, 'đơn vị đã gửi', '16:00 hôm nay')", "14 /23 đơn vị đã gửi 16:00 hôm nay"),
        ("ui.figure(0, none, 'hồ sơ')", "0 hồ sơ"),
        ("ui.figure(none, none, 'quyết định')", "— quyết định"),
        ("ui.figure(12345, none, 'lượt')", "12.345 lượt"),
    ],
)
def test_a_figure_carries_its_denominator_and_missing_is_not_zero(draw, call, expected):
    assert draw("{{ " + call + " }}").text == expected


def test_a_table_says_its_columns_again_on_a_phone(draw):
    page = draw(
        "{% call ui.table('Hồ sơ', ['Người', {'label': 'Tiền', 'num': True}]) %}{% call ui.row() %}"
        "{{ ui.th('Đỗ Văn Ân', '/1') }}{{ ui.td('Tiền', 760000, num=True) }}{% endcall %}{% endcall %}"
    )
    assert page.one("caption").text == "Hồ sơ"
    assert [head.text for head in page.all("th", scope="col")] == ["Người", "Tiền"]
    assert page.one("th", scope="row").one("a").attrs["href"] == "/1"
    cell = page.one("td")
    assert (cell.attrs["data-label"], cell.text) == ("Tiền", "760.000")


def test_a_sorted_column_says_so(draw):
    page = draw(
        "{% call ui.table('Hồ sơ', [{'label': 'Hạn', 'sort_url': '?s', 'sorted': 'descending'}, 'Người']) %}"
        "{% endcall %}"
    )
    assert [head.attrs.get("aria-sort") for head in page.all("th")] == ["descending", None]


def test_the_pager_has_only_the_ways_there_are(draw):
    assert [link.text for link in draw("{{ ui.pager('?p=3', '?p=1') }}").all("a")] == ["Trang trước", "Trang sau"]
    assert [link.text for link in draw("{{ ui.pager('?p=2') }}").all("a")] == ["Trang sau"]
    assert draw("{{ ui.pager() }}").source.strip() == ""


def test_filters_keep_what_the_form_must_carry(draw):
    page = draw(
        "{{ ui.filters([('Quá hạn', '?x', True, 2), ('Tất cả', '?', False, none)], action='/ho-so', query='đức',"
        " values={'loai': 'i', 'trang': none}) }}"
    )
    assert [(chip.text, chip.attrs.get("aria-current")) for chip in page.all("a")] == [
        ("Quá hạn 2", "true"),
        ("Tất cả", None),
    ]
    sent = [(box.attrs["name"], box.attrs["value"]) for box in page.one("form", method="get").all("input")]
    assert sent == [("loai", "i"), ("q", "đức")]


def test_one_act_is_a_form_with_its_token(draw):
    page = draw("{{ ui.post('/rut', 'Rút lại', {'version': 3}, sr='hồ sơ số 12') }}")
    sent = [(box.attrs["name"], box.attrs["value"]) for box in page.one("form", method="post").all("input")]
    assert sent == [("csrf_token", "the-token"), ("version", "3")]
    assert page.one("button").text == "Rút lại hồ sơ số 12"


def test_refusals_stand_together_each_with_what_to_do(draw):
    rows = [
        {"text": "Còn thiếu báo cáo.", "todo": "Tải lên.", "url": "#bao-cao", "article": "Điều 6"},
        {"text": "Quá hạn nhận."},
    ]
    page = draw("{{ ui.objections(rows) }}", rows=rows)
    assert page.one("h2").text == "Chưa làm được vì 2 lý do sau"
    assert [item.text for item in page.all("li")] == [
        "Còn thiếu báo cáo. Tải lên. Đến chỗ cần sửa Căn cứ Điều 6",
        "Quá hạn nhận.",
    ]


def test_bars_start_at_zero_and_a_missing_value_has_none(draw):
    page = draw("{{ ui.bars('Lớp học', [('Đông', 8), ('Đoài', 2), ('Bắc', 0), ('Nam', none)]) }}")
    assert [bar.attrs["width"] for bar in page.all("rect", class_="is-bar")] == ["100.00%", "25.00%"]
    assert [value.text for value in page.all("strong")] == ["8", "2", "0", "—"]


def test_a_line_breaks_where_a_value_is_missing_and_its_table_shows_the_same(draw):
    rows = [("12/05", 3), ("13/05", 5), ("14/05", None), ("15/05", 9)]
    page = draw("{{ ui.line('Đã gửi', rows, limit=10, mark='15/05', mark_label='hạn') }}", rows=rows)
    assert len(list(page.all("line", class_="is-line"))) == 1
    assert [row.text for row in page.one("tbody").all("tr")] == ["12/05 3", "13/05 5", "14/05 —", "15/05 9"]


def test_line_geometry():
    drawn = charts.line_points([("a", 0), ("b", 10)], limit=20, mark="b")
    assert [(point.x, point.y) for point in drawn.points] == [("6.00%", 160.0), ("94.00%", 92.0)]
    assert (drawn.limit_y, drawn.base_y, drawn.mark_x) == (24.0, 160.0, "94.00%")
    assert charts.line_points([]).points == ()
    assert [bar.share for bar in charts.bar_rows([("a", 0), ("b", None)])] == ["0.00%", "0.00%"]


def test_what_people_typed_never_becomes_markup(site, draw):
    form = filled(site, name=HOSTILE, born=HOSTILE, result=HOSTILE, **{"tasks-0-what": HOSTILE})
    page = draw(
        WHOLE_FORM + "{{ ui.state(x) }}{{ ui.facts([(x, x)]) }}{{ ui.alert('info', x) }}{{ ui.empty(x, x, '/', x) }}"
        "{{ ui.todo([{'what': x, 'url': '/', 'why': x, 'due': x}]) }}"
        "{{ ui.files([{'part': x, 'name': x, 'note': x}]) }}"
        "{{ ui.timeline([{'who': x, 'what': x, 'when': x, 'remark': x}]) }}{{ ui.bars(x, [(x, 1)]) }}"
        "{{ ui.figure(x, x, x) }}"
        "{{ ui.line(x, [(x, 1)], mark=x, mark_label=x) }}{{ ui.ground(x, x, '/') }}{{ ui.missing([(x, none)]) }}"
        "{{ ui.honouree(x, '/', x, x, x) }}{{ ui.confirm(x, x, '/', x, '/') }}{{ ui.crumbs([(x, none)]) }}"
        "{{ ui.objections([{'text': x}]) }}{{ ui.letterhead(x, x, x) }}{{ ui.steps([(x, '/', 'done')]) }}"
        "{% call ui.table(x, [x]) %}{% call ui.row() %}{{ ui.th(x) }}{{ ui.td(x, x) }}{% endcall %}{% endcall %}"
        "{{ ui.filters([(x, '/', False, 1)], action='/', query=x, values={x: x}) }}{{ ui.post('/', x, sr=x) }}",
        f=form,
        x=HOSTILE,
    )
    assert list(page.all("img")) == []
    assert {script.attrs.get("src", "").partition("/static/")[0] for script in page.all("script")} == {""}
    assert [script.text for script in page.all("script") if script.text] == []
    assert page.one("input", name="name").attrs["value"] == HOSTILE


def test_nothing_needs_an_inline_style_or_handler():
    found = [
        (path.name, line.strip())
        for path in sorted((WEB / "templates").rglob("*.html"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"\sstyle\s*=|<style|\son[a-z]+\s*=\s*[\"']|javascript:|<script(?![^>]*\bsrc=)", line)
    ]
    assert found == []


def test_every_icon_is_in_the_sprite():
    drawn = set(re.findall(r'<symbol id="([a-z-]+)"', SPRITE))
    named = set()
    for path in (WEB / "templates").rglob("*.html"):
        named |= set(re.findall(r"""icon(?:_name=|\()["']([a-z-]+)["']""", path.read_text(encoding="utf-8")))
    assert named - drawn == set()


@pytest.mark.parametrize("name", ["page", "public", "signin_frame", "error"])
def test_a_frame_stands_without_anything_around_it(draw, name):
    source = '{% extends "core/' + name + '.html" %}{% block heading %}Hồ sơ <b>số</b> 12 & 13{% endblock %}'
    page = draw(source)
    assert page.one("title").text == "Hồ sơ số 12 & 13 · Vinh Danh"
    assert page.one("h1").text == "Hồ sơ số 12 & 13"
    assert page.one("main").attrs["id"] == page.one("a", class_="vd-skip").attrs["href"][1:]


def test_the_frame_shows_where_i_am_and_only_what_i_may_open(draw):
    shell = {
        "unit_name": "UBND xã Hà Long",
        "units": [("UBND xã Hà Long", "/u/1", True), ("Thôn Đông", "/u/2", False)],
        "event_name": "Đợt 18/5/2026",
        "user_name": "Nguyễn Văn Tươi",
        "user_menu": [("Tài khoản", "/toi", "get"), ("Đăng xuất", "/ra", "post")],
        "notices_url": "/bao",
        "notice_count": 3,
        "search_url": "/ho-so",
    }
    items = [{"label": f"Mục {n}", "url": f"/{n}", "icon": "file", "is_current": n == 2} for n in range(6)]
    page = draw('{% extends "core/page.html" %}', shell=shell, nav=[{"title": "", "items": items}])
    side = page.one("nav", aria_label="Menu chính")
    assert [(link.text, link.attrs.get("aria-current")) for link in side.all("a")] == [
        (f"Mục {n}", "page" if n == 2 else None) for n in range(6)
    ]
    bar = page.one("nav", aria_label="Lối tắt")
    assert [link.text for link in bar.parts if link.tag == "a"] == ["Mục 0", "Mục 1", "Mục 2", "Mục 3"]
    assert page.one("form", action="/ra").attrs["method"] == "post"
    assert page.one("a", class_="vd-bell").text == "Thông báo chưa đọc: 3"
    assert [link.text for link in page.all("a", aria_current="true")] == ["UBND xã Hà Long"]
