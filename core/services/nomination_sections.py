"""What plugins bring to a nomination while it is written: asked, saved, checked, and frozen when it is sent.

The organiser of the event decides which plugins act. Sections of all others are left byte for byte as they are.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.domain import sections
from core.domain.errors import FieldProblem, Objection, Refused
from core.domain.fields import FieldSpec, clean, clean_all
from core.domain.sections import Dropped, KeptFact
from core.models import Nomination, NominationSection
from core.services import audit, plugin_sets, plugin_views
from core.services.context import Context

#: A plugin offers at most so many figures for one nominee.
MOST_FACTS = 60
#: The steps that a plugin may guard.
_SUBMIT, _OPEN_BALLOT = "submit", "open_ballot"


@dataclass(frozen=True, slots=True)
class FormSection:
    """The part of the form that one plugin asks for, with what is stored and what it can vouch for today."""

    plugin: str
    title: str
    specs: tuple[FieldSpec, ...]
    answers: Mapping[str, Any]
    #: Answers whose field is no longer asked: shown, and left out when the dossier is sent.
    gone: tuple[Dropped, ...]
    facts: tuple[KeptFact, ...]
    #: Whether it is a plugin that has figures at all, and could be asked for them now.
    offers_facts: bool = False

    def name_of(self, key: str) -> str:
        """The name of one field on the form, in findings and among what is typed."""
        return f"{field_prefix(self.plugin)}{key}"


@dataclass(frozen=True, slots=True)
class FormSections:
    """Every section of the form, and the titles of plugins that could not be heard."""

    sections: tuple[FormSection, ...] = ()
    #: Plugins whose fields are unknown now: the dossier cannot be sent.
    failed: tuple[str, ...] = ()
    #: Plugins whose figures are unknown now.
    without_facts: tuple[str, ...] = ()
    #: Titles to be named on the page: those above, and those that are on but cannot act.
    hidden: tuple[str, ...] = ()

    def of(self, plugin: str) -> FormSection | None:
        """The section of one plugin."""
        return next((one for one in self.sections if one.plugin == plugin), None)


_NONE = FormSections()


def field_prefix(plugin: str) -> str:
    """How the names of a plugin's fields begin."""
    return f"ext_{plugin}."


def title_of(ctx: Context, plugin: str) -> str:
    """What a plugin is called; its name where it is not on this server."""
    found = ctx.registry.installed.get(plugin)
    return found.title if found else plugin


# ------------------------------------------------------------------------------------------------ asked


def of_form(ctx: Context, row: Nomination) -> FormSections:
    """The sections that the form has now, asked once per request. Without an acting plugin nothing is read."""
    found = plugin_sets.of_event(ctx, row.event)
    if not found.on:
        return _NONE
    key = ("form_sections", row.id)
    if key not in ctx.memo:
        ctx.session.flush()  # the core's rows first: no plugin is blamed for them
        ctx.memo[key] = _ask(ctx, row, found)
    answer: FormSections = ctx.memo[key]
    return answer


def forget(ctx: Context, row: Nomination) -> None:
    """After a change: ask again in the same request."""
    ctx.memo.pop(("form_sections", row.id), None)


def _ask(ctx: Context, row: Nomination, found: plugin_sets.PluginSet) -> FormSections:
    gate, desks = found.gate, plugin_views.organiser_desks(ctx, row)
    heard = gate.nomination_fields(
        desks, event=plugin_views.event_view(row), award_code=row.award_code, nominee_kind=row.kind
    )
    specs = {answer.plugin: answer.value for answer in heard.answers if answer.value}
    facts, without = facts_now(ctx, row)
    stored = stored_sections(ctx, row) if specs or facts else {}
    made = []
    for plugin in gate.acting:
        if plugin in heard.failed or (plugin not in specs and not facts.get(plugin)):
            continue
        kept = stored.get(plugin)
        answers, gone = merged(kept, specs.get(plugin, ()))
        made.append(
            FormSection(
                plugin,
                title_of(ctx, plugin),
                specs.get(plugin, ()),
                answers,
                gone,
                facts.get(plugin) or (),
                offers_facts="nominee_facts" in _hooks(ctx, plugin) and plugin not in without,
            )
        )
    silent = [one for one in gate.silent if {"nomination_fields", "nominee_facts"} & set(_hooks(ctx, one))]
    hidden = tuple(dict.fromkeys(title_of(ctx, one) for one in (*heard.failed, *without, *silent)))
    return FormSections(tuple(made), heard.failed, without, hidden)


def _hooks(ctx: Context, plugin: str) -> tuple[str, ...]:
    return ctx.registry.installed[plugin].hooks


