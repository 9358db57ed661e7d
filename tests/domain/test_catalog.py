"""The shipped catalogue by date: regimes, versions, offices, votes, dossiers, and the frozen copy."""

from __future__ import annotations

import copy
import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.catalog import Catalog, hash_frozen
from core.domain.errors import Refused
from core.domain.freezing import frozen_vote_rule
from core.services.catalog_file import shipped, shipped_data

CATALOG = shipped()
NOW = date(2026, 11, 21)
LAST = date(2027, 2, 28)


def refused(call, *args, **options) -> str:
    with pytest.raises(Refused) as raised:
        call(*args, **options)
    return raised.value.code


# ---------------------------------------------------------------- regimes and versions


@pytest.mark.parametrize(
    ("day", "regime"),
    [
        (date(2024, 1, 1), "R2024"),
        (date(2025, 6, 30), "R2024"),
        (date(2025, 7, 1), "R2025"),
        (date(2026, 9, 30), "R2025"),
        (date(2026, 10, 1), "R2026"),
        (LAST, "R2026"),
    ],
)
def test_the_regime_is_that_of_the_day(day: date, regime: str):
    assert CATALOG.regime_on(day).code == regime


@pytest.mark.parametrize("day", [date(2023, 12, 31), date(2027, 3, 1)])
def test_no_law_is_assumed_where_none_is_loaded(day: date):
    with pytest.raises(Refused) as raised:
        CATALOG.regime_on(day)
    assert (raised.value.code, raised.value.params) == ("no_regime", {"day": day})
    assert refused(CATALOG.award_version, "GIAY_KHEN", day) == "no_regime"
    assert refused(CATALOG.offered, day) == "no_regime"
    assert refused(CATALOG.freeze, "GIAY_KHEN", day, "individual", "cong_trang") == "no_regime"


@given(st.dates(date(2024, 1, 30), LAST), st.sampled_from(sorted(CATALOG.award_types)))
def test_on_each_day_each_award_has_exactly_one_version(day: date, code: str):
    versions = [v for v in CATALOG.award_type(code).versions if v.is_on(day)]
    assert versions == [CATALOG.award_version(code, day)]


def test_an_award_before_its_decree_has_no_version():
    assert refused(CATALOG.award_version, "GDVH", date(2024, 1, 15)) == "no_award_version"
    assert refused(CATALOG.award_version, "NO_SUCH", NOW) == "no_award_type"


def test_powers_of_the_district_went_to_the_commune():
    for code in ("CSTDCS", "TTLDTT", "THON_VAN_HOA"):
        assert not CATALOG.grantable_by(code, date(2025, 6, 30), {"CT_UBND_XA"})
        assert CATALOG.grantable_by(code, date(2025, 7, 1), {"CT_UBND_XA"})


def test_what_a_commune_may_grant_and_what_it_may_only_propose():
    offices = {"CT_UBND_XA", "BAN_TO_CHUC"}
    granted = {a.code for a in CATALOG.offered(NOW) if CATALOG.grantable_by(a.code, NOW, offices)}
    assert granted == {
        "LDTT", "CSTDCS", "TTLDTT", "GIAY_KHEN", "GDVH", "THON_VAN_HOA", "SANG_KIEN_CO_SO", "BIEU_DUONG",
        "CONTEST_PRIZE",
    }  # fmt: skip


def test_the_name_of_the_day():
    award = CATALOG.award_type("XA_TIEU_BIEU")
    assert award.name_on(date(2025, 6, 30)) == "Xã, phường, thị trấn tiêu biểu"
    assert award.name_on(date(2025, 7, 1)) == "Xã, phường, đặc khu tiêu biểu"


def test_offers_follow_recipient_type_and_day():
    households = [a.code for a in CATALOG.offered(NOW, "household")]
    assert households == ["GDVH", "GIAY_KHEN", "BANG_KHEN_TINH", "BANG_KHEN_TTG", "BIEU_DUONG"]
    sudden = [a.code for a in CATALOG.offered(NOW, "household", "dot_xuat")]
    assert sudden == ["GIAY_KHEN", "BANG_KHEN_TINH", "BANG_KHEN_TTG"]
    assert CATALOG.offered(date(2026, 9, 30), ctype="chuyen_de") == ()
    assert CATALOG.offered(date(2026, 10, 1), ctype="phong_trao") == ()
    assert "HCLD_1" in [a.code for a in CATALOG.offered(NOW, "collective", "chuyen_de")]


