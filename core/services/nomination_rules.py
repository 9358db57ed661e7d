"""Which rules hold for a nomination: those frozen at receipt, or, before that, those of today."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core.domain import eligibility, text
from core.domain.catalog import Catalog
from core.domain.errors import Refused
from core.models import Event, Nomination, Unit
from core.services import catalog as catalogs
from core.services.context import Context

#: The catalogue's type of what is no award under the law; an event of any type may give such thanks.
RECOGNITION = "ghi_nhan"
#: Every detail of a nominee that a dossier can ask for, in the order of the form.
NOMINEE_FIELDS = (
    "born_on", "birth_year", "gender", "position", "workplace", "place", "phone", "head_count", "women_count",
)  # fmt: skip
#: Asked of everybody of the kind; what else is asked depends on the report that the award wants.
ALWAYS_ASKED = {
    "individual": ("birth_year", "position", "workplace", "place"),
    "collective": ("place", "head_count", "women_count"),
    "household": ("place", "head_count"),
}


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Read access to the rules of one dossier, in the form in which they are frozen."""

    frozen: Mapping[str, Any]
    #: Frozen at receipt; else they still move with the catalogue.
    is_final: bool

    @property
    def award_name(self) -> str:
        """What the award is called."""
        return self.frozen["award"]["name"]

    @property
    def day(self) -> date:
        """The day whose rules these are."""
        return date.fromisoformat(self.frozen["day"])

    @property
    def parts(self) -> list[Mapping[str, Any]]:
        """The dossier's papers, required ones first."""
        return list(self.frozen["parts"])

    @property
    def own_parts(self) -> list[Mapping[str, Any]]:
        """The papers that the nominating unit may attach."""
        return [part for part in self.parts if part["by"] == "nominating_unit" and not part["generated"]]

    @property
    def sections(self) -> list[Mapping[str, Any]]:
        """The sections of the report that the award asks for; empty where it asks for none."""
        report = self.frozen["report"]
        return list(report["sections"]) if report else []

    def report_fields(self) -> Iterator[Mapping[str, Any]]:
        """Every field of the report, those known from the nominee's record included."""
        for section in self.sections:
            yield from section["fields"]

    def report_tables(self) -> Iterator[Mapping[str, Any]]:
        """Every table of the report."""
        for section in self.sections:
            yield from section["tables"]

    @property
    def eligibility(self) -> tuple[eligibility.EligibilityRule, ...]:
        """The conditions of the award."""
        return eligibility.rules_from(self.frozen)

    @property
    def questions(self) -> tuple[eligibility.Question, ...]:
        """What the unit has to attest."""
        return eligibility.questions(self.eligibility)

    @property
    def asks_initiative(self) -> bool:
        """Whether a condition looks at an initiative."""
        return any("initiative" in kind for rule in self.eligibility for kind in _kinds(rule.check))

    def nominee_fields(self, kind: str) -> tuple[str, ...]:
        """Which details of the nominee are asked: no more than the dossier needs (Luật 91/2025/QH15)."""
        wanted = set(ALWAYS_ASKED[kind]) | {one["nominee"] for one in self.report_fields() if one["nominee"]}
        if "born_on" in wanted:
            wanted.discard("birth_year")
        return tuple(name for name in NOMINEE_FIELDS if name in wanted)

    @property
    def field_names(self) -> frozenset[str]:
        """Names of the form's fields that follow from these rules."""
        reports = {f"report.{one['code']}" for one in (*self.report_fields(), *self.report_tables())}
        asked = {f"{kind}.{one.rule_code}" for one in self.questions for kind in ("attest", "note")}
        return frozenset(reports | asked)

    def limit(self, stage: str) -> Mapping[str, Any] | None:
        """The time limit of a stage of the handling, if the rules know one."""
        return next((d for d in self.frozen["deadlines"] if d["stage"] == stage and d["n"] is not None), None)

    def ground(self, entry: Mapping[str, Any]) -> str | None:
        """The ground of an entry in one line."""
        own = entry["ground"]
        if own["article"]:
            return own["article"]
        return self.frozen["sources"][own["sources"][0]]["what"] if own["sources"] else None

    def source_url(self, entry: Mapping[str, Any]) -> str | None:
        """Where the ground can be read."""
        urls = (self.frozen["sources"][code]["url"] for code in entry["ground"]["sources"])
        return next((url for url in urls if url), None)


def _kinds(check: Mapping[str, Any]) -> Iterator[str]:
    yield check["kind"]
    for child in check.get("of", ()):
        yield from _kinds(child)


def of(ctx: Context, row: Nomination) -> Rulebook:
    """The rules of this dossier.

    Raises ``Refused`` where none hold: no regime, no version, kind or type not offered.
    """
    if row.rules is not None:
        return Rulebook(row.rules, is_final=True)
    return Rulebook(freeze(ctx, row, ctx.today), is_final=False)


def freeze(ctx: Context, row: Nomination, day: date) -> dict[str, object]:
    """The rules of ``day`` for this dossier, as plain data. Raises ``Refused`` as ``of`` does."""
    catalog = catalogs.current(ctx.session)
    award = catalog.award_type(row.award_code)
    catalog.regime_on(day)
    kind = catalog.unit_kinds.get(row.organiser.kind)
    return catalog.freeze(
        row.award_code,
        day,
        row.kind,
        commendation_type(catalog, row.event, award.types, day),
        level=kind.level if kind else None,
        overlays=overlays_for(ctx.session, catalog, row.organiser),
    )


def commendation_type(catalog: Catalog, event: Event, types: tuple[str, ...], day: date) -> str:
    """Under which type an award with these ``types`` is given in this event.

    The event's own type where the award knows it; else another that goes with the kind of event (the types changed on
    01/10/2026, while events run on); else thanks, which any event may say. Where nothing fits, the event's own type:
    the freezing then refuses it by name.
    """
    on = catalog.types_on(day)
    wanted = [event.commendation_type]
    if event.kind in catalog.event_kinds:
        wanted += catalog.event_kinds[event.kind].types
    wanted.append(RECOGNITION)
    return next((code for code in wanted if code in types and code in on), event.commendation_type)


def overlays_for(session: Session, catalog: Catalog, unit: Unit) -> tuple[str, ...]:
    """The provincial rules that hold where this unit lies: those named after one of the units above it."""
    names = {text.fold(entry["name"]): entry["id"] for entry in catalog.data["overlays"]}
    if not names:
        return ()
    ids = [int(part) for part in unit.path.split("/") if part]
    folded = session.scalars(sa.select(Unit.folded).where(Unit.id.in_(ids), Unit.kind == "tinh"))
    above = [f" {one} " for one in folded]
    return tuple(code for name, code in names.items() if any(f" {name} " in one for one in above))


def try_of(ctx: Context, row: Nomination) -> tuple[Rulebook | None, Refused | None]:
    """As ``of``, with the refusal as a value: a draft stays readable where no rule holds."""
    try:
        return of(ctx, row), None
    except Refused as refused:
        return None, refused
