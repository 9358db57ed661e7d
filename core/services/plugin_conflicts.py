"""Conflicts of interest that only a plugin can know, proposed to the secretary: a person decides, never a plugin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.views import MemberView
from core.models import CommitteeMember, Nomination, SittingItem
from core.services import nomination_sections, plugin_sets, plugin_views, recusals
from core.services.context import Context

_HOOK = "member_conflicts"


@dataclass(frozen=True, slots=True)
class Proposal:
    """One plugin's reason why a member should perhaps not judge."""

    member: CommitteeMember
    plugin: str
    reason: str


@dataclass(frozen=True, slots=True)
class Proposals:
    """What the plugins say about one candidate, and the titles of those that could not check everybody."""

    rows: tuple[Proposal, ...] = ()
    cannot_check: tuple[str, ...] = ()


def of_item(ctx: Context, item: SittingItem, roll: Sequence[CommitteeMember]) -> Proposals:
    """The proposals on a candidate, for who may record them; members already barred are not asked about.

    Nothing is asked once the paper count of the candidate has begun.
    """
    if not ctx.may("sitting.run") or item.outcome is not None or item.entered_by_id is not None:
        return Proposals()
    nomination = item.nomination
    found = plugin_sets.of_event(ctx, nomination.event)
    if not found.on:
        return Proposals()
    barred = {bar.member.id for bar in recusals.bars_on(ctx, [nomination.id])[nomination.id]}
    asked = [one for one in roll if one.user_id is not None and one.id not in barred]
    return _ask(ctx, found, nomination, asked)


def _ask(
    ctx: Context, found: plugin_sets.PluginSet, nomination: Nomination, asked: Sequence[CommitteeMember]
) -> Proposals:
    desks = plugin_views.organiser_desks(ctx, nomination)
    view = plugin_views.nomination_view(nomination)
    installed = ctx.registry.installed
    # what could not even be imported may have had something to say
    failed = [one for one in found.gate.silent if _HOOK in (installed[one].hooks or (_HOOK,))]
    rows = []
    for member in asked:
        who = MemberView(member.user_id or 0, member.full_name, member.home_unit_id)
        heard = found.gate.member_conflicts(desks, nomination=view, member=who)
        failed += heard.failed
        rows += [
            Proposal(member, nomination_sections.title_of(ctx, plugin), str(one.reason)[:300])
            for plugin, one in heard.items()
        ]
    titles = (nomination_sections.title_of(ctx, one) for one in dict.fromkeys(failed))
    return Proposals(tuple(rows), tuple(titles))
