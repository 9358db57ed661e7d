"""One definition, two doors, one judge: page and JSON accept the same answers and refuse the others for one reason."""

from __future__ import annotations

import ast
import inspect
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict
from wtforms import Form

from core.domain import fields, text
from core.domain.errors import FieldProblem
from core.domain.fields import FieldSpec, Kind, clean_all
from core.rest.specs import as_json, schema_for
from core.web.forms.specs import section_field, section_name
from core.web.messages import say

PAIRS = (("a", "Loa của thôn"), ("b", "Đến từng nhà"), ("c", "Tờ rơi"))
PLAIN = {
    kind: FieldSpec("data", f"Mục {kind}", kind, choices=PAIRS if kind in (Kind.CHOICE, Kind.MULTI) else ())
    for kind in Kind
}
BOUNDED = {
    Kind.INTEGER: replace(PLAIN[Kind.INTEGER], minimum=3, maximum=9),
    Kind.DECIMAL: replace(PLAIN[Kind.DECIMAL], minimum=3, maximum=9),
    Kind.MULTI: replace(PLAIN[Kind.MULTI], minimum=2, maximum=2),
    Kind.TEXT: replace(PLAIN[Kind.TEXT], max_length=5, no_identity=True),
    Kind.LONGTEXT: replace(PLAIN[Kind.LONGTEXT], max_length=20, no_identity=True),
}
#: Nothing a page can send.
NOWHERE = object()


@dataclass(frozen=True)
class Case:
    """One answer as a page sends it, as JSON carries it, and what becomes of it: a value, or a problem's code."""

    spec: FieldSpec
    typed: Any
    sent: Any
    value: Any = None
    code: str = ""

    def __str__(self) -> str:
        return f"{self.spec.kind}-{str(self.typed)[:12]!a}-{self.code or 'ok'}"


def good(kind: Kind, typed: Any, sent: Any, value: Any, spec: FieldSpec | None = None) -> Case:
    return Case(spec or PLAIN[kind], typed, sent, value=value)


def bad(kind: Kind, typed: Any, sent: Any, code: str, spec: FieldSpec | None = None) -> Case:
    return Case(spec or PLAIN[kind], typed, sent, code=code)


def texts(kind: Kind) -> list[Case]:
    limit = 200 if kind is Kind.TEXT else 4000
    return [
        good(kind, "  Hà  Long ", "  Hà  Long ", "Hà Long"),
        good(kind, "", None, None),
        good(kind, "\u200b", "\u200b", None),
        bad(kind, "a\x00b", "a\x00b", "control_characters"),
        bad(kind, "a\ud800", "a\ud800", "broken_text"),
        bad(kind, "a\u202eb", "a\u202eb", "direction_marks"),
        bad(kind, "a" + "\u0301" * 9, "a" + "\u0301" * 9, "stacked_marks"),
        bad(kind, "x" * (limit + 1), "x" * (limit + 1), "too_long"),
        bad(kind, "x" * 21, "x" * 21, "too_long", BOUNDED[kind]),
        bad(kind, "x" * 1_000_000, "x" * 1_000_000, "too_long"),
        bad(kind, "0912345678", "0912345678", "identity_in_text", replace(BOUNDED[kind], max_length=50)),
        bad(kind, NOWHERE, 5, "not_text"),
        bad(kind, NOWHERE, ["a"], "not_text"),
        bad(kind, NOWHERE, True, "not_text"),
    ]


