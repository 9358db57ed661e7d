"""What was put forward or given before: to the same nominee, for the same achievement, in any unit and year.

The labels name the event and its year only: no unit learns what is in another unit's dossier.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import sqlalchemy as sa

from core.domain import eligibility
from core.domain.duplicates import Filed, Identity, Likeness, find_duplicates, likeness
from core.domain.errors import Objection
from core.domain.nomination import HONOURED, LIVE, State
from core.models import Achievement, Award, Decision, Event, Nomination, Nominee
from core.services.context import Context

_UNSENT = (State.DRAFT.value, State.READY.value)
_LIVE = tuple(sorted(state.value for state in LIVE))
_HONOURED = frozenset(state.value for state in HONOURED)
_ON_THE_WAY = tuple(state for state in _LIVE if state not in _HONOURED and state not in _UNSENT)
#: A namesake beyond this many would not be read by anybody.
_MOST = 200


def identity(row: Nomination) -> Identity:
    """Who this nomination is about."""
    who = row.nominee
    if who is None:
        return Identity(row.kind, "", row.unit_id)
    return Identity(who.kind, who.folded, who.unit_id, who.id, who.birth_year)


def duplicates(ctx: Context, row: Nomination) -> list[Objection]:
    """The same person or achievement already put forward; drafts of this unit only warn, those of others are unseen."""
    folded = row.achievement.folded if row.achievement else ""
    mine = Filed(identity(row), row.award_code, row.event_id, folded, "", row.id)
    sent, drafts = [], []
    for filed, state in _filed_like(ctx, row, folded):
        (drafts if state in _UNSENT else sent).append(filed)
    warned = [dataclasses.replace(one, is_warning=True) for one in find_duplicates(mine, drafts)]
    return find_duplicates(mine, sent) + warned


def _filed_like(ctx: Context, row: Nomination, folded: str) -> list[tuple[Filed, str]]:
    """Live nominations of a namesake, or for an achievement of the same title."""
    n, who, what = Nomination, Nominee, Achievement
    alike = []
    if row.nominee is not None:
        same_year = who.birth_year == row.nominee.birth_year if row.nominee.birth_year else sa.false()
        alike.append(n.nominee_id == row.nominee.id)
        alike.append(
            sa.and_(
                who.folded == row.nominee.folded,
                who.kind == row.kind,
                sa.or_(same_year, n.event_id == row.event_id, row.kind != "individual"),
            )
        )
    if folded:
        alike.append(what.folded == folded)
    if not alike:
        return []
    columns = (n.id, n.award_code, n.event_id, n.state, n.unit_id, Event.title, Event.window_to)
    base = (
        sa.select(*columns, who.id, who.kind, who.folded, who.unit_id, who.birth_year, what.folded)
        .join(who, who.id == n.nominee_id)
        .outerjoin(what, what.id == n.achievement_id)
        .join(Event, Event.id == n.event_id)
        .where(n.id != row.id, n.state.in_(_LIVE), sa.or_(n.state.not_in(_UNSENT), n.unit_id == row.unit_id))
    )
    # one query for each likeness: an OR over two tables would read them whole
    found: dict[int, Any] = {}
    for condition in alike:
        for one in ctx.session.execute(base.where(condition).order_by(n.id).limit(_MOST)):
            found[one[0]] = one
    return [(_filed(one), one[3]) for one in found.values()]


def _filed(one: Any) -> Filed:
    id_, award, event_id, state, _unit, title, until, who_id, kind, folded, unit_id, year, achievement = one
    return Filed(
        Identity(kind, folded, unit_id, who_id, year),
        award,
        event_id,
        achievement or "",
        f"{title} ({until.year})",
        id_,
        state in _HONOURED,
    )


def same_nominees(ctx: Context, row: Nomination) -> list[int]:
    """Ids of the records that surely mean this nominee, whichever unit keeps them."""
    if row.nominee is None:
        return []
    n, mine = Nominee, identity(row)
    rows = ctx.session.execute(
        sa.select(n.id, n.kind, n.folded, n.unit_id, n.birth_year).where(
            n.folded == mine.folded_name, n.kind == mine.kind
        )
    )
    return [
        id_
        for id_, kind, folded, unit_id, year in rows
        if likeness(mine, Identity(kind, folded, unit_id, id_, year)) is Likeness.SAME
    ]


def awards(ctx: Context, row: Nomination) -> list[eligibility.PriorAward]:
    """The nominee's entries in the registers of this installation, revoked ones included."""
    ids = same_nominees(ctx, row)
    if not ids:
        return []
    a, columns = Award, (Award.award_code, Award.year, Award.commendation_type, Award.state, Award.award_name)
    query = (
        sa.select(*columns, Decision.number, Achievement.folded, Nomination.initiative_folded)
        .select_from(a)
        .join(Decision, Decision.id == a.decision_id)
        .join(Nomination, Nomination.id == a.nomination_id)
        .outerjoin(Achievement, Achievement.id == a.achievement_id)
        .where(a.nominee_id.in_(ids), a.nomination_id != row.id)
        .order_by(a.id)
    )
    return [
        eligibility.PriorAward(
            code, year, ctype, state == "revoked", achievement or "", initiative, f"{name}, QĐ {number} ({year})"
        )
        for code, year, ctype, state, name, number, achievement, initiative in ctx.session.execute(query)
    ]


def nominations(ctx: Context, row: Nomination) -> list[eligibility.LiveNomination]:
    """The nominee's other nominations that are on their way; of the honoured ones the register speaks."""
    ids = same_nominees(ctx, row)
    if not ids:
        return []
    n = Nomination
    query = (
        sa.select(n.award_code, Event.title, Event.window_to, Achievement.folded, n.initiative_folded)
        .select_from(n)
        .join(Event, Event.id == n.event_id)
        .outerjoin(Achievement, Achievement.id == n.achievement_id)
        .where(n.nominee_id.in_(ids), n.id != row.id, n.state.in_(_ON_THE_WAY))
        .order_by(n.id)
    )
    return [
        eligibility.LiveNomination(code, until.year, folded or "", initiative, f"{title} ({until.year})")
        for code, title, until, folded, initiative in ctx.session.execute(query)
    ]


def initiative_uses(ctx: Context, row: Nomination) -> list[str]:
    """Where else this initiative was put forward, by anybody."""
    if not row.initiative_folded:
        return []
    n = Nomination
    query = (
        sa.select(Event.title, Event.window_to)
        .select_from(n)
        .join(Event, Event.id == n.event_id)
        .where(n.initiative_folded == row.initiative_folded, n.id != row.id)
        .where(n.state.in_(_LIVE), n.state.not_in(_UNSENT))
        .order_by(n.id)
        .limit(5)
    )
    return [f"{title} ({until.year})" for title, until in ctx.session.execute(query)]
