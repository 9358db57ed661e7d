"""Answers to plugin fields: whatever comes in, what is kept is JSON that every later layer holds exactly."""

from __future__ import annotations

import json
import math
import time
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.errors import FieldProblem
from core.domain.fields import LONGEST, FieldSpec, Kind, check_specs, clean, clean_all
from core.domain.text import LARGEST_INTEGER
from core.web.messages import sentences

PAIRS = (("a", "Loa của thôn"), ("b", "Đến từng nhà"), ("c", "Tờ rơi"))
SPECS = {
    kind: FieldSpec(kind.value, f"Mục {kind}", kind, choices=PAIRS if kind in (Kind.CHOICE, Kind.MULTI) else ())
    for kind in Kind
}
DIGITS_OF_OTHERS = ("１２", "१२", "٣", "²", "½", "Ⅷ", "十")

# every type JSON knows, and some that only code can hand in
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=-(2**70), max_value=2**70),
    st.floats(),
    st.text(alphabet=st.characters(), max_size=60),
    st.sampled_from(["a", "b", "x", "true", "1", "1.5", "1,5", "1.9", "2026-05-18", "18/05/2026", "-0", "1e5", "nan"]),
    st.binary(max_size=4),
    st.decimals(),
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=8,
)


def judged(spec: FieldSpec, raw: object) -> tuple[bool, object]:
    try:
        return True, clean(spec, raw)
    except FieldProblem as problem:
        found = problem.code
    assert found in sentences()
    return False, found


# ------------------------------------------------------------------------------------------------ properties


@pytest.mark.parametrize("kind", list(Kind))
@given(raw=ANYTHING, is_required=st.booleans())
@settings(max_examples=300)
def test_whatever_comes_is_kept_as_json_or_refused_with_a_sentence(kind: Kind, raw: object, is_required: bool):
    spec = replace(SPECS[kind], required=is_required)
    fits, value = judged(spec, raw)
    if not fits:
        return
    assert json.loads(json.dumps(value)) == value
    json.dumps(value, ensure_ascii=False).encode("utf-8")  # no half characters
    assert "\x00" not in json.dumps(value, ensure_ascii=False)
    if isinstance(value, int):
        assert abs(value) <= LARGEST_INTEGER
    if is_required:
        assert value is not None
        assert value != []
    # cleaning again changes nothing: a service may judge what a door has judged
    again = clean(spec, value)
    assert (again, type(again)) == (value, type(value))


@pytest.mark.parametrize("kind", list(Kind))
@given(raw=ANYTHING)
@settings(max_examples=100)
def test_bounds_hold_for_every_kind_that_has_them(kind: Kind, raw: object):
    bounds = {Kind.INTEGER: (3, 9), Kind.DECIMAL: (3, 9), Kind.MULTI: (2, 2)}.get(kind, (None, None))
    length = 5 if kind in (Kind.TEXT, Kind.LONGTEXT) else None
    fits, value = judged(replace(SPECS[kind], minimum=bounds[0], maximum=bounds[1], max_length=length), raw)
    if not fits or value is None or value == []:
        return
    if kind in (Kind.INTEGER, Kind.DECIMAL):
        assert 3 <= Decimal(value) <= 9
    elif kind is Kind.MULTI:
        assert len(value) == 2
    elif length:
        assert len(value) <= 5


@given(raw=ANYTHING)
@settings(max_examples=300)
def test_a_whole_form_is_judged_key_by_key(raw: object):
    values, problems = clean_all(SPECS.values(), raw)
    assert not values.keys() & problems.keys()
    if isinstance(raw, dict):
        assert values.keys() | problems.keys() == set(SPECS_BY_KEY) | set(raw)
        assert all(problems[key].code == "no_such_field" for key in raw.keys() - SPECS_BY_KEY.keys())
    else:
        assert (values, problems[""].code) == ({}, "not_an_object")


SPECS_BY_KEY = {spec.key: spec for spec in SPECS.values()}


