"""Who signs, what a decision holds, the prize, and what follows a correction or a revocation."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.decision import (
    AwardState,
    Delegation,
    Draft,
    Office,
    Payable,
    Prize,
    Recovery,
    Signature,
    check_issue,
    may_sign,
    prize,
    recoveries,
    stack,
    state_after,
)
from core.domain.errors import Refused
from core.services.catalog_file import shipped

CATALOG = shipped()
DAY = date(2026, 11, 21)
CHAIR, DEPUTY, CLERK = 1, 2, 3

COMMUNE = Office(10, "CT_UBND_XA", CHAIR, date(2025, 7, 1))
KT = Delegation("KT", 10, DEPUTY, "15/QĐ-UBND", date(2026, 1, 1), date(2026, 12, 31), "Phó Chủ tịch", delegation_id=5)
TUQ = Delegation("TUQ", 10, CLERK, "16/GUQ-UBND", date(2026, 11, 1), None, "Chánh Văn phòng")


def wanted(award: str, day: date = DAY):
    return [CATALOG.authorities[a] for a in CATALOG.award_version(award, day).authorities]


def refusal(person: int, award: str, day: date = DAY, *, offices=(COMMUNE,), delegations=(KT, TUQ)) -> list[str]:
    with pytest.raises(Refused) as raised:
        may_sign(person, day, wanted=wanted(award, day), offices=offices, delegations=delegations)
    assert raised.value.code == "may_not_sign"
    return [o.code for o in raised.value.objections]


# ---------------------------------------------------------------- signing


def test_the_chair_signs_in_his_own_right():
    signature = may_sign(CHAIR, DAY, wanted=wanted("GIAY_KHEN"), offices=[COMMUNE], delegations=[KT])
    assert signature == Signature("CT_UBND_XA", 10, ("CHỦ TỊCH",))


def test_a_deputy_signs_kt():
    signature = may_sign(DEPUTY, DAY, wanted=wanted("GIAY_KHEN"), offices=[COMMUNE], delegations=[KT])
    assert signature == Signature("CT_UBND_XA", 10, ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"), "KT", 5, "15/QĐ-UBND")


def test_by_authorisation_it_reads_tuq():
    signature = may_sign(CLERK, DAY, wanted=wanted("GIAY_KHEN"), offices=[COMMUNE], delegations=[KT, TUQ])
    assert signature.lines == ("TUQ. CHỦ TỊCH", "CHÁNH VĂN PHÒNG")


def test_an_office_has_its_own_title():
    school = Office(11, "TT_DON_VI", CHAIR, date(2025, 7, 1), title="Hiệu trưởng")
    assert may_sign(CHAIR, DAY, wanted=wanted("GIAY_KHEN"), offices=[school]).lines == ("HIỆU TRƯỞNG",)


def test_the_first_day_and_the_last_day_count():
    ended = replace(COMMUNE, from_on=DAY, to_on=DAY)
    assert may_sign(CHAIR, DAY, wanted=wanted("GIAY_KHEN"), offices=[ended]).office_id == 10
    last = replace(KT, to_on=DAY)
    assert may_sign(DEPUTY, DAY, wanted=wanted("GIAY_KHEN"), offices=[COMMUNE], delegations=[last]).kind == "KT"


def test_a_commune_cannot_sign_what_belongs_to_the_province():
    assert refusal(CHAIR, "BANG_KHEN_TINH") == ["office_cannot_sign"]
    assert refusal(DEPUTY, "BANG_KHEN_TINH") == ["office_cannot_sign"]


def test_signing_cstdcs_came_to_the_commune_with_its_day():
    before = replace(COMMUNE, from_on=date(2024, 1, 1))
    assert refusal(CHAIR, "CSTDCS", date(2025, 6, 30), offices=[before]) == ["office_cannot_sign"]
    signature = may_sign(CHAIR, date(2025, 7, 1), wanted=wanted("CSTDCS", date(2025, 7, 1)), offices=[before])
    assert signature.authority == "CT_UBND_XA"


def test_an_office_not_held_that_day_does_not_sign():
    assert refusal(CHAIR, "GIAY_KHEN", offices=[replace(COMMUNE, to_on=date(2026, 11, 20))]) == ["office_not_held"]
    assert refusal(CHAIR, "GIAY_KHEN", offices=[replace(COMMUNE, from_on=date(2026, 11, 22))]) == ["office_not_held"]


def test_a_delegation_needs_its_day_its_number_and_an_office_that_is_held():
    assert refusal(DEPUTY, "GIAY_KHEN", delegations=[replace(KT, to_on=date(2026, 11, 20))]) == ["delegation_not_valid"]
    assert refusal(DEPUTY, "GIAY_KHEN", delegations=[replace(KT, from_on=date(2026, 11, 22))]) == [
        "delegation_not_valid"
    ]
    assert refusal(DEPUTY, "GIAY_KHEN", delegations=[replace(KT, number=" ")]) == ["delegation_without_number"]
    assert refusal(DEPUTY, "GIAY_KHEN", delegations=[replace(KT, kind="Q")]) == ["delegation_unknown"]
    ended = replace(COMMUNE, to_on=date(2026, 11, 1))
    assert refusal(DEPUTY, "GIAY_KHEN", offices=[ended]) == ["office_not_held"]


def test_the_prime_minister_signs_himself():
    office = Office(12, "THU_TUONG", CHAIR, date(2024, 1, 1))
    for delegation, code in (
        (replace(KT, office_id=12), "kt_not_allowed"),
        (replace(TUQ, office_id=12), "tuq_not_allowed"),
    ):
        person = delegation.person_id
        assert refusal(person, "BANG_KHEN_TTG", offices=[office], delegations=[delegation]) == [code]


def test_who_holds_nothing_is_told_which_offices_sign():
    with pytest.raises(Refused) as raised:
        may_sign(99, DAY, wanted=wanted("XA_TIEU_BIEU"), offices=[COMMUNE], delegations=[KT])
    (objection,) = raised.value.objections
    assert objection.code == "no_office"
    assert objection.params == {"offices": ["Chủ tịch Ủy ban nhân dân cấp tỉnh"], "day": DAY}


def test_every_reason_is_given_at_once():
    offices = [replace(COMMUNE, to_on=date(2026, 1, 1)), Office(13, "CT_UBND_TINH", CHAIR, date(2025, 7, 1))]
    assert refusal(CHAIR, "GIAY_KHEN", offices=offices) == ["office_not_held", "office_cannot_sign"]


# ---------------------------------------------------------------- what an issued decision holds

GRANT = Draft("grant", "12/QĐ-UBND", DAY, line_count=3, is_signed=True, rests_on=date(2026, 11, 20))
REVOKE = Draft(
    "revoke", "13/QĐ-UBND", DAY, 1, True, original_on=date(2026, 5, 18), reason="Kê khai sai", article="Điều 93",
    ground_code="RV1",
)  # fmt: skip
GROUNDS = tuple(CATALOG.revocation_grounds)


def test_complete_decisions_may_be_issued():
    assert check_issue(GRANT, DAY) == []
    assert check_issue(REVOKE, DAY, grounds=GROUNDS) == []


@pytest.mark.parametrize(
    ("draft", "change", "codes"),
    [
        (GRANT, {"number": " "}, ["number_missing"]),
        (GRANT, {"line_count": 0}, ["decision_empty"]),
        (GRANT, {"is_signed": False}, ["signer_missing"]),
        (GRANT, {"decided_on": None}, ["date_missing"]),
        (GRANT, {"decided_on": date(2026, 11, 22)}, ["date_in_future"]),
        (GRANT, {"decided_on": date(2026, 11, 19)}, ["date_before_sitting"]),
        (GRANT, {"decided_on": date(2026, 11, 20)}, []),
        (GRANT, {"kind": "amend"}, ["decision_kind_unknown"]),
        (REVOKE, {"decided_on": date(2026, 5, 17)}, ["date_before_original"]),
        (REVOKE, {"decided_on": date(2026, 5, 18)}, []),
        (REVOKE, {"original_on": None}, ["original_missing"]),
        (REVOKE, {"reason": ""}, ["reason_missing"]),
        (REVOKE, {"article": ""}, ["article_missing"]),
        (REVOKE, {"ground_code": "RV9"}, ["ground_missing"]),
        (REVOKE, {"kind": "correct", "ground_code": ""}, []),
        (
            GRANT,
            {"number": "", "line_count": 0, "is_signed": False},
            ["number_missing", "decision_empty", "signer_missing"],
        ),
    ],
)
def test_whatever_is_missing_is_named(draft: Draft, change: dict, codes: list[str]):
    assert [o.code for o in check_issue(replace(draft, **change), DAY, grounds=GROUNDS)] == codes


# ---------------------------------------------------------------- money


@pytest.mark.parametrize(
    ("coef", "day", "amount"),
    [
        ("0.3", date(2026, 6, 30), 710_000),
        ("0.3", date(2026, 7, 1), 760_000),
        ("0.45", DAY, 1_140_000),
        ("0.6", DAY, 1_520_000),
        ("0.8", DAY, 2_030_000),
        ("1", DAY, 2_530_000),
        ("1.5", DAY, 3_800_000),
        ("2.25", DAY, 5_700_000),
        ("12", DAY, 30_360_000),
    ],
)
def test_the_prize_is_rounded_up_on_the_base_salary_of_the_day(coef: str, day: date, amount: int):
    assert prize(Decimal(coef), CATALOG.base_salary_on(day).amount, step=CATALOG.prize_step) == amount


def test_no_coefficient_no_figure():
    assert prize(None, 2_530_000) is None


@given(st.decimals("0.01", "99", places=3), st.integers(1, 10**8))
def test_a_prize_is_the_smallest_round_sum_that_covers_the_product(coef: Decimal, base: int):
    amount = prize(coef, base)
    assert amount is not None
    assert amount % 10_000 == 0
    assert amount - 10_000 < coef * base <= amount


def test_st1_titles_over_the_same_period_pay_the_highest_once():
    titles = [Prize(1, 760_000, True, "2026"), Prize(2, 2_530_000, True, "2026"), Prize(3, 2_530_000, True, "2026")]
    assert stack(titles) == (Payable(1, 0, "ST1"), Payable(2, 2_530_000, "ST1"), Payable(3, 0, "ST1"))


def test_st2_titles_over_different_periods_are_all_paid():
    titles = [Prize(1, 760_000, True, "2025"), Prize(2, 760_000, True, "2026")]
    assert stack(titles) == (Payable(1, 760_000, "ST2"), Payable(2, 760_000, "ST2"))


def test_st3_forms_are_all_paid():
    forms = [Prize(1, 760_000, False), Prize(2, 3_800_000, False)]
    assert stack(forms) == (Payable(1, 760_000, "ST3"), Payable(2, 3_800_000, "ST3"))


def test_st4_a_title_and_a_form_are_both_paid():
    both = [Prize(1, 760_000, True, "2026"), Prize(2, 760_000, False)]
    assert stack(both) == (Payable(1, 760_000, "ST4"), Payable(2, 760_000, "ST4"))


def test_one_award_is_simply_paid_and_an_unknown_prize_stays_unknown():
    assert stack([Prize(1, 760_000, True, "2026")]) == (Payable(1, 760_000, None),)
    assert stack([Prize(1, None, True, "2026"), Prize(2, 760_000, True, "2026")]) == (
        Payable(1, None, "ST1"),
        Payable(2, 760_000, "ST1"),
    )
    assert stack([Prize(1, 760_000, False)]) == (Payable(1, 760_000, None),)
    assert stack([]) == ()


# ---------------------------------------------------------------- afterwards


def test_correction_and_revocation_move_an_award_once_and_for_good():
    assert state_after("correct", AwardState.VALID) is AwardState.CORRECTED
    assert state_after("correct", AwardState.CORRECTED) is AwardState.CORRECTED
    assert state_after("revoke", AwardState.CORRECTED) is AwardState.REVOKED
    for kind in ("correct", "revoke"):
        with pytest.raises(Refused) as raised:
            state_after(kind, AwardState.REVOKED)
        assert (raised.value.code, raised.value.kind) == ("award_revoked", "conflict")


def test_the_object_and_the_money_are_called_back():
    assert recoveries(has_certificate=True, paid=760_000) == (Recovery("object"), Recovery("money", 760_000))
    assert recoveries(has_certificate=False, paid=None) == (Recovery("money", None),)
    assert recoveries(has_certificate=False, paid=0) == ()
