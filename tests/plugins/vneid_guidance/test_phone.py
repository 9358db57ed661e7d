"""The counting page on a phone: small, for one thumb, with and without JavaScript, with a network that fails."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from core.models import Tally, db
from tests.plugins.vneid_guidance.conftest import PLUGIN

#: quality: what a first visit may bring over the wire, in bytes, and in how many requests.
WIRE, REQUESTS = 30_000, 3


def counted() -> dict[str, int]:
    db.session.rollback()
    rows = db.session.execute(
        sa.select(Tally.indicator, Tally.reverses_id, sa.func.count(Tally.id)).group_by(
            Tally.indicator, Tally.reverses_id.is_(None), Tally.reverses_id
        )
    )
    found: dict[str, int] = {}
    for code, reverses, number in rows:
        found[code] = found.get(code, 0) + (number if reverses is None else -number)
    return found


@pytest.fixture
def url(village):
    return village.hamlet.url(PLUGIN)


def test_a_first_visit_brings_less_than_thirty_kilobytes_in_three_requests(village, url):
    page = village.phone.get(url, headers={"Accept-Encoding": "gzip"})
    addresses = re.findall(r'(?:href|src)="([^"]+\.(?:css|js)[^"]*)"', page.text)
    parts = [village.phone.get(one, headers={"Accept-Encoding": "gzip"}) for one in addresses]
    sizes = [len(one.data) + sum(len(name) + len(value) + 4 for name, value in one.headers) for one in (page, *parts)]
    assert [one.status_code for one in parts] == [200, 200]
    assert len(sizes) == REQUESTS
    assert sum(sizes) <= WIRE
    assert "bootstrap" not in page.text


@pytest.mark.browser
def test_taps_with_javascript_reach_the_server_without_a_reload(village, url, browser_of):
    page = browser_of(village.phone, is_phone=True)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(url)
    assert len(asked) == REQUESTS
    button = page.get_by_role("button", name="Kích hoạt", exact=False).first
    for _ in range(3):
        button.click()
    page.get_by_text("Đã gửi về máy chủ lúc").wait_for()
    assert page.locator('[data-count="VN03"]').inner_text() == "3"
    page.wait_for_function("() => !JSON.parse(localStorage[Object.keys(localStorage)[0]]).length")
    assert counted() == {"VN03": 3}
    page.get_by_role("button", name="Hoàn tác").click()
    page.get_by_text("Đã hoàn tác").wait_for()
    assert page.locator('[data-count="VN03"]').inner_text() == "2"
    assert counted() == {"VN03": 2}


@pytest.mark.browser
def test_a_long_press_takes_back_and_adds_nothing(village, url, browser_of):
    page = browser_of(village.phone, is_phone=True)
    page.goto(url)
    button = page.locator('button[value^="VN07 "]')
    button.click()
    button.click()
    page.get_by_text("Đã gửi về máy chủ lúc").wait_for()
    box = button.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.get_by_text("Đã hoàn tác").wait_for()
    page.mouse.up()
    assert page.locator('[data-count="VN07"]').inner_text() == "1"
    assert counted() == {"VN07": 1}


@pytest.mark.browser
def test_taps_without_network_wait_on_the_phone_and_are_sent_once(village, url, browser_of):
    page = browser_of(village.phone, is_phone=True)
    page.goto(url)
    page.context.set_offline(True)
    for _ in range(4):
        page.locator('button[value^="VN05 "]').click()
    page.get_by_text("Chưa gửi được, đang giữ trên máy: 4").wait_for()
    assert counted() == {}
    page.context.set_offline(False)
    page.get_by_text("Đã gửi về máy chủ lúc").wait_for()
    assert counted() == {"VN05": 4}
    page.reload()
    assert page.locator('[data-count="VN05"]').inner_text() == "4"
    assert counted() == {"VN05": 4}


@pytest.mark.browser
def test_what_was_refused_is_said_and_can_be_explained(village, url, browser_of):
    with village.hamlet.desk(PLUGIN, user=village.lan) as desk:
        desk.tallies.record(
            indicator="VN03", day=desk.today, client_id="6f9619ff-8b86-4011-b42d-00c04fc964ff", quantity=60
        )
    page = browser_of(village.phone, is_phone=True)
    page.goto(url)
    page.locator('button[value^="VN03 "]').click()
    page.get_by_text("hơn mức thường gặp 60").wait_for()
    assert page.locator('[data-count="VN03"]').inner_text() == "60"
    page.get_by_label("Lý do").fill("Phiên chợ đông người")
    page.get_by_role("button", name="Ghi lại với lý do này").click()
    page.locator('[data-count="VN03"]', has_text="61").wait_for()
    page.get_by_text("Đã gửi về máy chủ lúc").wait_for()
    page.wait_for_function("() => !JSON.parse(localStorage[Object.keys(localStorage)[0]]).length")
    assert counted() == {"VN03": 2}


@pytest.mark.browser
def test_without_javascript_every_button_is_a_plain_form(village, url, browser_of):
    page = browser_of(village.phone, is_phone=True, has_scripts=False)
    page.goto(url)
    page.locator('button[value^="VN08 "]').click()
    page.locator('button[value^="VN02 "]').click()
    assert page.locator(".slip b").inner_text().isalnum()
    page.get_by_role("button", name="Hoàn tác").click()
    page.get_by_role("button", name="Gửi số liệu ngày").click()
    assert "Đã gửi số liệu ngày 13/05/2026." in page.locator("main").inner_text()
    assert counted() == {"VN08": 1, "VN02": 0}


@pytest.mark.browser
def test_one_thumb_is_enough(village, url, browser_of):
    page = browser_of(village.phone, is_phone=True)
    page.goto(url)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    sizes = page.evaluate(
        "[...document.querySelectorAll('.big')].map(b => b.getBoundingClientRect())"
        ".map(r => [r.height, r.width, r.bottom])"
    )
    assert all(height >= 96 and width >= 150 for height, width, _ in sizes)
    # all six without scrolling
    assert max(bottom for _, _, bottom in sizes) <= 740 - 56
    small = page.evaluate(
        "[...document.querySelectorAll('button, a:not(.skip), select, summary')].filter(e => e.offsetHeight)"
        ".filter(e => e.getBoundingClientRect().height < 44).map(e => e.textContent)"
    )
    assert small == []


@pytest.mark.browser
def test_a_login_that_ended_is_said_and_the_taps_are_kept(village, url, browser_of):
    page = browser_of(village.phone, is_phone=True)
    page.goto(url)
    cookies = page.context.cookies()
    page.locator('button[value^="VN06 "]').click()
    page.get_by_text("Đã gửi về máy chủ lúc").wait_for()
    page.context.clear_cookies()
    page.locator('button[value^="VN06 "]').click()
    page.get_by_text("Phiên đăng nhập đã hết").wait_for()
    page.get_by_role("button", name="Hoàn tác").wait_for()
    page.context.add_cookies(cookies)
    page.reload()
    page.get_by_text("Đã gửi về máy chủ lúc").wait_for()
    assert page.locator('[data-count="VN06"]').inner_text() == "2"
    assert counted() == {"VN06": 2}
