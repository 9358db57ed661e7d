"""What our scripts add in a real browser: drafts that are never lost, known people offered, rows added in place."""

import threading
from pathlib import Path

import pytest
from flask import Flask, jsonify, redirect, render_template_string, request, send_from_directory
from werkzeug.serving import make_server
from wtforms.fields import FieldList

import core.web
from core.web import formats, i18n
from core.web.forms import base

pytestmark = pytest.mark.browser
WEB = Path(core.web.__file__).parent
PAGE = """{% extends "core/page.html" %}{% block heading %}Lập hồ sơ{% endblock %}{% block main %}
{{ form.start("/gui", autosave_url="/luu", rows=True) }}{{ form.hidden(f) }}
{{ form.field(f.name, suggest_url="/nguoi", suggest_into=f.person) }}{{ form.field(f.result) }}
{{ form.rows(f.slogans) }}
{% call form.acts() %}{{ form.submit("Gửi hồ sơ") }}
{{ form.submit("Lưu và đóng", quiet=True, name="close") }}
{{ form.submit("Lưu nháp", quiet=True, name="keep") }}{% endcall %}
{{ form.end() }}{% endblock %}"""


class Dossier(base.Form):
    person = base.HiddenField()
    name = base.TextField("Họ và tên")
    result = base.LongTextField("Kết quả", limit=40)
    slogans = FieldList(base.TextField("Khẩu hiệu"), "Khẩu hiệu", min_entries=2)


class Server:
    """A page with one form, and what its autosave answers: changed by the test, remembered here."""

    def __init__(self):
        self.status, self.version, self.saved, self.sent, self.posts = 200, 3, [], [], 0
        self.stored = {}
        self.gate = threading.Event()
        self.gate.set()

    def build(self):
        app = Flask("core.web", root_path=str(WEB), static_folder=None)
        app.config.update(SECRET_KEY="x", WTF_CSRF_ENABLED=False)
        i18n.init_app(app)
        formats.register(app)
        app.add_url_rule(
            "/static/<path:filename>",
            "core_static",
            lambda filename: send_from_directory(WEB / "static/core", filename),
        )
        app.add_url_rule("/", "page", self.page)
        app.add_url_rule("/luu", "save", self.save, methods=["POST"])
        app.add_url_rule("/gui", "send", self.send, methods=["POST"])
        app.add_url_rule("/nguoi", "people", self.people)
        return app

    def page(self):
        return render_template_string(PAGE, f=Dossier(version=str(self.version), **self.stored))

    def save(self):
        self.posts += 1
        self.gate.wait(5)
        if self.status != 200:
            return jsonify(error="refused"), self.status
        self.saved.append(request.form.to_dict())
        self.version += 1
        return jsonify(saved_at="14:32", version=self.version)

    def send(self):
        self.sent.append(request.form.to_dict())
        if "keep" not in request.form:
            return "<title>Đã gửi</title>"
        # as the editor does: kept, the record that the name stands for filled in, and the page again
        self.stored = {name: request.form[name] for name in ("name", "result")} | {"person": "7"}
        self.version += 1
        return redirect("/")

    def people(self):
        return jsonify(
            [{"id": 7, "label": "Nguyễn Văn Đức", "note": "thôn Đông"}, {"id": 8, "label": "Đỗ Đức", "note": ""}]
        )


@pytest.fixture
def server():
    site = Server()
    listening = make_server("127.0.0.1", 0, site.build(), threaded=True)
    thread = threading.Thread(target=listening.serve_forever)
    thread.start()
    site.url = f"http://127.0.0.1:{listening.server_port}/"
    yield site
    site.gate.set()
    listening.shutdown()
    thread.join()
    listening.server_close()


@pytest.fixture
def page(chromium, server):
    context = chromium.new_context(locale="vi-VN")
    tab = context.new_page()
    tab.goto(server.url)
    yield tab
    context.close()


def says(page, text):
    page.locator("[data-autosave-status]", has_text=text).wait_for(timeout=8000)


def test_a_draft_saves_itself_and_moves_the_version_on(page, server):
    page.fill("#result", "Hướng dẫn bà con")
    says(page, "Đã lưu nháp lúc 14:32")
    assert [(draft["result"], draft["version"], "request_id" in draft) for draft in server.saved] == [
        ("Hướng dẫn bà con", "3", False)
    ]
    assert (page.input_value("#version"), page.evaluate("localStorage.length")) == ("4", 0)


