"""Numbers and symbols of decisions, as NĐ 30/2020 writes them and as people type them."""

import pytest

from core.domain.document_number import DocumentNumber, read_symbol, suggest_symbol
from core.domain.errors import FieldProblem


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("QĐ-UBND", "QĐ-UBND"),
        (" QĐ - UBND ", "QĐ-UBND"),
        ("QĐ–UBND", "QĐ-UBND"),
        ("/QĐ-UBND", "QĐ-UBND"),
        ("QĐ-HĐTĐKT", "QĐ-HĐTĐKT"),
        ("QĐ-SKHCN-VP", "QĐ-SKHCN-VP"),
    ],
)
def test_symbol_is_mended_where_only_blanks_and_hyphens_are_wrong(typed, printed):
    assert read_symbol(typed) == printed


@pytest.mark.parametrize(
    "typed", ["", "UBND", "KH-UBND", "QĐ-", "QĐ-ubnd", "QD-UBND", "QĐ UBND", "QĐ-UB ND", "QĐ-" + "A" * 60]
)
def test_what_is_no_symbol_of_a_decision_is_refused(typed):
    with pytest.raises(FieldProblem) as problem:
        read_symbol(typed)
    assert problem.value.code == "bad_symbol"


def test_number_below_ten_has_a_leading_zero_and_equal_numbers_have_equal_keys():
    assert DocumentNumber(5, "QĐ-UBND").text == "05/QĐ-UBND"
    assert DocumentNumber(123, "QĐ-UBND").text == "123/QĐ-UBND"
    assert DocumentNumber(5, "QĐ-UBND").key == DocumentNumber(5, "QĐ-Ubnd").key
    assert DocumentNumber(5, "QĐ-UBND").key != DocumentNumber(5, "QĐ-HĐND").key


def test_symbol_is_proposed_from_the_last_one_then_from_the_kind_of_unit():
    assert suggest_symbol(unit_kind="xa") == "QĐ-UBND"
    assert suggest_symbol(unit_kind="truong") == ""
    assert suggest_symbol(unit_kind="truong", last_used="05/QĐ-THHL") == "QĐ-THHL"
