"""Everything that stands in the way of a nomination, in one list and in the order of the form."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.domain import eligibility
from core.domain.deadlines import due_in
from core.domain.eligibility_facts import RATINGS
from core.domain.errors import Objection, Refused
from core.domain.nomination import LIVE, State
from core.models import Attachment, EventAward, EventPhase, EventUnit, Nomination, Remark
from core.services import catalog as catalogs
from core.services import nomination_rules, nomination_sections, prior
from core.services.context import Context
from core.services.nomination_rules import Rulebook

#: Kept back by their unit: they take no place in a quota and stand in nobody's way.
UNSENT = (State.DRAFT.value, State.READY.value)
_COUNTED = tuple(sorted(s.value for s in LIVE - {State.DRAFT, State.READY}))
#: The parts of the form in their order, by the first word of a field's name.
_ORDER = (
    "", "award_code", "nominee", "birth_year", "women_count", "achievement", "period_to", "result", "report",
    "attest", "note", "initiative", "part", "consent", "consent_on", "citation", "remark",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checklist:
    """What was found: ``blockers`` keep the nomination from being sent, ``warnings`` do not."""

    blockers: tuple[Objection, ...]
    warnings: tuple[Objection, ...]
    rulebook: Rulebook | None

    def refuse(self) -> None:
        """Raise ``Refused`` with every blocker; nothing where there is none."""
        if self.blockers:
            raise Refused.because(self.blockers)


def check(ctx: Context, row: Nomination) -> Checklist:
    """Ask everything that is asked of a nomination before it is sent. Reads only."""
    rulebook, no_rules = nomination_rules.try_of(ctx, row)
    found = [*_of_event(ctx, row), *_of_offer(ctx, row)]
    if no_rules is not None:
        found += [dataclasses.replace(one, field="award_code") for one in no_rules.objections]
    found += [*_of_text(row, rulebook), *_of_figures(row, ctx.today)]
    if rulebook is not None:
        files = attached_parts(ctx, row)
        found += _of_report(row, rulebook)
        found += _of_parts(row, rulebook, files)
        found += _of_eligibility(ctx, row, rulebook, files)
    found += prior.duplicates(ctx, row)
    found += _of_remarks(ctx, row)
    found += nomination_sections.objections(ctx, row)
    ordered = sorted(found, key=_place_of)
    return Checklist(
        tuple(one for one in ordered if not one.is_warning), tuple(one for one in ordered if one.is_warning), rulebook
    )


def attached_parts(ctx: Context, row: Nomination) -> frozenset[str]:
    """Codes of the dossier parts that have a file."""
    a = Attachment
    return frozenset(
        ctx.session.scalars(sa.select(a.part).where(a.nomination_id == row.id, a.removed_at.is_(None)).distinct())
    )


def _place_of(one: Objection) -> int:
    word = (one.field or "").partition(".")[0]
    return _ORDER.index(word) if word in _ORDER else len(_ORDER)


# ------------------------------------------------------------------------------------------------ the event


def _of_event(ctx: Context, row: Nomination) -> Iterator[Objection]:
    event = row.event
    if event.state != "announced":
        yield Objection("event_closed" if event.state == "closed" else "event_not_announced", {"event": event.title})
    if event.unit_id != row.unit_id:
        invited = sa.exists().where(EventUnit.event_id == event.id, EventUnit.unit_id == row.unit_id)
        if not ctx.session.scalar(sa.select(invited)):
            yield Objection("unit_not_invited", {"event": event.title})
    if row.receipt_at is None:  # sent in time once: what was returned may come back after the phase
        yield from _of_phase(ctx, row)


def _of_phase(ctx: Context, row: Nomination) -> Iterator[Objection]:
    p = EventPhase
    phase = ctx.session.execute(
        sa.select(p.opens_at, p.closes_at).where(p.event_id == row.event_id, p.phase == "receive")
    ).one_or_none()
    if phase is None:
        yield Objection("no_receive_phase", {"event": row.event.title})
    elif ctx.now < phase.opens_at:
        yield Objection("receive_not_open", {"opens": phase.opens_at})
    elif ctx.now > phase.closes_at:
        yield Objection("receive_is_over", {"closed": phase.closes_at})


def _of_offer(ctx: Context, row: Nomination) -> Iterator[Objection]:
    e = EventAward
    offer = ctx.session.scalar(sa.select(e).where(e.event_id == row.event_id, e.award_code == row.award_code))
    if offer is None:
        yield Objection("award_not_on_offer", {"event": row.event.title}, field="award_code")
        return
    total, own = taken(ctx, row.event_id, row.award_code, unit_id=row.unit_id, without=row.id)
    if offer.quota_total is not None and total >= offer.quota_total:
        yield Objection("over_quota_total", {"quota": offer.quota_total, "taken": total}, field="award_code")
    if offer.quota_per_unit is not None and own >= offer.quota_per_unit:
        yield Objection("over_quota_unit", {"quota": offer.quota_per_unit, "taken": own}, field="award_code")


def taken(ctx: Context, event_id: int, award_code: str, *, unit_id: int, without: int | None = None) -> tuple[int, int]:
    """How many nominations of this award in this event count against its quotas: of all units, and of this one."""
    n = Nomination
    own = sa.func.coalesce(sa.func.sum(sa.case((n.unit_id == unit_id, 1), else_=0)), 0)
    query = sa.select(sa.func.count(), own).where(
        n.event_id == event_id, n.award_code == award_code, n.state.in_(_COUNTED), n.id != (without or 0)
    )
    total, mine = ctx.session.execute(query).one()
    return total, mine


# ------------------------------------------------------------------------------------------------ the text


def _of_text(row: Nomination, rulebook: Rulebook | None) -> Iterator[Objection]:
    asked = {*rulebook.field_names, *rulebook.nominee_fields(row.kind)} if rulebook else set()
    for name in sorted(row.typed):
        # what another award asked for waits, should it be chosen again
        if name in asked or ("." not in name and name not in nomination_rules.NOMINEE_FIELDS):
            yield Objection("typed_unfit", {"name": name}, field=name)
    if row.nominee is None:
        yield Objection("nominee_missing", field="nominee")
    elif row.kind == "individual" and row.nominee.birth_year is None:
        yield Objection("birth_year_missing", field="birth_year", is_warning=True)
    if row.achievement is None or not row.achievement.title:
        yield Objection("title_missing", field="achievement")
    if row.achievement is None or not row.achievement.result:
        yield Objection("result_missing", field="result")
    if row.consent == "not_asked":
        yield Objection("consent_missing", field="consent", ground="Luật 91/2025/QH15")
    elif row.consent_on is None:
        yield Objection("consent_date_missing", field="consent_on", ground="Luật 91/2025/QH15")
    if not row.citation:
        yield Objection("citation_missing", field="citation", is_warning=True)


def _of_figures(row: Nomination, today: dt.date) -> Iterator[Objection]:
    """Values that are each good and together impossible."""
    deed, who = row.achievement, row.nominee
    if deed and deed.period_from and deed.period_to and deed.period_from > deed.period_to:
        yield Objection("period_backwards", field="period_to")
    if row.consent_on and row.consent_on > today:
        yield Objection("consent_in_future", field="consent_on")
    if who and who.women_count is not None and who.head_count is not None and who.women_count > who.head_count:
        yield Objection("more_women_than_people", field="women_count")


def _of_report(row: Nomination, rulebook: Rulebook) -> Iterator[Objection]:
    report = rulebook.frozen["report"]
    for one in rulebook.report_fields():
        if one["required"] and one["nominee"] is None and not row.report.get(one["code"]):
            yield Objection(
                "section_missing",
                {"label": one["label"], "report": report["name"]},
                field=f"report.{one['code']}",
                ground=rulebook.ground(report),
                needs_check=report["ground"]["needs_check"],
            )


def _of_parts(row: Nomination, rulebook: Rulebook, files: frozenset[str]) -> Iterator[Objection]:
    for part in rulebook.parts:
        if part["uploaded"] and part["required"] and part["code"] not in files and not is_waived(row, part):
            yield Objection(
                "part_missing",
                {"part": part["name"]},
                field=f"part.{part['code']}",
                ground=rulebook.ground(part),
                needs_check=part["ground"]["needs_check"],
            )


def is_waived(row: Nomination, part: Any) -> bool:
    """Whether the attested yearly rating makes this paper unnecessary."""
    wanted = part["waived_by_rating"]
    ratings = [given.get("value") for given in row.attestations.values()]  # type: ignore[attr-defined]
    order = RATINGS
    return wanted is not None and any(one in order and order.index(one) >= order.index(wanted) for one in ratings)


# ------------------------------------------------------------------------------------------------ the conditions


def _of_eligibility(ctx: Context, row: Nomination, rulebook: Rulebook, files: frozenset[str]) -> Iterator[Objection]:
    rules = rulebook.eligibility
    catalog = catalogs.current(ctx.session)
    unusable = frozenset(c for c, t in catalog.commendation_types.items() if not t.is_usable_as_basis)
    facts = eligibility.Facts(
        award_code=row.award_code,
        year=row.event.window_to.year,
        today=ctx.today,
        achievement_folded=row.achievement.folded if row.achievement else "",
        initiative_folded=row.initiative_folded,
        initiative_scope=row.initiative_scope,
        prior=prior.awards(ctx, row),
        live=prior.nominations(ctx, row),
        initiative_used_by=prior.initiative_uses(ctx, row),
        attestations=_attestations(row),
        unusable_types=unusable,
        files=files,
    )
    for one in eligibility.objections(eligibility.evaluate(rules, facts)):
        # said once, by the duplicates and by the missing title
        if one.code not in ("achievement_used", "achievement_missing"):
            yield _named(one, catalog)
    for award in facts.prior:
        if award.ctype in unusable and not award.is_revoked and eligibility.rests_on(rules, award.award_code):
            yield Objection(
                "award_no_ground", {"where": award.label}, field="attest", ground="NĐ 152/2025 Điều 4", is_warning=True
            )


def _attestations(row: Nomination) -> dict[str, eligibility.Attestation]:
    given: dict[str, Any] = row.attestations
    return {rule: eligibility.Attestation(one["value"], one["note"]) for rule, one in given.items()}


def _named(one: Objection, catalog: Any) -> Objection:
    """The objection with names where the rules speak in codes."""
    params = dict(one.params)
    if code := params.get("award"):
        params["award"] = catalog.award_types[code].name
    ratings = {entry["id"]: entry["name"] for entry in catalog.data["ratings"]}
    for key in ("at_least", "found"):
        params |= {key: ratings[params[key]]} if params.get(key) in ratings else {}
    for key in ("where", "years", "found"):
        if isinstance(params.get(key), list | tuple):
            params[key] = "; ".join(str(value) for value in params[key])
    if isinstance(params.get("part"), str):
        params["part"] = catalog.data["dossier_parts"][params["part"]]["name"]
    return dataclasses.replace(one, params=params)


def _of_remarks(ctx: Context, row: Nomination) -> Iterator[Objection]:
    if row.state != State.RETURNED.value:
        return
    open_ones = sa.select(sa.func.count()).where(
        Remark.nomination_id == row.id, Remark.audience == "nominating", Remark.answered_at.is_(None)
    )
    if count := ctx.session.scalar(open_ones):
        yield Objection("remarks_open", {"count": count}, field="remark", is_warning=True)


def due_after(ctx: Context, rulebook: Rulebook, stage: str) -> dt.date | None:
    """The last day of a stage of the handling whose clock starts today; None where the rules know no limit."""
    limit = rulebook.limit(stage)
    return due_in(limit["n"], limit["unit"], ctx.today, calendar=catalogs.calendar(ctx.session)).day if limit else None