NUMBERS = [
    good(Kind.INTEGER, "1.234", 1234, 1234),
    good(Kind.INTEGER, " 12 ", "12", 12),
    good(Kind.INTEGER, "-3", -3, -3),
    good(Kind.INTEGER, "0", 0, 0),
    bad(Kind.INTEGER, "1,9", 1.9, "bad_integer"),
    bad(Kind.INTEGER, "1.9", "1.9", "bad_integer"),
    bad(Kind.INTEGER, "1.23", "1.23", "bad_integer"),
    bad(Kind.INTEGER, "１２", "１２", "bad_integer"),
    bad(Kind.INTEGER, "ba", "ba", "bad_integer"),
    bad(Kind.INTEGER, "9" * 30, "9" * 30, "bad_integer"),
    bad(Kind.INTEGER, "9" * 200, "9" * 200, "bad_integer"),
    bad(Kind.INTEGER, NOWHERE, True, "bad_integer"),
    bad(Kind.INTEGER, NOWHERE, [1], "bad_integer"),
    bad(Kind.INTEGER, "9" * 18, 10**18, "number_out_of_range"),
    bad(Kind.INTEGER, NOWHERE, 2**64, "number_out_of_range"),
    bad(Kind.INTEGER, "2", 2, "number_out_of_range", BOUNDED[Kind.INTEGER]),
    bad(Kind.INTEGER, "10", 10, "number_out_of_range", BOUNDED[Kind.INTEGER]),
    good(Kind.DECIMAL, "1.234,5", 1234.5, "1234.5"),
    good(Kind.DECIMAL, "1.234", 1234, "1234"),
    good(Kind.DECIMAL, "0,45", "0.45", "0.45"),
    good(Kind.DECIMAL, "12", 12, "12"),
    good(Kind.DECIMAL, "-1,50", -1.5, "-1.5"),
    bad(Kind.DECIMAL, "1,2,3", "1,2,3", "bad_number"),
    bad(Kind.DECIMAL, "một", "một", "bad_number"),
    bad(Kind.DECIMAL, "nan", float("nan"), "bad_number"),
    bad(Kind.DECIMAL, "1e5", "1e5", "bad_number"),
    bad(Kind.DECIMAL, NOWHERE, float("inf"), "bad_number"),
    bad(Kind.DECIMAL, NOWHERE, False, "bad_number"),
    bad(Kind.DECIMAL, "0,00001", 0.00001, "too_many_places"),
    bad(Kind.DECIMAL, NOWHERE, 1e300, "number_out_of_range"),
    bad(Kind.DECIMAL, "2,9", 2.9, "number_out_of_range", BOUNDED[Kind.DECIMAL]),
    bad(Kind.DECIMAL, "9,1", 9.1, "number_out_of_range", BOUNDED[Kind.DECIMAL]),
]
OTHERS = [
    good(Kind.BOOLEAN, "true", True, True),
    good(Kind.BOOLEAN, "false", False, False),
    good(Kind.BOOLEAN, "", None, None),
    bad(Kind.BOOLEAN, "1", 1, "not_yes_or_no"),
    bad(Kind.BOOLEAN, "on", "on", "not_yes_or_no"),
    good(Kind.DATE, "18/05/2026", "2026-05-18", "2026-05-18"),
    good(Kind.DATE, "8.5.2026", "2026-05-08", "2026-05-08"),
    good(Kind.DATE, "2026-05-18", "2026-05-18", "2026-05-18"),
    bad(Kind.DATE, "31/02/2026", "2026-02-31", "bad_date"),
    bad(Kind.DATE, "hôm nay", "hôm nay", "bad_date"),
    bad(Kind.DATE, "18/05/26", "26-05-18", "bad_date"),
    bad(Kind.DATE, "１８/05/2026", "2026-05-１８", "bad_date"),
    bad(Kind.DATE, NOWHERE, 20260518, "bad_date"),
    bad(Kind.DATE, "01/01/1899", "1899-01-01", "date_out_of_range"),
    bad(Kind.DATE, "01/01/2101", "2101-01-01", "date_out_of_range"),
    good(Kind.CHOICE, "b", "b", "b"),
    good(Kind.CHOICE, "", "", None),
    bad(Kind.CHOICE, "x", "x", "not_a_choice"),
    bad(Kind.CHOICE, "Loa của thôn", "Loa của thôn", "not_a_choice"),
    bad(Kind.CHOICE, NOWHERE, ["a"], "not_a_choice"),
    good(Kind.MULTI, ["c", "a"], ["c", "a"], ["a", "c"]),
    good(Kind.MULTI, [], None, []),
    bad(Kind.MULTI, ["a", "x"], ["a", "x"], "not_a_choice"),
    bad(Kind.MULTI, NOWHERE, "a", "not_a_list"),
    bad(Kind.MULTI, NOWHERE, [["a"]], "not_a_choice"),
    bad(Kind.MULTI, ["a"], ["a"], "wrong_number_of_choices", BOUNDED[Kind.MULTI]),
    bad(Kind.MULTI, ["a", "b", "c"], ["a", "b", "c"], "wrong_number_of_choices", BOUNDED[Kind.MULTI]),
]
NEEDED = [
    bad(kind, [] if kind is Kind.MULTI else typed, sent, "required", replace(PLAIN[kind], required=True))
    for kind in Kind
    for typed, sent in (("", None), ("   ", "  "))
]
CASES = [*texts(Kind.TEXT), *texts(Kind.LONGTEXT), *NUMBERS, *OTHERS, *NEEDED]

