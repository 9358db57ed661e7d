"""How values are written on a page: Vietnamese notation, Vietnamese time, and "—" for what is missing."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from flask import Flask

from core.web import formats, i18n


@pytest.fixture(autouse=True)
def page():
    app = Flask("core.web")
    i18n.init_app(app)
    formats.register(app)
    with app.test_request_context("/"):
        yield app


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (date(2026, 5, 18), "18/05/2026"),
        (date(1945, 9, 2), "02/09/1945"),
        (datetime(2026, 5, 12, 16, 59, tzinfo=UTC), "12/05/2026"),
        (datetime(2026, 5, 12, 17, 0, tzinfo=UTC), "13/05/2026"),
        (datetime(2026, 5, 12, 17, 0), "13/05/2026"),  # noqa: DTZ001 - SQLite gives moments back without a zone
        (None, "—"),
        ("", "—"),
    ],
)
def test_a_day_is_the_vietnamese_day(value, expected):
    assert formats.as_date(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (datetime(2026, 5, 12, 7, 32, tzinfo=UTC), "14:32 12/05/2026"),
        (datetime(2026, 12, 31, 17, 5, tzinfo=UTC), "00:05 01/01/2027"),
        (datetime(2026, 5, 12, 9, 32, tzinfo=timezone(timedelta(hours=9))), "07:32 12/05/2026"),
        (None, "—"),
    ],
)
def test_a_moment_is_told_by_the_vietnamese_clock(value, expected):
    assert formats.as_datetime(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (date(2026, 5, 18), "ngày 18 tháng 5 năm 2026"),
        (date(2026, 2, 3), "ngày 03 tháng 02 năm 2026"),
        (date(2026, 10, 1), "ngày 01 tháng 10 năm 2026"),
        (None, "—"),
    ],
)
def test_the_head_of_a_paper_writes_the_day_in_words(value, expected):
    assert formats.as_long_date(value) == expected


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        (0, None, "0"),
        (1234, None, "1.234"),
        (-1234567, None, "-1.234.567"),
        (1234.5, None, "1.234,5"),
        (Decimal("1234.50"), None, "1.234,5"),
        (Decimal("0.30"), None, "0,3"),
        (Decimal("2.345"), 2, "2,35"),
        (Decimal("-0.004"), 2, "0,00"),
        (100, 2, "100,00"),
        (Decimal("1E+3"), None, "1.000"),
        (None, None, "—"),
        ("không phải số", None, "—"),
        (float("nan"), None, "—"),
        (float("inf"), 1, "—"),
    ],
)
def test_numbers_have_dots_between_thousands_and_a_comma(value, places, expected):
    assert formats.as_number(value, places) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(2530000, "2.530.000 đồng"), (0, "0 đồng"), (Decimal("710000.00"), "710.000 đồng"), (None, "—")],
)
def test_money(value, expected):
    assert formats.as_money(value) == expected


@pytest.mark.parametrize(
    ("part", "whole", "places", "expected"),
    [(14, 23, 0, "61%"), (1, 3, 1, "33,3%"), (0, 23, 0, "0%"), (3, 0, 0, "—"), (None, 5, 0, "—")],
)
def test_a_share_has_a_whole(part, whole, places, expected):
    assert formats.as_percent(part, whole, places) == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (3, "còn 3 ngày làm việc"),
        (0, "hạn là hôm nay"),
        (-2, "quá hạn 2 ngày làm việc"),
        (None, "—"),
    ],
)
def test_days_left(days, expected):
    assert formats.as_days_left(days) == expected


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (0, "0 byte"),
        (1023, "1.023 byte"),
        (1024, "1 KB"),
        (1480000, "1,4 MB"),
        (5 * 1024**4, "5.120 GB"),
        (None, "—"),
    ],
)
def test_file_size(size, expected):
    assert formats.as_file_size(size) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(None, "—"), ("", "—"), ("  ", "—"), (0, 0), (False, False), ("a", "a")]
)
def test_missing_is_a_dash_and_zero_is_a_value(value, expected):
    assert formats.or_dash(value) == expected


@pytest.mark.parametrize(
    ("name", "expected"), [("Nguyễn Văn Tươi", "NT"), ("đỗ văn ân", "ĐÂ"), ("Bưởi", "B"), ("", "—"), (None, "—")]
)
def test_initials(name, expected):
    assert formats.initials(name) == expected


def test_templates_know_every_filter(page):
    shown = {
        name: page.jinja_env.from_string("{{ value|" + name + ("(23)" if name == "percent" else "") + " }}").render(
            value=None
        )
        for name in formats.FILTERS
    }
    assert shown == dict.fromkeys(formats.FILTERS, "—")
