"""A sealed vote through the browser's door: ceremony, opening, papers, closing, opening the box, the record."""

from __future__ import annotations

import html
import re

import pytest
import sqlalchemy as sa

from core.models import Ballot, db
from tests.ballots import TELLERS, SealedCouncil

NAMES = {"first": TELLERS[0], "second": TELLERS[1], "third": TELLERS[2]}


@pytest.fixture
def council(make, context_of):
    return SealedCouncil(make, context_of)


def base(council, row) -> str:
    return f"/u/{council.commune.key}/sittings/{row.key}"


def shares_of(page) -> list[str]:
    sheets = re.findall(r'<ol class="vd-numbers">(.*?)</ol>', page.text, re.S)
    return [" ".join(re.findall(r"<code>(\d{4})</code>", sheet)) for sheet in sheets]


def receipt_of(page) -> str:
    return re.search(r"<code>([A-Z2-7]{4}(?:-[A-Z2-7]{4}){3})</code>", page.text)[1]


def vote(browser, url: str, mark: str = "yes"):
    """Open the paper, mark every candidate alike, send."""
    page = browser.get(url)
    data = {"nonce": re.search(r'name="nonce"[^>]*value="([0-9a-f]{64})"', page.text)[1]}
    data |= dict.fromkeys(re.findall(r'name="(mark-[^"]+)"', page.text), mark)
    return browser.post(url, data=data), data


def test_a_meeting_from_ceremony_to_record(council, sign_in):
    nomination, other = council.nomination(), council.nomination()
    row = council.opened(nomination, other)
    url, desk = base(council, row), sign_in(council.secretary)
    assert "Lập khóa" in desk.get(f"{url}/ballots").text
    sheets = desk.post(f"{url}/ballot-key", data=NAMES)
    shares = shares_of(sheets)
    assert sheets.status_code == 200
    assert [len(one.split()) for one in shares] == [33, 33, 33]
    assert desk.post(f"{url}/ballot-key/kept").status_code == 303
    tried = desk.post(f"{url}/ballot-key/try", data={"share1": shares[0], "share2": shares[2]})
    assert tried.status_code == 303
    page = desk.get(f"{url}/ballots/new")
    items = re.findall(r'name="items" value="([^"]+)"', page.text)
    assert len(items) == 2
    begun = desk.post(f"{url}/ballots/new", data={"items": items})
    assert begun.status_code == 303
    ballot = begun.location
    receipts = []
    for n, user in enumerate(council.voters):
        browser = sign_in(user)
        assert "Bỏ phiếu của tôi" in browser.get(url).text
        answer, _data = vote(browser, f"{ballot}/vote", "no" if n == 4 else "yes")
        assert answer.status_code == 200
        receipts.append(receipt_of(answer))
        assert "Bỏ phiếu của tôi" not in browser.get(url).text
    assert desk.get(f"{ballot}/progress").json == {"state": "open", "text": "Đã có 9/9 phiếu trong thùng."}
    assert desk.post(f"{ballot}/close").status_code == 303
    closed = desk.get(ballot).text
    assert all(one in closed for one in receipts)
    opened = desk.post(f"{url}/opening", data={"share1": shares[1], "share2": shares[2]})
    assert opened.status_code == 303
    record = html.unescape(desk.get(f"{url}/counting-record").text)
    root = db.session.scalar(sa.select(Ballot.root))
    assert root in record
    assert record.count("Đồng ý 8, không đồng ý 1, phiếu trắng 0.") == 2
    assert record.count("Cần 8/9 trên tổng số thành viên; đạt 8.") == 2
    assert all(name in record for name in TELLERS)
    assert root in desk.get(f"{url}/minutes").text
    assert desk.get(f"{url}/items/{items[0]}").status_code == 200
    db.session.expire_all()
    assert (nomination.state, other.state) == ("passed", "passed")
