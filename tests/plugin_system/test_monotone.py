"""A plugin takes away and never gives (AC-K06): whatever it answers, allowed implies that the core allows."""

from __future__ import annotations

import datetime as dt
import logging
import random

from core.domain.permissions import PERMISSIONS, Held, Role, grants_for
from core.plugin.answers import Objection
from core.plugin.gate import Gate
from core.plugin.hookspecs import hookimpl
from core.plugin.manifest import Manifest, Permission
from core.plugin.registry import Installed, Registry
from core.services.context import Actor, Context, UnitRef

CASES = 10_000
ROLES = [role.value for role in Role]


class Impl:
    """An implementation as pluggy hands it over."""

    def __init__(self, answer: object) -> None:
        self.argnames = ("section",)
        self.answer = answer

    def function(self, section: object) -> object:
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


#: Whatever a plugin may try to say; None and nothing are no objection, every other answer refuses.
ANSWERS: list[object] = [
    None, [], (), [Objection("Không.")], [Objection("Nhắc.", is_warning=True)], True, False, "yes", {"allow": True},
    [True], [None], RuntimeError("x"), SystemExit(0), BaseException("x"), 1, object(),
]  # fmt: skip


def _plugin(rng: random.Random, name: str) -> Installed:
    """A plugin that asks for keys of its own, and tries for those of the core."""
    keys = [f"{name}.{verb}" for verb in ("see", "write")] + rng.sample(sorted(PERMISSIONS), 3)
    permissions = tuple(
        Permission(key, "x", roles=tuple(rng.sample(ROLES, rng.randint(0, len(ROLES)))), flows_down=rng.random() < 0.5)
        for key in keys
    )
    manifest = Manifest(
        name=name, title=name, summary="", version="1", works_with=">=0.1", personal_data="none",
        permissions=permissions, guards=frozenset({"submit"}),
    )  # fmt: skip
    impls = {"nomination_objections": Impl(rng.choice(ANSWERS))}
    return Installed(name, manifest=manifest, impls=impls, hooks=("nomination_objections",))


def test_ten_thousand_times_allowed_implies_that_the_core_allows(caplog):
    caplog.set_level(logging.CRITICAL, logger="vinhdanh.plugins")
    rng = random.Random(20260513)
    now = dt.datetime(2026, 5, 13, tzinfo=dt.UTC)
    allowed = refused = 0
    for _case in range(CASES):
        plugins = [_plugin(rng, f"plugin{number}") for number in range(rng.randint(1, 3))]
        registry = Registry(plugins)
        held = tuple(
            Held(Role(rng.choice(ROLES)), unit_id=unit, path=f"/{unit}/" if unit == 1 else f"/1/{unit}/")
            for unit in rng.choices((1, 2, 3), k=rng.randint(0, 6))
        )
        here = UnitRef(2, "u", "Xã", "/1/2/", "xa")
        actor = Actor(1, "a", "A", held)
        ctx = Context(session=None, actor=actor, now=now, unit=here, registry=registry)
        key = rng.choice(sorted(PERMISSIONS))
        core_says = key in grants_for(held, unit_id=2, path="/1/2/")
        assert ctx.may(key) is core_says  # no manifest moves a key of the core

        gate = Gate(registry, acting=plugins)
        heard = gate.nomination_objections(None, nomination=None, sections={}, step="submit")
        is_refused = bool(heard.failed) or any(not one.is_warning for _plugin, one in heard.items())
        may = core_says and not is_refused
        assert not may or core_says
        for one in plugins:
            answer = one.impls["nomination_objections"].answer
            is_clean = answer is None or (
                isinstance(answer, list | tuple) and all(type(a) is Objection for a in answer)
            )
            if not is_clean:
                assert one.name in heard.failed  # nonsense is no yes
        allowed += may
        refused += core_says and not may
    assert allowed > 300
    assert refused > 300


def test_the_mark_of_a_hook_is_pluggy_s(app):
    assert hookimpl.project_name == "vinhdanh"