@given(st.lists(st.sampled_from("abc"), max_size=6))
def test_choices_are_kept_once_and_in_the_order_offered(chosen: list[str]):
    assert clean(SPECS[Kind.MULTI], chosen) == sorted(set(chosen))


# ------------------------------------------------------------------------------------------------ one by one


@pytest.mark.parametrize("digits", DIGITS_OF_OTHERS)
@pytest.mark.parametrize("kind", [Kind.INTEGER, Kind.DECIMAL, Kind.DATE])
def test_only_ascii_digits_are_digits(kind: Kind, digits: str):
    assert judged(SPECS[kind], digits)[0] is False
    assert judged(SPECS[kind], f"2{digits}")[0] is False


@pytest.mark.parametrize(
    ("kind", "raw", "code"),
    [
        (Kind.INTEGER, 1.9, "bad_integer"),
        (Kind.INTEGER, 2.0, "bad_integer"),
        (Kind.INTEGER, "1.9", "bad_integer"),
        (Kind.INTEGER, True, "bad_integer"),
        (Kind.INTEGER, "1_000", "bad_integer"),
        (Kind.INTEGER, "0x10", "bad_integer"),
        (Kind.INTEGER, [1], "bad_integer"),
        (Kind.INTEGER, 2**63, "number_out_of_range"),
        (Kind.INTEGER, -(2**63) - 1, "number_out_of_range"),
        (Kind.INTEGER, "9" * 18, "number_out_of_range"),
        (Kind.INTEGER, "9" * 19, "bad_integer"),
        (Kind.INTEGER, "9" * 1_000_000, "bad_integer"),
        (Kind.INTEGER, 10**4000, "number_out_of_range"),
        (Kind.DECIMAL, math.nan, "bad_number"),
        (Kind.DECIMAL, math.inf, "bad_number"),
        (Kind.DECIMAL, Decimal("sNaN"), "bad_number"),
        (Kind.DECIMAL, "1,5", "bad_number"),
        (Kind.DECIMAL, "1e5", "bad_number"),
        (Kind.DECIMAL, True, "bad_number"),
        (Kind.DECIMAL, 1e300, "number_out_of_range"),
        (Kind.DECIMAL, 10**4000, "number_out_of_range"),
        (Kind.DECIMAL, "0.00001", "too_many_places"),
        (Kind.DECIMAL, 1e-300, "too_many_places"),
        (Kind.BOOLEAN, 1, "not_yes_or_no"),
        (Kind.BOOLEAN, 0, "not_yes_or_no"),
        (Kind.BOOLEAN, "yes", "not_yes_or_no"),
        (Kind.BOOLEAN, "True", "not_yes_or_no"),
        (Kind.DATE, "18/05/2026", "bad_date"),
        (Kind.DATE, "2026-02-30", "bad_date"),
        (Kind.DATE, "2026-W20-1", "bad_date"),
        (Kind.DATE, "20260518", "bad_date"),
        (Kind.DATE, 20260518, "bad_date"),
        (Kind.DATE, "0001-01-01", "date_out_of_range"),
        (Kind.DATE, "9999-12-31", "date_out_of_range"),
        (Kind.TEXT, 5, "not_text"),
        (Kind.TEXT, ["a"], "not_text"),
        (Kind.TEXT, b"a", "not_text"),
        (Kind.TEXT, "a\x00b", "control_characters"),
        (Kind.TEXT, "a\ud800b", "broken_text"),
        (Kind.TEXT, "a\u202eb", "direction_marks"),
        (Kind.TEXT, "x" * 201, "too_long"),
        (Kind.TEXT, " " * (LONGEST + 1), "too_long"),
        (Kind.LONGTEXT, "x" * 4001, "too_long"),
        (Kind.LONGTEXT, "a\x1bb", "control_characters"),
        (Kind.CHOICE, "x", "not_a_choice"),
        (Kind.CHOICE, " a", "not_a_choice"),
        (Kind.CHOICE, ["a"], "not_a_choice"),
        (Kind.CHOICE, {}, "not_a_choice"),
        (Kind.MULTI, "a", "not_a_list"),
        (Kind.MULTI, {"a": 1}, "not_a_list"),
        (Kind.MULTI, ["a", "x"], "not_a_choice"),
        (Kind.MULTI, ["a", None], "not_a_choice"),
        (Kind.MULTI, ["a", ["b"]], "not_a_choice"),
        (Kind.MULTI, ["a"] * 101, "not_a_choice"),
    ],
)
def test_what_is_refused_and_why(kind: Kind, raw: object, code: str):
    assert judged(SPECS[kind], raw) == (False, code)


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (Kind.INTEGER, " 12 ", 12),
        (Kind.INTEGER, "-3", -3),
        (Kind.INTEGER, 0, 0),
        (Kind.INTEGER, "007", 7),
        (Kind.DECIMAL, "1.50", "1.5"),
        (Kind.DECIMAL, 0.1, "0.1"),
        (Kind.DECIMAL, 1200, "1200"),
        (Kind.DECIMAL, "-0.0", "0"),
        (Kind.DECIMAL, Decimal("1E+3"), "1000"),
        (Kind.BOOLEAN, False, False),
        (Kind.BOOLEAN, "true", True),
        (Kind.DATE, "2026-05-18", "2026-05-18"),
        (Kind.TEXT, "  Nguye\u0302\u0303n   Văn\nAn ", "Nguyễn Văn An"),
        (Kind.TEXT, "   ", None),
        (Kind.TEXT, "\u200b", None),
        (Kind.LONGTEXT, " một \r\n hai ", "một\nhai"),
        (Kind.CHOICE, "b", "b"),
        (Kind.CHOICE, "", None),
        (Kind.MULTI, ["c", "a", "a"], ["a", "c"]),
        (Kind.MULTI, None, []),
        (Kind.MULTI, "", []),
    ],
)
def test_what_is_kept(kind: Kind, raw: object, value: object):
    kept = clean(SPECS[kind], raw)
    assert (kept, type(kept)) == (value, type(value))


