"""After the decision: awards are presented, and dossiers put into the archive."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from core.domain.errors import NotFound, Objection, Refused
from core.domain.nomination import State, Step
from core.models import Award, Decision, Nomination
from core.services import audit, decisions, moves
from core.services.context import Context


def to_present(ctx: Context, key: str) -> tuple[Decision, list[Award]]:
    """An issued decision with its awards that nobody handed over yet. Raises ``NotFound``."""
    row = _issued(ctx, key)
    query = (
        sa.select(Award)
        .join(Nomination, Nomination.id == Award.nomination_id)
        .where(Award.decision_id == row.id, Nomination.state == State.AWARDED.value)
        .order_by(Award.register_number)
    )
    return row, list(ctx.session.scalars(query))


def present(ctx: Context, key: str, award_keys: Sequence[str], *, day: date) -> int:
    """Record that awards were handed over on ``day``; how many. Raises ``NotFound``, ``Refused``.

    Refusals: nothing_picked, presented_before_decision, presented_in_future.
    """
    row = _issued(ctx, key)
    if day > ctx.today:
        raise Refused.because([Objection("presented_in_future", {"day": day}, field="presented_on")])
    if row.decided_on and day < row.decided_on:
        params: dict[str, object] = {"day": day, "decided": row.decided_on}
        raise Refused.because([Objection("presented_before_decision", params, field="presented_on")])
    found = _picked(ctx, row, award_keys, states=(State.AWARDED,))
    for award, nomination in found:
        award.presented_on = day
        moves.move(ctx, nomination, Step.PRESENT, note=row.number or "")
    audit.note(ctx, "decision.present", f"decision:{row.key}", awards=len(found), day=day.isoformat())
    return len(found)


def archive(ctx: Context, key: str) -> int:
    """Put every dossier of an issued decision that is not revoked into the archive; how many. Raises ``Refused``."""
    row = _issued(ctx, key)
    keys = ctx.session.scalars(sa.select(Award.key).where(Award.decision_id == row.id, Award.state != "revoked"))
    found = _picked(ctx, row, list(keys), states=(State.AWARDED, State.PRESENTED))
    for _award, nomination in found:
        moves.move(ctx, nomination, Step.ARCHIVE, note=row.number or "")
    audit.note(ctx, "decision.archive", f"decision:{row.key}", awards=len(found))
    return len(found)


def _issued(ctx: Context, key: str) -> Decision:
    ctx.require("decision.draft")
    row = decisions.load(ctx, key)
    if row.kind != "grant" or row.state != "issued":
        raise NotFound
    return row


def _picked(
    ctx: Context, row: Decision, keys: Sequence[str], *, states: tuple[State, ...]
) -> list[tuple[Award, Nomination]]:
    """The named awards of this decision whose nominations stand in ``states``, locked; others are passed over."""
    query = (
        sa.select(Award, Nomination)
        .join(Nomination, Nomination.id == Award.nomination_id)
        .where(
            Award.decision_id == row.id,
            Award.key.in_(list(keys)),
            Nomination.state.in_([state.value for state in states]),
        )
        .order_by(Award.id)
        .with_for_update(of=Nomination)
    )
    found = [(award, nomination) for award, nomination in ctx.session.execute(query)]
    if not found:
        raise Refused.because([Objection("nothing_picked", field="awards")])
    return found
