"""What other rooms show on the dossier page: each registers a function, and the page includes the answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from core.models import Nomination
from core.services.context import Context


@dataclass(frozen=True, slots=True)
class DossierPanel:
    """A part of the dossier page: the template gets ``panel`` and ``nomination``.

    ``place``: ``main`` above the dossier, ``story`` among its parts, ``side`` beside it.
    """

    template: str
    place: str = "side"
    position: int = 50
    data: dict[str, Any] = field(default_factory=dict)


Provider = Callable[[Context, Nomination], DossierPanel | None]
_PROVIDERS: list[Provider] = []


def register(provider: Provider) -> Provider:
    """Add a provider; it returns None where it has nothing to show to this reader."""
    _PROVIDERS.append(provider)
    return provider


def panels_for(ctx: Context, nomination: Nomination) -> list[DossierPanel]:
    """Every panel of this dossier for this reader, in order."""
    found = [panel for provider in _PROVIDERS if (panel := provider(ctx, nomination)) is not None]
    return sorted(found, key=lambda panel: panel.position)
