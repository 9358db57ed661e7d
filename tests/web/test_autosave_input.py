"""Generated input on the editor, its autosave and the list: no 5xx, and what was typed is kept."""

from __future__ import annotations

import random
import re

import pytest

from core.domain.permissions import Role
from core.models import db

NASTY = (
    *("", " ", "\x00", "a\x00b", "\u202eđảo", "９９", "1e9", "-1", "99999999999999999999", str(2**63), "01/01/0001"),
    *("31/12/9999", "30/02/2026", "<script>x</script>", "x" * 5_000, "ế" * 3_000, "\u0301" * 400, "None", "\ufeff"),
    *(
        "given",
        "yes",
        "HTXSNV",
        "GIAY_KHEN",
        "individual",
        "12/05/2026",
        "1990",
        "Nguyễn Văn Đức",
        "\r\nX: y",
        "{{7*7}}",
    ),
)


@pytest.fixture
def browser(make, sign_in):
    commune = make.unit("Xã Hà Long", key="xa")
    village = make.unit("Thôn Đông", parent=commune, kind="thon", key="dong")
    make.event(commune, invited=(village,), key="dot", awards=("GIAY_KHEN", "CSTDCS", "SANG_KIEN", "GDVH"))
    make.event(
        commune, invited=(village,), key="nam", awards=("CSTDCS", "TTLDXS", "GIAY_KHEN"), kind="tong_ket_nam",
        commendation_type="cong_trang",
    )  # fmt: skip
    return sign_in(make.user("Trần Văn Trưởng", (Role.HEAD, village), (Role.NOMINATOR, village)))


def fields_of(page):
    names = re.findall(r'<(?:input|textarea|select|button)[^>]*\bname="([^"]+)"', page)
    return sorted({name for name in names if not name.startswith("file.") and name != "csrf_token"})


@pytest.mark.parametrize(
    ("event", "award", "kind"),
    [("dot", "GIAY_KHEN", "individual"), ("nam", "CSTDCS", "individual"), ("nam", "TTLDXS", "collective")],
)
def test_the_editor_survives_anything_and_keeps_it(browser, event, award, kind):
    rng = random.Random(f"{event}{award}{kind}")
    started = browser.post(f"/u/dong/e/{event}/nominations/new", data={"award_code": award, "kind": kind})
    address = started.location
    for turn in range(70):
        page = browser.get(address).text
        names = fields_of(page)
        version = re.search(r'name="version"[^>]*value="([^"]*)"', page)[1]
        body = {name: rng.choice(NASTY) for name in names if rng.random() > 0.1}
        body |= {"version": version if rng.random() < 0.9 else rng.choice(NASTY)}
        body.pop("request_id", None)
        for button in ("add_row", "remove_row", "use_nominee", "use_achievement", "remove_file"):
            if rng.random() < 0.8:
                body.pop(button, None)
        target = address if turn % 2 else address.replace("/edit", "/autosave")
        answer = browser.post(target, data=body)
        assert answer.status_code < 500, (body, answer.text)
        if turn % 5 == 0:
            assert browser.get(address.replace("/edit", "/check")).status_code == 200
            assert browser.get(address.replace("/edit", "")).status_code == 200


def test_a_megabyte_of_text_comes_back_as_it_was_typed(browser):
    address = browser.post(
        "/u/dong/e/dot/nominations/new", data={"award_code": "GIAY_KHEN", "kind": "individual"}
    ).location
    version = re.search(r'name="version"[^>]*value="([^"]*)"', browser.get(address).text)[1]
    text = "đ" * 500_000
    assert browser.post(address, data={"version": version, "result": text, "act": "save"}).status_code == 303
    page = browser.get(address).text
    assert text in page
    assert "Quá dài" in page or "quá dài" in page
    db.session.rollback()


def test_the_list_survives_any_parameter(browser):
    rng = random.Random(7)
    names = ("box", "event", "award", "state", "q", "sort", "after", "page")
    for _turn in range(200):
        query = {name: rng.choice((*NASTY, "own", "new", "draft")) for name in names if rng.random() < 0.4}
        assert browser.get("/u/dong/nominations", query_string=query).status_code in (200, 400, 403)


def test_wrong_encodings_are_no_server_error(browser):
    for raw in (
        b"event=%00",
        b"q=a%00b",
        b"award=%00",
        b"state=%00",
        b"sort=%00",
        b"q=%ff%fe",
        b"q=%ed%a0%80",
        b"after=%ff",
        b"box=%c3%28",
    ):
        assert browser.get("/u/dong/nominations?" + raw.decode()).status_code in (200, 400)
    for address in ("/u/dong/nominations/a%00b", "/u/dong/attachments/%00", "/u/dong/e/%00/nominations/new"):
        assert browser.get(address).status_code in (400, 404)
    broken = browser.post(
        "/u/dong/e/dot/nominations/new",
        data=b"award_code=\xff\xfe&kind=%ff",
        content_type="application/x-www-form-urlencoded",
    )
    assert broken.status_code == 422
