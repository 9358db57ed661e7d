"""Data made by rule from a number, for tests and for timing: never in production, the same for the same number."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.domain.errors import Refused
from core.services import audit
from core.services.context import Context
from core.services.seed_matrix import fill as fill_matrix
from core.services.seed_people import PASSWORD, SeedUser
from core.services.seed_volume import fill as fill_volume

SCENARIOS = ("matrix", "volume")


@dataclass(frozen=True, slots=True)
class Seeded:
    """Who may sign in, and the keys of what was made, by name."""

    users: list[SeedUser]
    ids: dict[str, object] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)


def fill(ctx: Context, scenario: str, *, rows: int, seed: int) -> Seeded:
    """Fill the installation. ``rows`` counts nominations and is for ``volume`` only.

    Raises ``Refused("seed_unknown")`` for another scenario.
    """
    if scenario == "volume":
        users, ids, counts = fill_volume(ctx, rows=rows, seed=seed)
    elif scenario == "matrix":
        users, ids, counts = fill_matrix(ctx, seed=seed)
    else:
        raise Refused("seed_unknown", kind="bad_input")
    audit.note(ctx, "seed.filled", f"seed:{scenario}", rows=counts["nominations"], seed=seed)
    return Seeded(users, ids, counts)


__all__ = ["PASSWORD", "SCENARIOS", "Seeded", "fill"]
