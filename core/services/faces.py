"""The state of a nomination as one side may know it."""

from __future__ import annotations

import sqlalchemy as sa

from core.domain.nomination import UNDER_REVIEW, UNDISCLOSED, State, public_face
from core.models import Nomination

_UNDISCLOSED = tuple(sorted(state.value for state in UNDISCLOSED))


def is_undisclosed(state: State, upper_unit_id: int | None) -> bool:
    """Whether the nominating side reads "đang xét".

    A dossier handed up begins anew at the upper unit as "submitted": that it got so far tells what the first unit
    thought of it.
    """
    return state in UNDISCLOSED or (state is State.SUBMITTED and upper_unit_id is not None)


def face_of(state: State, *, upper_unit_id: int | None, is_handling_side: bool) -> str:
    """The code of the face of ``state`` for this side."""
    if not is_handling_side and is_undisclosed(state, upper_unit_id):
        return UNDER_REVIEW
    return public_face(state, is_handling_side=is_handling_side)


def has_own_face(face: str) -> list[sa.ColumnElement[bool]]:
    """Conditions on ``Nomination`` beside its stored states, so that a filter of the nominating side tells no more."""
    n = Nomination
    if face == State.SUBMITTED.value:
        return [n.upper_unit_id.is_(None)]
    if face == UNDER_REVIEW:
        return [sa.or_(n.state != State.SUBMITTED.value, n.upper_unit_id.is_not(None))]
    return []


def is_disclosed() -> sa.ColumnElement[bool]:
    """Condition on ``Nomination``: the nominating side sees its state as it is."""
    n = Nomination
    handed_up = sa.and_(n.state == State.SUBMITTED.value, n.upper_unit_id.is_not(None))
    return sa.and_(n.state.not_in(_UNDISCLOSED), sa.not_(handed_up))