def merged(kept: NominationSection | None, specs: tuple[FieldSpec, ...]) -> tuple[dict[str, Any], tuple[Dropped, ...]]:
    """The stored answers to these fields, and those to fields that are gone."""
    if kept is None:
        return {}, ()
    return sections.merge(kept.data, sections.load_specs(kept.specs), specs)


def stored_sections(ctx: Context, row: Nomination) -> dict[str, NominationSection]:
    """The stored sections of a nomination by plugin: one query."""
    s = NominationSection
    rows = ctx.session.scalars(sa.select(s).where(s.nomination_id == row.id).order_by(s.plugin))
    return {one.plugin: one for one in rows}


def facts_now(ctx: Context, row: Nomination) -> tuple[dict[str, tuple[KeptFact, ...]], tuple[str, ...]]:
    """Plugin -> its figures today, and the plugins that failed. A plugin that acts and says nothing has ``()``."""
    gate = plugin_sets.of_event(ctx, row.event).gate
    who = plugin_views.nominee_view(row)
    if who is None or not gate.acting:
        return {}, ()
    heard = gate.nominee_facts(plugin_views.organiser_desks(ctx, row), nominee=who, window=plugin_views.window_of(row))
    failed = list(heard.failed)
    found: dict[str, tuple[KeptFact, ...]] = {one: () for one in gate.acting if one not in failed}
    for answer in heard.answers:
        try:
            found[answer.plugin] = _kept(answer.value)
        except (AttributeError, TypeError, ValueError) as error:
            ctx.registry.report(answer.plugin, "nominee_facts", error)
            failed.append(answer.plugin)
            del found[answer.plugin]
    return found, tuple(failed)


def _kept(facts: Any) -> tuple[KeptFact, ...]:
    found = tuple(sections.load_fact(sections.dump_fact(one)) for one in facts)
    if len({one.code for one in found}) != len(found) or len(found) > MOST_FACTS:
        raise ValueError("two facts with one code, or too many facts")
    return found


# ------------------------------------------------------------------------------------------------ saved


def shown_values(ctx: Context, row: Nomination) -> dict[str, Any]:
    """Every stored answer by the name of its field, for comparing what two editors hold."""
    form = of_form(ctx, row)
    return {one.name_of(spec.key): one.answers.get(spec.key) for one in form.sections for spec in one.specs}


