"""The English catalogue: complete, faithful to the placeholders, and shown to whoever chooses English."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from core.domain.permissions import Role

WEB = Path(__file__).parents[2] / "core" / "web"
TRANSLATIONS = WEB / "translations"
PO = TRANSLATIONS / "en" / "LC_MESSAGES" / "messages.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]")


@pytest.fixture(scope="session")
def english() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="en")


@pytest.fixture(scope="session")
def compiled(english: Catalog) -> None:
    """The catalogue as the app reads it: made again when older than its source, put in place in one move."""
    target = PO.with_suffix(".mo")
    if not target.exists() or target.stat().st_mtime < PO.stat().st_mtime:
        with tempfile.NamedTemporaryFile(dir=target.parent, suffix=".mo.tmp", delete=False) as file:
            write_mo(file, english)
        os.replace(file.name, target)


def extracted() -> set[str]:
    """Every message id the pages can show now."""
    with (TRANSLATIONS / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    keywords = {"_": None, "gettext": None, "lazy": None, "ngettext": (1, 2), "lazy_gettext": None}
    found = extract_from_dir(WEB, methods, options, keywords=keywords)
    return {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found}


def test_english_says_everything_the_pages_can_say(english: Catalog) -> None:
    translated = {one.id for one in english if one.id and one.string and not one.fuzzy}
    wanted = extracted()
    assert len(wanted) > 1000, "the extraction found next to nothing: look at babel.cfg"
    assert sorted(wanted - translated) == [], "missing, empty or fuzzy in English"
    assert sorted({one.id for one in english if one.id} - wanted) == [], "in English, but no page says it any more"
    assert sorted(english.obsolete) == []


def test_both_languages_fill_the_same_blanks(english: Catalog) -> None:
    uneven = {
        one.id: one.string
        for one in english
        if one.id and sorted(PLACEHOLDER.findall(one.id)) != sorted(PLACEHOLDER.findall(one.string))
    }
    assert uneven == {}


def heading(page: str) -> tuple[str, str]:
    """The language the page says it is in, and its title."""
    language = re.search(r'<html lang="([^"]*)"', page)
    title = re.search(r"<h1[^>]*>\s*(.*?)\s*</h1>", page, re.S)
    assert language is not None
    assert title is not None
    return language[1], title[1]


VIETNAMESE, ENGLISH = ("vi", "Đăng nhập"), ("en", "Sign in")


@pytest.mark.parametrize(
    ("cookie", "browser", "seen"),
    [
        (None, None, VIETNAMESE),
        (None, "en-US,en;q=0.9", VIETNAMESE),
        ("vi", "en", VIETNAMESE),
        ("xx", "en", VIETNAMESE),
        ("en", None, ENGLISH),
        ("en", "vi", ENGLISH),
    ],
)
def test_only_the_readers_own_choice_turns_the_page_english(compiled, client, cookie, browser, seen) -> None:
    if cookie:
        client.set_cookie("lang", cookie)
    answer = client.get("/sign-in", headers={"Accept-Language": browser} if browser else {})
    assert (answer.status_code, heading(answer.text)) == (200, seen)


def test_a_signed_in_page_follows_the_choice(compiled, make, sign_in) -> None:
    lan = make.user("Nguyễn Thị Lan", (Role.NOMINATOR, make.unit("Xã Hà Long")))
    browser = sign_in(lan)
    assert heading(browser.get("/account").text) == ("vi", "Tài khoản của tôi")
    browser.set_cookie("lang", "en")
    assert heading(browser.get("/account").text) == ("en", "My account")
