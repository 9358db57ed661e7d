"""The whole life of a nomination on one screen: states, steps, and who sees which face of them."""

from __future__ import annotations

from enum import StrEnum

from core.domain.errors import Refused


class State(StrEnum):
    """Where a nomination stands. Vietnamese names: the door's messages."""

    DRAFT = "draft"
    READY = "ready"  # waits for the head of the nominating unit
    SUBMITTED = "submitted"
    RETURNED = "returned"
    RECEIVED = "received"
    APPRAISED = "appraised"
    CONSULTING = "consulting"
    ON_BALLOT = "on_ballot"
    PASSED = "passed"
    FAILED = "failed"
    SIGNING = "signing"
    AWARDED = "awarded"
    PRESENTED = "presented"
    ARCHIVED = "archived"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"


class Step(StrEnum):
    """What a person does to a nomination."""

    ASK_CONFIRMATION = "ask_confirmation"
    SEND_BACK_TO_DRAFT = "send_back_to_draft"
    SUBMIT = "submit"
    RETURN = "return"
    RECEIVE = "receive"
    APPRAISE = "appraise"
    OPEN_CONSULTATION = "open_consultation"
    CLOSE_CONSULTATION = "close_consultation"
    PUT_ON_BALLOT = "put_on_ballot"
    TAKE_OFF_BALLOT = "take_off_ballot"
    PASS = "pass"  # noqa: S105 - a council's word, no password
    FAIL = "fail"
    HAND_UP = "hand_up"
    DRAFT_DECISION = "draft_decision"
    DROP_FROM_DECISION = "drop_from_decision"
    DROP_UNVOTED = "drop_unvoted"  # the same, for who came to the decision without a vote
    AWARD = "award"
    PRESENT = "present"
    ARCHIVE = "archive"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    REVOKE = "revoke"


S, T = State, Step

#: (state, step) -> next state. What is not here cannot happen.
ROADS: dict[tuple[State, Step], State] = {
    (S.DRAFT, T.ASK_CONFIRMATION): S.READY,
    (S.READY, T.SEND_BACK_TO_DRAFT): S.DRAFT,
    (S.DRAFT, T.SUBMIT): S.SUBMITTED,
    (S.READY, T.SUBMIT): S.SUBMITTED,
    (S.RETURNED, T.SUBMIT): S.SUBMITTED,
    (S.SUBMITTED, T.RETURN): S.RETURNED,
    (S.RECEIVED, T.RETURN): S.RETURNED,
    (S.SUBMITTED, T.RECEIVE): S.RECEIVED,
    (S.RECEIVED, T.APPRAISE): S.APPRAISED,
    (S.APPRAISED, T.OPEN_CONSULTATION): S.CONSULTING,
    (S.CONSULTING, T.CLOSE_CONSULTATION): S.APPRAISED,
    (S.APPRAISED, T.PUT_ON_BALLOT): S.ON_BALLOT,
    (S.ON_BALLOT, T.TAKE_OFF_BALLOT): S.APPRAISED,
    (S.ON_BALLOT, T.PASS): S.PASSED,
    (S.ON_BALLOT, T.FAIL): S.FAILED,
    # a second round, where the rule allows one
    (S.FAILED, T.PUT_ON_BALLOT): S.ON_BALLOT,
    # "Trình cấp trên": the same dossier, another unit, its own clock
    (S.APPRAISED, T.HAND_UP): S.SUBMITTED,
    (S.PASSED, T.HAND_UP): S.SUBMITTED,
    # types without a vote go from appraisal to the decision
    (S.APPRAISED, T.DRAFT_DECISION): S.SIGNING,
    (S.PASSED, T.DRAFT_DECISION): S.SIGNING,
    (S.SIGNING, T.DROP_FROM_DECISION): S.PASSED,
    (S.SIGNING, T.DROP_UNVOTED): S.APPRAISED,
    (S.SIGNING, T.AWARD): S.AWARDED,
    (S.AWARDED, T.PRESENT): S.PRESENTED,
    (S.AWARDED, T.ARCHIVE): S.ARCHIVED,
    (S.PRESENTED, T.ARCHIVE): S.ARCHIVED,
    (S.SUBMITTED, T.DECLINE): S.DECLINED,
    (S.RECEIVED, T.DECLINE): S.DECLINED,
    (S.APPRAISED, T.DECLINE): S.DECLINED,
    (S.CONSULTING, T.DECLINE): S.DECLINED,
    (S.PASSED, T.DECLINE): S.DECLINED,
    (S.FAILED, T.DECLINE): S.DECLINED,
    (S.DRAFT, T.WITHDRAW): S.WITHDRAWN,
    (S.READY, T.WITHDRAW): S.WITHDRAWN,
    (S.SUBMITTED, T.WITHDRAW): S.WITHDRAWN,
    (S.RETURNED, T.WITHDRAW): S.WITHDRAWN,
    (S.RECEIVED, T.WITHDRAW): S.WITHDRAWN,
    (S.APPRAISED, T.WITHDRAW): S.WITHDRAWN,
    (S.CONSULTING, T.WITHDRAW): S.WITHDRAWN,
    (S.AWARDED, T.REVOKE): S.REVOKED,
    (S.PRESENTED, T.REVOKE): S.REVOKED,
    (S.ARCHIVED, T.REVOKE): S.REVOKED,
}

#: The nominating unit may change the text.
EDITABLE = frozenset({S.DRAFT, S.RETURNED})
#: Stands in the way of another nomination of the same achievement.
LIVE = frozenset(set(S) - {S.DECLINED, S.WITHDRAWN, S.REVOKED, S.FAILED})
#: In somebody's hands at the handling unit.
IN_HAND = frozenset({S.SUBMITTED, S.RECEIVED, S.APPRAISED, S.CONSULTING, S.ON_BALLOT, S.PASSED, S.FAILED, S.SIGNING})
#: Honoured, by a decision in force.
HONOURED = frozenset({S.AWARDED, S.PRESENTED, S.ARCHIVED})
#: What only the handling side may tell apart before the decision is issued: the nominating unit reads "đang xét".
UNDISCLOSED = frozenset({S.RECEIVED, S.APPRAISED, S.CONSULTING, S.ON_BALLOT, S.PASSED, S.FAILED, S.SIGNING})

#: The one word under which undisclosed states appear to the nominating side.
UNDER_REVIEW = "under_review"


def take(state: State, step: Step) -> State:
    """The state after ``step``; the only way to change one. Raises ``Refused("no_road")`` where no road exists."""
    try:
        return ROADS[state, step]
    except KeyError:
        raise Refused("no_road", kind="conflict", state=state.value, step=step.value) from None


def steps_from(state: State) -> frozenset[Step]:
    """The steps that exist from ``state`` (permission is another question)."""
    return frozenset(step for (origin, step) in ROADS if origin is state)


def public_face(state: State, *, is_handling_side: bool) -> str:
    """The state's code as this side may know it: nothing tells "decided yes" from "decided no" before publication."""
    if is_handling_side or state not in UNDISCLOSED:
        return state.value
    return UNDER_REVIEW
