"""Every form that any role can reach, found by crawling, fed with at least 200 generated submissions: no 5xx."""

from __future__ import annotations

import io
import os
import random
from zlib import crc32

import pytest

from core.domain.permissions import Role
from tests.crawler import crawl

SHARDS = 4
EXAMPLES = int(os.environ.get("VINHDANH_EXAMPLES", "200"))

NASTY = (
    *("", " ", "\x00", "a\x00b", "\x1b[31m", "\u202eđảo", "\ud800", "Hoa\u0300", "９９", "1e9", "-1", "0", "1.234,5"),
    *("99999999999999999999", str(2**63), "01/01/0001", "31/12/9999", "30/02/2026", "2026-02-30", "13/05/2026"),
    *("<script>x</script>", "' OR 1=1 --", "{{7*7}}", "../../etc/passwd", "x" * 5_000, "ế" * 3_000, "\u0301" * 400),
    *("\U0001f3c5", "null", "[]", "on", "%00", "\r\nSet-Cookie: x=1", "Nguyễn Văn Đức", "GIAY_KHEN", "individual"),
    *("yes", "true", "None", "\ufeff", "\x85", "\x7f"),
)


def _value(rng: random.Random, offered: list[str]) -> str:
    if offered and rng.random() < 0.5:
        return rng.choice(offered)
    if rng.random() < 0.7:
        return rng.choice(NASTY)
    return "".join(
        chr(rng.choice((rng.randrange(1, 128), rng.randrange(128, 0x2000), rng.randrange(0x1F300, 0x1F700))))
        for _ in range(rng.randrange(1, 40))
    )


def _wire(value: str) -> str:
    """What of a text can cross the wire: a lone surrogate arrives as the browser's replacement."""
    return value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def _body(rng: random.Random, form) -> dict[str, object]:
    body: dict[str, object] = {}
    for name, (kind, offered) in form.fields.items():
        if rng.random() < 0.1:
            continue
        if kind == "file":
            body[name] = (
                io.BytesIO(rng.randbytes(rng.randrange(200))),
                rng.choice(("a.pdf", "x\x00.docx", "", "../a.jpg")),
            )
        elif rng.random() < 0.05:
            body[name] = [_wire(_value(rng, offered)) for _ in range(3)]
        else:
            body[name] = _wire(_value(rng, offered))
    return body


@pytest.mark.parametrize("shard", range(SHARDS))
def test_every_form_survives_generated_input(app, reachable, sign_in, shard):
    """All roles; each form once, by the first role that reaches it. Shards share the forms among the test workers."""
    tried, broken = {}, []
    for role, user in reachable.items():
        browser = sign_in(user) if user is not None else app.test_client()
        for key, form in crawl(app, browser, start="/home" if user is not None else "/").forms.items():
            if key in tried or crc32(repr(key).encode()) % SHARDS != shard:
                continue
            tried[key] = 0
            rng = random.Random(repr(key))
            for turn in range(EXAMPLES):
                status = _send(browser, form, _body(rng, form), is_huge=turn == 0)
                tried[key] += 1
                if status >= 500 and status not in (503, 507):
                    broken.append((str(role), form.method, form.action, status))
                    break
    print(f"forms: {len(tried)}, submissions: {sum(tried.values())}, 5xx: {len(broken)}")
    assert broken == []
    assert len(tried) >= 5


def _send(browser, form, body: dict[str, object], *, is_huge: bool) -> int:
    if form.method == "get":
        texts = {name: value for name, value in body.items() if isinstance(value, str | list)}
        return browser.get(form.action.split("?")[0], query_string=texts).status_code
    if is_huge:
        body |= {name: "y" * 1_000_000 for name, (kind, _) in list(form.fields.items())[:12] if kind == "text"}
    return browser.post(form.action, data=body).status_code


PARAMETERS = ("after", "q", "sort", "box", "state", "award", "event", "year", "kind", "unit", "day")


def test_every_page_survives_wrong_parameters(app, reachable, sign_in):
    """Whatever stands behind the question mark: 200, a redirect, a clear 400 or 404; never a 500."""
    rng, wrong, asked = random.Random(3), [], 0
    browser = sign_in(reachable[Role.SECRETARY])
    pages = [url.split("?")[0] for url, status in crawl(app, browser).pages.values() if status == 200]
    for url in pages:
        for name in PARAMETERS:
            for value in rng.sample(NASTY, 5):
                answer = browser.get(url, query_string={name: value.encode("utf-8", "replace")})
                asked += 1
                if answer.status_code not in (200, 302, 400, 404):
                    wrong.append((url, name, value[:20], answer.status_code))
    print(f"parameters: {asked} requests, {len(wrong)} unexpected")
    assert wrong == []
