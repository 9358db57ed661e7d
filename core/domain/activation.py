"""Whether a plugin is on for a unit or an event, and the one reason a person can be shown. Pure lattice, no tables."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Policy(StrEnum):
    """What an upper unit lays down for all units below it."""

    REQUIRED = "required"  # bắt buộc
    DEFAULT_ON = "default_on"  # mặc định bật
    ALLOWED = "allowed"  # cho phép
    FORBIDDEN = "forbidden"  # cấm


class Reason(StrEnum):
    """Why a plugin is on or off; each has one sentence on the screen."""

    FORBIDDEN_ABOVE = "forbidden_above"
    REQUIRED_ABOVE = "required_above"
    OWN_SWITCH = "own_switch"
    DEFAULT_ABOVE = "default_above"
    NOBODY_CHOSE = "nobody_chose"
    NOT_ON_SERVER = "not_on_server"
    LEFT_OUT_OF_EVENT = "left_out_of_event"
    NEEDS_ANOTHER = "needs_another"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a plugin is on, and why. ``by_unit``: the unit whose word decided; ``needs``: the plugin that is off."""

    plugin: str
    is_on: bool
    reason: Reason
    by_unit: int | None = None
    needs: str | None = None


def decide(plugin: str, unit: int, *, own: bool | None, above: Sequence[tuple[int, Policy]]) -> Verdict:
    """The verdict from what units said. ``above``: (unit, policy) of upper units, nearest first; ``own``: own switch.

    The strictest wins: forbidden, then required, then the unit's own switch, then the nearest default. Where several
    upper units say the deciding word, the nearest is named.
    """
    for policy, reason in ((Policy.FORBIDDEN, Reason.FORBIDDEN_ABOVE), (Policy.REQUIRED, Reason.REQUIRED_ABOVE)):
        for upper, said in above:
            if said is policy:
                return Verdict(plugin, policy is Policy.REQUIRED, reason, upper)
    if own is not None:
        return Verdict(plugin, own, Reason.OWN_SWITCH, unit)
    if above:
        upper, said = above[0]
        return Verdict(plugin, said is Policy.DEFAULT_ON, Reason.DEFAULT_ABOVE, upper)
    return Verdict(plugin, False, Reason.NOBODY_CHOSE)


def settle(
    verdicts: Mapping[str, Verdict],
    *,
    requires: Mapping[str, Collection[str]],
    left_out: Collection[str],
    served: Collection[str],
) -> dict[str, Verdict]:
    """The verdicts after the server's, the event's and other plugins' word, in this order, until nothing changes.

    An event leaves out nothing that is required: its word narrows what units chose, not what is laid down.
    """
    settled = {}
    for name, verdict in verdicts.items():
        found = verdict
        if name not in served:
            found = dataclasses.replace(verdict, is_on=False, reason=Reason.NOT_ON_SERVER, by_unit=None)
        elif verdict.is_on and name in left_out and verdict.reason is not Reason.REQUIRED_ABOVE:
            found = dataclasses.replace(verdict, is_on=False, reason=Reason.LEFT_OUT_OF_EVENT, by_unit=None)
        settled[name] = found
    off = _lacking(settled, requires)
    for name, verdict in settled.items():
        if verdict.is_on and name in off:
            missing = next(one for one in sorted(requires[name]) if one in off or not _is_on(settled, one))
            settled[name] = Verdict(name, False, Reason.NEEDS_ANOTHER, needs=missing)
    return settled


def _lacking(verdicts: Mapping[str, Verdict], requires: Mapping[str, Collection[str]]) -> set[str]:
    """Those that would be on but for what they need. First all of them, then the reasons: the order asks nothing."""
    off: set[str] = set()
    while more := {
        name
        for name, verdict in verdicts.items()
        if verdict.is_on
        and name not in off
        and any(one in off or not _is_on(verdicts, one) for one in requires.get(name, ()))
    }:
        off |= more
    return off


def _is_on(verdicts: Mapping[str, Verdict], name: str) -> bool:
    return name in verdicts and verdicts[name].is_on