@pytest.mark.parametrize("kind", list(Kind))
def test_nothing_said_is_not_an_answer(kind: Kind):
    for raw in (None, "", "  ", [] if kind is Kind.MULTI else None):
        assert judged(replace(SPECS[kind], required=True), raw) == (False, "required")


@pytest.mark.parametrize("kind", [Kind.INTEGER, Kind.DECIMAL])
def test_a_number_of_a_hundred_thousand_digits_is_only_out_of_range(kind: Kind):
    assert judged(SPECS[kind], 10**100_000) == (False, "number_out_of_range")


def test_how_many_may_be_chosen():
    spec = replace(SPECS[Kind.MULTI], minimum=2, maximum=2)
    assert [judged(spec, raw) for raw in (["a"], ["a", "b"], ["a", "b", "c"], [])] == [
        (False, "wrong_number_of_choices"),
        (True, ["a", "b"]),
        (False, "wrong_number_of_choices"),
        (True, []),
    ]


@pytest.mark.parametrize("kind", list(Kind))
def test_a_megabyte_is_judged_at_once(kind: Kind):
    started = time.perf_counter()
    for raw in ("x" * 1_000_000, "0" * 1_000_000, "\u0301" * 1_000_000, ["a"] * 100_000, " " * 1_000_000):
        judged(replace(SPECS[kind], no_identity=kind in (Kind.TEXT, Kind.LONGTEXT)), raw)
    assert time.perf_counter() - started < 1


# ------------------------------------------------------------------------------------------------ no citizen


