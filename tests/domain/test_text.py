"""Vietnamese text as official papers want it: clean, folded, sorted, read from forms."""

from __future__ import annotations

import contextlib
import time
import unicodedata
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import FieldProblem
from core.domain.text import (
    KEY_LENGTH,
    clean_line,
    clean_text,
    fold,
    name_key,
    parse_date,
    parse_decimal,
    parse_int,
    slug,
    sort_key,
    words,
)

HOSTILE = st.text(alphabet=st.characters(), max_size=300)


def problem(call, *args, **options) -> tuple[str, dict]:
    with pytest.raises(FieldProblem) as raised:
        call(*args, **options)
    return raised.value.code, raised.value.params


# ---------------------------------------------------------------- clean


def test_a_line_is_trimmed_and_composed():
    decomposed = unicodedata.normalize("NFD", "  Nguyễn\tVăn\u00a0\n Đức ")
    assert clean_line(decomposed, limit=100) == "Nguyễn Văn Đức"


def test_text_keeps_its_lines():
    raw = "Dòng  một \r\n\r\n dòng hai\rdòng ba\n\n\n\n\n\ncuối\n"
    assert clean_text(raw, limit=100) == "Dòng một\n\ndòng hai\ndòng ba\n\n\ncuối"


def test_invisible_marks_of_copied_text_are_dropped():
    assert clean_line("\ufeffHà\u200b Long\u200e", limit=20) == "Hà Long"


@pytest.mark.parametrize("clean", [clean_line, clean_text])
@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("a\x00b", "control_characters"),
        ("a\x07b", "control_characters"),
        ("a\x1fb", "control_characters"),
        ("a\x85b", "control_characters"),
        ("a\ufffeb", "control_characters"),
        ("a\ud800b", "broken_text"),
        ("a\u202eb", "direction_marks"),
        ("a\u2067b", "direction_marks"),
        ("a" + "\u0301" * 7, "stacked_marks"),
    ],
)
def test_what_no_field_may_hold_is_refused(clean, raw: str, code: str):
    assert problem(clean, raw, limit=100) == (code, {})


def test_length_is_counted_after_composing():
    name = "ệ" * 10
    assert clean_line(unicodedata.normalize("NFD", name), limit=10) == name
    assert problem(clean_line, name + "x", limit=10) == ("too_long", {"limit": 10, "length": 11})


def test_the_longest_stack_of_marks_that_is_kept():
    assert len(clean_line("x" + "\u0316" * 6, limit=10)) == 7


def test_a_megabyte_is_refused_before_any_work():
    started = time.perf_counter()
    assert problem(clean_text, "e\u0323\u0302" * 400_000, limit=200)[0] == "too_long"
    assert time.perf_counter() - started < 0.2


@given(HOSTILE)
def test_cleaning_answers_or_refuses_and_is_stable(raw: str):
    for clean in (clean_line, clean_text):
        try:
            once = clean(raw, limit=200)
        except FieldProblem:
            continue
        assert clean(once, limit=200) == once
        assert len(once) <= 200
        assert "\x00" not in once
        assert once.encode("utf-8").decode("utf-8") == unicodedata.normalize("NFC", once)


# ---------------------------------------------------------------- search


@pytest.mark.parametrize(
    ("raw", "folded"),
    [
        ("ĐẶNG THỊ Hoà", "dang thi hoa"),
        ("Hòa", "hoa"),
        (unicodedata.normalize("NFD", "Hoà"), "hoa"),
        ("\u00d0ường", "duong"),
        ("Tổ công nghệ số  cộng đồng", "to cong nghe so cong dong"),
        ("Nguyễn Văn Đức", "nguyen van duc"),
        ("Ｎguyễn\u200b", "nguyen"),
        ("ƯỚC", "uoc"),
        ("Straße ﬃ ½", "straße ﬃ ½"),
    ],
)
def test_search_ignores_marks_case_and_tone_placement(raw: str, folded: str):
    assert fold(raw) == folded


