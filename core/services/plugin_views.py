"""From rows to what a hook receives: frozen views, ids and words, never rows."""

from __future__ import annotations

from core.domain.views import EventView, NominationView, NomineeView, Window
from core.models import Nomination
from core.plugin.gate import Desks
from core.services import desk, plugin_sets
from core.services.context import Context


def nominee_view(row: Nomination) -> NomineeView | None:
    """Who is put forward; None while nobody is chosen."""
    who = row.nominee
    if who is None:
        return None
    return NomineeView(who.kind, who.key, row.nominee_name or who.name, row.unit_id, who.user_id, who.as_unit_id)


def nomination_view(row: Nomination, *, face: str | None = None) -> NominationView:
    """A nomination. ``face``: its state as the reader's side may know it, where the answer goes to a reader."""
    nominee = nominee_view(row) or NomineeView(row.kind, "", "", row.unit_id)
    event = desk.event_view(row.event)
    return NominationView(row.id, row.key, face or row.state, row.award_code, row.unit_id, event, nominee)


def window_of(row: Nomination) -> Window:
    """The days whose figures count for a nomination: those of its event."""
    return Window(row.event.window_from, row.event.window_to)


def event_view(row: Nomination) -> EventView:
    """The event of a nomination."""
    return desk.event_view(row.event)


def organiser_desks(ctx: Context, row: Nomination) -> Desks:
    """Desks of the organiser's, whoever reads: the same figures and settings for every reader of a dossier."""
    return plugin_sets.desks(ctx, plugin_sets.unit_view(row.organiser))