def test_a_lost_server_is_tried_again_until_it_answers(page, server):
    server.status = 503
    page.fill("#result", "Mất mạng")
    says(page, "Chưa lưu được, đang thử lại")
    server.status = 200
    says(page, "Đã lưu nháp lúc 14:32")
    assert [draft["result"] for draft in server.saved] == ["Mất mạng"]


@pytest.mark.parametrize(
    ("status", "words"), [(409, "Người khác vừa sửa"), (401, "Phiên đăng nhập đã hết"), (422, "Chưa lưu nháp được")]
)
def test_what_was_refused_stays_on_this_machine_and_comes_back(page, server, status, words):
    server.status = status
    page.fill("#result", "Gõ dở")
    says(page, words)
    server.status = 200
    page.goto(server.url)
    says(page, "Đã lưu nháp lúc")
    assert (page.input_value("#result"), [draft["result"] for draft in server.saved]) == ("Gõ dở", ["Gõ dở"])


def test_a_kept_text_never_overwrites_what_another_saved(page, server):
    server.status = 409
    page.fill("#result", "Của tôi")
    says(page, "Người khác vừa sửa")
    server.version, server.status = 9, 200
    page.goto(server.url)
    says(page, "Trên máy này còn phần gõ dở")
    assert page.input_value("#result") == ""
    page.click("text=Lấy lại")
    assert page.input_value("#result") == "Của tôi"


def test_sending_waits_for_the_save_under_way(page, server):
    server.gate.clear()
    with page.expect_request("**/luu"):
        page.fill("#result", "Xong")
    page.click("text=Lưu và đóng")
    server.gate.set()
    page.wait_for_url("**/gui")
    assert [(sent["version"], sent["close"]) for sent in server.sent] == [("4", "1")]


def test_an_ordinary_save_is_followed_by_no_late_save_and_no_false_alarm(page, server):
    page.fill("#name", "Nguyễn Văn Đức")
    page.click("text=Lưu nháp")
    page.wait_for_function("document.querySelector('#person')?.value === '7'")
    page.wait_for_timeout(300)
    assert (server.posts, page.locator("[data-autosave-status]").inner_text()) == (0, "")
    assert (page.input_value("#version"), page.evaluate("localStorage.length")) == ("4", 0)


def test_what_was_sent_and_never_arrived_is_still_kept_here(page, server):
    page.fill("#result", "Mất giữa đường")
    page.route("**/gui", lambda route: route.abort())
    page.click("text=Lưu nháp")
    page.wait_for_timeout(300)
    page.goto(server.url)
    says(page, "Đã lưu nháp lúc")
    assert (page.input_value("#result"), [draft["result"] for draft in server.saved]) == (
        "Mất giữa đường",
        ["Mất giữa đường"],
    )


def test_a_known_person_is_chosen_by_keyboard_and_typing_on_makes_a_new_one(page):
    page.locator("#name").press_sequentially("duc", delay=20)
    page.locator("[role=option]").nth(1).wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert (page.input_value("#name"), page.input_value("#person")) == ("Nguyễn Văn Đức", "7")
    page.keyboard.type("x")
    assert page.input_value("#person") == ""


def test_rows_come_and_go_in_place(page):
    page.fill("#slogans-1", "hai")
    page.click("[name=add_row]")
    page.keyboard.type("ba")
    page.locator("[name=remove_row]").first.click()
    boxes = page.locator("[data-row] input").all()
    assert [(box.get_attribute("name"), box.input_value()) for box in boxes] == [
        ("slogans-1", "hai"),
        ("slogans-2", "ba"),
    ]


def test_enter_sends_the_form_and_adds_no_row(page, server):
    page.locator("#slogans-0").press("Enter")
    page.wait_for_url("**/gui")
    assert [name for name in server.sent[0] if name in ("add_row", "remove_row", "close")] == []


def test_a_long_text_is_counted_and_never_cut(page):
    page.fill("#result", "a" * 60)
    assert page.locator(".vd-count-left").inner_text() == "Quá dài, cần bớt 20 ký tự"
    assert page.input_value("#result") == "a" * 60