def test_the_type_proposed_for_a_day_of_observance_changed_with_the_law():
    for day, code in ((date(2026, 5, 18), "phong_trao"), (date(2026, 10, 10), "phong_trao_chuyen_de")):
        assert CATALOG.types_for_event("ngay_huong_ung", day)[0].code == code


def test_long_service_of_the_army_is_out_of_scope():
    assert "nien_han" not in CATALOG.types_on(NOW)


@pytest.mark.parametrize(
    ("day", "amount"),
    [
        (date(2024, 6, 30), 1_800_000),
        (date(2026, 6, 30), 2_340_000),
        (date(2026, 7, 1), 2_530_000),
        (date(2030, 1, 1), 2_530_000),
    ],
)
def test_the_base_salary_of_the_day(day: date, amount: int):
    assert CATALOG.base_salary_on(day).amount == amount


def test_no_base_salary_is_invented():
    assert refused(CATALOG.base_salary_on, date(2023, 6, 30)) == "no_base_salary"


# ---------------------------------------------------------------- votes


@pytest.mark.parametrize(
    ("code", "share", "is_required"),
    [
        ("CSTDCS", (80, 100), True),
        ("CO_TINH", (80, 100), True),
        ("CSTD_TINH", (90, 100), True),
        ("CSTDTQ", (90, 100), True),
    ],
)
def test_statutory_thresholds(code: str, share: tuple[int, int], is_required: bool):
    rule = CATALOG.vote_rule_for(code, NOW)
    assert (rule.num, rule.den) == share
    assert (rule.denominator, rule.is_required, rule.needs_check) == ("total_members", is_required, False)


def test_a_share_of_those_attending_is_counted_on_all_and_says_so():
    for code in ("GIAY_KHEN", "GDVH"):
        rule = CATALOG.vote_rule_for(code, NOW)
        assert rule.denominator == "total_members"
        assert rule.needs_check
        assert "phần mềm tính trên tổng số thành viên" in rule.note


def test_some_awards_take_no_vote():
    assert CATALOG.vote_rule_for("BIEU_DUONG", NOW) is None


# ---------------------------------------------------------------- dossiers


def part_codes(award: str, kind: str, ctype: str, day: date = NOW, **options) -> list[str]:
    return [p.code for p in CATALOG.dossier_parts_for(award, day, kind=kind, ctype=ctype, **options) if p.is_required]


@pytest.mark.parametrize(
    ("kind", "ctype", "report"),
    [
        ("individual", "cong_trang", "BCTT_CA_NHAN"),
        ("collective", "cong_trang", "BCTT_TAP_THE"),
        ("household", "cong_trang", "BCTT_CA_NHAN"),
        ("collective", "phong_trao_chuyen_de", "BCTT_CHUYEN_DE"),
    ],
)
def test_the_report_follows_recipient_and_type(kind: str, ctype: str, report: str):
    assert part_codes("GIAY_KHEN", kind, ctype) == ["TO_TRINH", report, "BB_HOP_HD"]


def test_a_sudden_feat_has_a_short_dossier():
    assert part_codes("GIAY_KHEN", "individual", "dot_xuat") == ["TO_TRINH", "BCTT_DOT_XUAT"]


def test_only_papers_of_the_unit_are_uploaded_before_submission():
    parts = CATALOG.dossier_parts_for("CSTDCS", NOW, kind="individual", ctype="cong_trang")
    assert [p.code for p in parts if p.is_uploaded] == ["TO_TRINH", "CN_SANG_KIEN"]
    assert {p.code: p.by for p in parts}["KQ_BO_PHIEU"] == "committee"


def test_the_initiative_may_be_waived_under_the_old_rules_only():
    for day, rating in ((date(2026, 9, 30), "HTXSNV"), (date(2026, 10, 1), None)):
        parts = CATALOG.dossier_parts_for("CSTDCS", day, kind="individual", ctype="cong_trang")
        assert {p.code: p.waived_by_rating for p in parts}["CN_SANG_KIEN"] == rating


def test_an_inferred_form_number_says_so():
    for kind, number, is_unsure in (("individual", "Mẫu số 05", False), ("collective", "Mẫu số 04", True)):
        report = CATALOG.dossier_parts_for("GIAY_KHEN", NOW, kind=kind, ctype="cong_trang")[1]
        assert (report.form_number, report.is_form_unsure) == (number, is_unsure)