@given(HOSTILE)
def test_folding_is_stable_and_never_grows(raw: str):
    folded = fold(raw)
    assert fold(folded) == folded
    assert len(folded) <= len(raw)
    folded.encode("utf-8")


def test_words_are_distinct_bounded_and_free_of_signs():
    assert words('Trần "Văn" A, trần-văn %_A\\ 2026') == ("tran", "van", "a", "2026")
    assert words("một hai ba bốn", limit=2) == ("mot", "hai")
    assert words("x" * 100) == ("x" * 40,)
    assert words("… , -") == ()


def test_slugs_are_cut_between_words():
    assert slug("xa ha long", limit=10) == "xa-ha-long"
    assert slug("Xã Hà Long") == "xa-ha-long"
    assert slug("Ngày Khoa học, Công nghệ và Đổi mới sáng tạo", limit=24) == "ngay-khoa-hoc-cong-nghe"
    assert slug("x" * 99, limit=10) == "x" * 10
    assert slug("…") == ""


@pytest.mark.parametrize("call", [fold, sort_key, name_key, words, slug])
@pytest.mark.parametrize("raw", ["a" + "\u0301\u0316" * 200_000, "ế " * 200_000, "\ufdfa" * 300_000])
def test_no_input_is_slow(call, raw: str):
    started = time.perf_counter()
    call(raw)
    assert time.perf_counter() - started < 1


# ---------------------------------------------------------------- sorting

PEOPLE = (
    "Nguyễn Thị Ái, Nguyễn An, Phạm An, Trần Thị An, Nguyễn Văn Ánh, Lê Văn Ân, Dương Thị Dung, Vũ Văn Điền, Đỗ Hữu Đức"
)
PLACES = "Hà Giang, Hà Nam, Hà Nội, Hà Tĩnh, Hạ Long, Hải Dương, Hải Phòng, Hậu Giang"


@pytest.mark.parametrize(
    ("key", "wanted"),
    [
        (name_key, PEOPLE),
        (sort_key, PLACES),
        (sort_key, "Ha, Hà, Hả, Hã, Há, Hạ"),
        (sort_key, "2 Thôn, Thôn 2, Thôn 10, Thôn 10A, Thôn 100, Thôn Đoài, Thôn Đông"),
        (sort_key, "An, Ăn, Ân, Ba, Da, Đa, E, Ê, O, Ô, Ơ, U, Ư, V, Z"),
        (name_key, "An, Lê An, Lê Bình An, Đỗ Văn An, Lê Văn An, Lê Bình"),
    ],
)
def test_lists_stand_in_vietnamese_order(key, wanted: str):
    names = wanted.split(", ")
    backwards = names[::-1]  # a key that told nothing apart would leave them so
    assert sorted(backwards, key=key) == names


def test_tone_placement_case_and_composition_do_not_matter():
    assert sort_key("Hoà Bình") == sort_key("HÒA BÌNH") == sort_key(unicodedata.normalize("NFD", "Hòa-Bình"))


@given(HOSTILE)
def test_keys_fit_their_column_and_every_collation(raw: str):
    for key in (sort_key(raw), name_key(raw)):
        assert len(key) <= KEY_LENGTH
        assert key == "" or (key.isascii() and key.isalnum() and key == key.lower())


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_numbers_stand_in_the_order_of_their_value(one: int, other: int):
    assert (sort_key(f"Thôn {one}") < sort_key(f"Thôn {other}")) is (one < other)


SYLLABLES = ["an", "ăn", "ân", "đa", "da", "hà", "hạ", "hải", "nguyễn", "ngu", "thị", "ý", "2", "10"]


@given(st.lists(st.sampled_from(SYLLABLES), max_size=5), st.lists(st.sampled_from(SYLLABLES), max_size=5))
def test_a_text_is_ordered_by_its_syllables_one_after_the_other(one: list[str], other: list[str]):
    def stepwise(syllables):
        return [sort_key(s) for s in syllables]

    assert (sort_key(" ".join(one)) < sort_key(" ".join(other))) is (stepwise(one) < stepwise(other))


