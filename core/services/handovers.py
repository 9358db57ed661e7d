""" "Trình cấp trên": an award beyond this unit's power goes up as the same dossier, with its own clock there."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from core.domain.errors import Refused
from core.domain.nomination import State, Step
from core.models import Handover, Nomination, Unit
from core.services import appraisal, audit, catalog, moves, vote_rules
from core.services.context import Context


def may_sign(ctx: Context, award_code: str, unit: Unit, day: dt.date) -> bool:
    """Whether an office of this kind of unit has the power to give the award on ``day``."""
    current = catalog.current(ctx.session)
    kind = current.unit_kinds.get(unit.kind)
    try:
        return current.grantable_by(award_code, day, kind.authorities if kind else ())
    except Refused:
        return False


def target(ctx: Context, row: Nomination) -> Unit | None:
    """Where the dossier goes: the nearest upper unit that may sign, else the parent; None: it stays here.

    None too where nobody stands above. A dossier that this unit's own office may sign is never handed up.
    """
    here = row.handling_unit
    if may_sign(ctx, row.award_code, here, ctx.today):
        return None
    above = _uppers(ctx, here)
    able = (unit for unit in above if may_sign(ctx, row.award_code, unit, ctx.today))
    return next(able, above[0] if above else None)


def hand_up(ctx: Context, key: str, *, letter_number: str, note: str) -> Nomination:
    """Hand the dossier to the upper unit; it cannot be taken back. The upper unit appraises and decides anew.

    Raises ``Refused``: may_sign_here, no_upper_unit, vote_first (where the law demands the council's vote before).
    """
    row = appraisal.dossier(ctx, key, for_update=True)
    refuse_hand_up(ctx, row)
    upper = target(ctx, row)
    if upper is None:
        raise Refused("no_upper_unit")
    ctx.session.add(
        Handover(
            nomination_id=row.id,
            from_unit_id=ctx.here.id,
            to_unit_id=upper.id,
            at=ctx.now,
            by_id=ctx.actor.id,
            letter_number=letter_number,
            note=note,
        )
    )
    row.upper_unit_id = row.handling_unit_id = upper.id
    ctx.session.flush()
    ctx.session.expire(row, ["upper_unit", "handling_unit"])
    limit = appraisal.appraisal_limit(ctx, row)
    moves.move(ctx, row, Step.HAND_UP, due_on=limit.day if limit else None)
    audit.note(ctx, "nomination.handed_to", f"nomination:{row.key}", to=upper.key, letter=letter_number)
    return row


def refuse_hand_up(ctx: Context, row: Nomination) -> None:
    """Raise ``Refused`` with the reason why this dossier stays here; nothing where it may go up."""
    if may_sign(ctx, row.award_code, row.handling_unit, ctx.today):
        raise Refused("may_sign_here")
    if not _uppers(ctx, row.handling_unit):
        raise Refused("no_upper_unit")
    rule = vote_rules.rule_for(ctx, row)
    if rule is not None and rule.is_required and row.state == State.APPRAISED.value:
        raise Refused("vote_first", rule=rule.name)


def of(ctx: Context, row: Nomination) -> list[Handover]:
    """The ways up of a dossier that this unit took part in, the first first."""
    query = (
        sa.select(Handover)
        .where(
            Handover.nomination_id == row.id,
            sa.or_(Handover.from_unit_id == ctx.here.id, Handover.to_unit_id == ctx.here.id),
        )
        .order_by(Handover.id)
        .options(joinedload(Handover.to_unit), joinedload(Handover.from_unit))
    )
    return list(ctx.session.scalars(query))


def _uppers(ctx: Context, unit: Unit) -> list[Unit]:
    """The open upper units, the nearest first."""
    ids = [int(part) for part in unit.path.split("/") if part][:-1]
    rows = {one.id: one for one in ctx.session.scalars(sa.select(Unit).where(Unit.id.in_(ids)))}
    return [rows[one] for one in reversed(ids) if one in rows and rows[one].closed_on is None]
