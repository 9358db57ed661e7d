"""The checker sees each planted fault and names it; the shipped file has none."""

from __future__ import annotations

import copy
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.catalog import Catalog
from core.domain.catalog_additions import check_addition, new_entry
from core.domain.catalog_check import check
from core.domain.catalog_merge import Added
from core.domain.errors import Refused
from core.services.catalog_file import CatalogFileError, load, parse, shipped_data

GOOD = shipped_data()


def test_the_shipped_catalogue_has_no_fault():
    assert check(GOOD) == []


# ---------------------------------------------------------------- planted faults


def award(data, code):
    return next(a for a in data["award_types"] if a["id"] == code)


def version(data, code, n=-1):
    return award(data, code)["versions"][n]


def entry(data, section, code):
    return next(e for e in data[section] if e["id"] == code)


def day_off(data, day):
    return next(d for d in data["calendar"]["days_off"] if d["date"] == day)


FAULTS = {
    "an unknown key": (lambda d: d.update(surprise=1), "shape", "unknown key 'surprise'"),
    "a missing section": (lambda d: d.pop("retention"), "shape", "the key 'retention' is missing"),
    "an unknown key deep down": (lambda d: version(d, "LDTT").update(coeff={}), "shape", "unknown key 'coeff'"),
    "a float coefficient": (
        lambda d: version(d, "LDTT")["coef"].update(ca_nhan=0.3),
        "shape",
        "not a number in quotes",
    ),
    "a date as text": (lambda d: version(d, "LDTT").update({"from": "2026-10-01"}), "shape", "not a day"),
    "an unknown confidence": (lambda d: version(d, "LDTT").update(conf="E"), "shape", "not one of A, B, C, D"),
    "no confidence": (lambda d: entry(d, "deadlines", "DL_NAM").pop("conf"), "shape", "the key 'conf' is missing"),
    "an unknown check": (
        lambda d: d["eligibility_rules"]["E_HTTNV"].update(check={"kind": "guess"}),
        "shape",
        "unknown check 'guess'",
    ),
    "an unknown check inside another": (
        lambda d: d["eligibility_rules"]["E_HTXSNV_OR_SANG_KIEN"]["check"]["of"].append({"kind": "guess"}),
        "shape",
        "unknown check 'guess'",
    ),
    "a duplicate award": (lambda d: d["award_types"].append(award(d, "LDTT")), "duplicate", "LDTT stands 2 times"),
    "a duplicate deadline": (
        lambda d: d["deadlines"].append(entry(d, "deadlines", "DL_NAM")),
        "duplicate",
        "DL_NAM stands 2 times",
    ),
    "ratings in another order": (lambda d: d["ratings"].reverse(), "ratings", "in this order"),
    "an empty section": (lambda d: d["unit_kinds"].clear(), "shape", "holds fewer than 1"),
    "decomposed text": (lambda d: award(d, "LDTT").update(name="Lao đo\u0323\u0302ng"), "text", "not NFC"),
    "an unknown source": (lambda d: version(d, "LDTT").update(sources=["S99"]), "source_unknown", "unknown source S99"),
    "a fact without a source": (
        lambda d: version(d, "LDTT", 0).pop("sources"),
        "source_missing",
        "confidence B without a source",
    ),
    "a fact with an empty list of sources": (
        lambda d: d["vote_profiles"]["pct80_total"].update(sources=[]),
        "source_missing",
        "confidence B without a source",
    ),
    "a source for nothing": (
        lambda d: d["sources"].update(S98={"url": None, "what": "x"}),
        "source_unused",
        "no fact names it",
    ),
    "an end before its beginning": (
        lambda d: entry(d, "overlays", "overlay_BN").update(to=date(2020, 1, 1)),
        "span",
        "before it begins",
    ),
    "a gap between versions": (
        lambda d: version(d, "CSTDCS", 1).update({"from": date(2025, 7, 2)}),
        "gap",
        "nothing holds from 2025-07-01 until 2025-07-02",
    ),
    "an overlap of versions": (
        lambda d: version(d, "CSTDCS", 1).update({"from": date(2025, 6, 30)}),
        "overlap",
        "2025-06-30 begins before",
    ),
    "an open version in the middle": (lambda d: version(d, "CSTDCS", 1).update(to=None), "overlap", "begins before"),
    "a gap between regimes": (
        lambda d: entry(d, "regimes", "R2025").update(to=date(2026, 9, 29)),
        "gap",
        "nothing holds from 2026-09-30",
    ),
    "an overlap of base salaries": (
        lambda d: d["money"]["base_salary"][1].update(to=date(2026, 7, 1)),
        "overlap",
        "2026-07-01 begins before",
    ),
    "an unknown vote profile": (
        lambda d: version(d, "CSTDCS").update(vote="pct81_total"),
        "unknown",
        "pct81_total is not among the vote_profiles",
    ),
    "an unknown authority": (
        lambda d: version(d, "CSTDCS").update(authority=["X"]),
        "unknown",
        "X is not among the authorities",
    ),
    "an unknown rule": (
        lambda d: award(d, "LDTT")["eligibility"].append("E_X"),
        "unknown",
        "E_X is not among the eligibility_rules",
    ),
    "an unknown instrument": (
        lambda d: entry(d, "regimes", "R2026")["instruments"].append("LUAT_X"),
        "unknown",
        "LUAT_X is not among the instruments",
    ),
    "an unknown part": (
        lambda d: d["dossier_profiles"]["dp_cstd"]["required"].append("X"),
        "unknown",
        "X is not among the dossier_parts",
    ),
    "an unknown form": (
        lambda d: d["dossier_parts"]["TO_TRINH"].update(form="M99"),
        "unknown",
        "M99 is not among the forms",
    ),
    "an unknown report field": (
        lambda d: d["report_sections"]["ca_nhan"]["sections"][0]["fields"].append("x"),
        "unknown",
        "x is not among the report_fields",
    ),
    "an unknown overlay deadline": (
        lambda d: d["overlays"][0]["deadlines"].append("DL_X"),
        "unknown",
        "DL_X is not among the deadlines",
    ),
    "an unknown prior award": (
        lambda d: d["eligibility_rules"]["E_PRIOR_3_CSTDCS"]["check"].update(award="X"),
        "unknown",
        "X is not among the award_types",
    ),
    "an unknown office of a unit": (
        lambda d: d["unit_kinds"]["xa"]["authorities"].append("X"),
        "unknown",
        "X is not among the authorities",
    ),
    "an unknown type of an event": (
        lambda d: d["event_kinds"]["hoi_thi"]["types"].append("x"),
        "unknown",
        "x is not among the commendation_types",
    ),
    "a version that outlives its regime": (
        lambda d: version(d, "CSTDTQ", 0).update(regime=["R2024"]),
        "regime",
        "outlives the regimes",
    ),
    "a version before its regime": (lambda d: version(d, "HCLD_1").update(regime=["R2026"]), "regime", "begins before"),
    "an office that outlives its level": (
        lambda d: version(d, "GIAY_KHEN", 1)["authority"].append("CT_UBND_HUYEN"),
        "office",
        "CT_UBND_HUYEN outlives its level",
    ),
    "an organiser who signs an award": (
        lambda d: version(d, "GIAY_KHEN").update(authority=["BAN_TO_CHUC"]),
        "office",
        "signs no statutory award",
    ),
    "an unpriced recipient": (lambda d: version(d, "GIAY_KHEN")["coef"].pop("tap_the"), "coefficient", "prices"),
    "a wrong household coefficient": (
        lambda d: version(d, "GIAY_KHEN")["coef"].update(ho_gia_dinh="0.5"),
        "household",
        "is 0.5, not 1.5",
    ),
    "a share above one": (lambda d: d["vote_profiles"]["majority"].update(num=3), "vote", "3/2 is no share"),
    "a confirmed share of those attending": (
        lambda d: d["vote_profiles"]["majority"].update(conf="B", sources=["S12"]),
        "vote",
        "unconfirmed",
    ),
    "a deadline of two kinds": (
        lambda d: entry(d, "deadlines", "DL_NAM").update(n=5, unit="working_day", start="received"),
        "deadline",
        "either",
    ),
    "a day that is off twice": (
        lambda d: d["calendar"]["days_off"].append(day_off(d, date(2026, 11, 24))),
        "calendar",
        "2026-11-24 stands 2 times",
    ),
    "a weekday worked in exchange": (
        lambda d: d["calendar"]["days_worked"][0].update(date=date(2026, 1, 9)),
        "calendar",
        "is no weekend",
    ),
    "a swap with a day of rest": (
        lambda d: day_off(d, date(2026, 1, 2)).update(swap_with=date(2026, 1, 17)),
        "calendar",
        "which is not worked",
    ),
    "a wrong rounding step": (lambda d: d["money"]["rounding"].update(step=1000), "example", "not 760000"),
    "a wrong base salary": (lambda d: d["money"]["base_salary"][2].update(amount=2_500_000), "example", "comes to"),
    "a lowered threshold": (
        lambda d: d["vote_profiles"]["pct90_total"].update(num=80),
        "example",
        "does not ask 9 of 9",
    ),
    "a title voted by a lower bar": (
        lambda d: version(d, "CSTD_TINH").update(vote="pct80_total"),
        "example",
        "is voted by pct80_total",
    ),
    "a forgotten holiday": (
        lambda d: d["calendar"]["days_off"].remove(day_off(d, date(2026, 11, 24))),
        "example",
        "20 working days from 2026-11-20",
    ),
    "a power that never moved": (
        lambda d: version(d, "CSTDCS", 1)["authority"].remove("CT_UBND_XA"),
        "example",
        "moved to the commune",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_planted_fault_is_named(name: str):
    plant, code, words = FAULTS[name]
    data = copy.deepcopy(GOOD)
    plant(data)
    found = check(data)
    assert [str(f) for f in found if f.code == code and words in str(f)] != [], found


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(JUNK)
def test_junk_is_named_not_raised(junk):
    assert check(junk) != []


@given(st.sampled_from(sorted(set(GOOD) - {"catalog_version"})), JUNK)
def test_a_junk_section_is_named_not_raised(section: str, junk):
    assert check({**GOOD, section: junk}) != []


# ---------------------------------------------------------------- the file


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: 1\nb:\n  c: 1\n  c: 2\n", "line 4: the key 'c' is written twice"),
        ("x: [{a: 1, a: 2}]\n", "line 1: the key 'a' is written twice"),
        ("off: []\n", "line 1: the key 'off' is read as False"),
        ("2026: 1\n", "is read as 2026"),
        ("- 1\n", "holds no mapping"),
        ("", "holds no mapping"),
        ("a: [1\n", "expected"),
        ("a: !!python/object/apply:os.getcwd []\n", "could not determine a constructor"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused(text: str, words: str):
    with pytest.raises(CatalogFileError, match=words):
        parse(text)


def test_a_file_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "catalog.yaml"
    path.write_bytes("a: Điều\n".encode("utf-16"))
    with pytest.raises(CatalogFileError, match="UTF-8"):
        load(path)
    path.write_text("a: Điều\n", encoding="utf-8")
    assert load(path) == {"a": "Điều"}


# ---------------------------------------------------------------- versions added here

IN_2027 = date(2027, 1, 1)


def added(changes: dict, *, code: str = "GIAY_KHEN", day: date = IN_2027, source: str = "QĐ 1/2026/QĐ-UBND") -> Added:
    return Added(f"{code}-{day}", code, day, new_entry(GOOD, code, changes), source)


def test_an_added_version_closes_the_open_one_the_day_before():
    catalog = Catalog.from_data(
        check_addition(GOOD, [], added({"coef": {"ca_nhan": "0.4", "tap_the": "0.8", "ho_gia_dinh": "0.6"}}))
    )
    before, after = catalog.award_type("GIAY_KHEN").versions[-2:]
    assert (before.to_on, after.from_on, after.to_on) == (date(2026, 12, 31), IN_2027, None)
    assert [str(c.coefficients["individual"]) for c in (before, after)] == ["0.3", "0.4"]
    assert after.is_added
    assert after.needs_check
    assert after.authorities == before.authorities
    assert [s.what for s in after.ground.sources] == ["QĐ 1/2026/QĐ-UBND"]


def test_the_shipped_data_is_left_alone():
    before = copy.deepcopy(GOOD)
    check_addition(GOOD, [], added({}))
    assert before == GOOD


def codes(*args, **options) -> list[str]:
    with pytest.raises(Refused) as raised:
        check_addition(GOOD, *args, **options)
    return [o.code for o in raised.value.objections]


def test_a_version_in_use_is_never_edited():
    assert codes([], added({}), in_use_until=IN_2027) == ["version_in_use"]
    assert codes([], added({}, day=date(2026, 10, 1))) == ["version_overlaps"]
    assert codes([], added({}, day=date(2025, 1, 1))) == ["version_overlaps"]
    assert codes([added({})], added({})) == ["version_overlaps"]


def test_a_version_needs_a_source_a_regime_and_sense():
    assert codes([], added({}, source=" ")) == ["version_without_source"]
    assert codes([], added({}, day=date(2027, 3, 1))) == ["no_regime"]
    assert codes([], added({"vote": "pct81_total"})) == ["catalog_fault"]
    assert codes([], added({"coef": {"ca_nhan": "0.4"}})) == ["catalog_fault"]
    assert codes([], added({"coef": {"ca_nhan": "0.4", "tap_the": "0.8", "ho_gia_dinh": "0.5"}})) == ["catalog_fault"]


def test_a_version_follows_a_closed_one_without_a_gap():
    closed = copy.deepcopy(GOOD)
    version(closed, "GIAY_KHEN")["to"] = date(2026, 12, 31)
    merged = check_addition(closed, [], added({}))
    assert version(merged, "GIAY_KHEN", -2)["to"] == date(2026, 12, 31)
    with pytest.raises(Refused) as raised:
        check_addition(closed, [], added({}, day=date(2027, 1, 2)))
    assert [o.code for o in raised.value.objections] == ["version_gap"]


def test_every_reason_is_given_at_once():
    wrong = added({}, source="", day=date(2026, 9, 30))
    assert codes([], wrong, in_use_until=NOW) == ["version_without_source", "version_in_use", "version_overlaps"]


def test_an_unknown_award_type_is_refused():
    with pytest.raises(Refused) as raised:
        new_entry(GOOD, "NO_SUCH", {})
    assert raised.value.code == "no_award_type"


NOW = date(2026, 11, 21)