# ---------------------------------------------------------------- reading forms


@pytest.mark.parametrize("raw", ["18/05/2026", " 18/5/2026 ", "18-05-2026", "18.05.2026", "2026-05-18"])
def test_days_are_read_as_they_are_written_here(raw: str):
    assert parse_date(raw) == date(2026, 5, 18)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "required"),
        ("  ", "required"),
        ("31/02/2026", "bad_date"),
        ("05/18/2026", "bad_date"),
        ("18/05/26", "bad_date"),
        ("１８/05/2026", "bad_date"),
        ("18/05/2026x", "bad_date"),
        ("0001-01-01", "date_out_of_range"),
        ("01/01/9999", "date_out_of_range"),
    ],
)
def test_what_is_no_day_is_refused(raw: str, code: str):
    assert problem(parse_date, raw)[0] == code


def test_a_day_may_be_bounded():
    bounds = {"earliest": date(2026, 5, 12), "latest": date(2026, 5, 18)}
    assert parse_date("18/05/2026", **bounds) == date(2026, 5, 18)
    assert problem(parse_date, "19/05/2026", **bounds) == ("date_out_of_range", bounds)


@pytest.mark.parametrize(("raw", "value"), [("0", 0), ("1234", 1234), ("1.234.567", 1_234_567), ("+5", 5)])
def test_whole_numbers_may_be_grouped(raw: str, value: int):
    assert parse_int(raw) == value


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "required"),
        ("1.9", "bad_integer"),
        ("1,5", "bad_integer"),
        ("１２", "bad_integer"),
        ("12.34", "bad_integer"),
        ("1 000", "bad_integer"),
        ("1e3", "bad_integer"),
        ("-1", "number_out_of_range"),
        ("999999999999999999", "number_out_of_range"),
        ("9" * 5000, "bad_integer"),
    ],
)
def test_what_is_no_whole_number_is_refused(raw: str, code: str):
    assert problem(parse_int, raw)[0] == code


@pytest.mark.parametrize(
    ("raw", "value"), [("0,45", "0.45"), ("1.234.567,5", "1234567.5"), ("3", "3"), ("1.000", "1000")]
)
def test_the_comma_is_the_decimal_sign(raw: str, value: str):
    assert parse_decimal(raw) == Decimal(value)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("0.45", "decimal_comma"),
        ("1.5", "decimal_comma"),
        ("a", "bad_number"),
        ("1,2,3", "bad_number"),
        ("1,23456", "too_many_places"),
        ("-0,1", "number_out_of_range"),
        ("NaN", "bad_number"),
        ("Infinity", "bad_number"),
    ],
)
def test_a_point_is_not_guessed_at(raw: str, code: str):
    assert problem(parse_decimal, raw)[0] == code


def test_bounds_belong_to_what_they_bound():
    assert [parse_int(raw, minimum=1, maximum=3) for raw in "13"] == [1, 3]
    assert parse_int(str(2**53 - 1)) == 2**53 - 1
    assert problem(parse_int, str(2**53)) == ("number_out_of_range", {"minimum": 0, "maximum": 2**53 - 1})
    low, high = Decimal("0.1"), Decimal("0.3")
    assert [parse_decimal(raw, minimum=low, maximum=high) for raw in ("0,1", "0,3")] == [low, high]
    assert problem(parse_decimal, "0,31", minimum=low, maximum=high)[0] == "number_out_of_range"
    assert parse_decimal("0,1234") == Decimal("0.1234")
    assert parse_date("01/01/1900").year == 1900
    assert parse_date("31/12/2100").year == 2100


@given(HOSTILE)
def test_readers_answer_or_refuse(raw: str):
    for read in (parse_date, parse_int, parse_decimal):
        with contextlib.suppress(FieldProblem):
            assert read(raw) is not None