def test_recommended_parts_follow_the_required_ones():
    parts = CATALOG.dossier_parts_for("LDTT", NOW, kind="individual", ctype="cong_trang")
    assert [(p.code, p.is_required) for p in parts] == [("TO_TRINH", True), ("TRICH_NGANG", True), ("BB_HOP_HD", False)]


def test_a_province_adds_its_own_papers_and_limits():
    with_own = part_codes("BANG_KHEN_TINH", "individual", "cong_trang", overlays=["overlay_BN"])
    assert with_own[-1] == "XAC_NHAN_VI_PHAM"
    assert "XAC_NHAN_VI_PHAM" not in part_codes("BANG_KHEN_TINH", "individual", "cong_trang")
    first = part_codes("BANG_KHEN_TINH", "individual", "cong_trang", date(2025, 12, 15), overlays=["overlay_BN"])
    assert "XAC_NHAN_VI_PHAM" in first
    before = date(2025, 12, 14)
    assert "XAC_NHAN_VI_PHAM" not in part_codes(
        "BANG_KHEN_TINH", "individual", "cong_trang", before, overlays=["overlay_BN"]
    )
    limits = CATALOG.deadlines_for("GIAY_KHEN", NOW, ctype="phong_trao_chuyen_de", overlays=["overlay_BN"])
    assert "DL_TRUOC_SU_KIEN" in [d.code for d in limits]
    sudden = CATALOG.deadlines_for("GIAY_KHEN", NOW, ctype="dot_xuat", overlays=["overlay_BN"])
    assert "DL_TRUOC_SU_KIEN" not in [d.code for d in sudden]


@pytest.mark.parametrize(
    ("award", "level", "codes"),
    [
        ("GIAY_KHEN", None, ["DL_THAM_DINH_CS"]),
        ("GIAY_KHEN", "co_so", ["DL_THAM_DINH_CS"]),
        ("BANG_KHEN_TINH", None, ["DL_THAM_DINH_TINH"]),
        ("GDVH", None, ["DL_GDVH_BINH_XET", "DL_GDVH_QD"]),
        (
            "BANG_KHEN_TTG",
            None,
            ["DL_TRA_HO_SO_TW", "DL_THAM_DINH_TW", "DL_GUI_QD", "DL_THONG_BAO", "DL_KHONG_KHEN"],
        ),
    ],
)
def test_limits_follow_the_level_and_the_award(award: str, level: str | None, codes: list[str]):
    assert [d.code for d in CATALOG.deadlines_for(award, NOW, ctype="cong_trang", level=level)] == codes


# ---------------------------------------------------------------- the product's own sections


@pytest.mark.parametrize(
    ("kind", "authorities"),
    [
        ("xa", ("CT_UBND_XA", "BAN_TO_CHUC")),
        ("tinh", ("CT_UBND_TINH", "BAN_TO_CHUC")),
        ("so", ("GD_SO", "BAN_TO_CHUC")),
        ("truong", ("TT_DON_VI", "BAN_TO_CHUC")),
        ("to_cong_nghe_so", ()),
    ],
)
def test_the_head_of_a_unit_signs_for_its_kind(kind: str, authorities: tuple[str, ...]):
    assert CATALOG.unit_kinds[kind].authorities == authorities


def test_units_without_legal_standing_sign_no_statutory_award():
    statutory = set(CATALOG.authorities) - {"BAN_TO_CHUC"}
    for kind in CATALOG.unit_kinds.values():
        if not kind.has_standing:
            assert statutory.isdisjoint(kind.authorities), kind.code


def test_a_household_has_one_and_a_half_times_the_prize_of_a_person():
    for code in ("GIAY_KHEN", "BANG_KHEN_TINH", "BANG_KHEN_TTG"):
        coef = CATALOG.award_version(code, NOW).coefficients
        assert coef["household"] == coef["individual"] * Decimal("1.5")


def test_preferences_only_order_a_list():
    assert [c.code for c in CATALOG.constraints if c.is_hint_only] == ["G5", "G6"]


def test_an_unknown_prize_is_none_not_nothing():
    assert CATALOG.award_version("GDVH", NOW).coefficients == {"household": None}


# ---------------------------------------------------------------- frozen

COMBINATIONS = [
    (award.code, version.from_on, kind, ctype)
    for award in CATALOG.award_types.values()
    for version in award.versions
    for kind in award.kinds
    for ctype in award.types
    if ctype in CATALOG.types_on(version.from_on)
]


