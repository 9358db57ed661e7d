"""The only way to a plugin's hooks: exactly the plugins that act, each call guarded, each answer checked.

The loop is ours: a plain pluggy call ends at the first exception, drops ``None`` and does not say who answered
(tests/plugin_system/test_pluggy_contract.py).
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from core.domain.fields import FieldSpec, check_specs
from core.plugin import hookspecs, plain
from core.plugin.registry import Installed, Registry

#: Seconds after which an ask counts as unanswered, and any other call as too slow.
CEILING = 2.0

#: Plugin -> what it works with, inside a savepoint. Where it has ``together()``, that is around the whole call.
Desks = Callable[[str], AbstractContextManager[Any]]


class WrongAnswer(TypeError):  # noqa: N818 - says what happened
    """A plugin answered something else than its hook promises."""


class TooSlow(Exception):  # noqa: N818 - says what happened
    """A plugin took longer than the ceiling."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one plugin said."""

    plugin: str
    value: Any


@dataclass(frozen=True, slots=True)
class Heard:
    """What the acting plugins said, in their order, and which of them could not be heard."""

    answers: tuple[Answer, ...] = ()
    failed: tuple[str, ...] = ()

    def items(self) -> list[tuple[str, Any]]:
        """(plugin, item) of every answer, in order."""
        return [(answer.plugin, item) for answer in self.answers for item in answer.value]


NOTHING = Heard()


class Gate:
    """The hooks of exactly these plugins. Holds no request state.

    ``acting``: on and able to answer. ``silent``: on but unwell or suspended: where their manifest guards a step, they
    count as failed in an ask.
    """

    __slots__ = ("_acting", "_registry", "_silent")

    def __init__(self, registry: Registry, *, acting: Sequence[Installed], silent: Sequence[Installed] = ()) -> None:
        self._registry = registry
        self._acting = tuple(acting)
        self._silent = tuple(silent)

    @property
    def acting(self) -> tuple[str, ...]:
        """Names of the plugins that answer."""
        return tuple(one.name for one in self._acting)

    @property
    def silent(self) -> tuple[str, ...]:
        """Names of the plugins that are on and cannot answer."""
        return tuple(one.name for one in self._silent)

    def _call(self, hook: str, desks: Desks | None, only: str | None = None, **kwargs: object) -> Heard:
        with getattr(desks, "together", contextlib.nullcontext)():
            return self._ask_each(hook, desks, only, kwargs)

    def _ask_each(self, hook: str, desks: Desks | None, only: str | None, kwargs: Mapping[str, object]) -> Heard:
        answers, failed = [], []
        for one in self._acting:
            impl = one.impls.get(hook)
            if impl is None or (only is not None and one.name != only):
                continue
            started = time.perf_counter()
            try:
                value = _run(hook, one, impl, desks, kwargs)
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # broad on purpose: sys.exit is no exit here
                self._registry.report(one.name, hook, error)
                failed.append(one.name)
                continue
            if (taken := time.perf_counter() - started) > CEILING:
                self._registry.report(one.name, hook, TooSlow(f"{taken:.1f} s"))
                if hook in _ASKED:
                    failed.append(one.name)
                    continue
            if value is not None:
                answers.append(Answer(one.name, value))
        return Heard(tuple(answers), tuple(failed))

    def nomination_fields(self, desks: Desks, *, event: Any, award_code: str, nominee_kind: str) -> Heard:
        """Gather: a section of fields of each plugin that has one."""
        return self._call("nomination_fields", desks, event=event, award_code=award_code, nominee_kind=nominee_kind)

    def nomination_objections(
        self, desks: Desks, *, nomination: Any, sections: Mapping[str, Mapping[str, Any]], step: str
    ) -> Heard:
        """Ask the plugins that guard ``step``: objections; ``failed`` names who could not check."""
        answers: list[Answer] = []
        failed = [one.name for one in self._silent if one.manifest and step in one.manifest.guards]
        for one in self._acting:
            if one.manifest is None or step not in one.manifest.guards:
                continue
            heard = self._call(
                "nomination_objections",
                desks,
                one.name,
                nomination=nomination,
                section=dict(sections.get(one.name, {})),
                step=step,
            )
            answers += heard.answers
            failed += heard.failed
        return Heard(tuple(answers), tuple(failed))

    def nominee_facts(self, desks: Desks, *, nominee: Any, window: Any) -> Heard:
        """Gather: figures about a nominee."""
        return self._call("nominee_facts", desks, nominee=nominee, window=window)

    def member_conflicts(self, desks: Desks, *, nomination: Any, member: Any) -> Heard:
        """Ask: reasons why a member should not judge; ``failed`` names who could not check."""
        return self._call("member_conflicts", desks, nomination=nomination, member=member)

    def panels(self, desks: Desks, *, place: Any, subject: Any, viewer: Any) -> Heard:
        """Gather: cards for a page."""
        return self._call("panels", desks, place=place, subject=subject, viewer=viewer)

    def nav_items(self, *, unit: Any, viewer: Any) -> Heard:
        """Gather: lines of the menu; without a desk, so without a query."""
        return self._call("nav_items", None, unit=unit, viewer=viewer)

    def report_chapters(self, desks: Desks, *, unit: Any, event: Any, window: Any) -> Heard:
        """Gather: chapters of a results report."""
        return self._call("report_chapters", desks, unit=unit, event=event, window=window)

    def switch_on_objections(self, desks: Desks, *, unit: Any) -> Heard:
        """Ask: what must be there before the plugin is switched on."""
        return self._call("switch_on_objections", desks, unit=unit)

    def tell(self, desks: Desks, *, plugin: str, hook: str, args: Mapping[str, object]) -> Heard:
        """Tell one plugin some news."""
        return self._call(hook, desks, plugin, **args)

    def hearers(self, hook: str) -> tuple[str, ...]:
        """The plugins, acting or silent, that want this news: told later, a plugin may be well again."""
        return tuple(one.name for one in (*self._acting, *self._silent) if hook in one.hooks)


_ASKED = frozenset({"nomination_objections", "member_conflicts", "switch_on_objections"})


def _run(hook: str, one: Installed, impl: Any, desks: Desks | None, kwargs: Mapping[str, object]) -> Any:
    """The checked answer; one of the wrong kind fails inside the savepoint, so that what it wrote is undone too."""
    wanted = {name: kwargs[name] for name in impl.argnames if name != "desk"}
    if desks is None:
        return _checked(hook, impl.function(**wanted))
    with desks(one.name) as desk:
        if "desk" in impl.argnames:
            wanted["desk"] = desk
        return _checked(hook, impl.function(**wanted))


def _checked(hook: str, value: Any) -> Any:
    """The answer as a tuple of what the hook promises. Raises ``WrongAnswer``.

    Items are taken now: a generator would leave the plugin's code running in the core's hands.
    """
    kind = hookspecs.ANSWERS[hook]
    if value is None or kind is None:
        return None
    if type(value) not in (list, tuple):
        raise WrongAnswer(f"{hook}: {type(value).__name__} instead of a list")
    for item in value:
        if type(item) is not kind:
            raise WrongAnswer(f"{hook}: {type(item).__name__} instead of {kind.__name__}")
    if fault := plain.fault(tuple(value)):
        raise WrongAnswer(f"{hook}: {fault}")
    if kind is FieldSpec and (faults := check_specs(value)):
        raise WrongAnswer(f"{hook}: {'; '.join(faults[:3])}")
    return tuple(value)
