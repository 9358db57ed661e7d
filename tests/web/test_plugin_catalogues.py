"""English words of plugins: complete in those we bring, merged below the core's, no way to change the core's."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask
from flask_babel import get_translations

from core.web import i18n
from core.web.extraction import is_vietnamese
from tests.catalogues import NOTHING, ROOT, TRANSLATIONS, compile_catalogue, extracted, lacks, read

CORE = TRANSLATIONS / "en" / "LC_MESSAGES" / "messages.po"
BUNDLED = sorted(one.parent for one in (ROOT / "plugins").glob("*/__init__.py"))
#: Facts are frozen in a dossier, which is a paper in Vietnamese: they are said so whoever reads.
FROZEN = {"vneid_guidance/evidence.py"}


def po_of(folder: Path) -> Path:
    return folder / "translations" / "en" / "LC_MESSAGES" / "messages.po"


@pytest.fixture(params=BUNDLED, ids=lambda folder: folder.name)
def folder(request) -> Path:
    return request.param


def test_english_says_everything_a_plugin_can_say_with_the_same_blanks(folder) -> None:
    wanted = extracted(folder, "plugin.cfg")
    assert len(wanted) > 20, "the extraction found next to nothing: look at plugin.cfg"
    assert lacks(read(po_of(folder)), wanted) == NOTHING


def test_words_that_the_core_has_too_are_said_the_same(folder) -> None:
    core = {one.id: one.string for one in read(CORE) if one.id}
    own = {one.id: one.string for one in read(po_of(folder)) if one.id in core}
    assert own == {one: core[one] for one in own}, "the core's words win: give these the core's, or say them otherwise"


def test_no_sentence_is_put_together_where_it_cannot_be_looked_up(folder) -> None:
    found = []
    for path in sorted(folder.rglob("*.py")):
        name = path.relative_to(folder.parent).as_posix()
        if name in FROZEN or path.name == "demo.py" or "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = [one.value for one in node.values if isinstance(one, ast.Constant)]
                found += [f"{name}:{node.lineno} {part}" for part in parts if is_vietnamese(part)]
    assert found == []


# ---------------------------------------------------------------- through the door


def test_pages_of_a_plugin_follow_the_readers_choice(unit_with) -> None:
    for po in (CORE, po_of(ROOT / "plugins" / "vneid_guidance")):
        compile_catalogue(po)
    commune = unit_with("vneid_guidance", name="Xã Mẫu")
    hamlet = commune.house.commune("Thôn Đông", kind="thon", under=commune)
    hamlet.switch_on("vneid_guidance")
    phone = commune.house.client(hamlet.user("volunteer", name="Nguyễn Thị Lan"))
    counter, slips = (hamlet.url("vneid_guidance", rule) for rule in ("/", "/slips"))

    page = phone.get(counter).text
    assert [word in page for word in ('<html lang="vi"', "Ghi lượt hướng dẫn", "Kích hoạt", "Tại nhà dân")] == [
        True
    ] * 4
    phone.set_cookie("lang", "en")
    page = phone.get(counter).text
    # a sentence of a template, a label out of a table, a place out of another, a state chosen by code
    shown = ('<html lang="en"', "Record turns of guidance", "Activation", "At a resident&#39;s home", "Draft")
    assert {word: word in page for word in shown} == dict.fromkeys(shown, True)
    assert {word: word in page for word in ("Kích hoạt", "Ghi lượt", "Tại nhà dân")} == dict.fromkeys(
        ("Kích hoạt", "Ghi lượt", "Tại nhà dân"), False
    )
    refused = phone.post(slips, data={"code": "zzzzz"})
    assert (refused.status_code, "There is no slip with this code" in refused.text) == (422, True)

    officer = commune.house.client(commune.user("secretary", name="Đỗ Thị Xã"))
    officer.set_cookie("lang", "en")
    board = officer.get(commune.url("vneid_guidance", "/figures")).text
    shown = ("Figures of VNeID guidance", "0/1 units have reported", "Turns by unit", "VNeID figures")
    assert {word: word in board for word in shown} == dict.fromkeys(shown, True)
    lines = officer.get(commune.url("vneid_guidance", "/figures.csv")).data.decode("utf-8-sig")
    assert lines.splitlines()[0].split(";")[0].split(",")[0].strip('"') == "VNeID guidance"


# ---------------------------------------------------------------- catalogues of others


@pytest.fixture
def said(tmp_path):
    """What a reader of ``language`` sees for these words, in an app with one plugin that has this catalogue there."""

    def ask(
        words: str, entries: dict[str, str], *, place: str = "en", language: str = "en", spoilt: bool = False
    ) -> str:
        compile_catalogue(CORE)
        mo = tmp_path / "translations" / place / "LC_MESSAGES" / "messages.mo"
        mo.parent.mkdir(parents=True)
        catalogue = Catalog(locale="en")
        for key, value in entries.items():
            catalogue.add(key, value)
        with mo.open("wb") as file:
            write_mo(file, catalogue)
        if spoilt:
            mo.write_bytes(mo.read_bytes()[:40])
        app = Flask("core.web", root_path=str(ROOT / "core" / "web"))
        i18n.init_app(app)
        i18n.add(app, tmp_path)
        with app.test_request_context(headers={"Cookie": f"lang={language}"}):
            assert get_translations().ugettext("Mật khẩu") == ("Password" if language == "en" else "Mật khẩu")
            return str(i18n.gettext(words))

    return ask


def test_a_plugins_words_are_found(said) -> None:
    assert said("Đếm cây xanh", {"Đếm cây xanh": "Count trees"}) == "Count trees"


def test_the_cores_words_win_in_english(said) -> None:
    assert said("Đăng nhập", {"Đăng nhập": "Give your password here"}) == "Sign in"


@pytest.mark.parametrize("place", ["vi", "vi_VN"])
def test_a_plugin_cannot_change_vietnamese_words(said, place) -> None:
    assert said("Đăng nhập", {"Đăng nhập": "Thoát"}, place=place, language="vi") == "Đăng nhập"


def test_a_catalogue_that_cannot_be_read_leaves_the_plugin_vietnamese(said) -> None:
    assert said("Đếm cây xanh", {"Đếm cây xanh": "Count trees"}, spoilt=True) == "Đếm cây xanh"


def test_no_catalogue_is_vietnamese(tmp_path) -> None:
    app = Flask("core.web", root_path=str(ROOT / "core" / "web"))
    i18n.init_app(app)
    i18n.add(app, tmp_path)
    i18n.add(app, None)
    with app.test_request_context(headers={"Cookie": "lang=en"}):
        assert i18n.gettext("Đếm cây xanh") == "Đếm cây xanh"


def test_where_nobody_reads_words_are_vietnamese() -> None:
    app = Flask("core.web", root_path=str(ROOT / "core" / "web"))
    i18n.init_app(app)
    assert i18n.gettext("Đăng nhập") == "Đăng nhập"
    with app.app_context():
        assert i18n.gettext("Đăng nhập") == "Đăng nhập"