def test_every_combination_freezes_into_plain_data_that_comes_back_the_same():
    assert len(COMBINATIONS) > 100
    for code, day, kind, ctype in COMBINATIONS:
        frozen = CATALOG.freeze(code, day, kind, ctype)
        thawed = json.loads(json.dumps(frozen))
        assert thawed == frozen
        assert hash_frozen(thawed) == hash_frozen(frozen)


def test_every_ground_in_a_frozen_dossier_can_be_followed():
    def grounds(value):
        if isinstance(value, dict):
            if {"needs_check", "sources", "conf"} <= set(value):
                yield value
            for child in value.values():
                yield from grounds(child)
        elif isinstance(value, list):
            for child in value:
                yield from grounds(child)

    for code, day, kind, ctype in COMBINATIONS:
        frozen = CATALOG.freeze(code, day, kind, ctype)
        for ground in grounds(frozen):
            assert ground["sources"] or ground["needs_check"]
            assert ground["needs_check"] is (ground["conf"] in ("C", "D"))
            assert set(ground["sources"]) <= set(frozen["sources"])


def test_a_frozen_dossier_holds_what_judges_and_signers_need():
    frozen = CATALOG.freeze("CSTDCS", date(2026, 5, 18), "individual", "cong_trang")
    assert frozen["regime"]["code"] == "R2025"
    assert frozen["version"]["from"] == "2025-07-01"
    assert frozen["version"]["coefficient"] == "1.0"
    assert [a["code"] for a in frozen["authorities"]] == ["CT_UBND_XA", "TT_DON_VI", "GD_SO", "GD_DOANH_NGHIEP"]
    assert frozen_vote_rule(frozen) == CATALOG.vote_rule_for("CSTDCS", date(2026, 5, 18))
    assert [d["code"] for d in frozen["deadlines"]] == ["DL_THAM_DINH_CS"]
    assert [s["code"] for s in frozen["report"]["sections"]] == ["I", "II", "III"]
    assert frozen["needs_check"] is False
    assert CATALOG.freeze("CSTDCS", NOW, "individual", "cong_trang")["needs_check"] is True


def test_a_newer_catalogue_never_reaches_what_was_frozen():
    data = shipped_data()
    catalog = Catalog.from_data(data)
    frozen = catalog.freeze("GIAY_KHEN", NOW, "individual", "cong_trang")
    before = copy.deepcopy(frozen)
    data["eligibility_rules"]["E_NO_DISCIPLINE"]["check"]["kind"] = "attest"
    data["award_types"][0]["versions"][0]["coef"]["ca_nhan"] = "9"
    next(a for a in data["award_types"] if a["id"] == "GIAY_KHEN")["certificate"]["name"] = "khác"
    assert frozen == before


def test_the_hash_is_of_the_rules_not_of_their_order():
    frozen = CATALOG.freeze("GIAY_KHEN", NOW, "individual", "cong_trang")
    assert hash_frozen(dict(reversed(frozen.items()))) == hash_frozen(frozen)
    assert hash_frozen({**frozen, "kind": "collective"}) != hash_frozen(frozen)
    assert hash_frozen({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_no_float_is_ever_hashed():
    with pytest.raises(ValueError, match="float"):
        hash_frozen({"a": [{"b": 0.3}]})


@pytest.mark.parametrize(
    ("kind", "ctype", "code"),
    [
        ("area", "cong_trang", "kind_not_offered"),
        ("individual", "phong_trao", "type_not_offered"),
        ("individual", "cong_hien", "type_not_offered"),
    ],
)
def test_what_is_not_offered_is_not_frozen(kind: str, ctype: str, code: str):
    assert refused(CATALOG.freeze, "GIAY_KHEN", NOW, kind, ctype) == code


@given(st.dates(date(2024, 2, 1), LAST - timedelta(days=1)))
def test_rules_change_only_where_something_begins(day: date):
    """Two days in a row freeze the same rules unless a version, regime or constraint begins between them."""
    borders = {date(2025, 7, 1), date(2025, 8, 5), date(2026, 10, 1)}
    one, other = (CATALOG.freeze("LDTT", d, "individual", "cong_trang") for d in (day, day + timedelta(days=1)))
    same = {**one, "day": ""} == {**other, "day": ""}
    assert same is (day + timedelta(days=1) not in borders)
