"""A real server and a real browser: Debian's Chromium driven over loopback."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import make_server

from core.models import db

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The test's app behind a real socket on loopback."""
    app.config["WTF_CSRF_ENABLED"] = True
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(timeout=10)
    server.server_close()
    app.config["WTF_CSRF_ENABLED"] = False
    db.session.rollback()


@pytest.fixture
def visit(chromium: Browser, address: str, sign_in) -> Iterator[Callable[..., Page]]:
    """``visit(user, phone=False)``: a page of a browser signed in as that user (None: a stranger)."""
    opened: list[BrowserContext] = []

    def open_as(user, *, phone: bool = False, javascript: bool = True) -> Page:
        context = chromium.new_context(
            base_url=address, viewport=PHONE if phone else DESKTOP, java_script_enabled=javascript, locale="vi-VN"
        )
        opened.append(context)
        if user is not None:
            cookie = sign_in(user).get_cookie("vinhdanh")
            context.add_cookies([{"name": "vinhdanh", "value": cookie.value, "url": address}])
        page = context.new_page()
        page.set_default_timeout(10_000)
        return page

    yield open_as
    for context in opened:
        context.close()