#: Ways to be wrong that are no answer to a field: asked for on their own below.
OF_THE_WHOLE = {"no_such_field", "not_an_object"}


@pytest.fixture(autouse=True)
def request_of_the_app(session_app):
    with session_app.test_request_context():
        yield


def by_page(spec: FieldSpec, typed: Any) -> tuple[Any, list[str], Any]:
    """(cleaned answer, sentences beside the field, what the box shows) after a page was sent."""
    name = section_name("tried")
    sent = MultiDict()
    sent.setlist(f"{name}-{spec.key}", typed if isinstance(typed, list) else [typed])
    form = type("Page", (Form,), {name: section_field("Mục", [spec])})(sent)
    form.validate()
    field = form[name][spec.key]
    shown = field.data if spec.kind in (Kind.MULTI, Kind.CHOICE, Kind.BOOLEAN) else field._value()
    return field.cleaned, list(field.errors), shown


def by_json(spec: FieldSpec, sent: Any) -> tuple[Any, list[dict[str, Any]]]:
    try:
        return schema_for([spec])().load({spec.key: sent})[spec.key], []
    except ValidationError as error:
        return None, error.messages[spec.key]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_both_doors_and_the_judge_say_the_same(case: Case):
    values, problems = clean_all([case.spec], {case.spec.key: case.sent})
    problem = problems.get(case.spec.key)
    assert (problem.code if problem else "", values.get(case.spec.key)) == (case.code, case.value)
    assert by_json(case.spec, case.sent) == (case.value, [as_json(problem)] if problem else [])
    if case.typed is NOWHERE:
        return
    value, sentences, shown = by_page(case.spec, case.typed)
    assert (value, sentences) == (case.value, [say(problem)] if problem else [])
    assert shown == case.typed  # as it was typed, to be mended


def test_the_table_knows_every_kind_and_every_way_to_be_wrong():
    asked = {case.code for case in CASES if case.code}
    assert asked | OF_THE_WHOLE == _codes_of(fields) | _codes_of(text, "_checked", "_short_enough")
    assert {case.spec.kind for case in CASES if case.code} == set(Kind)
    assert {case.spec.kind for case in CASES if not case.code} == set(Kind)


def _codes_of(module: Any, *functions: str) -> set[str]:
    tree = ast.parse(inspect.getsource(module))
    parts = [one for one in ast.walk(tree) if not functions or getattr(one, "name", "") in functions]
    return {
        call.args[0].value
        for part in (parts if functions else [tree])
        for call in ast.walk(part)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "FieldProblem"
    }


