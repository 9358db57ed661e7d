"""Sections of a dossier to read: as frozen, beside today's figures; whole without the plugin that brought them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from core.domain import sections
from core.domain.fields import FieldSpec, JSONValue
from core.domain.sections import Dropped, FactRow
from core.models import Nomination, NominationSection
from core.services import nomination_sections, plugin_sets
from core.services.context import Context


@dataclass(frozen=True, slots=True)
class ReadSection:
    """What one plugin brought to a dossier."""

    plugin: str
    title: str
    #: Every field that was asked, as it was asked then, with its answer.
    answers: tuple[tuple[FieldSpec, JSONValue], ...]
    gone: tuple[Dropped, ...]
    facts: tuple[FactRow, ...]
    #: When the figures were frozen; None before the dossier is sent.
    facts_at: dt.datetime | None
    #: ``acting``, ``off``, ``silent`` (on, but it cannot answer) or ``removed`` from this server.
    standing: str

    @property
    def is_changed(self) -> bool:
        """Whether a figure is another today than when the dossier was sent."""
        return any(one.is_changed for one in self.facts)


def view(ctx: Context, row: Nomination) -> list[ReadSection]:
    """The sections of this dossier, for whoever may read it: one query, and one call of each acting plugin."""
    stored = nomination_sections.stored_sections(ctx, row)
    is_unsent = row.receipt_at is None
    if not stored and not is_unsent:
        return []
    found = plugin_sets.of_event(ctx, row.event)
    facts, failed = ({}, ()) if not found.gate.acting else nomination_sections.facts_now(ctx, row)
    made = []
    for plugin, one in stored.items():
        standing = _standing(ctx, found, plugin, failed)
        made.append(_read(one, _rows(one, facts.get(plugin)), standing))
    for plugin, today in facts.items():
        if is_unsent and plugin not in stored and today:
            rows = tuple(FactRow(None, fact, is_changed=False) for fact in today)
            title = nomination_sections.title_of(ctx, plugin)
            made.append(ReadSection(plugin, title, (), (), rows, None, "acting"))
    return made


def _standing(ctx: Context, found: plugin_sets.PluginSet, plugin: str, failed: tuple[str, ...]) -> str:
    if plugin not in ctx.registry.installed:
        return "removed"
    if not found.is_on(plugin):
        return "off"
    return "silent" if plugin not in found.gate.acting or plugin in failed else "acting"


def _rows(one: NominationSection, today: tuple[sections.KeptFact, ...] | None) -> tuple[FactRow, ...]:
    if one.facts_at is None:
        return tuple(FactRow(None, fact, is_changed=False) for fact in today or ())
    frozen = [sections.load_fact(fact) for fact in one.facts]
    return sections.compare_facts(frozen, today)


def _read(one: NominationSection, rows: tuple[FactRow, ...], standing: str) -> ReadSection:
    specs = sections.load_specs(one.specs)
    answers, gone = sections.merge(one.data, specs, specs)
    return ReadSection(
        plugin=one.plugin,
        title=one.title or one.plugin,
        answers=tuple((spec, answers.get(spec.key)) for spec in specs),
        gone=gone,
        facts=rows,
        facts_at=one.facts_at,
        standing=standing,
    )
