"""The English catalogue: complete, faithful to the placeholders, and shown to whoever chooses English."""

from __future__ import annotations

import re

import pytest

from core.domain.permissions import Role
from tests.catalogues import NOTHING, ROOT, TRANSLATIONS, compile_catalogue, extracted, lacks, read

PO = TRANSLATIONS / "en" / "LC_MESSAGES" / "messages.po"


@pytest.fixture(scope="session")
def compiled() -> None:
    compile_catalogue(PO)


def test_english_says_everything_the_pages_can_say_with_the_same_blanks() -> None:
    wanted = extracted(ROOT / "core" / "web", "babel.cfg")
    assert len(wanted) > 1000, "the extraction found next to nothing: look at babel.cfg"
    assert lacks(read(PO), wanted) == NOTHING


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
