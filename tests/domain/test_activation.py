"""The lattice of activation: every combination of three upper units, own switch, event, server and requires.

4,500 combinations one by one, and 10,000 generated rows of plugins that require each other (1,000 examples of ten).
"""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.activation import Policy, Reason, Verdict, decide, settle

HERE = 9
POLICIES = (None, *Policy)
#: Which reason goes with on, which with off; None: either.
SIDES = {
    Reason.FORBIDDEN_ABOVE: False,
    Reason.REQUIRED_ABOVE: True,
    Reason.OWN_SWITCH: None,
    Reason.DEFAULT_ABOVE: None,
    Reason.NOBODY_CHOSE: False,
    Reason.NOT_ON_SERVER: False,
    Reason.LEFT_OUT_OF_EVENT: False,
    Reason.NEEDS_ANOTHER: False,
}
#: What the plugin requires: nothing, one that is on, one that is off.
NEEDS = ((), ("there",), ("gone",))


def above_of(words):
    """(unit, policy) of units 1 (nearest) to 3 that said something."""
    return [(unit, word) for unit, word in enumerate(words, 1) if word is not None]


def settled(words, own, is_left_out, is_served, needs):
    verdicts = {
        "it": decide("it", HERE, own=own, above=above_of(words)),
        "there": Verdict("there", True, Reason.OWN_SWITCH, HERE),
        "gone": Verdict("gone", False, Reason.NOBODY_CHOSE),
    }
    found = settle(
        verdicts,
        requires={"it": needs},
        left_out={"it"} if is_left_out else set(),
        served={"there", "gone"} | ({"it"} if is_served else set()),
    )
    return found["it"]


def expected(words, own, is_left_out, is_served, needs):
    """The rules once more, in the plainest words."""
    is_required = Policy.REQUIRED in words and Policy.FORBIDDEN not in words
    if not is_served:
        return Verdict("it", False, Reason.NOT_ON_SERVER)
    if Policy.FORBIDDEN in words:
        return Verdict("it", False, Reason.FORBIDDEN_ABOVE, words.index(Policy.FORBIDDEN) + 1)
    if is_required:
        verdict = Verdict("it", True, Reason.REQUIRED_ABOVE, words.index(Policy.REQUIRED) + 1)
    elif own is not None:
        verdict = Verdict("it", own, Reason.OWN_SWITCH, HERE)
    elif said := above_of(words):
        verdict = Verdict("it", said[0][1] is Policy.DEFAULT_ON, Reason.DEFAULT_ABOVE, said[0][0])
    else:
        verdict = Verdict("it", False, Reason.NOBODY_CHOSE)
    if verdict.is_on and is_left_out and not is_required:
        return Verdict("it", False, Reason.LEFT_OUT_OF_EVENT)
    if verdict.is_on and "gone" in needs:
        return Verdict("it", False, Reason.NEEDS_ANOTHER, needs="gone")
    return verdict


COMBINATIONS = list(
    itertools.product(itertools.product(POLICIES, repeat=3), (None, True, False), (False, True), (False, True), NEEDS)
)


def test_every_combination():
    """4,500 combinations: the verdict with its reason is the one of the rules; forbidden and on meet 0 times."""
    met = 0
    for words, own, is_left_out, is_served, needs in COMBINATIONS:
        found = settled(words, own, is_left_out, is_served, needs)
        assert found == expected(words, own, is_left_out, is_served, needs), (words, own, is_left_out, is_served, needs)
        met += found.is_on and Policy.FORBIDDEN in words
        if Policy.REQUIRED in words and Policy.FORBIDDEN not in words:
            assert found.is_on == (is_served and "gone" not in needs)
        assert SIDES[found.reason] in (None, found.is_on)
        assert (found.by_unit is not None) == (
            found.reason in (Reason.FORBIDDEN_ABOVE, Reason.REQUIRED_ABOVE, Reason.OWN_SWITCH, Reason.DEFAULT_ABOVE)
        )
        assert (found.needs is not None) == (found.reason is Reason.NEEDS_ANOTHER)
    print(f"\nlattice: {len(COMBINATIONS)} combinations, forbidden and on together: {met}")
    assert (len(COMBINATIONS), met) == (4500, 0)


