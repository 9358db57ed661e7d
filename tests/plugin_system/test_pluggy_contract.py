"""What pluggy does and does not do, as far as the gate relies on it: a version that differs fails here, not there."""

from __future__ import annotations

from typing import Any

import pluggy
import pytest

from core.plugin import hookspecs

spec = pluggy.HookspecMarker("test")
impl = pluggy.HookimplMarker("test")


class Specs:
    @spec
    def say(self, one: int, two: int) -> Any: ...


class Plugin:
    """An object with one implementation."""


def _plugin(function: Any, **options: Any) -> Plugin:
    made = Plugin()
    setattr(made, options.pop("name", "say"), impl(function, **options))
    return made


@pytest.fixture
def manager() -> pluggy.PluginManager:
    made = pluggy.PluginManager("test")
    made.add_hookspecs(Specs)
    return made


def _raise(one: int) -> None:
    raise RuntimeError


def test_one_exception_ends_the_whole_call(manager):
    """Why the loop is ours."""
    heard = []
    manager.register(_plugin(lambda one: heard.append("first")), "a")
    manager.register(_plugin(_raise), "b")  # registered later, called first
    with pytest.raises(RuntimeError):
        manager.hook.say(one=1, two=2)
    assert heard == []


def test_none_vanishes_and_answers_carry_no_name(manager):
    """Why the gate asks each implementation and keeps who said what."""
    manager.register(_plugin(lambda one: None), "a")
    manager.register(_plugin(lambda one: "said"), "b")
    assert manager.hook.say(one=1, two=2) == ["said"]


def test_an_implementation_takes_the_arguments_it_wants(manager):
    """Why a new argument breaks nobody; the gate reads ``argnames``."""
    plugin = _plugin(lambda two: two)
    manager.register(plugin, "a")
    (found,) = manager.hook.say.get_hookimpls()
    assert (found.argnames, found.plugin_name, found.function) == (("two",), "a", plugin.say)
    assert manager.hook.say(one=1, two=2) == [2]


def test_an_unknown_argument_is_refused_when_registered(manager):
    with pytest.raises(pluggy.PluginValidationError, match="colour"):
        manager.register(_plugin(lambda one, colour: None), "a")


def test_a_plugin_refused_when_registered_is_not_half_there(manager):
    """Before 1.7 it stayed among the plugins, and its earlier hooks were called."""
    bad = _plugin(lambda one, colour: None)
    with pytest.raises(pluggy.PluginValidationError):
        manager.register(bad, "a")
    assert not manager.is_registered(bad)
    assert manager.hook.say(one=1, two=2) == []


def test_a_misspelt_hook_is_found_by_check_pending_only(manager):
    manager.register(_plugin(lambda one: None, name="sai"), "a")
    with pytest.raises(pluggy.PluginValidationError, match="sai"):
        manager.check_pending()


def test_an_optional_hook_is_not_found_at_all(manager):
    """Why the lint lets ``hookimpl`` take nothing."""
    manager.register(_plugin(lambda one: None, name="sai", optionalhook=True), "a")
    manager.check_pending()


def test_an_excluded_plugin_is_silent_also_under_another_name(manager):
    """Before 1.7 ``specname`` slipped through; the gate does not rely on it, the registry refuses the option."""
    plugin = _plugin(lambda one: "said", name="other", specname="say")
    manager.register(plugin, "a")
    assert manager.hook.say(one=1, two=2) == ["said"]
    assert manager.subset_hook_caller("say", [plugin])(one=1, two=2) == []


def test_wrappers_and_order_are_marked_on_the_implementation(manager):
    """By these marks the registry refuses them."""

    def around(one):
        return (yield)

    manager.register(_plugin(around, wrapper=True), "a")
    manager.register(_plugin(lambda one: 1, tryfirst=True), "b")
    manager.register(_plugin(lambda one: 1, trylast=True), "c")
    marks = {one.plugin_name: (one.wrapper, one.tryfirst, one.trylast) for one in manager.hook.say.get_hookimpls()}
    assert marks == {"a": (True, False, False), "b": (False, True, False), "c": (False, False, True)}


def test_every_spec_of_ours_has_an_answer_and_none_is_firstresult():
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    found = {name: getattr(manager.hook, name).spec.opts for name in hookspecs.ANSWERS}
    assert [name for name, opts in found.items() if opts["firstresult"] or opts["historic"]] == []
    specs = {name for name in vars(manager.hook) if not name.startswith("_")}
    assert specs == set(hookspecs.ANSWERS)
