"""From a request to a Context: who, where, when. Found once, before the view."""

from __future__ import annotations

import dataclasses

from flask import abort, current_app, g, request
from flask_security import current_user

from core.domain.errors import NotFound
from core.http import clock
from core.models import db
from core.services import reach
from core.services.context import NOBODY, Actor, Context


def build() -> Context:
    """The context of this request; raises ``NotFound`` for a unit or event that the actor may not know."""
    actor: Actor = NOBODY
    if current_user.is_authenticated:
        actor = reach.actor_of(db.session(), current_user)
    ctx = Context(session=db.session(), actor=actor, now=clock.now(), registry=current_app.extensions["plugins"])
    values = request.view_args or {}
    if "unit" in values:
        ctx = dataclasses.replace(ctx, unit=reach.unit_ref(reach.unit(ctx, values["unit"])))
        if "event" in values:
            ctx = dataclasses.replace(ctx, event=reach.event_ref(reach.event(ctx, values["event"])))
    return ctx


def context() -> Context:
    """The context the guard built for this request."""
    ctx = g.get("ctx")
    if ctx is None:
        abort(500)
    return ctx


__all__ = ["NotFound", "build", "context"]
