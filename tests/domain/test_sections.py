"""Sections of a dossier: fields and figures survive their plugin, answers survive a changed form."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import sections
from core.domain.fields import FieldSpec, Kind, check_specs
from core.domain.sections import Dropped, FactRow, KeptFact
from core.plugin.answers import Fact

TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,10}", fullmatch=True)
NUMBERS = st.none() | st.integers(min_value=-(2**53) + 1, max_value=2**53 - 1)
SPECS = st.builds(
    FieldSpec,
    key=KEYS,
    label=TEXTS,
    kind=st.sampled_from(Kind),
    required=st.booleans(),
    help=st.text(max_size=10),
    choices=st.lists(st.tuples(TEXTS, TEXTS), max_size=3).map(tuple),
    minimum=NUMBERS,
    maximum=NUMBERS,
    max_length=st.none() | st.integers(1, 100),
    in_lists=st.booleans(),
    personal=st.booleans(),
    no_identity=st.booleans(),
)
ANSWERS = st.none() | st.booleans() | st.integers(-5, 5) | TEXTS | st.lists(TEXTS, max_size=2)

VISITS = FieldSpec("visits", "Số buổi", Kind.INTEGER, required=True)
PLACE = FieldSpec("place", "Nơi hướng dẫn", Kind.TEXT)
WINDOW = {"first": dt.date(2026, 5, 11), "last": dt.date(2026, 5, 17)}


def fact(code: str, value: int | None, **more: object) -> Fact:
    return Fact(code, f"Chỉ tiêu {code}", value, "lượt", "Sổ đếm", **(WINDOW | more))


def kept(*facts: Fact) -> tuple[KeptFact, ...]:
    return tuple(sections.load_fact(json.loads(json.dumps(sections.dump_fact(one)))) for one in facts)


@given(st.lists(SPECS, max_size=4))
def test_fields_come_back_from_json_as_they_were(specs: list[FieldSpec]):
    stored = json.loads(json.dumps(sections.dump_specs(specs)))
    assert sections.load_specs(stored) == tuple(specs)
    assert sections.dump_specs(sections.load_specs(stored)) == stored


def test_what_a_field_does_not_say_is_not_stored():
    assert sections.dump_specs([VISITS]) == [{"key": "visits", "label": "Số buổi", "kind": "integer", "required": True}]


def test_fields_of_a_later_version_are_readable():
    stored = [{"key": "sound", "label": "Ghi âm", "kind": "sound", "loudness": 11}]
    assert sections.load_specs(stored) == (FieldSpec("sound", "Ghi âm", Kind.TEXT),)


@given(st.dictionaries(KEYS, ANSWERS, max_size=5), st.lists(SPECS, max_size=5), st.lists(SPECS, max_size=5))
def test_no_answer_is_lost_when_the_form_changes_to_and_fro(
    stored: dict[str, object], old_specs: list[FieldSpec], specs: list[FieldSpec]
):
    values, gone = sections.merge(stored, old_specs, specs)
    asked = {spec.key for spec in specs}
    assert values == {key: value for key, value in stored.items() if key in asked}
    said = {key: value for key, value in stored.items() if key not in asked and value not in (None, "", [])}
    assert {one.spec.key: one.value for one in gone} == said
    # and back: whoever asks for everything again finds everything that was said
    kept_away = json.loads(json.dumps(sections.with_dropped(values, gone)))
    everything = [FieldSpec(key, "Mục", Kind.TEXT) for key in stored]
    again, left = sections.merge(kept_away, specs, everything)
    assert left == ()
    assert {key: value for key, value in again.items() if value not in (None, "", [])} == {
        key: value for key, value in stored.items() if value not in (None, "", [])
    }


def test_a_dropped_answer_keeps_its_words():
    values, gone = sections.merge({"visits": 3, "place": "Nhà văn hóa"}, [VISITS, PLACE], [VISITS])
    assert (values, gone) == ({"visits": 3}, (Dropped(PLACE, "Nhà văn hóa"),))
    stored = sections.with_dropped(values, gone)
    assert sections.answers(stored) == {"visits": 3}
    assert sections.dropped(json.loads(json.dumps(stored))) == gone
    assert check_specs([replace(PLACE, key=sections.OLD)]) != ()  # no field can take its place


@given(NUMBERS)
def test_figures_come_back_from_json_as_they_were(value: int | None):
    given_fact = fact("V1", value, counted_by="Tổ thôn Đông", approved_by="Trần Thị B", note="12/12 ngày")
    (found,) = kept(given_fact)
    assert {name: getattr(found, name) for name in Fact.__slots__} == {
        name: getattr(given_fact, name) for name in Fact.__slots__
    }


@pytest.mark.parametrize("value", [True, 1.5, "3", 2**53])
def test_a_figure_that_is_no_count_is_refused(value: object):
    with pytest.raises(ValueError, match="V1"):
        sections.dump_fact(fact("V1", value))


def test_a_figure_cannot_swell_a_dossier():
    found = sections.dump_fact(replace(fact("V1", 1), label="x" * 10_000_000, note="y" * 10_000_000))
    assert (len(found["label"]), len(found["note"])) == (200, 500)


def test_figures_are_compared_by_code_and_none_is_not_nought():
    then = kept(fact("V1", 214), fact("V2", None), fact("V3", 0), fact("V4", 5), fact("V5", None))
    now = kept(fact("V2", 0), fact("V1", 200), fact("V3", 0), fact("V6", 9))
    rows = sections.compare_facts(then, now)
    assert [
        (row.shown.code, row.then and row.then.value, row.now and row.now.value, row.is_changed) for row in rows
    ] == [
        ("V1", 214, 200, True),
        ("V2", None, 0, True),
        ("V3", 0, 0, False),
        ("V4", 5, None, True),
        ("V5", None, None, False),
        ("V6", None, 9, False),
    ]


def test_where_nothing_was_sent_whatever_is_reported_since_is_a_change():
    rows = sections.compare_facts((), kept(fact("V1", 214), fact("V2", None)))
    assert [(row.then, row.shown.code, row.is_changed) for row in rows] == [(None, "V1", True), (None, "V2", False)]
    assert sections.compare_facts((), ()) == ()


def test_where_nobody_can_say_today_nothing_has_changed():
    then = kept(fact("V1", 214))
    assert sections.compare_facts(then, None) == (FactRow(then[0], None, is_changed=False),)
