"""Each condition of an award, answered from the register and from what the unit attests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.eligibility import (
    Attestation,
    Facts,
    LiveNomination,
    PriorAward,
    Question,
    evaluate,
    objections,
    questions,
    rests_on,
    rules_from,
)
from core.domain.eligibility_checks import CHECK_KINDS, PROBLEM_CODES
from core.services.catalog_file import shipped

CATALOG = shipped()
UNUSABLE = frozenset(c for c, t in CATALOG.commendation_types.items() if not t.is_usable_as_basis)
YEAR = 2026
FACTS = Facts("CSTDCS", YEAR, date(2026, 11, 21), unusable_types=UNUSABLE)


def judge(rule: str, **facts) -> list[str]:
    """The codes of what stands in the way under one rule of the shipped catalogue."""
    given_facts = replace(FACTS, **facts)
    (answer,) = evaluate([CATALOG.eligibility_rules[rule]], given_facts)
    codes = [o.code for o in answer.objections()]
    assert set(codes) <= PROBLEM_CODES
    assert answer.has_passed is (codes == [])
    return codes


def attest(rule: str, value: str, note: str = "") -> dict:
    return {"attestations": {rule: Attestation(value, note)}}


def won(code: str, *years: int, ctype: str = "cong_trang", is_revoked: bool = False) -> list[PriorAward]:
    return [PriorAward(code, year, ctype, is_revoked, label=f"{code} {year}") for year in years]


# ---------------------------------------------------------------- prior awards


def test_three_years_running_support_the_next_title():
    assert judge("E_PRIOR_3_CSTDCS", prior=won("CSTDCS", 2024, 2025, 2026)) == []
    assert judge("E_PRIOR_3_CSTDCS", prior=won("CSTDCS", 2023, 2024, 2025)) == []
    assert judge("E_PRIOR_3_CSTDCS", prior=won("CSTDCS", 2022, 2023, 2024, 2026)) == ["prior_award_missing"]
    assert judge("E_PRIOR_3_CSTDCS", prior=won("CSTDCS", 2020, 2021, 2022)) == ["prior_award_missing"]


def test_what_is_lacking_is_told_by_year():
    (answer,) = evaluate(
        [CATALOG.eligibility_rules["E_PRIOR_3_CSTDCS"]], replace(FACTS, prior=won("CSTDCS", 2024, 2026))
    )
    (objection,) = answer.objections()
    assert objection.params["years"] == [2025]
    assert (objection.params["times"], objection.params["found"]) == (3, 2)
    assert objection.field == "attest.E_PRIOR_3_CSTDCS"


def test_sudden_and_thematic_awards_never_support_a_title():
    for ctype in ("dot_xuat", "phong_trao", "phong_trao_chuyen_de", "chuyen_de", "ghi_nhan"):
        assert judge("E_PRIOR_LDTT_SAME_YEAR", prior=won("LDTT", YEAR, ctype=ctype)) == ["prior_award_missing"]
    assert judge("E_PRIOR_LDTT_SAME_YEAR", prior=won("LDTT", YEAR)) == []


def test_a_revoked_award_never_counts_and_cannot_be_claimed():
    revoked = won("LDTT", YEAR, is_revoked=True)
    claim = attest("E_PRIOR_LDTT_SAME_YEAR", "yes", "QĐ 1/QĐ-UBND")
    assert judge("E_PRIOR_LDTT_SAME_YEAR", prior=revoked) == ["prior_award_revoked"]
    assert judge("E_PRIOR_LDTT_SAME_YEAR", prior=revoked, **claim) == ["prior_award_revoked"]
    assert judge("E_PRIOR_LDTT_SAME_YEAR", prior=revoked + won("LDTT", YEAR)) == []


def test_awards_from_before_the_register_are_claimed_with_their_decision():
    rule = "E_PRIOR_3_CSTDCS"
    assert judge(rule, prior=won("CSTDCS", 2026), **attest(rule, "yes", "QĐ 5/2024, QĐ 9/2025")) == []
    assert judge(rule, **attest(rule, "yes", "  ")) == ["attest_number_missing"]
    assert judge(rule, **attest(rule, "no", "QĐ 5/2024")) == ["prior_award_missing"]


def test_the_title_of_the_same_year_may_stand_in_the_same_dossier():
    live = [LiveNomination("LDTT", YEAR)]
    assert judge("E_PRIOR_LDTT_SAME_YEAR", live=live) == []
    assert judge("E_PRIOR_LDTT_SAME_YEAR", live=[LiveNomination("LDTT", 2025)]) == ["prior_award_missing"]
    assert judge("E_PRIOR_2_CSTD_TINH", live=[LiveNomination("CSTD_TINH", y) for y in (2025, 2026)]) == [
        "prior_award_missing"
    ]


def test_once_per_person_means_once():
    once = {"award_code": "KNC_TINH"}
    assert judge("E_ONCE_PER_PERSON", **once) == []
    assert judge("E_ONCE_PER_PERSON", prior=won("KNC_TINH", 2010, ctype="cong_hien"), **once) == ["given_before"]
    assert judge("E_ONCE_PER_PERSON", prior=won("KNC_TINH", 2010, is_revoked=True), **once) == []
    assert judge("E_ONCE_PER_PERSON", live=[LiveNomination("KNC_TINH", 2026)], **once) == ["given_before"]


# ---------------------------------------------------------------- achievements and initiatives


def test_one_achievement_has_one_form():
    rule, mine = "E_ONE_FORM_PER_ACHIEVEMENT", {"achievement_folded": "day lop binh dan hoc vu so"}
    same = replace(won("GIAY_KHEN", 2025)[0], achievement_folded="day lop binh dan hoc vu so", label="QĐ 12")
    assert judge(rule) == ["achievement_missing"]
    assert judge(rule, **mine) == []
    assert judge(rule, prior=[same], **mine) == ["achievement_used"]
    assert judge(rule, prior=[replace(same, is_revoked=True)], **mine) == []
    assert judge(rule, prior=[replace(same, achievement_folded="khac")], **mine) == []
    assert judge(rule, live=[LiveNomination("GIAY_KHEN", YEAR, "day lop binh dan hoc vu so")], **mine) == [
        "achievement_used"
    ]


def test_an_initiative_must_reach_far_enough():
    mine = {"initiative_folded": "so hoa ho so"}
    assert judge("E_SANG_KIEN_TINH") == ["initiative_missing"]
    assert judge("E_SANG_KIEN_TINH", initiative_scope="co_so", **mine) == ["initiative_too_narrow"]
    assert judge("E_SANG_KIEN_TINH", initiative_scope="", **mine) == ["initiative_too_narrow"]
    assert judge("E_SANG_KIEN_TINH", initiative_scope="tinh", **mine) == []
    assert judge("E_SANG_KIEN_TINH", initiative_scope="toan_quoc", **mine) == []


def test_an_initiative_is_used_once():
    mine = {"initiative_folded": "so hoa ho so"}
    used = PriorAward("CSTDCS", 2025, "cong_trang", initiative_folded="so hoa ho so", label="CSTĐCS 2025")
    assert judge("E_INITIATIVE_ONCE") == []
    assert judge("E_INITIATIVE_ONCE", **mine) == []
    assert judge("E_INITIATIVE_ONCE", prior=[used], **mine) == ["initiative_used"]
    assert judge("E_INITIATIVE_ONCE", prior=[replace(used, is_revoked=True)], **mine) == []
    live = LiveNomination("CSTDCS", YEAR, initiative_folded="so hoa ho so", label="hồ sơ khác")
    assert judge("E_INITIATIVE_ONCE", live=[live], **mine) == ["initiative_used"]
    assert judge("E_INITIATIVE_ONCE", live=[replace(live, initiative_folded="khac")], **mine) == []
    assert judge("E_INITIATIVE_ONCE", initiative_used_by=["hồ sơ của đồng tác giả"], **mine) == ["initiative_used"]


def test_either_ground_is_enough_where_the_rule_says_or():
    rule, idea = "E_HTXSNV_OR_SANG_KIEN", {"initiative_folded": "x", "initiative_scope": "co_so"}
    assert judge(rule, **attest(rule, "HTXSNV")) == []
    assert judge(rule, **idea) == []
    assert judge(rule, **attest(rule, "HTTNV")) == ["rating_too_low", "initiative_missing"]
    (answer,) = evaluate([CATALOG.eligibility_rules[rule]], FACTS)
    assert [o.params["is_alternative"] for o in answer.objections()] == [True, True]


def test_both_grounds_are_needed_where_the_rule_says_and():
    rule, idea = "E_HTXSNV_AND_SANG_KIEN_DRAFT", {"initiative_folded": "x", "initiative_scope": "co_so"}
    assert judge(rule, **idea) == ["attest_rating"]
    assert judge(rule, **attest(rule, "HTXSNV")) == ["initiative_missing"]
    assert judge(rule, **attest(rule, "HTXSNV"), **idea) == []


# ---------------------------------------------------------------- attestations


@pytest.mark.parametrize(
    ("rule", "value", "codes"),
    [
        ("E_HTTNV", "", ["attest_rating"]),
        ("E_HTTNV", "tốt", ["attest_rating"]),
        ("E_HTTNV", "HTNV", ["rating_too_low"]),
        ("E_HTTNV", "HTTNV", []),
        ("E_HTTNV", "HTXSNV", []),
        ("E_HTTNV", "not_rated", []),
        ("E_TT_HTXSNV", "not_rated", ["attest_rating"]),
        ("E_NO_DISCIPLINE", "", ["attest_missing"]),
        ("E_NO_DISCIPLINE", "maybe", ["attest_missing"]),
        ("E_NO_DISCIPLINE", "no", ["condition_not_met"]),
        ("E_NO_DISCIPLINE", "yes", []),
        ("E_NO_CANH_CAO_IN_UNIT", "yes", []),
        ("E_ND86_FRAMEWORK", "", ["attest_missing"]),
        ("E_PCT70_LDTT", "", ["attest_ratio"]),
        ("E_PCT70_LDTT", "7 / 10", []),
        ("E_PCT70_LDTT", "69/100", ["ratio_too_low"]),
        ("E_PCT70_LDTT", "10/10", []),
        ("E_PCT70_LDTT", "0/10", ["ratio_too_low"]),
        ("E_PCT70_LDTT", "0/0", ["attest_ratio"]),
        ("E_PCT70_LDTT", "11/10", ["attest_ratio"]),
        ("E_PCT70_LDTT", "７/１０", ["attest_ratio"]),
        ("E_HAS_CSTDCS", "", ["attest_number"]),
        ("E_HAS_CSTDCS", "0", ["count_too_low"]),
        ("E_HAS_CSTDCS", "1", []),
        ("E_SK_COAUTHOR_PCT", "60, 40", []),
        ("E_SK_COAUTHOR_PCT", "100", []),
        ("E_SK_COAUTHOR_PCT", "70, 30", []),
        ("E_SK_COAUTHOR_PCT", "71, 29", ["shares_wrong"]),
        ("E_SK_COAUTHOR_PCT", "80, 20", ["shares_wrong"]),
        ("E_SK_COAUTHOR_PCT", "50, 40", ["shares_wrong"]),
        ("E_SK_COAUTHOR_PCT", "half", ["attest_shares"]),
        ("E_SK_FILED_IN_TIME", "2025-11-21", []),
        ("E_SK_FILED_IN_TIME", "2025-11-20", ["too_late"]),
        ("E_SK_FILED_IN_TIME", "2024-02-29", ["too_late"]),
        ("E_SK_FILED_IN_TIME", "2026-11-21", []),
        ("E_SK_FILED_IN_TIME", "2026-11-22", ["attest_date"]),
        ("E_SK_FILED_IN_TIME", "0001-01-01", ["attest_date"]),
        ("E_SK_FILED_IN_TIME", "20/11/2026", ["attest_date"]),
    ],
)
def test_what_only_the_unit_knows(rule: str, value: str, codes: list[str]):
    assert judge(rule, **attest(rule, value)) == codes


def test_a_year_from_a_leap_day_ends_on_the_first_of_march():
    first_use = attest("E_SK_FILED_IN_TIME", "2024-02-29")
    assert judge("E_SK_FILED_IN_TIME", today=date(2025, 3, 1), **first_use) == []
    assert judge("E_SK_FILED_IN_TIME", today=date(2025, 3, 2), **first_use) == ["too_late"]


def test_workers_outside_the_rated_groups_are_not_blocked_by_a_missing_rating():
    (question,) = questions([CATALOG.eligibility_rules["E_HTTNV"]])
    assert question.not_rated.startswith("Lao động, nông dân ngoài diện xếp loại")
    assert judge("E_HTTNV", **attest("E_HTTNV", "not_rated")) == []


def test_a_claim_with_a_paper_needs_the_paper():
    assert judge("E_SK_APPLIED", **attest("E_SK_APPLIED", "yes")) == ["attest_file_missing"]
    assert judge("E_SK_APPLIED", files=frozenset({"XN_HIEU_QUA"}), **attest("E_SK_APPLIED", "yes")) == []


@given(st.sampled_from(sorted(CATALOG.eligibility_rules)), st.text(max_size=40), st.text(max_size=10))
def test_no_attestation_breaks_a_rule(rule: str, value: str, note: str):
    judge(rule, **attest(rule, value, note))


# ---------------------------------------------------------------- answers


def test_each_objection_carries_its_rule_ground_and_weight():
    rules = [CATALOG.eligibility_rules[r] for r in ("E_ND86_FRAMEWORK", "E_NO_DISCIPLINE", "E_ONCE_PER_PERSON")]
    found = objections(evaluate(rules, replace(FACTS, prior=won("CSTDCS", 2024))))
    summary = [(o.params["rule"], o.is_warning, o.ground, o.needs_check) for o in found]
    assert summary == [
        ("E_NO_DISCIPLINE", False, "NĐ 152/2025 Điều 4", False),
        ("E_ONCE_PER_PERSON", False, None, True),
        ("E_ND86_FRAMEWORK", True, "NĐ 86/2023", False),
    ]
    assert found[0].params["text"].startswith("Không trong thời gian bị xem xét kỷ luật")


def test_a_warning_does_not_block():
    (warning,) = evaluate([CATALOG.eligibility_rules["E_ND86_FRAMEWORK"]], FACTS)
    (blocking,) = evaluate([CATALOG.eligibility_rules["E_NO_DISCIPLINE"]], FACTS)
    assert (warning.is_blocking, blocking.is_blocking) == (False, True)


def test_the_questions_of_an_award_come_one_a_rule():
    found = questions(CATALOG.eligibility_for("CSTDCS", date(2026, 1, 1)))
    assert [(q.rule_code, q.kind, q.is_required) for q in found] == [
        ("E_PRIOR_LDTT_SAME_YEAR", "claim", False),
        ("E_HTXSNV_OR_SANG_KIEN", "rating", False),
        ("E_NO_DISCIPLINE", "yes_no", True),
    ]
    assert isinstance(found[0], Question)


def test_frozen_rules_judge_as_the_live_ones():
    for award in CATALOG.award_types.values():
        version = award.versions[0]
        ctype = next(t for t in award.types if t in CATALOG.types_on(version.from_on))
        frozen = CATALOG.freeze(award.code, version.from_on, award.kinds[0], ctype)
        live = evaluate(CATALOG.eligibility_for(award.code, version.from_on), FACTS)
        thawed = evaluate(rules_from(frozen), FACTS)
        assert objections(thawed) == objections(live)


def test_every_rule_of_the_catalogue_has_an_engine():
    def kinds(check):
        return {check["kind"]}.union(*(kinds(child) for child in check.get("of", ())))

    used = set().union(*(kinds(rule.check) for rule in CATALOG.eligibility_rules.values()))
    assert used == CHECK_KINDS


def test_a_title_rests_on_the_award_it_asks_for():
    rules = CATALOG.eligibility_for("CSTD_TINH", date(2026, 1, 1))
    assert rests_on(rules, "CSTDCS")
    assert not rests_on(rules, "GIAY_KHEN")
