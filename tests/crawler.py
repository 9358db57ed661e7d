"""Finds pages and forms the way a person does: by following links. Nothing here knows a route by name."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient

#: Acts that would end the crawl itself.
SKIPPED = ("/sign-out", "/static/", "/language")


@dataclass
class Form:
    """One form of a page: where it goes and what it asks."""

    page: str
    action: str
    method: str = "get"
    #: name -> (kind, values offered)
    fields: dict[str, tuple[str, list[str]]] = field(default_factory=dict)
    is_upload: bool = False


class _Reader(HTMLParser):
    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {name: value or "" for name, value in attrs}
        if tag == "a" and a.get("href"):
            self.links.append(urljoin(self.url, a["href"]))
        elif tag == "form":
            self._form = Form(self.url, urljoin(self.url, a.get("action") or self.url), a.get("method", "get").lower())
            self._form.is_upload = a.get("enctype") == "multipart/form-data"
            self.forms.append(self._form)
        elif self._form is not None and a.get("name"):
            self._field(tag, a)
        elif tag == "option" and self._form is not None and self._select:
            self._form.fields[self._select][1].append(a.get("value", ""))

    def _field(self, tag: str, a: dict[str, str]) -> None:
        if tag not in ("input", "textarea", "select", "button"):
            return
        kind = a.get("type", "text") if tag == "input" else tag
        known = self._form.fields.setdefault(a["name"], (kind, []))
        if "value" in a:
            known[1].append(a["value"])
        self._select = a["name"] if tag == "select" else self._select

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None


def read(url: str, html: str) -> tuple[list[str], list[Form]]:
    """Links and forms of one page."""
    reader = _Reader(url)
    reader.feed(html)
    return reader.links, reader.forms


@dataclass
class Site:
    """What one person can reach."""

    pages: dict[str, tuple[str, int]] = field(default_factory=dict)  # endpoint -> (first address, status)
    forms: dict[tuple[str, tuple[str, ...]], Form] = field(default_factory=dict)
    answers: list[tuple[str, int]] = field(default_factory=list)


def crawl(app: Flask, browser: FlaskClient, *, start: str = "/home", limit: int = 400, per_endpoint: int = 3) -> Site:
    """Follow links from ``start``; of each endpoint at most ``per_endpoint`` addresses are opened."""
    site = Site()
    queue, seen, opened = deque([start]), {start}, {}
    adapter = app.url_map.bind("localhost")
    while queue and len(site.answers) < limit:
        url = queue.popleft()
        answer = browser.get(url)
        site.answers.append((url, answer.status_code))
        endpoint = _endpoint(adapter, url)
        site.pages.setdefault(endpoint, (url, answer.status_code))
        if answer.mimetype != "text/html" or answer.status_code >= 300:
            continue
        links, forms = read(url, answer.text)
        for one in forms:
            key = (_endpoint(adapter, one.action, one.method), tuple(sorted(one.fields)))
            if not one.action.startswith(SKIPPED):
                site.forms.setdefault(key, one)
        for link in links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or not parts.path.startswith("/") or parts.path.startswith(SKIPPED):
                continue
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            name = _endpoint(adapter, parts.path)
            if target not in seen and opened.get(name, 0) < per_endpoint:
                seen.add(target)
                opened[name] = opened.get(name, 0) + 1
                queue.append(target)
    return site


def _endpoint(adapter, url: str, method: str = "get") -> str:
    from werkzeug.exceptions import HTTPException
    from werkzeug.routing import RequestRedirect

    try:
        return adapter.match(urlsplit(url).path, method=method.upper())[0]
    except RequestRedirect:
        return "redirect"
    except HTTPException:
        return f"unknown:{urlsplit(url).path}"
