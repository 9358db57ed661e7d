"""axe on every page any role can reach, on a phone and a desktop: no violation, no page wider than the screen."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from core.domain.permissions import Role
from tests.crawler import crawl

pytestmark = pytest.mark.browser


def _pages(app, reachable, sign_in) -> dict[str, tuple[object, str]]:
    """Each endpoint once: (who, address), by the first role that reaches it."""
    found: dict[str, tuple[object, str]] = {}
    for user in reachable.values():
        browser = sign_in(user) if user is not None else app.test_client()
        for endpoint, (url, status) in crawl(app, browser, start="/home" if user else "/").pages.items():
            if status == 200 and endpoint not in found and not endpoint.startswith(("unknown", "redirect")):
                found[endpoint] = (user, url)
    return found


def _is_page(response) -> bool:
    return response is not None and "text/html" in (response.headers.get("content-type") or "")


@pytest.mark.parametrize("is_phone", [True, False], ids=["360", "1280"])
def test_no_page_has_an_accessibility_violation(app, reachable, sign_in, visit, is_phone):
    faults, looked = [], 0
    pages = _pages(app, reachable, sign_in)
    windows: dict[object, object] = {}
    for endpoint, (user, url) in sorted(pages.items()):
        key = user.id if user is not None else None
        if key not in windows:
            windows[key] = visit(user, phone=is_phone)
        page = windows[key]
        if not _is_page(_open(page, url)):
            continue
        looked += 1
        for one in Axe().run(page).response["violations"]:
            faults.append((endpoint, one["id"], one["nodes"][0]["html"][:160]))
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"):
            faults.append((endpoint, "wider than the screen", url))
    print(f"axe at {'360' if is_phone else '1280'}: {looked} pages, {len(faults)} violations")
    assert faults == []
    assert looked >= 25


def _open(page, url):
    try:
        return page.goto(url)
    except Exception as error:  # a download is no page
        if "Download is starting" in str(error):
            return None
        raise


def test_nothing_on_a_page_breaks_the_content_policy(app, reachable, sign_in, visit):
    """The policy allows our own files only; the browser's console tells when a page tries anything else."""
    said: list[str] = []
    page = visit(reachable[Role.SECRETARY])
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    for url, status in crawl(app, sign_in(reachable[Role.SECRETARY])).pages.values():
        if status == 200:
            _open(page, url)
    assert said == []
