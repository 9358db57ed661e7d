"""A counting plugin made in a test: what it answers is set by the test, how it is asked is the core's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType, SimpleNamespace
from typing import Any

import pluggy
from flask import Flask

from core.domain.fields import FieldSpec, Kind
from core.models import PluginPolicy, PluginSwitch, Unit, db
from core.plugin import hookspecs
from core.plugin.answers import Fact
from core.plugin.hookspecs import hookimpl
from core.plugin.manifest import Manifest
from core.plugin.registry import Installed, Registry
from tests.conftest import NOW

FIRST, LAST = dt.date(2026, 5, 12), dt.date(2026, 5, 18)
SPECS = (
    FieldSpec("sessions", "Số buổi hướng dẫn", Kind.INTEGER, required=True, minimum=1, maximum=500),
    FieldSpec("hours", "Số giờ", Kind.DECIMAL),
    FieldSpec("place", "Nơi hướng dẫn", Kind.TEXT, no_identity=True),
    FieldSpec("started", "Bắt đầu từ ngày", Kind.DATE),
    FieldSpec("ways", "Cách làm", Kind.MULTI, choices=(("home", "Đến từng nhà"), ("point", "Tại điểm hướng dẫn"))),
    FieldSpec("joined", "Có công an xã cùng làm không?", Kind.BOOLEAN),
    FieldSpec("story", "Việc làm tiêu biểu", Kind.LONGTEXT),
)


def fact(code: str = "V01", value: int | None = 214, **values: Any) -> Fact:
    """One figure of the counter."""
    said = {
        "label": "Lượt hướng dẫn",
        "measure": "lượt",
        "source": "Sổ đếm hướng dẫn",
        "first": FIRST,
        "last": LAST,
        "counted_by": "Tổ thôn Đông",
        "approved_by": "Trần Văn Trưởng",
    }
    return Fact(code=code, value=value, **(said | values))


@dataclass
class Guide:
    """What the plugin will answer; a value that is an exception is raised."""

    name: str = "guide"
    title: str = "Hướng dẫn dịch vụ số"
    fields: Any = SPECS
    facts: Any = field(default_factory=lambda: (fact(),))
    objections: Any = None
    panels: Any = None
    guards: frozenset[str] = frozenset()
    #: (hook, arguments) of every call.
    heard: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def calls(self, hook: str) -> list[dict[str, Any]]:
        """The arguments of every call of one hook."""
        return [args for name, args in self.heard if name == hook]

    def _say(self, hook: str, answer: Any, **args: Any) -> Any:
        self.heard.append((hook, args))
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def installed(self) -> Installed:
        """The plugin as the registry holds it, its hooks checked against the specs."""

        @hookimpl
        def nomination_fields(desk, event, award_code, nominee_kind):
            return self._say("nomination_fields", self.fields, event=event, award=award_code, kind=nominee_kind)

        @hookimpl
        def nominee_facts(desk, nominee, window):
            return self._say("nominee_facts", self.facts, nominee=nominee, window=window, unit=desk.unit.key)

        @hookimpl
        def nomination_objections(desk, nomination, section, step):
            return self._say(
                "nomination_objections", self.objections, nomination=nomination, section=section, step=step
            )

        @hookimpl
        def panels(desk, place, subject, viewer):
            answer = self.panels.get(place) if isinstance(self.panels, dict) else self.panels
            return self._say("panels", answer, place=place, subject=subject, viewer=viewer)

        @hookimpl
        def nomination_moved(desk, nomination_id, old, new, actor_id, at):
            self._say("nomination_moved", None)

        hooks = (nomination_fields, nominee_facts, nomination_objections, panels, nomination_moved)
        manager = pluggy.PluginManager(hookspecs.PROJECT)
        manager.add_hookspecs(hookspecs)
        module = SimpleNamespace(**{one.__name__: one for one in hooks})
        manager.register(module, self.name)
        manager.check_pending()
        impls = {one.name: one.get_hookimpls()[0] for one in manager.get_hookcallers(module) or ()}
        manifest = Manifest(
            name=self.name,
            title=self.title,
            summary="Đếm lượt hướng dẫn.",
            version="0.1.0",
            works_with=">=0",
            personal_data="none",
            guards=self.guards,
        )
        return Installed(self.name, manifest, impls=MappingProxyType(impls), hooks=tuple(sorted(impls)))


@contextmanager
def plugged(app: Flask, *guides: Guide) -> Iterator[Registry]:
    """The app with exactly these plugins, for the time of a test."""
    before = app.extensions["plugins"]
    app.extensions["plugins"] = Registry(one.installed() for one in guides)
    try:
        yield app.extensions["plugins"]
    finally:
        app.extensions["plugins"] = before


def switch(unit: Unit, plugin: str = "guide", *, is_on: bool = True) -> None:
    """A unit's own word, written past the page that asks for it."""
    row = db.session.query(PluginSwitch).filter_by(unit_id=unit.id, plugin=plugin).one_or_none()
    row = row or PluginSwitch(unit_id=unit.id, plugin=plugin)
    row.is_on, row.at = is_on, NOW
    db.session.add(row)
    db.session.commit()


def forbid(upper: Unit, plugin: str = "guide") -> None:
    """An upper unit's word for all below."""
    db.session.add(PluginPolicy(unit_id=upper.id, plugin=plugin, policy="forbidden", at=NOW))
    db.session.commit()
