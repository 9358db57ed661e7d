"""What decisions say on the dossier page: where it stands with the signer, or what was given and what became of it."""

from __future__ import annotations

from core.models import Nomination
from core.services import register
from core.services.context import Context
from core.web.dossier_panels import DossierPanel
from core.web.dossier_panels import register as offer


@offer
def award(ctx: Context, nomination: Nomination) -> DossierPanel | None:
    """The entry of the register, for everybody who may read the dossier."""
    found = register.of_nomination(ctx, nomination)
    if found is None:
        return None
    return DossierPanel("core/decisions/dossier_award.html", place="side", position=20, data={"found": found})
