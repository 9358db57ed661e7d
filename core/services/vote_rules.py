"""The rule a vote is counted by: frozen in the dossier, never that of the day of the sitting."""

from __future__ import annotations

from core.domain import voting
from core.domain.errors import Refused
from core.domain.freezing import frozen_vote_rule
from core.domain.voting import VoteRule
from core.models import Nomination, SittingItem
from core.services import catalog
from core.services.context import VIETNAM, Context


def rule_for(ctx: Context, nomination: Nomination) -> VoteRule | None:
    """The vote that this dossier takes, as frozen at its receipt; None: no vote is taken.

    A dossier without frozen rules (imported from paper) follows the catalogue of its receipt day.
    """
    if nomination.rules:
        return frozen_vote_rule(nomination.rules)
    day = nomination.receipt_at.astimezone(VIETNAM).date() if nomination.receipt_at else ctx.today
    try:
        return catalog.current(ctx.session).vote_rule_for(nomination.award_code, day)
    except Refused:
        return None


def rule_of(item: SittingItem) -> VoteRule | None:
    """The rule copied into the agenda; None where none was."""
    try:
        return VoteRule.from_dict(item.rule) if item.rule else None
    except Refused:
        return None


def most_rounds(ctx: Context) -> tuple[int, bool]:
    """How often one nomination is voted on in one unit, and whether that figure needs checking."""
    entry = catalog.current(ctx.session).data["council_defaults"]["max_rounds"]
    return int(entry["value"]), entry["conf"] in ("C", "D")


def tie_break(ctx: Context) -> tuple[tuple[str, ...], bool]:
    """By what equal votes over a quota are put in order, in words, and whether that needs checking."""
    entry = catalog.current(ctx.session).data["council_defaults"]["tie_break"]
    return tuple(str(one) for one in entry["value"]), entry["conf"] in ("C", "D")


def quorum_share(ctx: Context) -> tuple[int, int, bool]:
    """The share of all members that makes a sitting: (num, den, needs checking)."""
    entry = catalog.current(ctx.session).data["council_defaults"]["quorum"]
    return int(entry["num"]), int(entry["den"]), entry["conf"] in ("C", "D")


def needed(rule: VoteRule, members: int) -> int:
    """The smallest number of yes that passes."""
    return voting.needed(rule, members)


def voted_awards(ctx: Context) -> list[str]:
    """Codes of the award types that take a vote in any of their versions."""
    current = catalog.current(ctx.session)
    return [
        code
        for code, award in current.award_types.items()
        if any(current.vote_rules[version.vote] is not None for version in award.versions)
    ]