def save(ctx: Context, row: Nomination, sent: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Keep the answers of acting plugins and return the names of those that do not fit: they wait as they were typed.

    ``sent``: plugin -> answers in plain form. An answer that is not among them, or does not fit, stays as it is stored.
    """
    form = of_form(ctx, row)
    unfit: list[str] = []
    if not sent or not form.sections:
        return unfit
    stored = stored_sections(ctx, row)
    for one in form.sections:
        if one.plugin not in sent or not one.specs:
            continue
        values = dict(one.answers)
        for spec in one.specs:
            if spec.key not in sent[one.plugin]:
                continue
            try:
                values[spec.key] = clean(dataclasses.replace(spec, required=False), sent[one.plugin][spec.key])
            except FieldProblem:
                unfit.append(one.name_of(spec.key))
        _write(ctx, row, one, stored.get(one.plugin), sections.with_dropped(values, one.gone))
    ctx.session.flush()
    forget(ctx, row)
    return unfit


def _write(
    ctx: Context, row: Nomination, one: FormSection, kept: NominationSection | None, data: dict[str, Any]
) -> None:
    specs = sections.dump_specs(one.specs)
    if kept is None:
        if any(value not in (None, "", []) for value in data.values()):
            _add(ctx, row, one, data=data, specs=specs)
        return
    if kept.data != data or kept.specs != specs or kept.title != one.title:
        kept.data, kept.specs, kept.title, kept.specs_at = data, specs, one.title, ctx.now


def _add(ctx: Context, row: Nomination, one: FormSection, **values: Any) -> NominationSection:
    made = NominationSection(
        nomination_id=row.id, plugin=one.plugin, title=one.title[:120], specs_at=ctx.now, facts=[], **values
    )
    ctx.session.add(made)
    return made


# ------------------------------------------------------------------------------------------------ checked


def objections(ctx: Context, row: Nomination) -> Iterator[Objection]:
    """What stands in the way of sending, seen from the plugins: one that cannot answer is never a yes."""
    found = plugin_sets.of_event(ctx, row.event)
    if not found.on:
        return
    form = of_form(ctx, row)
    cannot = list(form.failed)
    values: dict[str, dict[str, Any]] = {}
    for one in form.sections:
        values[one.plugin], problems = clean_all(one.specs, one.answers)
        yield from _of_fields(row, one, problems)
    if _is_guarded(ctx, found, _SUBMIT):
        heard = found.gate.nomination_objections(
            plugin_views.organiser_desks(ctx, row),
            nomination=plugin_views.nomination_view(row),
            sections=values,
            step=_SUBMIT,
        )
        for plugin, said in heard.items():
            yield _of_plugin(ctx, form.of(plugin), plugin, said)
        cannot += heard.failed
    for plugin in dict.fromkeys(cannot):
        yield Objection("plugin_cannot_check", {"plugin": title_of(ctx, plugin)})


def refuse_ballot(ctx: Context, row: Nomination) -> None:
    """Ask the plugins that guard the ballot, with the answers as they were sent.

    Raises ``Refused`` with what they object to, and for each that could not be asked: never a silent yes.
    """
    found = plugin_sets.of_event(ctx, row.event)
    if not _is_guarded(ctx, found, _OPEN_BALLOT):
        return
    ctx.session.flush()
    heard = found.gate.nomination_objections(
        plugin_views.organiser_desks(ctx, row),
        nomination=plugin_views.nomination_view(row),
        sections={name: sections.answers(one.data) for name, one in stored_sections(ctx, row).items()},
        step=_OPEN_BALLOT,
    )
    against = [
        Objection("plugin_objects_to", {"name": row.nominee_name} | _of_plugin(ctx, None, plugin, said).params)
        for plugin, said in heard.items()
        if not said.is_warning
    ]
    against += [Objection("plugin_cannot_check", {"plugin": title_of(ctx, one)}) for one in heard.failed]
    if against:
        raise Refused.because(against)


def _is_guarded(ctx: Context, found: plugin_sets.PluginSet, step: str) -> bool:
    manifests = (ctx.registry.installed[name].manifest for name in found.on)
    return any(one is not None and step in one.guards for one in manifests)


def _of_fields(row: Nomination, one: FormSection, problems: Mapping[str, FieldProblem]) -> Iterator[Objection]:
    for spec in one.specs:
        name = one.name_of(spec.key)
        is_typed = name in row.typed
        if not is_typed and spec.key not in problems:
            continue
        is_missing = not is_typed and problems[spec.key].code == "required"
        code = "section_answer_missing" if is_missing else "section_answer_unfit"
        params: dict[str, object] = {"label": spec.label, "section": one.title}
        if not is_missing:
            # why: what stands in the box is judged by who knows its notation, what was stored is judged here
            params |= {"spec": spec, "typed": row.typed[name]} if is_typed else {"problem": problems[spec.key]}
        yield Objection(code, params, field=name)


def _of_plugin(ctx: Context, one: FormSection | None, plugin: str, said: Any) -> Objection:
    """A plugin's own words, beside its field where it names one of its own."""
    is_own = one is not None and said.field in {spec.key for spec in one.specs}
    field = one.name_of(said.field) if one is not None and is_own else f"ext_{plugin}" if one is not None else None
    params = {"text": str(said.text)[:1000], "plugin": title_of(ctx, plugin)}
    return Objection("plugin_objects", params, field=field, is_warning=bool(said.is_warning))


# ------------------------------------------------------------------------------------------------ frozen


def freeze(ctx: Context, row: Nomination) -> None:
    """Copy fields, answers and today's figures into the dossier, with who counted and who approved.

    Called when the dossier is sent, after the check. Sent again after a return, it is frozen anew, and the audit says
    which figures are others. A plugin whose figures cannot be had keeps those that were frozen before.
    """
    form = of_form(ctx, row)
    if not form.sections:
        return
    stored = stored_sections(ctx, row)
    for one in form.sections:
        values, _problems = clean_all(one.specs, one.answers)
        kept = stored.get(one.plugin) or _add(ctx, row, one, data={}, specs=[])
        before = {fact["code"]: fact["value"] for fact in kept.facts} if kept.facts_at else None
        kept.data, kept.specs, kept.specs_at = values, sections.dump_specs(one.specs), ctx.now
        kept.title = one.title[:120]
        if one.plugin not in form.without_facts:
            kept.facts, kept.facts_at = [sections.dump_fact(fact) for fact in one.facts], ctx.now
        now = {fact["code"]: fact["value"] for fact in kept.facts}
        audit.note(
            ctx,
            "nomination.freeze_section",
            f"nomination:{row.key}",
            plugin=one.plugin,
            figures=_said(now),
            was=_said(before) if before is not None and before != now else "",
        )
    ctx.session.flush()
    forget(ctx, row)


def _said(figures: Mapping[str, int | None]) -> str:
    """ "VN01=214 VN02=-": what nobody reported is no nought."""
    return " ".join(f"{code}={'-' if value is None else value}" for code, value in figures.items())[:2000]
