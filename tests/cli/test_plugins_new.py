"""plugins new: names are checked, nothing is overwritten, every file is filled in."""

from __future__ import annotations

import ast
import tomllib

import pytest


def _new(vinhdanh, tmp_path, name: str, *more: str):
    return vinhdanh("plugins", "new", name, "--into", str(tmp_path), *more)


def test_it_says_what_it_wrote(vinhdanh, tmp_path):
    answer = _new(vinhdanh, tmp_path, "book_gifts", "--title", "Sách tặng")
    folder = tmp_path / "vinhdanh-plugin-book-gifts"
    assert (answer.code, answer.json["ok"], answer.json["folder"]) == (0, True, str(folder))
    assert sorted(answer.json["files"]) == sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )


def test_every_file_is_filled_in_and_can_be_read(vinhdanh, tmp_path):
    _new(vinhdanh, tmp_path, "book_gifts", "--title", "Bà Tư's sách")
    folder = tmp_path / "vinhdanh-plugin-book-gifts"
    texts = {path: path.read_text(encoding="utf-8") for path in folder.rglob("*") if path.is_file()}
    assert [path for path, text in texts.items() if "${" in text or "$name" in text or "__package__" in str(path)] == []
    for path, text in texts.items():
        if path.suffix == ".py":
            ast.parse(text)
    project = tomllib.loads(texts[folder / "pyproject.toml"])["project"]
    assert project["entry-points"]["vinhdanh.plugins"] == {"book_gifts": "vinhdanh_book_gifts:manifest"}
    assert project["dependencies"] == []
    assert '"Bà Tư\'s sách"' in texts[folder / "src" / "vinhdanh_book_gifts" / "__init__.py"]


@pytest.mark.parametrize(
    "name",
    ["", "ab", "a" * 25, "Book", "sách", "1book", "book-gifts", "book__gifts", "book_", "_book", "core", "a/b", "..."],
)
def test_a_name_that_does_not_fit_is_refused(vinhdanh, tmp_path, name: str):
    answer = _new(vinhdanh, tmp_path, name)
    assert (answer.code, answer.checks) == (2, ["plugins.name"])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("title", ['a"b', "a\\b", "<b>", "{{ x }}", "$x", "a\x00b", "x" * 81])
def test_a_title_that_would_break_the_files_is_refused(vinhdanh, tmp_path, title: str):
    answer = _new(vinhdanh, tmp_path, "book_gifts", "--title", title)
    assert (answer.code, answer.checks) == (2, ["plugins.title"])
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_stays_as_it_is(vinhdanh, tmp_path):
    folder = tmp_path / "vinhdanh-plugin-book-gifts"
    folder.mkdir()
    answer = _new(vinhdanh, tmp_path, "book_gifts")
    assert (answer.code, answer.checks) == (3, ["plugins.exists"])
    assert list(folder.iterdir()) == []
