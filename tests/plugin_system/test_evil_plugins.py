"""Tricks of an evil plugin (AC-K03): each is refused when the plugin is loaded, or contained when it runs.

The lint is no jail, and an endless loop in a hook is stopped by the worker's timeout alone (gunicorn's ``--timeout``):
code in our process cannot be killed safely. That trick is therefore not among these.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from core.domain.permissions import Role
from core.domain.views import UnitView, Viewer
from core.models import AuditLine, Unit, db
from core.services import plugin_sets
from core.services.context import Context
from tests.plugin_system import guests
from tests.plugins_world import Starter, opened, registry_of, switch

HOOK = "from core.sdk import hookimpl\n\n\n@hookimpl\ndef panels(desk):\n    {body}\n"
WEB = (
    "from core.sdk.web import PluginBlueprint\n{head}\n"
    'pages = PluginBlueprint("GUEST", __name__)\n\n\n'
    '@pages.get("/", permission="GUEST.see")\ndef index():\n    {body}\n'
)
MODEL = (
    "import sqlalchemy as sa\nfrom core.sdk.models import Mapped, Model, Row, mapped_column, unit_fk\n\n\n"
    "class Thing(Row, Model):\n    __tablename__ = {table!r}\n    unit_id: Mapped[int] = unit_fk()\n    {body}\n"
)


def code(text: str) -> dict[str, str]:
    return {"hooks.py": text}


def hook(body: str, head: str = "") -> dict[str, str]:
    return {"hooks.py": (head + "\n" if head else "") + HOOK.format(body=body)}


def page(body: str = 'return "x"', head: str = "") -> dict[str, str]:
    return {"web.py": WEB.format(head=head, body=body)}


def template(text: str) -> dict[str, str]:
    return {"templates/GUEST/page.html": text}


def model(body: str = "pass", table: str = "GUEST__thing", head: str = "") -> dict[str, str]:
    text = head + MODEL.format(table=table, body=body)
    return {"models.py": text, "migrations/0001_thing.py": guests.EMPTY_MIGRATION}


#: Trick -> (files, what the manifest adds, the stage that stops it, a word of the reason).
AT_LOAD: dict[str, tuple[dict[str, str], str, str, str]] = {
    # the application
    "before every request": (page(head="pages.before_app_request(print)"), "p", "lint", "before_app_request"),
    "into every page": (page(head="pages.app_context_processor(dict)"), "p", "lint", "app_context_processor"),
    "every error page": (page(head="pages.app_errorhandler(500)(print)"), "p", "lint", "app_errorhandler"),
    "own blueprint": (page(head="from flask import Blueprint"), "p", "lint", "flask.Blueprint"),
    "the url map": (hook("current_app.url_map", "from flask import current_app"), "h", "lint", "flask.current_app"),
    "configuration": (hook("desk.config"), "h", "lint", ".config"),
    "global template filter": (page(head="pages.app_template_filter()(str)"), "p", "lint", "app_template_filter"),
    "global template name": (page(head="pages.add_template_global(str)"), "p", "lint", "add_template_global"),
    "the request's context": (hook("g.ctx", "from flask import g"), "h", "lint", "flask.g"),
    "the login session": (page("return session", "from flask import session"), "p", "lint", "flask.session"),
    "a cookie": (page('return Response().set_cookie("a")', "from flask import Response"), "p", "lint", "set_cookie"),
    "reading the login cookie": (page("return request.cookies", "from flask import request"), "p", "lint", "cookies"),
    "forgery check off": (
        page(head="from core.sdk.web import Form\n\n\nclass F(Form):\n    class Meta:\n        csrf = False\n"),
        "p",
        "lint",
        "csrf",
    ),
    "forgery exemption": (page(head="pages.exempt = True"), "p", "lint", ".exempt"),
    "template from text": (
        page("return render_template_string('')", "from flask import render_template_string"),
        "p",
        "lint",
        "render_template_string",
    ),
    "markup": (hook("return Markup('')", "from markupsafe import Markup"), "h", "lint", "markupsafe"),
    "a command of the core's name": (code("import click"), "h", "lint", "click"),
    "shadowing a core endpoint": ({}, 'permissions=(Permission("home.see", "x", roles=()),),', "names", "home.see"),
    "page of another's permission": (
        {"web.py": WEB.format(head="", body='return "x"').replace("GUEST.see", "unit.write")},
        "p",
        "import",
        "unit.write",
    ),
    "page without a permission": (
        {"web.py": WEB.format(head="", body='return "x"').replace(', permission="GUEST.see"', "")},
        "p",
        "import",
        "permission",
    ),
    "page of a foreign place": (
        ({"web.py": WEB.format(head="", body='return "x"').replace('("GUEST", ', '("home", ')}),
        "p",
        "import",
        "home",
    ),
    "role that does not exist": ({}, 'permissions=(Permission("{name}.see", "x", roles=("god",)),),', "names", "god"),
    # templates and files
    "shadowing a core template": (
        {"templates/core/page.html": "x"},
        "",
        "lint",
        "templates/core/page.html",
    ),
    "a page among the styles": ({"static/evil.html": "<script>alert(1)</script>"}, "", "lint", "static/evil.html"),
    "inline script": (template("<script>alert(1)</script>"), "", "lint", "<script"),
    "inline handler": (template('<a onclick="x">x</a>'), "", "lint", "onclick"),
    "inline style": (template('<p style="display:none">x</p>'), "", "lint", "style"),
    "script from elsewhere": (template('<script src="https://evil.example/x.js"></script>'), "", "lint", "https:"),
    "own content policy": (template('<meta http-equiv="Content-Security-Policy">'), "", "lint", "http-equiv"),
    "unescaped": (template("{{ x|safe }}"), "", "lint", "|safe"),
    "escaping off": (template("{% autoescape false %}{{ x }}{% endautoescape %}"), "", "lint", "autoescape"),
    "template to the context": (template("{{ desk._ctx.session }}"), "", "lint", "._ctx"),
    "template by subscript": (template('{{ desk["_ctx"] }}'), "", "lint", "private"),
    "template by a text put together": (template('{{ desk["_c" ~ "tx"] }}'), "", "lint", "text"),
    "template by filter": (template('{{ desk|attr("_ctx") }}'), "", "lint", "|attr"),
    "template by map": (template('{{ [desk]|map(attribute="_ctx")|list }}'), "", "lint", "private"),
    "template to the configuration": (template("{{ config.SECRET_KEY }}"), "", "lint", "config"),
    "template of another": (template('{% include "other/page.html" %}'), "", "lint", "other/page.html"),
    "template by a name of its own": (template("{% include x %}"), "", "lint", "not written out"),
    "script that writes markup": ({"static/x.js": "a.innerHTML = b"}, "", "lint", "innerHTML"),
    "a library": ({"evil.so": "x"}, "", "lint", "evil.so"),
    # the machine
    "the system": (code("import os\nos._exit(0)"), "h", "lint", "import of os"),
    "a process": (code("import subprocess"), "h", "lint", "subprocess"),
    "a fork": (code("from os import fork"), "h", "lint", "import of os"),
    "a thread": (code("import threading"), "h", "lint", "threading"),
    "processes": (code("import multiprocessing"), "h", "lint", "multiprocessing"),
    "a signal": (code("import signal"), "h", "lint", "signal"),
    "a socket": (code("import socket"), "h", "lint", "socket"),
    "the network": (code("import urllib.request as net"), "h", "lint", "urllib"),
    "the network by a library": (code("import requests"), "h", "lint", "requests"),
    "native code": (code("import ctypes"), "h", "lint", "ctypes"),
    "unpickling": (code("import pickle"), "h", "lint", "pickle"),
    "reading files": (hook('open("instance/secret_key")'), "h", "lint", "open"),
    "reading by io": (code("import io\nio.open"), "h", "lint", "io.open"),
    "reading by path": (code("import pathlib"), "h", "lint", "pathlib"),
    "sleeping": (code("from time import sleep"), "h", "lint", "time.sleep"),
    # Python
    "eval": (hook("eval('1')"), "h", "lint", "eval"),
    "exec": (hook("exec('1')"), "h", "lint", "exec"),
    "import by name": (hook("__import__('os')"), "h", "lint", "__import__"),
    "importlib": (code("import importlib"), "h", "lint", "importlib"),
    "rounding for all": (code("from decimal import getcontext"), "h", "lint", "decimal.getcontext"),
    "attributes by wraps": (code("from functools import wraps"), "h", "lint", "functools.wraps"),
    "names into another module": (code("from enum import global_enum"), "h", "lint", "enum.global_enum"),
    "the log silenced": (code("import logging"), "h", "lint", "logging"),
    "what a cache remembers of another unit": (code("from functools import cache"), "h", "lint", "functools.cache"),
    "a module of a module": (code("import datetime as dt\ndt.sys.modules"), "h", "lint", "datetime.sys"),
    "from a module its module": (code("from datetime import sys"), "h", "lint", "datetime.sys"),
    "a module handed around": (code("import datetime as dt\nx = [dt]"), "h", "lint", "handed around"),
    "a module by another file": (
        {"hooks.py": "from GUEST.tools import dt\n", "tools.py": "import datetime as dt\n"},
        "h",
        "lint",
        "GUEST.tools.dt",
    ),
    "classes of everything": (hook("().__class__.__base__.__subclasses__()"), "h", "lint", "__class__"),
    "globals of a function": (hook("desk.may.__globals__"), "h", "lint", "__globals__"),
    "a frame": (hook("(x for x in ()).gi_frame"), "h", "lint", "gi_frame"),
    "getattr": (hook('getattr(desk, "_c" + "tx")'), "h", "lint", "getattr"),
    "getattr by name": (hook('getattr(desk, "_ctx")'), "h", "lint", "_ctx"),
    "attrgetter": (code("from operator import attrgetter"), "h", "lint", "attrgetter"),
    "a format that reads": (hook('"{0._ctx}".format(desk)'), "h", "lint", "format"),
    "an annotation that runs": (
        model("""word: Mapped["__import__('os').system('x')"] = mapped_column()"""),
        "m",
        "lint",
        "annotation",
    ),
    "everything imported": (code("from datetime import *"), "h", "lint", "import *"),
    "code that is not read": (
        {"hooks.py": "from GUEST.tests.evil import x\n", "tests/evil.py": "import os\nx = 1\n"},
        "h",
        "lint",
        "GUEST.tests",
    ),
    "hooks of another package": ({}, 'hooks="os.path",', "names", "os.path"),
    "pages of another package": ({}, 'pages=(Page("core.web.home:bp"),),', "names", "core.web.home"),
    "a job of another package": ({}, 'jobs=(Job("x", every="hour", run="os:abort"),),', "names", "os:abort"),
    "migrations of another": ({}, 'migrations="../../core/migrations/versions",', "names", "migrations"),
    # the core
    "the core's models": (code("from core.models import User"), "h", "lint", "core.models"),
    "the core's services": (code("from core.services import audit"), "h", "lint", "core.services"),
    "the registry": (code("from core.plugin.registry import Registry"), "h", "lint", "core.plugin"),
    "what a door hides": (code("from core.sdk.web import render_template"), "h", "lint", "render_template"),
    "another plugin": (code("from plugins.vneid_guidance import services"), "h", "lint", "plugins.vneid_guidance"),
    "the desk's insides": (hook("desk._ctx.session.commit()"), "h", "lint", "_ctx"),
    "commit": (hook("desk.commit()"), "h", "lint", ".commit"),
    "rollback": (hook("desk.rollback()"), "h", "lint", ".rollback"),
    "another's book": (
        hook('replace(desk.tallies, _plugin="other")', "from dataclasses import replace"),
        "h",
        "lint",
        "_plugin=",
    ),
    "the book's context": (hook("desk.tallies.ctx"), "h", "lint", ".ctx"),
    "a desk for all": (code("from core.sdk import Desk\nDesk.may = print"), "h", "lint", "Desk.may"),
    "another's hooks": (code("from core.sdk import hookimpl\nhookimpl.x = print"), "h", "lint", "hookimpl.x"),
    "interrupting": (hook("raise KeyboardInterrupt"), "h", "lint", "KeyboardInterrupt"),
    # hooks
    "first of all": (
        code("from core.sdk import hookimpl\n\n\n@hookimpl(tryfirst=True)\ndef panels():\n    pass\n"),
        "h",
        "lint",
        "tryfirst",
    ),
    "around all": (
        code("from core.sdk import hookimpl\n\n\n@hookimpl(wrapper=True)\ndef panels():\n    yield\n"),
        "h",
        "lint",
        "wrapper",
    ),
    "under another's name": (
        code('from core.sdk import hookimpl\n\n\n@hookimpl(specname="panels")\ndef x():\n    pass\n'),
        "h",
        "lint",
        "specname",
    ),
    # the database
    "a listener": (code("from sqlalchemy import event"), "h", "lint", "sqlalchemy.event"),
    "its own engine": (code("from sqlalchemy import create_engine"), "h", "lint", "create_engine"),
    "plain SQL": (code("import sqlalchemy as sa\nsa.text"), "h", "lint", "sqlalchemy.text"),
    "the session of a row": (code("from sqlalchemy.orm import object_session"), "h", "lint", "object_session"),
    "the base's query": (model("pass\n\n\nThing.query"), "m", "lint", ".query"),
    "all tables": (model("pass\n\n\nx = Model.metadata"), "m", "lint", ".metadata"),
    "a table of the core's name": (model(table="event_more"), "m", "tables", "event_more"),
    "a table without a unit": (
        {k: v.replace("unit_id: Mapped[int] = unit_fk()", "x: Mapped[int]") for k, v in model().items()},
        "m",
        "tables",
        "unit_id",
    ),
    "a key to accounts' logins": (
        model('x: Mapped[str] = mapped_column(sa.ForeignKey("login.id_hash", ondelete="CASCADE"))'),
        "m",
        "tables",
        "login",
    ),
    "a key that holds the core": (
        model('x: Mapped[int] = mapped_column(sa.ForeignKey("event.id"))'),
        "m",
        "tables",
        "no cascade",
    ),
    "rows of the core by relationship": (
        model("pass", head="from sqlalchemy.orm import relationship\n"),
        "m",
        "lint",
        "relationship",
    ),
    "tables nobody migrates": (
        {"models.py": MODEL.format(table="GUEST__thing", body="pass")},
        'models="{name}.models",',
        "tables",
        "migrations",
    ),
    "a migration with our models": (
        {"migrations/0001_x.py": "from core.models import User\n" + guests.EMPTY_MIGRATION},
        "",
        "lint",
        "core.models",
    ),
}
_EXTRA = {"h": guests.HOOKS, "p": guests.PAGES, "m": guests.MODELS}


@pytest.mark.parametrize("trick", list(AT_LOAD))
def test_refused_when_loaded(starter: Starter, tmp_path: Path, trick: str):
    files, extra, stage, word = AT_LOAD[trick]
    folder = tmp_path / "plugins"
    folder.mkdir()
    name = guests.write(folder, files, extra=_EXTRA.get(extra, extra))
    app = starter.start(name, folder=folder, migrate=False)
    one = registry_of(app).installed[name]
    assert (one.stage, word.replace("GUEST", name) in (one.reason or "")) == (stage, True), (one.stage, one.reason)
    assert dict(one.impls) == {}
    assert not [rule for rule in app.url_map.iter_rules() if f"/x/{name}" in str(rule)]


def test_more_than_thirty_tricks():
    assert len(AT_LOAD) >= 90


# ---------------------------------------------------------------------------------------- what runs, and is contained


def _start(starter: Starter, tmp_path: Path, files: dict[str, str], extra: str) -> tuple:
    folder = tmp_path / "plugins"
    folder.mkdir()
    name = guests.write(folder, files, extra=extra)
    app = starter.start(name, folder=folder)
    assert registry_of(app).installed[name].stage is None, registry_of(app).installed[name].reason
    return app, name


VIEWER = Viewer(1, "Lan", frozenset())


def _hear(app, ctx: Context):
    found = plugin_sets.of_unit(ctx)
    return found.gate.panels(
        plugin_sets.desks(ctx), place="home", subject=plugin_sets.unit_view(ctx.here), viewer=VIEWER
    )


#: Trick -> the body of a hook that gets past the lint.
IN_A_HOOK = {
    "leaving": "raise SystemExit(0)",
    "an error that is no exception": "raise BaseException",
    "a generator": "yield 1",
    "no list": 'return "x"',
    "writing through a row": "desk.add(desk)",
    "a view's fields": 'subject.name = "x"',
    "an alias of the desk": "[cls := type(desk)]; cls.may = print",
    "another plugin's desk": 'desk.plugin = "other"',
    "another plugin's book": 'import dataclasses as d\n    d.replace(desk.tallies, plugin="other")',
    "another plugin's permission": 'desk.require("unit.write")',
    "text that draws itself": (
        'from core.sdk import Panel\n    Html = [type][0]("Html", (str,), {"__html__": lambda self: "<script>"})\n'
        '    return [Panel(title=Html("x"))]'
    ),
    "an answer without end": "from core.sdk import Panel\n    return [Panel(title='x')] * 60000",
    "a list of its own making": "class L(list):\n        pass\n    return L()",
    "deep recursion": "def f():\n        return f()\n    return f()",
    "much memory": "return [0] * 10**15",
}


@pytest.mark.parametrize("trick", list(IN_A_HOOK))
def test_contained_in_a_hook(starter: Starter, tmp_path: Path, make_in, trick: str):
    text = HOOK.format(body=IN_A_HOOK[trick]).replace("panels(desk)", "panels(desk, subject)")
    app, name = _start(starter, tmp_path, code(text), guests.HOOKS)
    with opened(app):
        make, context_of = make_in(app)
        unit = make.unit("Xã Mẫu")
        switch(unit, name)
        ctx = context_of(make.user("Lan", (Role.SECRETARY, unit)), unit)
        unit.name = "Xã Mới"
        heard = _hear(app, ctx)
        assert (heard.answers, heard.failed) == ((), (name,))
        db.session.commit()
        assert db.session.scalars(sa.select(Unit.name)).all() == ["Xã Mới"]
        assert db.session.scalars(sa.select(AuditLine)).all() == []


#: Trick -> what a page does, and the headers that must not come of it.
ON_A_PAGE = {
    "a cookie by header": 'return "x", 200, {"Set-Cookie": "__Host-vinhdanh=evil"}',
    "its own content policy": 'return "x", 200, {"Content-Security-Policy": "default-src *"}',
    "open to other sites": 'return "x", 200, {"Access-Control-Allow-Origin": "*"}',
    "framed by others": 'return "x", 200, {"X-Frame-Options": "ALLOWALL"}',
    "a cookie by leaving": (
        "from flask import abort, jsonify\n    answer = jsonify({})\n"
        '    answer.headers["Set-Cookie"] = "__Host-vinhdanh=evil"\n'
        '    answer.headers["Access-Control-Allow-Origin"] = "*"\n    abort(answer)'
    ),
}


@pytest.mark.parametrize("trick", list(ON_A_PAGE))
def test_a_page_has_no_say_in_the_core_s_headers(starter: Starter, tmp_path: Path, make_in, sign_in_to, trick: str):
    app, name = _start(starter, tmp_path, page(ON_A_PAGE[trick]), guests.PAGES)
    with opened(app):
        make, _context_of = make_in(app)
        unit = make.unit()
        switch(unit, name)
        browser = sign_in_to(app, make.user("Lan", (Role.SECRETARY, unit)))
        answer = browser.get(f"/u/{unit.key}/x/{name}/")
        assert answer.status_code == 200
        said = " ".join(f"{key}: {value}" for key, value in answer.headers.items())
        assert ("evil" in said, "default-src *" in said, "Allow-Origin" in said, "ALLOWALL" in said) == (False,) * 4
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("place", ["https://evil.example/", "//evil.example", "/\\\\evil.example"])
def test_a_page_leads_nowhere_else(starter: Starter, tmp_path: Path, make_in, sign_in_to, place: str):
    app, name = _start(starter, tmp_path, page(f'return "", 302, {{"Location": "{place}"}}'), guests.PAGES)
    with opened(app):
        make, _context_of = make_in(app)
        unit = make.unit()
        switch(unit, name)
        answer = sign_in_to(app, make.user("Lan", (Role.SECRETARY, unit))).get(f"/u/{unit.key}/x/{name}/")
        assert (answer.status_code, "Location" in answer.headers) == (500, False)


def test_a_form_s_own_word_does_not_turn_the_forgery_check_off(starter: Starter, tmp_path: Path, make_in, sign_in_to):
    files = page()
    files["web.py"] += '\n\n@pages.post("/", permission="GUEST.see")\ndef act():\n    return "done"\n'
    folder = tmp_path / "plugins"
    folder.mkdir()
    name = guests.write(folder, files, extra=guests.PAGES)
    app = starter.start(name, folder=folder, WTF_CSRF_ENABLED=True)
    with opened(app):
        make, _context_of = make_in(app)
        unit = make.unit()
        switch(unit, name)
        browser = sign_in_to(app, make.user("Lan", (Role.SECRETARY, unit)))
        assert browser.post(f"/u/{unit.key}/x/{name}/").status_code == 400


def test_arguments_of_a_hook_are_its_own_copies(starter: Starter, tmp_path: Path, make_in):
    """What a hook does to what it was handed reaches neither the core nor the next plugin."""
    body = "from core.sdk import hookimpl\n\n\n@hookimpl\ndef nomination_objections(section):\n    section.clear()\n"
    app, name = _start(starter, tmp_path, code(body), guests.HOOKS)
    with opened(app):
        make, context_of = make_in(app)
        unit = make.unit()
        switch(unit, name)
        ctx = context_of(make.user("Lan"), unit)
        answers = {name: {"a": 1}}
        plugin_sets.of_unit(ctx).gate.nomination_objections(
            plugin_sets.desks(ctx), nomination=None, sections=answers, step="submit"
        )
        assert answers == {name: {"a": 1}}


def test_a_hook_hears_of_its_own_unit_only(app, make, context_of):
    """What a desk tells of units is what lies here and below (AC-K07)."""
    here, other = make.unit("Xã Đây"), make.unit("Xã KHONGLO")
    make.unit("Thôn Trong", parent=here, kind="thon")
    switch(here, "well_behaved")
    from core.services.desk import Desk

    desk = Desk("well_behaved", context_of(make.user("Lan"), here))
    assert [one.name for one in desk.units_below()] == ["Thôn Trong", "Xã Đây"]
    assert isinstance(desk.unit, UnitView)
    assert desk.units_below(UnitView(other.id, other.key, other.name, other.kind)) == []
