"""The register (sổ vàng): every award by year, what became of it, and whether its holder agreed to be named in public.

Two shelves: ``signed`` holds what the offices of this unit gave, ``received`` what other units gave to people this unit
put forward or in events that it organised.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from core.domain.errors import Refused
from core.domain.text import fold
from core.models import Award, Decision, DecisionLine, Nomination, Nominee, Unit
from core.services import finding, paging, reach
from core.services.context import Context

SHELVES = ("signed", "received")
STATES = ("valid", "corrected", "revoked")
KINDS = ("individual", "collective", "household")
SORTS = ("number", "name")
#: A whole year printed at once: no commune gives more; a page says so when there is more.
PRINT_SIZE = 2000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the reader asked for; "" and None: no filter (a year of None is the latest one)."""

    shelf: str = ""
    year: int | None = None
    award: str = ""
    unit: str = ""
    kind: str = ""
    state: str = ""
    q: str = ""
    sort: str = "number"


@dataclass(frozen=True, slots=True)
class Total:
    """One award in a year: how many are in force, and the prizes that go with them."""

    award_code: str
    award_name: str
    count: int
    prizes: int | None


@dataclass(frozen=True, slots=True)
class Register:
    """One page of one shelf in one year."""

    shelf: str
    year: int
    page: paging.Page
    totals: Sequence[Total]
    years: Sequence[int]
    awards: Sequence[tuple[str, str]]
    units: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Change:
    """A later decision that corrected or revoked an entry."""

    decision: Decision
    change: dict[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """Everything the register knows of one award."""

    award: Award
    decision: Decision
    nomination: Nomination
    nominee: Nominee
    changes: Sequence[Change]
    #: Whether this reader may record consent, and whether the dossier is open to this unit.
    may_set_consent: bool
    may_open_decision: bool


def page(ctx: Context, wanted: Wanted, *, cursor: str | None = None, for_print: bool = False) -> Register:
    """One page of the register, with the totals of the whole shelf and year.

    Raises ``Refused("bad_parameter")`` for a filter that does not exist.
    """
    ctx.require("register.read")
    _check(wanted)
    shelf = wanted.shelf or _first_shelf(ctx)
    on_shelf = reach.awards_in(ctx, shelf)
    years = list(ctx.session.scalars(sa.select(Award.year).where(on_shelf).distinct().order_by(Award.year.desc())))
    year = wanted.year or (years[0] if years else ctx.today.year)
    in_year = sa.and_(on_shelf, Award.year == year)
    query = _lines().where(in_year, *_filters(wanted))
    size = PRINT_SIZE if for_print else paging.PAGE_SIZE
    found = paging.fetch(ctx.session, query, _order(wanted.sort), cursor=cursor, size=size)
    return Register(
        shelf=shelf,
        year=year,
        page=found,
        totals=_totals(ctx, in_year),
        years=years,
        awards=_offered(ctx, in_year, Award.award_code, Award.award_name, Award.award_name),
        units=_offered(ctx, in_year, Unit.key, Unit.name, Unit.sort_key),
    )


def entry(ctx: Context, key: str) -> Entry:
    """One entry with its decision and changes. Raises ``NotFound``."""
    award = reach.registered(ctx, key)
    nomination = ctx.session.get_one(Nomination, award.nomination_id)
    lines = ctx.session.execute(
        sa.select(Decision, DecisionLine.change)
        .join(DecisionLine, DecisionLine.decision_id == Decision.id)
        .where(DecisionLine.award_id == award.id, Decision.state == "issued", Decision.kind != "grant")
        .order_by(Decision.decided_on, Decision.id)
    )
    return Entry(
        award=award,
        decision=award.decision,
        nomination=nomination,
        nominee=ctx.session.get_one(Nominee, award.nominee_id),
        changes=[Change(decision, change) for decision, change in lines],
        may_set_consent=may_set_consent(ctx, award, nomination),
        may_open_decision=ctx.may("decision.read") and award.unit_id == ctx.here.id,
    )


def may_set_consent(ctx: Context, award: Award, nomination: Nomination) -> bool:
    """The nominating unit asks its own people; the secretary of the deciding or organising unit may record it too."""
    if not ctx.may("register.consent"):
        return False
    is_theirs = nomination.unit_id == ctx.here.id and ctx.may("nomination.write")
    is_ours = ctx.here.id in (award.unit_id, nomination.organiser_id) and ctx.may("nomination.appraise")
    return is_theirs or is_ours


def _first_shelf(ctx: Context) -> str:
    """Where most readers of this unit look: what it signed, or, where it signs nothing, what its people received."""
    has_signed = ctx.session.scalar(sa.select(sa.exists().where(reach.awards_in(ctx, "signed"))))
    has_received = has_signed or ctx.session.scalar(sa.select(sa.exists().where(reach.awards_in(ctx, "received"))))
    return "received" if has_received and not has_signed else "signed"


def _check(wanted: Wanted) -> None:
    asked = ((wanted.shelf, SHELVES), (wanted.kind, KINDS), (wanted.state, STATES), (wanted.sort, SORTS))
    if any(value and value not in allowed for value, allowed in asked):
        raise Refused("bad_parameter", kind="bad_input")


def _lines() -> sa.Select[Any]:
    signer = aliased(Unit)
    a = Award
    return (
        sa.select(
            *(a.id, a.key, a.year, a.register_number, a.name, a.name_key, a.kind, a.place, a.citation, a.awarded_on),
            *(a.award_name, a.prize, a.prize_note, a.state, a.flagged_reason, a.presented_on),
            Unit.name.label("nominating_unit"),
            signer.name.label("signing_unit"),
            Decision.number,
            Nomination.consent,
        )
        .select_from(Award)
        .join(Unit, Unit.id == Award.nominating_unit_id)
        .join(signer, signer.id == Award.unit_id)
        .join(Decision, Decision.id == Award.decision_id)
        .join(Nomination, Nomination.id == Award.nomination_id)
    )


def _order(sort: str) -> paging.Order:
    if sort == "name":
        return paging.Order((Award.name_key, Award.id))
    return paging.Order((Award.register_number, Award.id))


def _filters(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wanted.award:
        found.append(Award.award_code == wanted.award)
    if wanted.kind:
        found.append(Award.kind == wanted.kind)
    if wanted.state:
        found.append(Award.state == wanted.state)
    if wanted.unit:
        found.append(reach.put_forward_by(wanted.unit))
    return found + finding.holds(Award.folded, wanted.q)


def _totals(ctx: Context, in_year: sa.ColumnElement[bool]) -> list[Total]:
    """Awards in force; what was revoked counts nowhere."""
    query = (
        sa.select(Award.award_code, sa.func.max(Award.award_name), sa.func.count(), sa.func.sum(Award.prize))
        .where(in_year, Award.state != "revoked")
        .group_by(Award.award_code)
        .order_by(sa.func.count().desc(), Award.award_code)
    )
    rows = ctx.session.execute(query)
    return [Total(code, name, count, None if sums is None else int(sums)) for code, name, count, sums in rows]


def _offered(
    ctx: Context, in_year: sa.ColumnElement[bool], value: Any, label: Any, order: Any
) -> list[tuple[str, str]]:
    query = sa.select(value, sa.func.max(label)).select_from(Award).join(Unit, Unit.id == Award.nominating_unit_id)
    rows = ctx.session.execute(query.where(in_year).group_by(value).order_by(sa.func.max(order)))
    return [(code, name) for code, name in rows]


@dataclass(frozen=True, slots=True)
class Given:
    """What a dossier led to, as its page shows it. ``is_on_shelf``: this reader may open the entry."""

    award: Award
    number: str
    decision_key: str
    is_on_shelf: bool


def of_nomination(ctx: Context, nomination: Nomination) -> Given | None:
    """The latest award that a dossier led to, or None. The dossier itself is the reader's leave to know."""
    row = ctx.session.execute(
        sa.select(Award, Decision.number, Decision.key)
        .join(Decision, Decision.id == Award.decision_id)
        .where(Award.nomination_id == nomination.id)
        .order_by(Award.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    award, number, key = row
    here = ctx.here.id
    is_ours = here in (award.unit_id, award.nominating_unit_id, nomination.organiser_id)
    return Given(award, number, key, is_ours and ctx.may("register.read"))


def search_text(name: str, place: str, citation: str) -> str:
    """What an entry is found by: nothing that the public page does not show too."""
    return fold(f"{name} {place} {citation}")[:800]