@pytest.mark.parametrize("kind", list(Kind))
@given(raw=st.text(alphabet=st.characters(), max_size=30) | st.from_regex(r"-?[0-9]{1,20}", fullmatch=True))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_judged_alike(kind: Kind, raw: str):
    """What is written alike in both notations; dots, commas and slashes are the page's own."""
    typed = "".join(one for one in raw if one not in ".,/-" or kind in (Kind.TEXT, Kind.LONGTEXT))
    value, sentences, _shown = by_page(PLAIN[kind], [typed] if kind is Kind.MULTI else typed)
    sent = [typed] if kind is Kind.MULTI else typed
    expected, problems = by_json(PLAIN[kind], sent)
    judged, wrong = clean_all([PLAIN[kind]], {"data": sent})
    assert (value, [say(one) for one in wrong.values()]) == (judged.get("data"), sentences)
    assert (expected, problems) == (judged.get("data"), [as_json(one) for one in wrong.values()])


def test_a_decimal_point_is_a_slip_on_a_page_only():
    assert by_page(PLAIN[Kind.DECIMAL], "1.5") == (None, [say(FieldProblem("decimal_comma"))], "1.5")
    assert by_json(PLAIN[Kind.DECIMAL], "1.5") == ("1.5", [])


def test_unknown_keys_are_refused_and_no_key_shadows_a_part_of_the_form():
    """A page is built from the specs and reads nothing else; JSON and the judge name what they do not know."""
    specs = [FieldSpec(key, "Mục", Kind.INTEGER) for key in ("data", "load", "fields", "validate", "errors", "process")]
    name = section_name("tried")
    sent = MultiDict([(f"{name}-{spec.key}", "1.000") for spec in specs] + [(f"{name}-id", "7")])
    form = type("Page", (Form,), {name: section_field("Mục", specs)})(sent)
    assert form.validate()
    assert form[name].form.cleaned == {spec.key: 1000 for spec in specs}
    body = {spec.key: 1000 for spec in specs}
    assert schema_for(specs)().load(body) == body
    with pytest.raises(ValidationError) as refused:
        schema_for(specs)().load(body | {"id": 7})
    assert refused.value.messages == {"id": [{"code": "no_such_field", "params": {}}]}
    _values, problems = clean_all(specs, body | {"id": 7})
    assert {key: one.code for key, one in problems.items()} == {"id": "no_such_field"}


@pytest.mark.parametrize("body", [None, 5, "data", [], [{"data": 1}], True])
def test_what_is_no_object_is_refused_as_a_whole(body: Any):
    with pytest.raises(ValidationError) as refused:
        schema_for([PLAIN[Kind.TEXT]])().load(body)
    assert refused.value.messages == {"_schema": [{"code": "not_an_object", "params": {}}]}
    _values, problems = clean_all([PLAIN[Kind.TEXT]], body)
    assert {key: one.code for key, one in problems.items()} == {"": "not_an_object"}


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        (Kind.INTEGER, 1234, "1234"),
        (Kind.DECIMAL, "1234.5", "1234,5"),
        (Kind.DATE, "2026-05-18", "18/05/2026"),
        (Kind.BOOLEAN, False, "false"),
        (Kind.BOOLEAN, None, ""),
        (Kind.CHOICE, "b", "b"),
        (Kind.MULTI, ["a", "c"], ["a", "c"]),
        (Kind.TEXT, "Hà Long", "Hà Long"),
        (Kind.LONGTEXT, "một\nhai", "một\nhai"),
    ],
)
def test_a_stored_answer_is_shown_so_that_it_can_be_sent_again(kind: Kind, value: Any, shown: Any):
    form = type("Page", (Form,), {"ext_tried": section_field("Mục", [PLAIN[kind]])})()
    form["ext_tried"].form.load({"data": value})
    assert form["ext_tried"]["data"].data == shown
    again, sentences, _shown = by_page(PLAIN[kind], shown)
    assert (again, sentences) == (value, [])
