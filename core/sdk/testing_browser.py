"""Pages of a real browser for tests of plugins."""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
from collections.abc import Iterator
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

#: What keeps Chromium from talking to anybody but us.
_QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")


@contextlib.contextmanager
def chromium() -> Iterator[Any]:
    """Debian's Chromium, or the one named by ``VINHDANH_CHROMIUM``."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - optional dependency

    path = os.environ.get("VINHDANH_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "Chromium is missing: install it, or set VINHDANH_CHROMIUM"
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=path, args=list(_QUIET))
        yield browser
        browser.close()


class Pages:
    """Pages of a real browser, each before a server of its own on loopback."""

    def __init__(self, browser: Any) -> None:
        self._browser = browser
        self._stack = contextlib.ExitStack()

    def open(self, client: FlaskClient, *, is_phone: bool = False, has_scripts: bool = True) -> Any:
        """A Playwright page that is signed in like this client; ``page.goto(unit.url("x"))`` opens a page."""
        address = self._stack.enter_context(_serving(client.application))
        context = self._browser.new_context(
            base_url=address,
            viewport={"width": 360, "height": 740} if is_phone else {"width": 1280, "height": 900},
            java_script_enabled=has_scripts,
            locale="vi-VN",
        )
        self._stack.callback(context.close)
        name = client.application.config["SESSION_COOKIE_NAME"]
        if (cookie := client.get_cookie(name)) is not None:
            context.add_cookies([{"name": name, "value": cookie.value, "url": address}])
        return context.new_page()

    def close(self) -> None:
        """Stop what was started, last first."""
        self._stack.close()


@contextlib.contextmanager
def _serving(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()
