"""What the eligibility rules may look at, and what they may find."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

#: Yearly ratings from the lowest; ``NOT_RATED`` for workers and farmers outside the rated groups.
RATINGS = ("KHTNV", "HTNV", "HTTNV", "HTXSNV")
NOT_RATED = "not_rated"
#: Reach of an initiative, from the narrowest.
SCOPES = ("co_so", "tinh", "toan_quoc")
#: Values of a yes-or-no attestation.
YES, NO = "yes", "no"

BLOCK, WARN = "block", "warn"


@dataclass(frozen=True, slots=True)
class Attestation:
    """What the unit vouches for under one rule. ``note`` says by what paper, where a claim needs one."""

    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class PriorAward:
    """An award of this nominee in the register."""

    award_code: str
    year: int
    ctype: str
    is_revoked: bool = False
    achievement_folded: str = ""
    initiative_folded: str = ""
    #: How to name it to the reader: "Giấy khen, QĐ 12/QĐ-UBND ngày 01/02/2026".
    label: str = ""


@dataclass(frozen=True, slots=True)
class LiveNomination:
    """Another nomination of this nominee that is under way or honoured."""

    award_code: str
    year: int
    achievement_folded: str = ""
    initiative_folded: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the rules may look at. Prior awards and nominations are those of the same nominee, this one left out."""

    award_code: str
    #: The year for which the award is proposed.
    year: int
    today: date
    achievement_folded: str = ""
    initiative_folded: str = ""
    #: Empty: no initiative is put forward.
    initiative_scope: str = ""
    prior: Sequence[PriorAward] = ()
    live: Sequence[LiveNomination] = ()
    #: Other dossiers and awards, of anybody, that use the same initiative: their labels.
    initiative_used_by: Sequence[str] = ()
    attestations: Mapping[str, Attestation] = field(default_factory=dict)
    #: Commendation types that never support a prior-award rule (the catalogue's ``usable_as_basis: false``).
    unusable_types: frozenset[str] = frozenset()
    #: Codes of the dossier parts that have a file.
    files: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a check fails: a code and its figures."""

    code: str
    params: dict[str, object]
