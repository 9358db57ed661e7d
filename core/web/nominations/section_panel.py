"""What plugins show on the dossier page: their sections among its parts, their cards beside it."""

from __future__ import annotations

from core.domain.nomination import State
from core.models import Nomination
from core.plugin.answers import Place
from core.services import faces, reach, section_reading
from core.services.context import Context
from core.web.dossier_panels import DossierPanel, register
from core.web.nominations import sections
from core.web.plugin_cards import plugin_panels


@register
def told_sections(ctx: Context, nomination: Nomination) -> DossierPanel | None:
    """The sections as frozen, with today's figures beside them, for every reader of the dossier."""
    found = section_reading.view(ctx, nomination)
    if not found:
        return None
    return DossierPanel("core/nominations/sections.html", place="story", data={"sections": sections.tell(found)})


@register
def cards(ctx: Context, nomination: Nomination) -> DossierPanel | None:
    """The cards of plugins: they learn no more of the dossier's state than this reader may."""
    state = State(nomination.state)
    is_handling = not ctx.registry.is_empty and reach.is_handling_side(ctx, nomination)
    face = faces.face_of(state, upper_unit_id=nomination.upper_unit_id, is_handling_side=is_handling)
    found = plugin_panels(ctx, Place.DOSSIER, nomination, face=face)
    if not found.cards and not found.hidden:
        return None
    return DossierPanel("core/nominations/cards.html", place="side", position=60, data={"found": found})
