"""Where every component stands: what waits for an upgrade, and which plugins therefore cannot act."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.engine import Engine

from core.migrations import runner
from core.migrations.components import Component, in_order, of_plugin
from core.plugin.registry import Registry, Unwell


@dataclass(frozen=True, slots=True)
class Standing:
    """One component: the revision its database is at, and the one this code needs."""

    component: Component
    at: str | None
    needs: str | None

    @property
    def name(self) -> str:
        return self.component.name

    @property
    def is_pending(self) -> bool:
        """Whether it waits for an upgrade or is newer than this code."""
        return self.at != self.needs

    @property
    def is_newer(self) -> bool:
        """Whether the database is of a version that this code does not know."""
        return self.at is not None and not runner.knows(self.at, self.component)


def of_all(engine: Engine, registry: Registry) -> list[Standing]:
    """The core first, then plugins in their order."""
    return [Standing(one, runner.current(engine, one), runner.head(one)) for one in in_order(registry)]


def mark_pending(engine: Engine, registry: Registry, *, strict: bool = False) -> None:
    """A plugin whose tables are not as its code needs them cannot act; the site serves without it.

    ``strict`` raises ``Unwell`` instead.
    """
    for one in list(registry.well.values()):
        component = of_plugin(one)
        if component is None:
            continue
        try:
            at, needs = runner.current(engine, component), runner.head(component)
        except Exception as error:  # its folder holds something that is no history
            at, needs = None, f"{type(error).__name__}: {error}"[:120]
        if at != needs:
            reason = f"at {at or 'nothing'}, needs {needs}: run `vinhdanh db upgrade`"
            if strict:
                raise Unwell("migration", f"{one.name}: {reason}")
            registry.mark_unwell(one.name, "migration", reason)