@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.LONGTEXT])
@pytest.mark.parametrize(
    "raw",
    [
        "CCCD 001099012345",
        "001 099 012 345",
        "001.099.012.345",
        "số\u00a0001\u00a0099\u00a0012\u00a0345",
        "001\u200b099\u200b012\u200b345",
        "３０１０９９０１２３４５",
        "CMND 123456789",
        "123 456 789",
        "123.456.789 là số của ông A",
        "hộ thứ 3. 001099012345",
        "gọi 0912345678",
        "gọi 0912 345 678",
        "gọi 0912.345.678",
        "gọi 0912-345-678",
        "gọi (091) 2345678",
        "gọi +84 912 345 678",
        "gọi 0084912345678",
        "gọi 84912345678",
        "máy bàn 0203 3 825 125",
    ],
)
def test_a_field_without_identity_refuses_what_names_a_citizen(kind: Kind, raw: str):
    assert judged(replace(SPECS[kind], no_identity=True), raw) == (False, "identity_in_text")
    assert judged(SPECS[kind], raw)[0] is True  # only where the field says so


@pytest.mark.parametrize(
    "raw",
    [
        "Hướng dẫn 1.234 lượt tại 12 thôn, 86/86 hộ",
        "Ngày 18/05/2026 và 19.05.2026: 9 buổi",
        "Quyết định 123/QĐ-UBND ngày 12-05-2026",
        "Kinh phí 123.456.789 đồng",
        "Năm 2025, 2026: 12.000.000 lượt",
        "Từ 8h00 đến 17h30",
        "Nghị định 152/2025/NĐ-CP",
    ],
)
def test_figures_and_days_are_no_identity(raw: str):
    assert judged(replace(SPECS[Kind.TEXT], no_identity=True), raw) == (True, raw)


# ------------------------------------------------------------------------------------------------ the specs


@pytest.mark.parametrize(
    "specs",
    [
        [FieldSpec("Key", "A", Kind.TEXT)],
        [FieldSpec("1a", "A", Kind.TEXT)],
        [FieldSpec("_old", "A", Kind.TEXT)],
        [FieldSpec("a" * 41, "A", Kind.TEXT)],
        [FieldSpec("a\n", "A", Kind.TEXT)],
        [FieldSpec("đ", "A", Kind.TEXT)],
        [FieldSpec(5, "A", Kind.TEXT)],
        [FieldSpec("a", "", Kind.TEXT)],
        [FieldSpec("a", "x" * 201, Kind.TEXT)],
        [FieldSpec("a", "A", "text ")],
        [FieldSpec("a", "A", Kind.CHOICE)],
        [FieldSpec("a", "A", Kind.TEXT, choices=PAIRS)],
        [FieldSpec("a", "A", Kind.CHOICE, choices=(("x", "X"), ("x", "Y")))],
        [FieldSpec("a", "A", Kind.CHOICE, choices=(("x",),))],
        [FieldSpec("a", "A", Kind.CHOICE, choices=((1, "X"),))],
        [FieldSpec("a", "A", Kind.CHOICE, choices=(("", "X"),))],
        [FieldSpec("a", "A", Kind.CHOICE, choices=((" x", "X"),))],
        [FieldSpec("a", "A", Kind.INTEGER, minimum=3, maximum=2)],
        [FieldSpec("a", "A", Kind.INTEGER, minimum=True)],
        [FieldSpec("a", "A", Kind.INTEGER, maximum=2**60)],
        [FieldSpec("a", "A", Kind.TEXT, minimum=3)],
        [FieldSpec("a", "A", Kind.INTEGER, max_length=3)],
        [FieldSpec("a", "A", Kind.TEXT, max_length=0)],
        [FieldSpec("a", "A", Kind.TEXT, max_length=LONGEST + 1)],
        [FieldSpec("a", "A", Kind.DATE, no_identity=True)],
        [FieldSpec("a", "A", Kind.TEXT), FieldSpec("a", "B", Kind.DATE)],
        [FieldSpec(f"a{n}", "A", Kind.TEXT) for n in range(61)],
        ["a"],
    ],
)
def test_a_list_that_cannot_be_asked_is_named(specs: list):
    assert len(check_specs(specs)) == 1


def test_a_good_list_has_no_fault():
    assert check_specs(list(SPECS.values())) == ()
    assert check_specs([FieldSpec(f"a{n}", "A", Kind.TEXT) for n in range(60)]) == ()