def test_every_reason_is_reached():
    reached = {settled(*one).reason for one in COMBINATIONS}
    assert reached == set(Reason)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_forbidding_never_turns_anything_on(place):
    """Monotone: one more "forbidden", an event's leaving out or the server's no turns on nothing that was off."""
    for words, own, is_left_out, is_served, needs in COMBINATIONS:
        before = settled(words, own, is_left_out, is_served, needs)
        harder = (*words[:place], Policy.FORBIDDEN, *words[place + 1 :])
        assert not settled(harder, own, is_left_out, is_served, needs).is_on
        assert settled(words, own, True, is_served, needs).is_on <= before.is_on
        assert settled(words, own, is_left_out, False, needs).is_on is False


def test_a_unit_cannot_loosen_what_stands_above():
    """Own switch and event change nothing where an upper unit forbids or requires."""
    for words, _own, is_left_out, is_served, needs in COMBINATIONS:
        if Policy.FORBIDDEN in words or Policy.REQUIRED in words:
            answers = {settled(words, own, is_left_out, is_served, needs) for own in (None, True, False)}
            answers |= {settled(words, own, False, is_served, needs) for own in (None, True, False)}
            assert len(answers) == 1


@pytest.mark.parametrize("order", list(itertools.permutations("abc")))
def test_the_reason_does_not_hang_on_the_order(order):
    """a needs b and c; b needs d, which is off: a is told to be missing b, however the plugins are listed."""
    on = {name: Verdict(name, name != "c", Reason.OWN_SWITCH, HERE) for name in order}
    found = settle(on, requires={"a": ("c", "b"), "b": ("d",)}, left_out=(), served={"a", "b", "c"})
    assert (found["a"].needs, found["b"].needs, found["c"].is_on) == ("b", "d", False)


NAMES = [f"p{n}" for n in range(10)]


@st.composite
def worlds(draw):
    """Ten plugins that require each other in any way, circles included, with any word about each."""
    verdicts = {
        name: decide(
            name,
            HERE,
            own=draw(st.sampled_from((None, True, True, False))),
            above=above_of(draw(st.lists(st.sampled_from(POLICIES), max_size=3))),
        )
        for name in NAMES
    }
    requires = {name: tuple(draw(st.sets(st.sampled_from([*NAMES, "missing"]), max_size=2))) for name in NAMES}
    left_out = draw(st.sets(st.sampled_from(NAMES), max_size=3))
    served = set(NAMES) - draw(st.sets(st.sampled_from(NAMES), max_size=2))
    return verdicts, requires, left_out, served


@settings(max_examples=1000, deadline=None)
@given(worlds())
def test_graphs_of_requires(world):
    """1,000 examples of ten plugins: what is on has all it needs, nothing forbidden is on, each off has its reason."""
    verdicts, requires, left_out, served = world
    found = settle(verdicts, requires=requires, left_out=left_out, served=served)
    on = {name for name, one in found.items() if one.is_on}
    assert set(found) == set(NAMES)
    for name, one in found.items():
        first = verdicts[name]
        assert SIDES[one.reason] in (None, one.is_on)
        if one.is_on:
            assert (one, name in served) == (first, True)
            assert set(requires[name]) <= on
            assert name not in left_out or first.reason is Reason.REQUIRED_ABOVE
        elif one.reason is Reason.NEEDS_ANOTHER:
            assert one.needs in requires[name]
            assert one.needs not in on
        elif one.reason is Reason.NOT_ON_SERVER:
            assert name not in served
        elif one.reason is Reason.LEFT_OUT_OF_EVENT:
            assert name in left_out
            assert first.is_on
        else:
            assert one == first
        # nothing is off without need: what could be on, is
        if not one.is_on and first.is_on and name in served and name not in left_out:
            assert not set(requires[name]) <= on
    assert settle(found, requires=requires, left_out=left_out, served=served) == found
    assert settle(dict(reversed(verdicts.items())), requires=requires, left_out=left_out, served=served) == found


@settings(max_examples=300, deadline=None)
@given(worlds(), st.sampled_from(NAMES))
def test_taking_one_away_turns_on_nothing(world, name):
    """Monotone over the whole row: leaving out or not serving one plugin turns on no other."""
    verdicts, requires, left_out, served = world
    before = settle(verdicts, requires=requires, left_out=left_out, served=served)
    for less in (
        settle(verdicts, requires=requires, left_out=left_out | {name}, served=served),
        settle(verdicts, requires=requires, left_out=left_out, served=served - {name}),
    ):
        assert all(less[one].is_on <= before[one].is_on for one in NAMES)
